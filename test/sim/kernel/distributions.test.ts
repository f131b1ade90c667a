import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_MS, durationSampler, meanSec, secondMomentSec2 } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import { FAR, binomialDeviation, chiSquareDeviation, moments, normalDistribution } from "../../support/statistics.ts";

/** Each kind, wide and narrow, at lengths where rounding to a millisecond does not show. */
const SPECS: DurationSpec[] = [
  { kind: "constant", sec: 2.5 },
  { kind: "exponential", meanSec: 0.5 },
  { kind: "exponential", meanSec: 3600 },
  { kind: "uniform", minSec: 0, maxSec: 10 },
  { kind: "uniform", minSec: 60, maxSec: 90 },
  { kind: "lognormal", medianSec: 23, p95Sec: 46 },
  { kind: "lognormal", medianSec: 1, p95Sec: 8 },
];

const anySpec: fc.Arbitrary<DurationSpec> = fc.oneof(
  fc.record({ kind: fc.constant("constant" as const), sec: fc.double({ min: 0.0001, max: 86_400, noNaN: true }) }),
  fc.record({ kind: fc.constant("exponential" as const), meanSec: fc.double({ min: 0.001, max: 86_400, noNaN: true }) }),
  twoSeconds(0).map(([minSec, maxSec]) => ({ kind: "uniform" as const, minSec, maxSec })),
  twoSeconds(0.001).map(([medianSec, p95Sec]) => ({ kind: "lognormal" as const, medianSec, p95Sec })),
);

describe("a duration sampler", () => {
  it("gives whole milliseconds from 1 to its limit, for every distribution", () => {
    fc.assert(
      fc.property(anySpec, fc.maxSafeNat(), (spec, seed) => {
        for (const ms of draw(spec, 600, seed)) expect(Number.isInteger(ms) && ms >= 1 && ms <= LONGEST_MS).toBe(true);
      }),
    );
  });

  it.each(SPECS)("has the mean and the mean square of $kind", (spec) => {
    const { mean, square } = moments(draw(spec, 1_000_000).map((ms) => ms / 1000));
    expect(Math.abs(mean.value - meanSec(spec))).toBeLessThanOrEqual(FAR * mean.error + 1e-12);
    expect(Math.abs(square.value - secondMomentSec2(spec))).toBeLessThanOrEqual(FAR * square.error + 1e-12);
  });

  it("gives a constant every time, rounded to the nearest millisecond", () => {
    expect(new Set(draw({ kind: "constant", sec: 2.5 }, 1000))).toEqual(new Set([2500]));
    expect(new Set(draw({ kind: "constant", sec: 0.0124 }, 10))).toEqual(new Set([12]));
    expect(new Set(draw({ kind: "constant", sec: 0.0125 }, 10))).toEqual(new Set([13]));
    expect(new Set(draw({ kind: "constant", sec: 0.0001 }, 10))).toEqual(new Set([1]));
  });

  it("gives 0 only for a constant of 0", () => {
    expect(new Set(draw({ kind: "constant", sec: 0 }, 1000))).toEqual(new Set([0]));
    expect(new Set(draw({ kind: "uniform", minSec: 0, maxSec: 0 }, 1000))).toEqual(new Set([1]));
  });

  it("fits the exponential distribution millisecond by millisecond", () => {
    const counts = new Float64Array(60);
    for (const ms of draw({ kind: "exponential", meanSec: 0.01 }, 1_000_000)) counts[Math.min(ms, 60) - 1]! += 1;
    const survival = (ms: number) => Math.exp(-ms / 10);
    const expected = counts.map((_, cell) => {
      const from = cell === 0 ? 1 : survival(cell + 0.5);
      const to = cell === 59 ? 0 : survival(cell + 1.5);
      return 1_000_000 * (from - to);
    });
    expect(Math.abs(chiSquareDeviation(counts, expected))).toBeLessThan(FAR);
  });

  it("raises the mean of a short exponential by less than 1 / (2 m) ms", () => {
    for (const m of [5, 20, 100]) {
      const { mean } = moments(draw({ kind: "exponential", meanSec: m / 1000 }, 2_000_000));
      expect(mean.value).toBeLessThan(m + 1 / (2 * m) + FAR * mean.error);
      expect(mean.value).toBeGreaterThan(m - FAR * mean.error);
    }
  });

  it("fits the uniform distribution, whose two ends get half a share", () => {
    const counts = new Float64Array(101);
    for (const ms of draw({ kind: "uniform", minSec: 0.1, maxSec: 0.2 }, 500_000)) counts[ms - 100]! += 1;
    const expected = counts.map((_, cell) => (cell === 0 || cell === 100 ? 2500 : 5000));
    expect(Math.abs(chiSquareDeviation(counts, expected))).toBeLessThan(FAR);
  });

  it("puts half of a lognormal below its median, 95 % below its 95th percentile, and the rest where they belong", () => {
    const sample = draw({ kind: "lognormal", medianSec: 23, p95Sec: 46 }, 1_000_000);
    const sigma = Math.log(2) / 1.6448536269514722;
    for (const z of [-3, -2, -1, 0, 1, 1.6448536269514722, 2, 3, 4]) {
      const limitMs = Math.floor(23_000 * Math.exp(sigma * z)) + 0.5;
      const below = sample.reduce((count, ms) => count + (ms < limitMs ? 1 : 0), 0);
      const probability = normalDistribution(Math.log(limitMs / 23_000) / sigma);
      expect(Math.abs(binomialDeviation(below, sample.length, probability))).toBeLessThan(FAR);
    }
  });

  it("draws from its stream in order, one draw a length, however far ahead it draws", () => {
    const sampler = durationSampler({ kind: "exponential", meanSec: 2 }, new RandomStream(5, "work"));
    const twin = new RandomStream(5, "work");
    for (let index = 0; index < 1000; index += 1) expect(sampler.nextMs()).toBe(Math.max(1, Math.round(2000 * twin.exponential())));
  });

  it("stops at its limit where the tail is heavier than a run is long", () => {
    const sample = draw({ kind: "lognormal", medianSec: 86_400, p95Sec: 864_000 }, 100_000);
    expect(sample.reduce((most, ms) => Math.max(most, ms), 0)).toBe(LONGEST_MS);
  });

  it("refuses parameters in the wrong order", () => {
    const stream = new RandomStream(1, "wrong");
    expect(() => durationSampler({ kind: "uniform", minSec: 2, maxSec: 1 }, stream)).toThrow(
      "the shortest, 2 s, is above the longest, 1 s",
    );
    expect(() => durationSampler({ kind: "lognormal", medianSec: 2, p95Sec: 1 }, stream)).toThrow("the median, 2 s, is above");
  });
});

describe("the moments", () => {
  it.each([
    [{ kind: "constant", sec: 3 }, 3, 9],
    [{ kind: "exponential", meanSec: 3 }, 3, 18],
    [{ kind: "uniform", minSec: 1, maxSec: 4 }, 2.5, 7],
    // σ = 1 for e^1.6448… between the median and the 95th percentile: mean √e, mean square e².
    [{ kind: "lognormal", medianSec: 1, p95Sec: Math.exp(1.6448536269514722) }, Math.sqrt(Math.E), Math.E * Math.E],
    [{ kind: "lognormal", medianSec: 2, p95Sec: 2 }, 2, 4],
  ] as [DurationSpec, number, number][])("of %o are %d and %d", (spec, mean, square) => {
    expect(meanSec(spec)).toBeCloseTo(mean, 12);
    expect(secondMomentSec2(spec)).toBeCloseTo(square, 12);
  });
});

function draw(spec: DurationSpec, count: number, seed = 1): Float64Array {
  const sampler = durationSampler(spec, new RandomStream(seed, JSON.stringify(spec)));
  return Float64Array.from({ length: count }, () => sampler.nextMs());
}

function twoSeconds(min: number): fc.Arbitrary<[number, number]> {
  const seconds = fc.double({ min, max: 86_400, noNaN: true });
  return fc.tuple(seconds, seconds).map(([one, other]) => (one <= other ? [one, other] : [other, one]));
}
