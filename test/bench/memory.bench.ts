/**
 * What a run keeps and what it throws away: memory after each tenfold of its length, collections on the way, and bytes
 * allocated for each message in the steady state. The steady state runs on a thread whose young generation is so large
 * that nothing is collected while it is measured: then all that was allocated is still there to be counted.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { SimulationRun } from "../../sim/simulate.ts";
import { isQuick } from "./measure.ts";

const RATE_PER_SEC = 450;
const LONGEST = isQuick ? 1_000_000 : 100_000_000;

/** 50 instances of 10 slots at 90 % load; rows an hour apart, so that what is kept for each row is not what is measured. */
function runOf(messages: number): SimulationRun {
  const scenario = scenarioSchema.parse({
    version: 1,
    name: "50 instances of 10 slots",
    run: { durationSec: Math.ceil(messages / RATE_PER_SEC), sampleEverySec: 3600 },
    traffic: { kind: "poisson", ratePerSec: RATE_PER_SEC },
    work: { serviceTime: { kind: "exponential", meanSec: 1 } },
    queue: { visibilityTimeoutSec: 30 },
    worker: { slots: 10 },
    fleet: { min: 50, max: 50 },
    policy: { kind: "exact-backlog" },
  });
  return new SimulationRun(scenario, 1);
}

const toMs = (messages: number) => (messages / RATE_PER_SEC) * 1000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Memory after collection, at each power of ten messages. */
async function overLength(): Promise<void> {
  const run = runOf(LONGEST);
  const collections = { scavenges: 0, others: 0, ms: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
      // 1: a scavenge (perf_hooks.constants.NODE_PERFORMANCE_GC_MINOR).
      if (detail.kind === 1) collections.scavenges += 1;
      else collections.others += 1;
      collections.ms += duration;
    }
  });
  for (let messages = 100_000; messages <= LONGEST; messages *= 10) {
    observer.observe({ entryTypes: ["gc"] });
    run.advanceTo(toMs(messages));
    // Entries are handed over when the event loop turns.
    await new Promise((resolve) => setTimeout(resolve, 50));
    observer.disconnect();
    collectGarbage();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const [heap, arrays, resident] = [heapUsed, arrayBuffers, rss].map((bytes) => (bytes / 2 ** 20).toFixed(1));
    console.log(
      `${messages.toLocaleString("en").padStart(12)} messages: ${heap} MiB of heap, ${arrays} MiB of arrays, ${resident} MiB resident; ` +
        `by then ${collections.scavenges} scavenges and ${collections.others} other collections, ${collections.ms.toFixed(0)} ms in all`,
    );
  }
}

/** Bytes of heap for each message between two moments without a collection between them. */
function allocated(): { bytes: number; messages: number } {
  const warm = isQuick ? 500_000 : 3_000_000;
  const messages = isQuick ? 200_000 : 1_000_000;
  const run = runOf(warm + messages);
  run.advanceTo(toMs(warm));
  collectGarbage();
  const before = getHeapStatistics().used_heap_size;
  run.advanceTo(toMs(warm + messages));
  return { bytes: getHeapStatistics().used_heap_size - before, messages };
}

if (isMainThread) {
  await overLength();
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
    resourceLimits: { maxYoungGenerationSizeMb: 1024, maxOldGenerationSizeMb: 2048 },
  });
  const { bytes, messages } = await new Promise<ReturnType<typeof allocated>>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  console.log(
    `steady state: ${(bytes / messages).toFixed(2)} bytes allocated a message, ` +
      `${((bytes / messages) * RATE_PER_SEC * 60).toFixed(0)} a virtual minute`,
  );
} else {
  parentPort?.postMessage(allocated());
}
