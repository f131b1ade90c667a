/** What workers of three seconds each can do, which needs no chance: a slot serves one message in three seconds. */
import { describe, expect, it } from "vitest";
import type { Result } from "../../sim/measure/result.ts";
import { scenarioSchema, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

function run(input: Omit<ScenarioInput, "version" | "name">, seed: number): Result {
  const quiet = {
    traffic: { kind: "poisson" as const, ratePerSec: 0 },
    fleet: { min: 1, max: 1 },
    policy: { kind: "exact-backlog" as const },
  };
  return simulate(scenarioSchema.parse({ version: 1, name: "callers", ...quiet, ...input }), seed);
}

describe("workers of three seconds", () => {
  const rateOf = (slots: number, more: Omit<ScenarioInput, "version" | "name"> = {}) => {
    const input = {
      run: { durationSec: 3000, sampleEverySec: 3600 },
      traffic: { kind: "poisson" as const, ratePerSec: 60 },
      work: { serviceTime: { kind: "constant" as const, sec: 3 } },
      queue: { receiveLatencySec: 0, visibilityTimeoutSec: 600 },
      worker: { slots, deleteLingerSec: 0 },
    };
    return run({ ...input, ...more }, 1).summary.messages.deleted / 3000;
  };

  it.each([
    [1, 1 / 3],
    [20, 20 / 3],
    [60, 20],
    [100, 100 / 3],
  ])("%d of them serve %d a second and no more", (slots, ratePerSec) => {
    // Each job is followed by the tick that a receive takes.
    expect(rateOf(slots) / ratePerSec).toBeGreaterThan(0.998);
    expect(rateOf(slots) / ratePerSec).toBeLessThanOrEqual(1);
  });

  it("need to be 180 to keep up with 60 a second", () => {
    expect(rateOf(180, { traffic: { kind: "poisson", ratePerSec: 59.9 } })).toBeCloseTo(59.9, 0);
    expect(rateOf(180) / 60).toBeGreaterThan(0.99);
  });

  it("do no more than the places of what they call, however many they are", () => {
    const behind = {
      work: { serviceTime: { kind: "constant" as const, sec: 0 } },
      downstream: { places: 20, latency: { kind: "constant" as const, sec: 3 }, timeoutSec: 3600 },
    };
    for (const slots of [40, 200]) expect(rateOf(slots, behind)).toBeCloseTo(20 / 3, 1);
  });
});
