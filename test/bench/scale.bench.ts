/**
 * How the cost of a message grows: with the length of a run, the size of the fleet, and the depth of the backlog, and
 * what a run keeps in memory. Every figure is a ratio to the plain model, 50 instances and few messages, in this process.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { simulate, SimulationRun } from "../../sim/simulate.ts";
import { scenarioSchema, type Scenario } from "../../sim/scenario/schema.ts";
import { interleaved, isQuick, nsPerUnit } from "./measure.ts";

/** Instances of 10 slots at 90 % load, jobs of a second. */
function fleetOf(instances: number, messages: number): Scenario {
  const ratePerSec = 9 * instances;
  return scenarioSchema.parse({
    version: 1,
    name: `${instances} instances`,
    run: { durationSec: Math.max(60, Math.round(messages / ratePerSec)) },
    traffic: { kind: "poisson", ratePerSec },
    work: { serviceTime: { kind: "exponential", meanSec: 1 } },
    queue: { visibilityTimeoutSec: 30 },
    worker: { slots: 10 },
    fleet: { min: instances, max: instances },
    policy: { kind: "exact-backlog" },
  });
}

const deletedBy = (scenario: Scenario) => () => simulate(scenario, 1).summary.messages.deleted;

const few = isQuick ? 300_000 : 2_000_000;
const fleets = interleaved(
  { "50": deletedBy(fleetOf(50, few)), "1000": deletedBy(fleetOf(1000, few)), "10000": deletedBy(fleetOf(10_000, few * 2)) },
  3,
);
for (const [instances, ns] of Object.entries(fleets)) {
  console.log(
    `${instances.padStart(6)} instances     ${ns.toFixed(0).padStart(5)} ns a message, ${(ns / fleets["50"]).toFixed(2)} × 50 instances`,
  );
}

const long = isQuick ? 3_000_000 : 100_000_000;
const longNs = nsPerUnit(deletedBy(fleetOf(50, long)));
console.log(
  `${(long / 1e6).toFixed(0).padStart(6)} M messages   ${longNs.toFixed(0).padStart(5)} ns a message, ${(longNs / fleets["50"]).toFixed(2)} × ${few / 1e6} M`,
);

// A backlog that no one works off: what every live message costs in memory.
const deep = isQuick ? 1_000_000 : 10_000_000;
const backlog = new SimulationRun(
  scenarioSchema.parse({
    version: 1,
    name: "Deep backlog",
    run: { durationSec: 1000 },
    traffic: { kind: "poisson", ratePerSec: deep / 1000 },
    fleet: { min: 0, max: 0 },
    policy: { kind: "exact-backlog" },
  }),
  1,
);
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
collectGarbage();
const before = process.memoryUsage();
const deepNs = nsPerUnit(() => {
  backlog.advanceTo(backlog.endMs);
  return deep;
});
collectGarbage();
const after = process.memoryUsage();
/** More than before; what of an array was never written is in no memory, so that arrays may be larger than what is resident. */
const mebibytes = (what: "rss" | "arrayBuffers" | "heapUsed") => ((after[what] - before[what]) / 2 ** 20).toFixed(0);
console.log(
  `${(deep / 1e6).toFixed(0).padStart(6)} M in backlog ${deepNs.toFixed(0).padStart(5)} ns a message, ${mebibytes("rss")} MiB resident, ${mebibytes("arrayBuffers")} MiB of arrays, ${mebibytes("heapUsed")} MiB of heap`,
);

// A year of virtual time at a message each ten seconds.
const year = scenarioSchema.parse({
  version: 1,
  name: "A year",
  run: { durationSec: 31_536_000, sampleEverySec: 3600 },
  traffic: { kind: "poisson", ratePerSec: 0.1 },
  fleet: { min: 1, max: 4 },
});
const startedAt = performance.now();
const { summary } = simulate(year, 1);
console.log(
  `A year           ${((performance.now() - startedAt) / 1000).toFixed(1)} s for ${summary.messages.deleted} messages and ${summary.reviews} reviews`,
);
