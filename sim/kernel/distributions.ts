import { assert, assertNever } from "../core/assert.ts";
import type { DurationSpec } from "../scenario/schema.ts";
import { exactExp, exactLog, exactPow } from "./exact-math.ts";
import { fillGammas, gammaFunction } from "./gamma.ts";
import type { RandomStream } from "./random.ts";

/**
 * Lengths of time drawn from a scenario's distributions, and the moments that queueing theory asks for.
 *
 * To add a kind: a number in the list of kinds, its parameters in `durationSampler`, its draw in `fill`, and its two
 * moments. Every switch over the kinds fails to compile until it has the new case.
 */

/** A sampler of `spec`. Each sampler takes a stream of its own, because it draws ahead. */
export function durationSampler(spec: DurationSpec, stream: RandomStream): DurationSampler {
  switch (spec.kind) {
    case "constant":
      return new DurationSampler(stream, CONSTANT, spec.sec * MS_PER_SEC, 0);
    case "exponential":
      return new DurationSampler(stream, EXPONENTIAL, spec.meanSec * MS_PER_SEC, 0);
    case "uniform":
      assert(spec.minSec <= spec.maxSec, `uniform: the shortest, ${spec.minSec} s, is above the longest, ${spec.maxSec} s`);
      return new DurationSampler(stream, UNIFORM, spec.minSec * MS_PER_SEC, (spec.maxSec - spec.minSec) * MS_PER_SEC);
    case "lognormal":
      return new DurationSampler(stream, LOGNORMAL, spec.medianSec * MS_PER_SEC, sigmaOf(spec.medianSec, spec.p95Sec));
    case "gamma": {
      const shape = gammaShape(spec.variation);
      return new DurationSampler(stream, GAMMA, (spec.meanSec / shape) * MS_PER_SEC, shape);
    }
    case "hyper-exponential":
      return new DurationSampler(stream, HYPER_EXPONENTIAL, spec.meanSec * MS_PER_SEC, shortShare(spec.variation));
    case "weibull":
      return new DurationSampler(stream, WEIBULL, weibullScale(spec.meanSec, spec.shape) * MS_PER_SEC, spec.shape);
    case "pareto":
      return new DurationSampler(stream, PARETO, spec.minSec * MS_PER_SEC, spec.shape);
    case "histogram":
      return new DurationSampler(stream, HISTOGRAM, MS_PER_SEC, 0, cumulative(spec.edgesSec, spec.weights));
    default:
      return assertNever(spec);
  }
}

/**
 * Draws lengths of time in whole milliseconds.
 *
 * A length is drawn in continuous time and rounded to the nearest millisecond, at least 1 and at most
 * {@link LONGEST_MS}; only a constant of 0 gives 0. Rounding to the nearest keeps the mean: for an exponential of mean
 * m ms it rises by less than 1 / (2 m) ms. Rounding up would add half a millisecond to every job, which at a mean of
 * 0.5 s is 0.1 % of load, and 1 % of waiting where ρ is 0.9.
 *
 * One class for all kinds keeps the caller's site monomorphic. It draws {@link CHUNK} lengths at a time, so that the
 * call itself is an array read that the compiler inlines and that never boxes a double.
 */
export class DurationSampler {
  private readonly stream: RandomStream;
  private readonly kind: Kind;
  private readonly first: number;
  private readonly second: number;
  private readonly bins: Bins;
  private readonly chunk = new Int32Array(CHUNK);
  private next = CHUNK;

  /**
   * @param first Scale: the constant, the mean, the shortest, the median or the unit of the edges, in milliseconds.
   * @param second Shape: the width in milliseconds (uniform), σ of the logarithm (lognormal), the share of short times
   * (hyper-exponential), or the distribution's own shape.
   */
  constructor(stream: RandomStream, kind: Kind, first: number, second: number, bins: Bins = NO_BINS) {
    this.stream = stream;
    this.kind = kind;
    this.first = first;
    this.second = second;
    this.bins = bins;
  }

  /** The next length of time, in whole milliseconds: 1 or more, or always 0 for a constant of 0. */
  nextMs(): number {
    if (this.next === CHUNK) this.fill();
    const ms = this.chunk[this.next] as number;
    this.next += 1;
    return ms;
  }

  private fill(): void {
    const { stream, first, second, chunk } = this;
    this.next = 0;
    switch (this.kind) {
      case CONSTANT:
        chunk.fill(first === 0 ? 0 : wholeMs(first));
        return;
      case EXPONENTIAL:
        stream.fillExponentials(DRAWS);
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * (DRAWS[index] as number));
        return;
      case UNIFORM:
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first + second * stream.uniform());
        return;
      case LOGNORMAL:
        stream.fillNormals(DRAWS);
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * exactExp(second * (DRAWS[index] as number)));
        return;
      case GAMMA:
        fillGammas(stream, second, DRAWS);
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * (DRAWS[index] as number));
        return;
      case HYPER_EXPONENTIAL:
        fillHyperExponentials(stream, second, DRAWS);
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * (DRAWS[index] as number));
        return;
      case WEIBULL:
        stream.fillExponentials(DRAWS);
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * exactPow(DRAWS[index] as number, 1 / second));
        return;
      case PARETO:
        for (let index = 0; index < CHUNK; index += 1) chunk[index] = wholeMs(first * exactPow(stream.uniformPositive(), -1 / second));
        return;
      case HISTOGRAM:
        for (let index = 0; index < CHUNK; index += 1)
          chunk[index] = wholeMs(first * timeInBins(this.bins, stream.uniform(), stream.uniform()));
        return;
      default:
        assertNever(this.kind);
    }
  }
}

/** The mean of `spec` in seconds, before rounding. */
export function meanSec(spec: DurationSpec): number {
  switch (spec.kind) {
    case "constant":
      return spec.sec;
    case "exponential":
      return spec.meanSec;
    case "uniform":
      return (spec.minSec + spec.maxSec) / 2;
    case "lognormal": {
      const sigma = sigmaOf(spec.medianSec, spec.p95Sec);
      return spec.medianSec * exactExp((sigma * sigma) / 2);
    }
    case "gamma":
    case "hyper-exponential":
    case "weibull":
      return spec.meanSec;
    case "pareto":
      return (spec.minSec * spec.shape) / (spec.shape - 1);
    case "histogram":
      return momentOfBins(spec.edgesSec, spec.weights, (low, high) => (low + high) / 2);
    default:
      return assertNever(spec);
  }
}

/**
 * The mean of the square of `spec`, in seconds squared, before rounding: what Pollaczek and Khinchine ask for. Infinity
 * for a Pareto whose tail index is 2 or less.
 */
export function secondMomentSec2(spec: DurationSpec): number {
  switch (spec.kind) {
    case "constant":
      return spec.sec * spec.sec;
    case "exponential":
      return 2 * spec.meanSec * spec.meanSec;
    case "uniform":
      return (spec.minSec * spec.minSec + spec.minSec * spec.maxSec + spec.maxSec * spec.maxSec) / 3;
    case "lognormal": {
      const sigma = sigmaOf(spec.medianSec, spec.p95Sec);
      return spec.medianSec * spec.medianSec * exactExp(2 * sigma * sigma);
    }
    case "gamma":
    case "hyper-exponential":
      return spec.meanSec * spec.meanSec * (1 + spec.variation * spec.variation);
    case "weibull": {
      const scale = weibullScale(spec.meanSec, spec.shape);
      return scale * scale * gammaFunction(1 + 2 / spec.shape);
    }
    case "pareto":
      return spec.shape > 2 ? (spec.minSec * spec.minSec * spec.shape) / (spec.shape - 2) : Infinity;
    case "histogram":
      return momentOfBins(spec.edgesSec, spec.weights, (low, high) => (low * low + low * high + high * high) / 3);
    default:
      return assertNever(spec);
  }
}

/** The longest length drawn, 24.8 days: longer than any message lives, and the most that 31 bits hold. */
export const LONGEST_MS = 0x7fff_ffff;

const MS_PER_SEC = 1000;
/** Lengths drawn ahead. */
const CHUNK = 256;
/** Where a chunk's continuous draws pass through; holds nothing between calls. */
const DRAWS = new Float64Array(CHUNK);

const CONSTANT = 0;
const EXPONENTIAL = 1;
const UNIFORM = 2;
const LOGNORMAL = 3;
const GAMMA = 4;
const HYPER_EXPONENTIAL = 5;
const WEIBULL = 6;
const PARETO = 7;
const HISTOGRAM = 8;
type Kind =
  | typeof CONSTANT
  | typeof EXPONENTIAL
  | typeof UNIFORM
  | typeof LOGNORMAL
  | typeof GAMMA
  | typeof HYPER_EXPONENTIAL
  | typeof WEIBULL
  | typeof PARETO
  | typeof HISTOGRAM;

/** The 95 % quantile of the standard normal distribution. */
const NORMAL_QUANTILE_95 = 1.6448536269514722;

/** σ of the logarithm of a lognormal with this median and 95th percentile. */
function sigmaOf(medianSec: number, p95Sec: number): number {
  assert(medianSec <= p95Sec, `lognormal: the median, ${medianSec} s, is above the 95th percentile, ${p95Sec} s`);
  return exactLog(p95Sec / medianSec) / NORMAL_QUANTILE_95;
}

function wholeMs(ms: number): number {
  if (ms < 1) return 1;
  if (ms >= LONGEST_MS) return LONGEST_MS;
  return (ms + 0.5) | 0;
}

/** Shape of the gamma distribution whose standard deviation is `variation` times its mean. */
export function gammaShape(variation: number): number {
  return 1 / (variation * variation);
}

/** Scale of the Weibull distribution with this mean: mean = scale Γ(1 + 1/shape). */
export function weibullScale(mean: number, shape: number): number {
  return mean / gammaFunction(1 + 1 / shape);
}

/**
 * Of a hyper-exponential mixture of two exponentials with balanced means (each contributes half of the mean), the share
 * of the short ones: (1 + √((c² − 1) / (c² + 1))) / 2 (Whitt 1982, "Approximating a Point Process by a Renewal Process").
 */
export function shortShare(variation: number): number {
  assert(variation >= 1, `a hyper-exponential varies by its mean or more, not by ${variation} of it`);
  const square = variation * variation;
  return (1 + Math.sqrt((square - 1) / (square + 1))) / 2;
}

/** Fills `target` with hyper-exponential draws of mean 1. */
export function fillHyperExponentials(stream: RandomStream, share: number, target: Float64Array): void {
  for (let index = 0; index < target.length; index += 1) {
    const mean = stream.uniform() < share ? 0.5 / share : 0.5 / (1 - share);
    target[index] = mean * stream.exponential();
  }
}

/** A histogram made ready to be drawn from: the edges, and at each upper edge the share of all times up to it. */
interface Bins {
  readonly edges: Float64Array;
  readonly shares: Float64Array;
}

const NO_BINS: Bins = { edges: new Float64Array(0), shares: new Float64Array(0) };

function cumulative(edgesSec: readonly number[], weights: readonly number[]): Bins {
  assert(edgesSec.length === weights.length + 1, `${weights.length} bins have ${weights.length + 1} edges, not ${edgesSec.length}`);
  let total = 0;
  for (const weight of weights) total += weight;
  assert(total > 0, "a histogram has a bin that is not empty");
  let sum = 0;
  return { edges: Float64Array.from(edgesSec), shares: Float64Array.from(weights, (weight) => (sum += weight) / total) };
}

/** A time in the bin that holds share `which`, at `place` (0 to 1) within it. */
function timeInBins({ edges, shares }: Bins, which: number, place: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shares[middle] as number) > which) high = middle;
    else low = middle + 1;
  }
  const from = edges[low] as number;
  return from + place * ((edges[low + 1] as number) - from);
}

function momentOfBins(edgesSec: readonly number[], weights: readonly number[], moment: (low: number, high: number) => number): number {
  let sum = 0;
  let total = 0;
  for (const [bin, weight] of weights.entries()) {
    sum += weight * moment(edgesSec[bin] as number, edgesSec[bin + 1] as number);
    total += weight;
  }
  return sum / total;
}
