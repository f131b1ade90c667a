import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedMessages } from "../../../sim/scenario/expected-messages.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput, Traffic } from "../../../sim/scenario/schema.ts";
import { busiestFromSec, peakRatePerSec, windowed } from "../../../sim/scenario/window.ts";
import { workersAlone } from "../../../sim/scenario/workers-alone.ts";
import { anyTraffic } from "../../support/any-traffic.ts";

const HOUR_SEC = 3600;

function scenarioOf(input: Partial<ScenarioInput>): Scenario {
  const read = readScenario({ version: 1, name: "Any", run: { durationSec: 86_400 }, ...input });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

const hasUsers = (traffic: Traffic): boolean =>
  traffic.kind === "users" || (traffic.kind === "sum" && traffic.sources.some((source) => hasUsers(source.traffic)));

describe("a window of a scenario", () => {
  it("has the messages that the scenario has there, multiplied, whatever its traffic is; users alone have no later beginning", () => {
    fc.assert(
      fc.property(
        anyTraffic(),
        fc.nat(1000),
        fc.integer({ min: 60, max: 600 }),
        fc.constantFrom(0.5, 1, 3),
        (given, fromSec, forSec, scale) => {
          const { traffic } = scenarioOf({ traffic: given });
          const moved = windowed(scenarioOf({ traffic: given }), { fromSec, forSec, scale });
          if (moved === undefined) {
            expect(fromSec > 0 && hasUsers(traffic)).toBe(true);
            return;
          }
          const [there, here] = [expectedMessages(traffic, fromSec, fromSec + forSec) * scale, expectedMessages(moved.traffic, 0, forSec)];
          // Rates that change by the minute begin theirs elsewhere.
          const isByMinute = JSON.stringify(traffic).includes('"daily"');
          expect(Math.abs(here - there)).toBeLessThanOrEqual(isByMinute ? 1 + 0.25 * there : 1e-6 * (1 + there));
          expect(moved.run).toEqual({ durationSec: forSec, sampleEverySec: 1 });
        },
      ),
    );
  });

  it("is a scenario that can be read, of everything in the gallery that can begin later", () => {
    for (const { scenario } of gallery) {
      const forSec = Math.min(900, scenario.run.durationSec / 2);
      for (const given of [scenario, workersAlone(scenario)]) {
        const moved = windowed(given, { fromSec: Math.floor(scenario.run.durationSec / 2), forSec, scale: 1 });
        if (moved !== undefined) expect(readScenario(moved)).toEqual({ ok: true, scenario: moved });
      }
    }
  });

  it("keeps the date of a recording and the time of day of a schedule", () => {
    const actions = [{ cron: "0 9 * * *", min: 5 }];
    const recorded = scenarioOf({
      traffic: { kind: "counts", startsAt: "2014-04-11T00:00:00Z", intervalSec: 60, counts: [1, 2, 3] },
      policy: { kind: "scheduled", actions },
    });
    const moved = windowed(recorded, { fromSec: 9 * HOUR_SEC, forSec: 300, scale: 1 });
    expect(moved?.traffic).toMatchObject({ startsAt: "2014-04-11T09:00:00Z", shiftSec: -9 * HOUR_SEC });
    expect(moved?.policy).toMatchObject({ startsAt: "2014-04-11T09:00:00Z" });
    const plain = windowed(scenarioOf({ policy: { kind: "composition", policies: [{ kind: "scheduled", actions }] } }), {
      fromSec: 9 * HOUR_SEC,
      forSec: 300,
      scale: 1,
    });
    expect(plain?.policy).toMatchObject({ policies: [{ startsAt: "2026-01-05T09:00:00Z" }] });
  });

  it("keeps what goes wrong in it at its time of day, cut off where it has begun before", () => {
    const shortage = (fromSec: number, lengthSec: number) => ({ kind: "no-capacity", fromSec, lengthSec }) as const;
    const scenario = scenarioOf({ faults: { windows: [shortage(0, 600), shortage(500, 200), shortage(700, 60)] } });
    const moved = windowed(scenario, { fromSec: 600, forSec: 300, scale: 1 });
    expect(moved?.faults.windows).toMatchObject([shortage(0, 100), shortage(100, 60)]);
  });
});

describe("the busiest window", () => {
  it("lies around the peak of a day", () => {
    const { scenario } = gallery.find(({ id }) => id === "banking")!;
    const fromSec = busiestFromSec(scenario, 900);
    expect(Math.abs(fromSec + 450 - 9 * HOUR_SEC)).toBeLessThanOrEqual(60);
    expect(peakRatePerSec(scenario.traffic, { fromSec, forSec: 900, scale: 2 })).toBeCloseTo(100, 0);
  });

  it("has no fewer messages than any other that begins with a minute, of any traffic", () => {
    fc.assert(
      fc.property(anyTraffic(), fc.integer({ min: 1, max: 5 }), fc.nat(9), (given, minutes, other) => {
        const scenario = scenarioOf({ traffic: given, run: { durationSec: 900 } });
        const lengthSec = minutes * 60;
        const fromSec = busiestFromSec(scenario, lengthSec);
        const messages = (from: number) => expectedMessages(scenario.traffic, from, from + lengthSec);
        expect(fromSec).toBeGreaterThanOrEqual(0);
        expect(fromSec + lengthSec).toBeLessThanOrEqual(900);
        expect(messages(fromSec)).toBeGreaterThanOrEqual(messages(other * 60) * (1 - 1e-6) - 1e-6);
      }),
    );
  });

  it("is the first of equals", () => {
    expect(busiestFromSec(scenarioOf({ traffic: { kind: "poisson", ratePerSec: 7 } }), 900)).toBe(0);
  });
});
