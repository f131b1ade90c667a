import { join } from "node:path";
import { defineConfig } from "vite";

const SIM = join(import.meta.dirname, "sim");

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
    // The simulator is pure, so that what the page does not use of it (all but a few words and types; the worker has the
    // rest) can be left out, the schema library with it.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !id.startsWith(SIM) } },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  server: { host: "127.0.0.1" },
});
