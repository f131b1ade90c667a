/**
 * Runs the benchmarks in this folder, one after the other, each in a process of its own so that none warms up another.
 * Each is bundled first, as the product is: run from its sources by a loader, every constant of another module would be
 * a getter call and the figures would say more about the loader than about the engine.
 *
 *     npm run bench [-- NAME…]     all, or those whose name contains one of the words
 *     npm run bench:quick          a fraction of the work, to see that they run and roughly how fast
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const words = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const options = process.argv.slice(2).filter((argument) => argument.startsWith("-"));
const benchmarks = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".bench.ts"))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .map((name) => name.replace(/\.ts$/, ""))
  .sort();

if (benchmarks.length === 0) {
  console.error(`No benchmark is named like ${words.join(" or ")}.`);
  process.exit(1);
}

const bundles = join(import.meta.dirname, "../../.cache/bench");
await build({
  configFile: false,
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: bundles,
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(benchmarks.map((name) => [name, join(import.meta.dirname, `${name}.ts`)])),
      output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "chunks/[name]-[hash].mjs" },
    },
  },
  // What starts a browser or builds for one stays as it is.
  ssr: { target: "node", noExternal: true, external: ["playwright", "vite"] },
});

console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
const failed = benchmarks.filter((name) => {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(process.execPath, [join(bundles, `${name}.mjs`), ...options], { stdio: "inherit" });
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(", ")}`);
  process.exit(1);
}
