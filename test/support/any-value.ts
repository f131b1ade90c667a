import fc from "fast-check";
import type { DurationSpec } from "../../sim/scenario/schema.ts";

/** Values that scenarios made at random are put together from. */

/** Mostly none, sometimes a little, sometimes always. */
export function probability(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: hundredths(0, 60) },
    { weight: 1, arbitrary: fc.constant(1) },
  );
}

export function hundredths(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max }).map((count) => count / 100);
}

/** Mostly the usual. */
export function either<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: usual }, { weight: 2, arbitrary: other });
}

/** In one of four scenarios. */
export function rarely<T>(part: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: part });
}

/** A length of time of any kind, mostly up to `longestSec`. */
export function duration(longestSec: number): fc.Arbitrary<DurationSpec> {
  const sec = fc.integer({ min: 1, max: longestSec * 1000 }).map((ms) => ms / 1000);
  return fc.oneof(
    fc.record({ kind: fc.constant("constant" as const), sec: fc.oneof(fc.constant(0), sec) }),
    fc.record({ kind: fc.constant("exponential" as const), meanSec: sec }),
    fc.tuple(sec, sec).map(([a, b]) => ({ kind: "uniform" as const, minSec: Math.min(a, b), maxSec: Math.max(a, b) })),
    fc.tuple(sec, sec).map(([a, b]) => ({ kind: "lognormal" as const, medianSec: Math.min(a, b), p95Sec: Math.max(a, b) })),
    fc.record({ kind: fc.constant("gamma" as const), meanSec: sec, variation: hundredths(1, 300) }),
    fc.record({ kind: fc.constant("hyper-exponential" as const), meanSec: sec, variation: hundredths(100, 500) }),
    fc.record({ kind: fc.constant("weibull" as const), meanSec: sec, shape: hundredths(20, 500) }),
    fc.record({ kind: fc.constant("pareto" as const), minSec: sec, shape: hundredths(105, 500) }),
    fc.tuple(sec, sec, fc.integer({ min: 1, max: 9 })).map(([a, b, weight]) => ({
      kind: "histogram" as const,
      edgesSec: [0, Math.min(a, b), Math.max(a, b)],
      weights: [1, weight],
    })),
  );
}
