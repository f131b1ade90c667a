import { describe, expect, it } from "vitest";
import { gallery, peakRatePerSec, windowed, type Scenario } from "../../../sim/index.ts";
import { HELD_PER_SEC, heldScale, usualWindow } from "../../../web/live/wish.ts";
import { withValueAt } from "../../../web/state/path.ts";

const banking = gallery.find(({ id }) => id === "banking")!.scenario;
const busier = (times: number): Scenario => withValueAt(banking, "traffic.scale", times);

describe("what is proposed to be run", () => {
  it("is the busiest quarter of an hour, as it is, when a laptop holds that", () => {
    expect(usualWindow(banking, undefined)).toEqual({ fromSec: expect.closeTo(8.875 * 3600, -2) as number, forSec: 900, scale: 1 });
  });

  it("is what the charts show when only a part of them is in sight", () => {
    expect(usualWindow(banking, { fromMs: 36_000_000 })).toMatchObject({ fromSec: 36_000 });
    expect(usualWindow(banking, { fromMs: 86_399_000 })).toMatchObject({ fromSec: 86_400 - 900 });
  });

  it("is one of the lengths on offer, and the start of what has no later beginning", () => {
    expect(usualWindow(withValueAt(banking, "run.durationSec", 400), undefined).forSec).toBe(300);
    const users = gallery.map(({ scenario }) => scenario).find(({ traffic }) => traffic.kind === "users" || traffic.kind === "sum")!;
    expect(windowed(users, usualWindow(users, { fromMs: 600_000 }))).toBeDefined();
  });

  it.each([3, 40, 900, 1900])("has traffic that a laptop holds, though the scenario has %s times as much", (times) => {
    const scenario = busier(times);
    const window = usualWindow(scenario, undefined);
    expect(window.scale).toBeLessThan(1);
    expect(peakRatePerSec(scenario.traffic, window)).toBeLessThanOrEqual(HELD_PER_SEC);
  });

  it("has no more work than sixteen instances do", () => {
    const slow = withValueAt(banking, "work.serviceTime", { kind: "constant", sec: 20 });
    const scale = heldScale(slow, { fromSec: 9 * 3600, forSec: 900, scale: 1 });
    expect(scale * 50 * 20).toBeLessThanOrEqual(16 * slow.worker.slots);
  });
});
