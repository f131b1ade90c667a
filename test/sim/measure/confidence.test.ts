import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { differenceInterval, interval, studentQuantile } from "../../../sim/measure/confidence.ts";
import { FAR, binomialDeviation } from "../../support/statistics.ts";

/**
 * Degrees of freedom, then the quantiles for 80, 90, 95, 98, 99 and 99.8 %, as printed in the NIST/SEMATECH Handbook:
 * https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
 */
const NIST_TABLE = [
  [1, 3.078, 6.314, 12.706, 31.821, 63.657, 318.309],
  [2, 1.886, 2.92, 4.303, 6.965, 9.925, 22.327],
  [3, 1.638, 2.353, 3.182, 4.541, 5.841, 10.215],
  [4, 1.533, 2.132, 2.776, 3.747, 4.604, 7.173],
  [5, 1.476, 2.015, 2.571, 3.365, 4.032, 5.893],
  [9, 1.383, 1.833, 2.262, 2.821, 3.25, 4.297],
  [10, 1.372, 1.812, 2.228, 2.764, 3.169, 4.144],
  [19, 1.328, 1.729, 2.093, 2.539, 2.861, 3.579],
  [29, 1.311, 1.699, 2.045, 2.462, 2.756, 3.396],
  [30, 1.31, 1.697, 2.042, 2.457, 2.75, 3.385],
  [60, 1.296, 1.671, 2, 2.39, 2.66, 3.232],
  [100, 1.29, 1.66, 1.984, 2.364, 2.626, 3.174],
] as const;

const LEVELS = [0.8, 0.9, 0.95, 0.98, 0.99, 0.998];

const levels = fc.double({ min: 0.01, max: 0.9999, noNaN: true });

describe("Student's quantile", () => {
  it.each(NIST_TABLE)("for %d degrees of freedom is the printed one", (freedom, ...printed) => {
    printed.forEach((quantile, column) => {
      expect(Math.abs(studentQuantile(LEVELS[column]!, freedom) - quantile)).toBeLessThanOrEqual(0.000_501);
    });
  });

  it("has its closed form for 1, 2 and 4 degrees of freedom", () => {
    fc.assert(
      fc.property(levels, (level) => {
        expect(studentQuantile(level, 1) / Math.tan((Math.PI / 2) * level) - 1).toBeCloseTo(0, 9);
        expect(studentQuantile(level, 2) / (level * Math.sqrt(2 / (1 - level * level))) - 1).toBeCloseTo(0, 9);
        const rootOfShare = Math.sqrt(1 - level * level);
        const shape = Math.cos(Math.acos(rootOfShare) / 3) / rootOfShare;
        expect(studentQuantile(level, 4) / (2 * Math.sqrt(shape - 1)) - 1).toBeCloseTo(0, 8);
      }),
    );
  });

  it("approaches the normal distribution's", () => {
    expect(studentQuantile(0.95, 1e7)).toBeCloseTo(1.959963985, 6);
    expect(studentQuantile(0.99, 1e7)).toBeCloseTo(2.575829304, 6);
  });

  it("rises with the level and falls with the degrees of freedom", () => {
    fc.assert(
      fc.property(levels, fc.double({ min: 1, max: 1000, noNaN: true }), (level, freedom) => {
        expect(studentQuantile(level + 0.00005, freedom)).toBeGreaterThan(studentQuantile(level, freedom));
        expect(studentQuantile(level, freedom * 1.01)).toBeLessThan(studentQuantile(level, freedom));
      }),
    );
  });

  it.each([
    [0, 5],
    [1, 5],
    [NaN, 5],
    [0.95, 0],
  ])("refuses the level %d with %d degrees of freedom", (level, freedom) => {
    expect(() => studentQuantile(level, freedom)).toThrow(/confidence level|degree of freedom/);
  });
});

describe("interval", () => {
  it("of a worked example is what the textbook formula gives", () => {
    // Mean 10, sample variance 10, five values: 2.776445105 × √(10 / 5).
    const { mean, halfWidth, low, high } = interval([6, 8, 10, 12, 14], 0.95);
    expect(mean).toBe(10);
    expect(halfWidth).toBeCloseTo(2.776445105 * Math.SQRT2, 8);
    expect(low).toBe(10 - halfWidth);
    expect(high).toBe(10 + halfWidth);
  });

  it("holds the true mean as often as it says", () => {
    const stream = new RandomStream(1, "replications");
    const values = new Float64Array(5);
    let held = 0;
    for (let trial = 0; trial < 20_000; trial += 1) {
      stream.fillNormals(values);
      const { low, high } = interval(values, 0.9);
      if (low <= 0 && high >= 0) held += 1;
    }
    expect(Math.abs(binomialDeviation(held, 20_000, 0.9))).toBeLessThan(FAR);
  });

  it("of one value has no bounds", () => {
    expect(interval([7], 0.95)).toEqual({ mean: 7, halfWidth: Infinity, low: -Infinity, high: Infinity });
  });

  it("of equal values has no width", () => {
    expect(interval([7, 7, 7], 0.99)).toEqual({ mean: 7, halfWidth: 0, low: 7, high: 7 });
  });

  it("of nothing is refused", () => {
    expect(() => interval([], 0.95)).toThrow("needs a value");
  });
});

describe("differenceInterval", () => {
  it("sees a small change through a large common chance", () => {
    const stream = new RandomStream(1, "pairs");
    const before = Array.from({ length: 20 }, () => 100 + 10 * stream.normal());
    const after = before.map((value) => value + 1 + 0.1 * stream.normal());
    const paired = differenceInterval(before, after, 0.99);
    expect(paired.low).toBeGreaterThan(0.9);
    expect(paired.high).toBeLessThan(1.1);
    expect(paired.halfWidth).toBeLessThan(interval(after, 0.99).halfWidth / 20);
  });

  it("refuses halves of pairs", () => {
    expect(() => differenceInterval([1, 2], [1], 0.95)).toThrow("pairs need two values each, not 2 and 1");
  });
});
