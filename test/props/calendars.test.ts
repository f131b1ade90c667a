import fc from "fast-check";
import { expect, it } from "vitest";
import { loadSimjsCalendar } from "../../sim/kernel/simjs-calendar.ts";
import { simulate } from "../../sim/simulate.ts";
import { anyScenario } from "../support/any-scenario.ts";

const newSimjsCalendar = await loadSimjsCalendar();

it("gives the same bytes on both calendars", () => {
  fc.assert(
    fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
      const onTicks = simulate(scenario, seed);
      const onSimjs = simulate(scenario, seed, { calendar: newSimjsCalendar() });
      expect(onSimjs.summary).toEqual(onTicks.summary);
      expect(onSimjs.digest).toBe(onTicks.digest);
    }),
    { numRuns: 40 },
  );
});
