import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../sim/measure/verdict.ts";
import { valueAt } from "../../../sim/plan/edits.ts";
import { pointsOf, spacedValues, sweep } from "../../../sim/plan/sweep.ts";
import { scenarioSchema, type Scenario } from "../../../sim/scenario/schema.ts";

const SCENARIO = scenarioSchema.parse({ version: 1, name: "swept" });

function outcomeOf(scenario: Scenario, seed: number): Outcome {
  const { min } = scenario.fleet;
  return { held: min > 1, measuredMs: seed, worstMs: seed, costPerMonthUsd: min, peakInstances: min, dead: 0, expired: 0 };
}

describe("sweep", () => {
  it("runs every combination of the values with every seed, the last setting quickest", async () => {
    const axes = [
      { path: "policy.target", values: [50, 100] },
      { path: "fleet.min", values: [1, 2, 3] },
    ];
    const asked: unknown[] = [];
    const told: [number, number][] = [];
    const points = await sweep(SCENARIO, axes, {
      seeds: [1, 2],
      run: (scenario, seed) => {
        asked.push([valueAt(scenario, "policy.target"), scenario.fleet.min, seed]);
        return Promise.resolve(outcomeOf(scenario, seed));
      },
      told: (done, of) => told.push([done, of]),
    });
    expect(pointsOf(axes)).toBe(6);
    expect(asked).toHaveLength(12);
    expect(points.map(({ values }) => values)).toEqual([
      [50, 1],
      [50, 2],
      [50, 3],
      [100, 1],
      [100, 2],
      [100, 3],
    ]);
    expect(points.map(({ trial }) => trial!.held)).toEqual([false, true, true, false, true, true]);
    expect(points.every(({ trial }) => trial!.outcomes.map(({ measuredMs }) => measuredMs).join() === "1,2")).toBe(true);
    expect(told.at(-1)).toEqual([12, 12]);
  });

  it("tells why a combination cannot be run, and runs the others", async () => {
    const axes = [{ path: "fleet.min", values: [5, 50, "many"] }];
    const points = await sweep(SCENARIO, axes, { seeds: [1], run: (scenario, seed) => Promise.resolve(outcomeOf(scenario, seed)) });
    expect(points.map(({ trial }) => trial === undefined)).toEqual([false, true, true]);
    expect(points[1]!.faults.map(({ path }) => path)).toContain("fleet.max");
    expect(points[2]!.faults.map(({ path }) => path)).toEqual(["fleet.min"]);
  });

  it("spaces values evenly, or in equal ratios over a wide range", () => {
    expect(spacedValues(SCENARIO, "policy.target", 20, 100, 5)).toEqual([20, 40, 60, 80, 100]);
    expect(spacedValues(SCENARIO, "policy.target", 10, 1000, 3)).toEqual([10, 100, 1000]);
    expect(spacedValues(SCENARIO, "fleet.min", 1, 3, 8)).toEqual([1, 2, 3]);
  });

  it("gives values from the first to the last of a range, each once, whole where the field is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 2, max: 30 }), (a, b, count) => {
        fc.pre(a < b);
        const values = spacedValues(SCENARIO, "fleet.min", a, b, count);
        expect(values[0]).toBe(a);
        expect(values.at(-1)).toBe(b);
        expect(values.length).toBeLessThanOrEqual(count);
        expect(values.every((value, index) => Number.isInteger(value) && (index === 0 || value > values[index - 1]!))).toBe(true);
      }),
    );
  });
});
