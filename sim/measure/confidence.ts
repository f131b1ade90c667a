import { assert } from "../core/assert.ts";
import { exactExp, exactLog } from "../kernel/exact-math.ts";

/** A mean with the interval that holds the true one with the stated confidence. */
export interface Interval {
  readonly mean: number;
  /** Infinity when there is only one value. */
  readonly halfWidth: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of independent values with Student's confidence interval, as from replications with different seeds.
 *
 * It holds for values that are roughly normal, as means over a run are. One value says nothing of its own error: its
 * interval is without bounds. Source: Law, Simulation Modeling and Analysis, 5th edition, section 9.4.1.
 *
 * @param values At least one.
 * @param level The confidence, between 0 and 1: 0.95 or 0.99, say.
 */
export function interval(values: ArrayLike<number>, level: number): Interval {
  const count = values.length;
  assert(count > 0, "a confidence interval needs a value");
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index] as number;
  const mean = sum / count;
  if (count === 1) return { mean, halfWidth: Infinity, low: -Infinity, high: Infinity };

  let squares = 0;
  for (let index = 0; index < count; index += 1) {
    const deviation = (values[index] as number) - mean;
    squares += deviation * deviation;
  }
  const standardError = Math.sqrt(squares / (count - 1) / count);
  const halfWidth = studentQuantile(level, count - 1) * standardError;
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth };
}

/**
 * The mean of `second − first`, pair by pair, with its interval: how much a change brings, measured with the same seeds
 * on both sides. When the pairs meet the same chance it is far narrower than what the two intervals would suggest.
 */
export function differenceInterval(first: ArrayLike<number>, second: ArrayLike<number>, level: number): Interval {
  assert(first.length === second.length, `pairs need two values each, not ${first.length} and ${second.length}`);
  const differences = new Float64Array(first.length);
  for (let index = 0; index < differences.length; index += 1) {
    differences[index] = (second[index] as number) - (first[index] as number);
  }
  return interval(differences, level);
}

/**
 * How many standard errors to each side of the mean hold a share `level` of Student's t distribution with
 * `freedom` degrees of freedom (1 or more; not necessarily whole). Off by less than 1e-9 of its value.
 *
 * Method: what lies outside ±t is a convex, falling function of t, so Newton's steps from 0 approach the answer from
 * below and never pass it; they end when they no longer rise.
 */
export function studentQuantile(level: number, freedom: number): number {
  assert(level > 0 && level < 1, `a confidence level lies between 0 and 1, not at ${level}`);
  assert(freedom >= 1, `Student's t needs a degree of freedom, not ${freedom}`);
  const outside = 1 - level;
  let t = 0;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = t + (shareOutside(t, freedom) - outside) / (2 * studentDensity(t, freedom));
    if (!(next > t + t * 1e-15)) break;
    t = next;
  }
  return t;
}

/** Far more than one degree of freedom at a level of 1 − 1e-15 takes. */
const MOST_STEPS = 200;

/** The share of Student's t distribution outside ±t: the regularized incomplete beta function I_x(freedom / 2, 1 / 2). */
function shareOutside(t: number, freedom: number): number {
  const square = t * t;
  const x = freedom / (freedom + square);
  const y = square / (freedom + square);
  const a = freedom / 2;
  const b = 0.5;
  // x^a y^b / B(a, b), where B(a, 1/2) follows from the ratio of gammas in the density.
  const front = (exactExp(-a * exactLog(1 + square / freedom)) * Math.sqrt(y) * gammaRatio(freedom)) / SQRT_PI;
  // The fraction converges fast on one side of the distribution's mean; the other side comes from its complement.
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(a, b, x)) / a;
  return 1 - (front * betaFraction(b, a, y)) / b;
}

function studentDensity(t: number, freedom: number): number {
  const scale = gammaRatio(freedom) / (SQRT_PI * Math.sqrt(freedom));
  return scale * exactExp((-(freedom + 1) / 2) * exactLog(1 + (t * t) / freedom));
}

const SQRT_PI = 1.772453850905516;

/**
 * Γ((n + 1) / 2) / Γ(n / 2), by its series for large n (Abramowitz and Stegun 6.1.47 with a = 1/2, b = 0), to which
 * the recurrence r(n) = r(n + 2) n / (n + 1) leads from small ones.
 */
function gammaRatio(n: number): number {
  let factor = 1;
  let large = n;
  for (; large < 100; large += 2) factor *= large / (large + 1);
  const u = 1 / (4 * large);
  const series = 1 + u * (-1 + u * (1 / 2 + u * (5 / 2 + u * (-21 / 8 + u * (-399 / 8)))));
  return factor * Math.sqrt(large / 2) * series;
}

/**
 * The continued fraction of the incomplete beta function (DLMF 8.17.22, https://dlmf.nist.gov/8.17.v), evaluated by
 * the method of Lentz as modified by Thompson and Barnett.
 */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
