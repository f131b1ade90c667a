import { expect, it } from "vitest";
import { readScenario, simulate, verdict, type ScenarioInput } from "../../../sim/index.ts";

function objectiveOf(ratePerSec: number, max: number) {
  const written: ScenarioInput = {
    version: 1,
    name: "Ten minutes",
    objective: { measure: "latency" },
    run: { durationSec: 600 },
    traffic: { kind: "poisson", ratePerSec },
    fleet: { min: 0, max },
  };
  const read = readScenario(written);
  if (!read.ok) throw new Error("the scenario can be read");
  const result = simulate(read.scenario, 1);
  return { ...result.summary.objective, told: verdict(result) };
}

it("holds a latency when no message came", () => {
  expect(objectiveOf(0, 1)).toMatchObject({ held: true, measuredMs: NaN, told: { held: true, sentence: "Holds: no message arrived." } });
});

it("misses a latency when messages came and none was finished", () => {
  expect(objectiveOf(1, 0)).toMatchObject({ held: false, measuredMs: NaN, told: { held: false } });
});
