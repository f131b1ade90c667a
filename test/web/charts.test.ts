import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../sim/index.ts";
import { tickText, type Clock } from "../../web/chart/clock.ts";
import { decisionItems, marksOf } from "../../web/chart/marks.ts";
import { spread } from "../../web/chart/spread.ts";
import { amountTicks, countTicks, durationRatioTicks, durationTicks, ratioTicks, timeTicks } from "../../web/chart/ticks.ts";
import { zoomBetween, zoomed } from "../../web/chart/zoom.ts";
import type { RunView } from "../../web/worker/sim-api.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the marks of an axis", () => {
  it("are round and reach from 0 to beyond the highest value", () => {
    expect(amountTicks(8160, 3)).toEqual([0, 5000, 10_000]);
    expect(countTicks(2, 3)).toEqual([0, 1, 2]);
    expect(countTicks(0, 3)).toEqual([0, 1]);
    expect(durationTicks(227_000, 3)).toEqual([0, 120_000, 240_000]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (max) => {
        for (const ticks of [amountTicks(max, 3), countTicks(max, 3), durationTicks(max, 3)]) {
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
          expect(ticks.length).toBeLessThanOrEqual(6);
        }
      }),
    );
  });

  it("on a scale of ratios are round, within the range, and no more than there is room for", () => {
    expect(ratioTicks(25, 400, 8)).toEqual([50, 100, 200]);
    expect(ratioTicks(1, 1e6, 7)).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000]);
    expect(durationRatioTicks(45_000, 900_000, 9)).toEqual([60_000, 120_000, 300_000, 600_000, 900_000]);
    expect(durationRatioTicks(500, 4 * 3_600_000, 6)).toEqual([1000, 10_000, 60_000, 600_000, 3_600_000]);
  });

  it("stand on whole hours of the clock, whenever the recording starts", () => {
    const { ticks, stepMs } = timeTicks(0, DAY, 8, 4 * 60_000);
    expect(stepMs).toBe(3 * HOUR);
    expect(ticks[0]).toBe(3 * HOUR - 4 * 60_000);
  });

  it("tell the time as the traffic has it", () => {
    const recording: Clock = { kind: "recording", originMs: Date.UTC(2014, 3, 10) };
    expect(tickText(recording, DAY, DAY, 14 * DAY)).toBe("11 Apr");
    expect(tickText(recording, 9 * HOUR, HOUR, DAY)).toBe("09:00");
    const day: Clock = { kind: "day", originMs: 0 };
    expect([0, 9 * HOUR, DAY].map((at) => tickText(day, at, 3 * HOUR, DAY))).toEqual(["00:00", "09:00", "24:00"]);
    expect(tickText(day, DAY, 6 * HOUR, 3 * DAY)).toBe("day 2");
    expect(tickText({ kind: "elapsed", originMs: 0 }, 2 * HOUR, HOUR, DAY)).toBe("2 h");
  });
});

describe("the names at the ends of the lines", () => {
  it("keep their distance and stay in the plot as far as there is room", () => {
    expect(spread([50, 52], 14, 0, 100)).toEqual([50, 64]);
    expect(spread([99, 98, 97], 14, 0, 100)).toEqual([100, 86, 72]);
  });
});

describe("the marks of the lane", () => {
  it("join decisions that stand too close to be told apart, and say what they did together", () => {
    const view = {
      whole: true,
      decisions: [decision(0, 2, 10), decision(50, 10, 2), decision(500, 2, 3), decision(900, 3, 2)],
    } as unknown as RunView;
    const marks = marksOf(decisionItems(view), 100);
    expect(marks.map(({ atMs, untilMs, shape }) => [atMs, untilMs, shape])).toEqual([
      [0, 50, "several"],
      [500, 500, "out"],
      [900, 900, "in"],
    ]);
  });
});

describe("what a mark asks", () => {
  it("is the decision by its place in the whole run, and of a preview what happened at that time", () => {
    const decisions = [decision(0, 2, 2), decision(50, 2, 10)];
    const asked = (whole: boolean) => decisionItems({ whole, decisions } as unknown as RunView).map(({ question }) => question);
    expect(asked(true)).toEqual([{ kind: "decision", index: 1 }]);
    expect(asked(false)).toMatchObject([{ kind: "capacity", atMs: 50 }]);
  });
});

describe("zooming", () => {
  it("keeps the moment under the crosshair and stays within the run", () => {
    expect(zoomed({ fromMs: 0, toMs: DAY }, 9 * HOUR, 0.5, DAY)).toEqual({ fromMs: 3 * HOUR, toMs: 15 * HOUR });
    expect(zoomed({ fromMs: 0, toMs: DAY }, 23 * HOUR, 0.5, DAY)).toEqual({ fromMs: 12 * HOUR, toMs: DAY });
  });

  it("out beyond the run shows the whole run", () => {
    expect(zoomed({ fromMs: 6 * HOUR, toMs: 18 * HOUR }, undefined, 2, DAY)).toBeUndefined();
  });

  it("takes the two ends in either order, and no part that is too short to be meant", () => {
    const range = { fromMs: 0, toMs: DAY };
    expect(zoomBetween(10 * HOUR, 8 * HOUR, range)).toEqual({ fromMs: 8 * HOUR, toMs: 10 * HOUR });
    expect(zoomBetween(10 * HOUR, 10 * HOUR + 1000, range)).toBeUndefined();
  });
});

function decision(at: number, before: number, desired: number): DecisionRecord {
  return { at, before, desired, reason: { code: "out", text: "" }, limitedBy: undefined, nextReviewAt: at + 60_000 };
}
