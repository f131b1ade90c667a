// Bundles what Node runs, for the oldest Node we support: the command line, runtime/cli/main.ts and all it needs, to
// dist/headroom.js; and the worker on its own, as instances run it, to the one file dist/worker.js. Plain JavaScript,
// because Node 20 has to run it as it is.

import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const DIST = join(ROOT, "dist");
export const BUNDLE = join(DIST, "headroom.js");
const WORKER_BUNDLE = join(DIST, "worker.js");
/** What is loaded on demand (the simjs reference, commands of the fleet) stands beside the bundle. */
const CHUNKS = "headroom-chunks";
/** A change in any of these makes the bundle stale. */
const SOURCES = ["sim", "runtime", "package-lock.json"];

/** Builds into a folder of its own and moves the result into place, so that a command in another shell never meets half a bundle. */
export async function buildCommand() {
  const { build } = await import("vite");
  await mkdir(DIST, { recursive: true });
  const building = await mkdtemp(join(DIST, ".building-"));
  try {
    await build(bundling("runtime/cli/main.ts", building, { entryFileNames: "headroom.js", chunkFileNames: `${CHUNKS}/[name]-[hash].js` }));
    await build(bundling("runtime/worker/main.ts", building, { entryFileNames: "worker.js", codeSplitting: false }));
    const chunks = join(building, CHUNKS);
    rmSync(join(DIST, CHUNKS), { recursive: true, force: true });
    if (exists(chunks)) renameSync(chunks, join(DIST, CHUNKS));
    renameSync(join(building, "worker.js"), WORKER_BUNDLE);
    renameSync(join(building, "headroom.js"), BUNDLE);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/**
 * @param {string} entry
 * @param {string} outDir
 * @param {import("vite").Rolldown.OutputOptions} output
 * @returns {import("vite").InlineConfig}
 */
function bundling(entry, outDir, output) {
  return {
    configFile: false,
    root: ROOT,
    logLevel: "warn",
    build: {
      ssr: entry,
      target: "node20",
      outDir,
      emptyOutDir: false,
      sourcemap: false,
      minify: false,
      rolldownOptions: { output: { format: "es", ...output } },
    },
    // Vite itself stays outside: it bundles a user's own files, and brings binaries of its own.
    ssr: { target: "node", noExternal: true, external: ["vite"] },
  };
}

/** Whether the bundle is missing or older than what it is made of. */
export function isStale() {
  if (!exists(BUNDLE)) return true;
  const built = statSync(BUNDLE).mtimeMs;
  return SOURCES.some((source) => newest(join(ROOT, source)) > built);
}

/**
 * When anything at or below a path last changed; a folder changes when a file in it comes or goes.
 *
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** @param {string} path */
function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCommand();
