/** Callers whom a front door turns away, against Erlang: each truth has to lie within the 99 % interval of ten replications, whose seeds are fixed. */
import { describe, expect, it } from "vitest";
import { interval } from "../../sim/measure/confidence.ts";
import { erlangB } from "../../sim/measure/queueing.ts";
import type { Result } from "../../sim/measure/result.ts";
import { scenarioSchema, type DurationSpec, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { SEEDS } from "./single-queue.ts";
import { expectWithin } from "./within.ts";

/** Of a lognormal whose 95th percentile is twice its median: exp(σ² / 2). */
const MEAN_OVER_MEDIAN = Math.exp(0.5 * (Math.log(2) / 1.6448536269514722) ** 2);

function run(input: Omit<ScenarioInput, "version" | "name">, seed: number): Result {
  const quiet = {
    traffic: { kind: "poisson" as const, ratePerSec: 0 },
    fleet: { min: 1, max: 1 },
    policy: { kind: "exact-backlog" as const },
  };
  return simulate(scenarioSchema.parse({ version: 1, name: "callers", ...quiet, ...input }), seed);
}

describe("a front door without a line loses what Erlang's formula says", () => {
  it.each<[string, DurationSpec]>([
    ["three seconds each", { kind: "constant", sec: 3 }],
    ["exponential", { kind: "exponential", meanSec: 3 }],
    [
      "lognormal of the same mean",
      {
        kind: "lognormal",
        medianSec: 3 / MEAN_OVER_MEDIAN,
        p95Sec: 6 / MEAN_OVER_MEDIAN,
      },
    ],
  ])("whatever the distribution: %s", (_, serviceTime) => {
    const shares = SEEDS.map((seed) => {
      const frontDoor = { traffic: { kind: "poisson" as const, ratePerSec: 6 }, places: 20, mostWaiting: 0, timeoutSec: 3600, serviceTime };
      const door = run({ run: { durationSec: 10_000, sampleEverySec: 3600 }, frontDoor }, seed).summary.workload!.frontDoor!;
      expect(door.timedOut).toBe(0);
      return door.rejected / door.arrived;
    });
    expectWithin(interval(shares, 0.99), erlangB(18, 20), 0.1);
  });
});
