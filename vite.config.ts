import { createHash } from "node:crypto";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const SIM = join(import.meta.dirname, "sim");

/**
 * The simulator is pure: what a bundle does not use of it can be left out. The page uses a few words and types of it, the
 * worker all but the gallery, and both load more when it is asked for.
 */
const rolldownOptions = { treeshake: { moduleSideEffects: (id: string) => !id.startsWith(SIM) } };

const SERVICE_WORKER = "service-worker.js";

/** Tells the service worker which files there are, and names that list by their content. */
function precache(): Plugin {
  return {
    name: "headroom:precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[SERVICE_WORKER];
        if (worker?.type !== "chunk") return;
        const built = Object.values(bundle).filter(({ fileName }) => fileName !== SERVICE_WORKER && !fileName.endsWith(".map"));
        const content = built.map((file) => file.fileName + (file.type === "chunk" ? "" : String(file.source)));
        const version = createHash("sha256").update(content.join("\n")).digest("hex").slice(0, 12);
        const files = ["./", "./favicon.svg", ...built.map(({ fileName }) => `./${fileName}`).filter((name) => name !== "./index.html")];
        worker.code = `const PRECACHE = ${JSON.stringify({ version, files })};\n${worker.code}`;
      },
    },
  };
}

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
    rolldownOptions: {
      ...rolldownOptions,
      input: {
        index: join(import.meta.dirname, "web/index.html"),
        "service-worker": join(import.meta.dirname, "web/offline/service-worker.ts"),
      },
      // Its address must not change from one build to the next.
      output: { entryFileNames: ({ name }) => (name === "service-worker" ? SERVICE_WORKER : "assets/[name]-[hash].js") },
    },
  },
  plugins: [precache()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", rolldownOptions },
  server: { host: "127.0.0.1" },
});
