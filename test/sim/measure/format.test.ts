import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatMoment,
  formatNumber,
  formatRate,
  formatShare,
  formatUsd,
  formatUsdPerMonth,
  timeOfDay,
} from "../../../sim/measure/format.ts";

describe("a number", () => {
  it.each([
    [0, "0"],
    [7, "7"],
    [41.27, "41.3"],
    [0.04567, "0.0457"],
    [0.0001234, "0.000123"],
    [0.00001, "< 0.0001"],
    [999.4, "999"],
    [999.6, "1,000"],
    [1236, "1,240"],
    [249_327, "249,000"],
    [999_900, "1 million"],
    [24_932_700, "24.9 million"],
    [1_999_999_999, "2 billion"],
    [-12.34, "−12.3"],
    [NaN, "–"],
    [Infinity, "–"],
  ])("%d reads %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("never shows more than three significant digits, and is off by less than one in two hundred", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0001, max: 1e12, noNaN: true }), (value) => {
        const text = formatNumber(value);
        const [, digits = "", word] = /^([\d,.]+)(?: (million|billion))?$/.exec(text) ?? [];
        expect(digits.replace(/[,.]/g, "").replace(/^0+|0+$/g, "").length, text).toBeLessThanOrEqual(3);
        const read = Number(digits.replaceAll(",", "")) * (word === "million" ? 1e6 : word === "billion" ? 1e9 : 1);
        expect(Math.abs(read - value), text).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });

  it("stands before its noun, one of many", () => {
    expect([
      formatCount(1, "instance"),
      formatCount(9, "instance"),
      formatCount(0, "message"),
      formatCount(2, "launch", "launches"),
    ]).toEqual(["1 instance", "9 instances", "0 messages", "2 launches"]);
  });
});

describe("a length of time", () => {
  it.each([
    [0, "0 s"],
    [0.01, "< 0.1 ms"],
    [0.5, "0.5 ms"],
    [450, "450 ms"],
    [999.9, "1 s"],
    [4250, "4.25 s"],
    [41_300, "41.3 s"],
    [59_960, "1 min"],
    [60_000, "1 min"],
    [250_000, "4 min 10 s"],
    [380_000, "6 min 20 s"],
    [3_599_600, "1 h"],
    [3_900_000, "1 h 5 min"],
    [86_399_000, "1 d"],
    [273_600_000, "3 d 4 h"],
    [31_622_400_000, "366 d"],
    [-2000, "−2 s"],
    [NaN, "–"],
  ])("of %d ms reads %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe("money, rates and shares", () => {
  it.each([
    [0, "$0"],
    [0.0012, "$0.0012"],
    [0.5, "$0.50"],
    [4.5, "$4.50"],
    [0.387, "$0.39"],
    [12.34, "$12.34"],
    [86.7, "$86.70"],
    [99.999, "$100"],
    [412.4, "$412"],
    [1236, "$1,240"],
    [2_500_000, "$2.5 million"],
    [0.000_01, "< $0.0001"],
    [-3, "−$3"],
    [NaN, "–"],
  ])("%d dollars read %s", (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  it("carry their unit, and the unknown has none", () => {
    expect([formatUsdPerMonth(412), formatRate(450), formatShare(0.673)]).toEqual(["$412 / month", "450 /s", "67.3 %"]);
    expect([formatUsdPerMonth(NaN), formatRate(NaN), formatShare(NaN), formatMoment(NaN, 0)]).toEqual(["–", "–", "–", "–"]);
  });
});

describe("a moment of a run", () => {
  it("is clock time for a recording and elapsed time for synthetic traffic", () => {
    const start = Date.UTC(2014, 3, 10, 0, 4);
    expect(formatMoment(33_060_400, start)).toBe("2014-04-10 09:15:00");
    expect(formatMoment(33_060_400, undefined)).toBe("09:11:00");
    expect(formatMoment(2 * 86_400_000 + 33_060_400, undefined)).toBe("2 d 09:11:00");
    expect(timeOfDay(33_060_400, { seconds: false })).toBe("09:11");
  });
});
