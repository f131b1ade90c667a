import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrafficPlan, type PlannedMessage } from "../../../sim/driver/traffic-plan.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

function scenarioOf(input: Omit<ScenarioInput, "version" | "name">): Scenario {
  const read = readScenario({ version: 1, name: "Planned", ...input });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

function planned(scenario: Scenario, seed: number, endMs = scenario.run.durationSec * 1000): PlannedMessage[] {
  const plan = new TrafficPlan(scenario, seed, endMs);
  const messages: PlannedMessage[] = [];
  for (let next = plan.next(); next !== undefined; next = plan.next()) messages.push(next);
  return messages;
}

describe("a traffic plan", () => {
  it("has the very messages of the simulated run, in order of time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const classes = [
          { name: "small", share: 3 },
          { name: "large", serviceTime: { kind: "constant" as const, sec: 2 }, sizeBytes: 5000 },
        ];
        const scenario = scenarioOf({ run: { durationSec: 600 }, traffic: { kind: "poisson", ratePerSec: 3 }, work: { classes } });
        const messages = planned(scenario, seed);
        const { summary } = simulate(scenario, seed);
        expect(messages).toHaveLength(summary.messages.sent);
        const counts = classes.map(({ name }) => messages.filter(({ className }) => className === name).length);
        expect(summary.workload?.classes?.map(({ sent }) => sent)).toEqual(counts);
        for (const [index, { at }] of messages.entries()) expect(at).toBeGreaterThanOrEqual(messages[index - 1]?.at ?? 0);
        for (const { className, serviceMs, sizeBytes } of messages) {
          if (className === "large") expect({ serviceMs, sizeBytes }).toEqual({ serviceMs: 2000, sizeBytes: 5120 });
        }
      }),
      { numRuns: 10 },
    );
  });

  it("says of poison that every attempt fails, and of other messages how many do", () => {
    const traffic = { kind: "poisson" as const, ratePerSec: 50 };
    const work = { failureProbability: 0.5, poisonProbability: 0.1 };
    const failed = planned(scenarioOf({ run: { durationSec: 200 }, traffic, work }), 1).map(({ failedAttempts }) => failedAttempts);
    const share = (count: number) => failed.filter((value) => value === count).length / failed.length;
    // Of 10,000 messages; five standard deviations are 2.5 % at most.
    expect(Math.abs(share(Infinity) - 0.1)).toBeLessThan(0.025);
    expect(Math.abs(share(0) - 0.45)).toBeLessThan(0.025);
    expect(Math.abs(share(1) - 0.225)).toBeLessThan(0.025);
  });

  it("spreads messages over groups where the queue has them", () => {
    const scenario = scenarioOf({
      run: { durationSec: 60 },
      traffic: { kind: "poisson", ratePerSec: 50 },
      queue: { groups: { count: 4 } },
    });
    expect(new Set(planned(scenario, 1).map(({ group }) => group))).toEqual(new Set([0, 1, 2, 3]));
    const fifo = scenarioOf({ run: { durationSec: 60 }, queue: { type: "fifo" } });
    expect(new Set(planned(fifo, 1).map(({ group }) => group))).toEqual(new Set([0]));
  });

  it("names the users who ask, and ends with whichever end comes first", () => {
    const scenario = scenarioOf({ traffic: { kind: "users", users: 20, spawnPerSec: 2, stopAfterSec: 90, patienceSec: 5 } });
    const [short, long] = [60_000, 600_000].map((endMs) => new TrafficPlan(scenario, 1, endMs).users[0]);
    expect(short).toMatchObject({ users: 20, startAtMs: 0, spawnEveryMs: 500, stopAtMs: 60_000, patienceMs: 5000 });
    expect(long).toMatchObject({ stopAtMs: 90_000 });
    expect(planned(scenario, 1, 60_000)).toEqual([]);
  });
});
