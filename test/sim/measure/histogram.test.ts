import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../../sim/measure/histogram.ts";

/** Whole numbers of every magnitude from 0 to 2^53. */
const value = fc
  .tuple(fc.integer({ min: 0, max: 53 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([octave, part]) => Math.floor(part * 2 ** octave));
const values = fc.array(value, { minLength: 1, maxLength: 200 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("a histogram", () => {
  it("gives every quantile to within 0.8 % above the true one", () => {
    fc.assert(
      fc.property(values, share, (recorded, asked) => {
        const truth = [...recorded].sort((a, b) => a - b)[Math.max(1, Math.ceil(asked * recorded.length)) - 1]!;
        const quantile = histogramOf(recorded).quantile(asked);
        expect(quantile).toBeGreaterThanOrEqual(truth);
        expect(quantile).toBeLessThanOrEqual(truth * 1.008);
      }),
      { numRuns: 2000 },
    );
  });

  it("is exact below 256, and at the ends", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }), share, (recorded, asked) => {
        const sorted = [...recorded].sort((a, b) => a - b);
        expect(histogramOf(recorded).quantile(asked)).toBe(sorted[Math.max(1, Math.ceil(asked * recorded.length)) - 1]);
        expect(histogramOf(recorded).quantile(0)).toBe(sorted[0]);
        expect(histogramOf(recorded).quantile(1)).toBe(sorted.at(-1));
      }),
    );
  });

  it("asks for the seventh of a hundred at 0.07, though 0.07 × 100 is more than 7", () => {
    expect(0.07 * 100).toBeGreaterThan(7);
    const histogram = histogramOf(Array.from({ length: 100 }, (_, index) => index + 1));
    for (let percent = 1; percent <= 100; percent += 1) expect(histogram.quantile(percent / 100)).toBe(percent);
  });

  it("has the exact count, mean and maximum", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1 }), (recorded) => {
        const histogram = histogramOf(recorded);
        expect(histogram.count).toBe(recorded.length);
        expect(histogram.max).toBe(Math.max(...recorded));
        expect(histogram.mean).toBe(recorded.reduce((sum, one) => sum + one, 0) / recorded.length);
      }),
    );
  });

  it("puts each number into one bucket that holds it and is narrower than 0.8 %", () => {
    fc.assert(
      fc.property(value, (one) => {
        const [bucket, ...others] = histogramOf([one]).filled();
        expect(others).toEqual([]);
        expect(bucket).toMatchObject({ count: 1 });
        expect(bucket!.from).toBeLessThanOrEqual(one);
        expect(bucket!.to).toBeGreaterThan(one);
        expect(bucket!.to - bucket!.from).toBeLessThanOrEqual(Math.max(1, bucket!.from / 128));
      }),
      { numRuns: 5000 },
    );
  });

  it("joins its buckets without gap or overlap at every power of two", () => {
    for (let exponent = 1; exponent <= 52; exponent += 1) {
      const [below, at] = histogramOf([2 ** exponent - 1, 2 ** exponent]).filled();
      expect(below!.to).toBe(2 ** exponent);
      expect(at!.from).toBe(2 ** exponent);
    }
  });

  it("counts everything in its buckets, in ascending order", () => {
    fc.assert(
      fc.property(values, (recorded) => {
        const filled = histogramOf(recorded).filled();
        expect(filled.reduce((sum, { count }) => sum + count, 0)).toBe(recorded.length);
        expect(filled.map(({ from }) => from)).toEqual(filled.map(({ from }) => from).sort((a, b) => a - b));
      }),
    );
  });

  it("does not depend on the order of recording", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 })), (recorded) => {
        expect(histogramOf([...recorded].reverse()).filled()).toEqual(histogramOf(recorded).filled());
      }),
    );
  });

  it("knows nothing when nothing was recorded", () => {
    const histogram = new Histogram();
    expect(histogram.quantile(0.5)).toBeNaN();
    expect(histogram.mean).toBeNaN();
    expect(histogram.filled()).toEqual([]);
  });

  it.each([-1, NaN])("refuses %d and stays as it was", (wrong) => {
    const histogram = histogramOf([5]);
    expect(() => {
      histogram.record(wrong);
    }).toThrow("takes no number below 0");
    expect(histogram).toEqual(histogramOf([5]));
  });
});

function histogramOf(recorded: number[]): Histogram {
  const histogram = new Histogram();
  for (const one of recorded) histogram.record(one);
  return histogram;
}
