/** Replications on worker threads: how much sooner two threads are done with the same replications than one. */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { cpus } from "node:os";
import { simulate } from "../../sim/simulate.ts";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { isQuick, median } from "./measure.ts";

const scenario = scenarioSchema.parse({
  version: 1,
  name: "50 instances of 10 slots",
  run: { durationSec: isQuick ? 500 : 10_000 },
  traffic: { kind: "poisson", ratePerSec: 450 },
  work: { serviceTime: { kind: "exponential", meanSec: 1 } },
  worker: { slots: 10 },
  fleet: { min: 50, max: 50 },
  policy: { kind: "exact-backlog" },
});
const REPLICATIONS = 8;

/** Runs the seeds dealt out to `threads` threads; the digests in the order of the seeds. */
async function replicate(threads: number): Promise<string[]> {
  const seeds = Array.from({ length: REPLICATIONS }, (_, index) => index + 1);
  const digests = new Map<number, string>();
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: seeds.filter((seed) => seed % threads === thread),
        argv: process.argv.slice(2),
      });
      const answers = await new Promise<[number, string][]>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      for (const [seed, digest] of answers) digests.set(seed, digest);
    }),
  );
  return seeds.map((seed) => digests.get(seed) ?? "");
}

if (isMainThread) {
  const ratios: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const startedAt = performance.now();
    const one = await replicate(1);
    const betweenAt = performance.now();
    const two = await replicate(2);
    const endedAt = performance.now();
    if (one.join() !== two.join()) throw new Error("the number of threads changed the results");
    ratios.push((betweenAt - startedAt) / (endedAt - betweenAt));
  }
  console.log(
    `${REPLICATIONS} replications: two threads ${median(ratios).toFixed(2)} × as fast as one, on ${cpus().length} processors; the same digests`,
  );
} else {
  parentPort?.postMessage((workerData as number[]).map((seed) => [seed, simulate(scenario, seed).digest]));
}
