import { join } from "node:path";
import { defineConfig } from "vite";

const SIM = join(import.meta.dirname, "sim");

/**
 * The simulator is pure: what a bundle does not use of it can be left out. The page uses a few words and types of it, the
 * worker all but the gallery, and both load more when it is asked for.
 */
const rolldownOptions = { treeshake: { moduleSideEffects: (id: string) => !id.startsWith(SIM) } };

/** The workbench: from `web/` to `dist/web/`. The command line is built by runtime/cli/build.js. */
export default defineConfig({
  root: "web",
  // Relative, so that the page works below any path.
  base: "./",
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The server's Content-Security-Policy lets nothing inline through: every asset stays a file.
    assetsInlineLimit: 0,
    sourcemap: true,
    rolldownOptions,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", rolldownOptions },
  server: { host: "127.0.0.1" },
});
