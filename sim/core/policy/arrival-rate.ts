import type { Datapoint } from "./policy.ts";

/**
 * The rate of arrivals and its trend, from the counts of the last periods as published.
 *
 * A straight line through the last eight counts (least squares), read at its newest end. Three corrections keep it sober:
 * - **Messages come in batches.** Counts of λ messages one by one scatter by √λ even when nothing changes; in batches of
 *   sixty by √60 as much. So what they scatter by is measured ({@link dispersionOf}), and where that is much, twice as many
 *   counts are looked at.
 * - **A trend has to stand out.** The slope is taken nearer to zero by one and a half of its standard errors before it is
 *   believed.
 * - **A jump is no trend.** From the newest count backwards, a count that is far from where the line through the newer
 *   ones leads (four deviations, and three tenths) ends the look back, and everything older is forgotten: a flash sale
 *   is not a slow rise.
 *
 * A count that was published a period late stands for the empty period before it as well (double samples of
 * CloudWatch): gaps are filled with their share of the next count.
 */
export interface RateFit {
  /** Messages a millisecond at `at`; 0 when nothing is known. */
  readonly perMs: number;
  /** Messages a millisecond, per millisecond. */
  readonly trend: number;
  /** The time that the rate is of, milliseconds. */
  readonly at: number;
}

/** Without any count the rate is 0, as of `now`. */
export function fitRate(counts: readonly Datapoint[], periodMs: number, now: number): RateFit {
  const all = evened(counts, periodMs);
  const dispersion = dispersionOf(all);
  const values = all.slice(-(dispersion > BURSTY ? MOST_BURSTY_COUNTS : MOST_COUNTS));
  const newest = counts.at(-1);
  if (newest === undefined) return { perMs: 0, trend: 0, at: now };
  const at = newest.at + periodMs;
  let from = values.length - 1;
  while (from > 0) {
    const newer = values.length - from;
    const { mean, slope } = line(values, from);
    const expected = Math.max(1, mean - (slope * (newer + 1)) / 2);
    const far = Math.max(JUMP * Math.sqrt(dispersion * expected * (1 + 1 / newer)), JUMP_SHARE * expected);
    if (Math.abs((values[from - 1] as number) - expected) > far) break;
    from -= 1;
  }
  const { mean, slope, slopeError } = line(values, from);
  const sober = Math.sign(slope) * Math.max(0, Math.abs(slope) - DOUBT * Math.sqrt(dispersion) * slopeError);
  const level = mean + (sober * (values.length - from - 1)) / 2;
  // The line is read at the middle of the newest period; half a period lies between that and its end.
  return { perMs: Math.max(0, level) / periodMs, trend: sober / (periodMs * periodMs), at: at - periodMs / 2 };
}

/** The newest counts, one a period, gaps filled with their share of the count that follows. */
function evened(counts: readonly Datapoint[], periodMs: number): number[] {
  const values: number[] = [];
  for (let index = Math.max(0, counts.length - MOST_BURSTY_COUNTS); index < counts.length; index += 1) {
    const { at, value } = counts[index] as Datapoint;
    const before = counts[index - 1];
    const periods =
      before === undefined || values.length === 0 ? 1 : Math.min(MOST_COUNTS, Math.max(1, Math.round((at - before.at) / periodMs)));
    for (let part = 0; part < periods; part += 1) values.push(value / periods);
  }
  return values.slice(-MOST_BURSTY_COUNTS);
}

/**
 * Variance over mean of the counts: 1 for messages that come one by one, a batch's size for those that come in batches.
 * By the median of the second differences, which neither a trend nor a single jump disturbs.
 */
function dispersionOf(values: readonly number[]): number {
  if (values.length < FEWEST_FOR_DISPERSION) return 1;
  const bends: number[] = [];
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    sum += value;
    if (index >= 2) bends.push(Math.abs(value - 2 * (values[index - 1] as number) + (values[index - 2] as number)));
  }
  bends.sort((a, b) => a - b);
  const median = bends[bends.length >> 1] as number;
  const deviation = median / MEDIAN_BEND;
  return sum === 0 ? 1 : Math.max(1, (deviation * deviation * values.length) / sum);
}

/** Least squares through the values from `from` on; the slope per period. */
function line(values: readonly number[], from: number): { mean: number; slope: number; slopeError: number } {
  const count = values.length - from;
  let sum = 0;
  for (let index = from; index < values.length; index += 1) sum += values[index] as number;
  const mean = sum / count;
  if (count < 3) return { mean, slope: 0, slopeError: 0 };
  const middle = (count - 1) / 2;
  let products = 0;
  let squares = 0;
  for (let index = 0; index < count; index += 1) {
    products += (index - middle) * ((values[from + index] as number) - mean);
    squares += (index - middle) * (index - middle);
  }
  const slope = products / squares;
  return { mean, slope, slopeError: Math.sqrt(Math.max(1, mean) / squares) };
}

const MOST_COUNTS = 8;
/** For counts that scatter so much that eight of them say little: from a dispersion of {@link BURSTY} on. */
const MOST_BURSTY_COUNTS = 15;
const BURSTY = 4;
/** Of fewer the median says nothing. */
const FEWEST_FOR_DISPERSION = 6;
/** Median of the absolute second differences of normal noise, in standard deviations: 0.6745 √6. */
const MEDIAN_BEND = 1.652;
const JUMP = 4;
const JUMP_SHARE = 0.3;
const DOUBT = 1.5;
