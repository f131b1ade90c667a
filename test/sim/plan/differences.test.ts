import { describe, expect, it } from "vitest";
import { gallery } from "../../../sim/index.ts";
import { differencesBetween } from "../../../sim/plan/differences.ts";

const first = gallery[0]!.scenario;

describe("the differences between scenarios", () => {
  it("are none between a scenario and itself, whatever it is called", () => {
    expect(differencesBetween([first, structuredClone(first)])).toEqual([]);
    expect(differencesBetween([first, { ...first, name: "another", lesson: "none" }])).toEqual([]);
  });

  it("are named by their path, with the value of each", () => {
    const slower = { ...first, worker: { ...first.worker, slots: 2 }, fleet: { ...first.fleet, max: 20 } };
    const other = { ...first, fleet: { ...first.fleet, max: 12 } };
    expect(differencesBetween([first, slower, other])).toEqual([
      { path: "worker.slots", values: [4, 2, 4] },
      { path: "fleet.max", values: [10, 20, 12] },
    ]);
  });

  it("are of the whole thing where the kinds differ", () => {
    const steady = { ...first, traffic: { kind: "poisson" as const, ratePerSec: 3, batch: null, scale: 1 } };
    expect(differencesBetween([first, steady])).toEqual([{ path: "traffic", values: [first.traffic, steady.traffic] }]);
  });

  it("are, between a pitfall and its cure, few", () => {
    for (const cure of gallery.filter(({ cures }) => cures !== undefined)) {
      const ill = gallery.find(({ id }) => id === cure.cures);
      const found = differencesBetween([ill!.scenario, cure.scenario]);
      expect(found.length, cure.id).toBeGreaterThan(0);
      expect(found.length, cure.id).toBeLessThan(25);
    }
  });
});
