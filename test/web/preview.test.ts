import { describe, expect, it } from "vitest";
import { expectedMessages, readScenario, type Scenario, type ScenarioInput } from "../../sim/index.ts";
import { previewOf } from "../../web/worker/preview.ts";

const BUDGET = 100_000;
const HOUR = 3600;

describe("what is simulated while the hand moves", () => {
  it("is everything when that is quick", () => {
    const scenario = scenarioWith({ kind: "poisson", ratePerSec: 1 });
    expect(previewOf(scenario, BUDGET)).toEqual({ scenario, fromMs: 0, whole: true });
  });

  it("is the busiest part of a long recording, at its own time", () => {
    const counts = Array.from({ length: 14 * 24 }, (_, hour) => (hour === 200 ? 50_000 : 1000));
    const scenario = scenarioWith({ kind: "counts", intervalSec: HOUR, counts, startsAt: "2014-04-10T00:00:00Z" }, 14 * 24 * HOUR);
    const part = previewOf(scenario, BUDGET);
    expect(part.whole).toBe(false);
    expect(part.scenario.traffic).toMatchObject({ kind: "counts" });
    expect(expectedMessages(part.scenario.traffic, 0, part.scenario.run.durationSec)).toBeLessThanOrEqual(BUDGET);
    expect(part.fromMs).toBeLessThanOrEqual(200 * HOUR * 1000);
    expect(part.fromMs + part.scenario.run.durationSec * 1000).toBeGreaterThanOrEqual(201 * HOUR * 1000);
    if (part.scenario.traffic.kind !== "counts") return;
    expect(part.scenario.traffic.counts).toContain(50_000);
    expect(Date.parse(part.scenario.traffic.startsAt) - Date.parse("2014-04-10T00:00:00Z")).toBe(part.fromMs);
  });

  it("keeps a daily peak where it is on the clock", () => {
    const scenario = scenarioWith({ kind: "daily", baseRatePerSec: 1, peakRatePerSec: 40, peakAtHour: 9, peakWidthHours: 1 });
    const part = previewOf(scenario, BUDGET);
    expect(part.whole).toBe(false);
    const hour = part.scenario.traffic.kind === "daily" ? part.scenario.traffic.peakAtHour : NaN;
    expect(part.fromMs / 3_600_000 + hour).toBeCloseTo(9, 9);
  });

  it("is never shorter than what a burst and the answer to it take", () => {
    const part = previewOf(scenarioWith({ kind: "poisson", ratePerSec: 20 }), BUDGET);
    expect(part.scenario.run.durationSec).toBe(3 * HOUR);
  });
});

function scenarioWith(traffic: ScenarioInput["traffic"], durationSec = 24 * HOUR): Scenario {
  const read = readScenario({ version: 1, name: "test", traffic, run: { durationSec } });
  if (!read.ok) throw new Error(read.faults.map((fault) => fault.problem).join("; "));
  return read.scenario;
}
