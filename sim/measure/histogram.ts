import { assert } from "../core/assert.ts";

/**
 * Counts of non-negative whole numbers in logarithmic buckets: exact below 256, then 128 buckets an octave, so that a
 * quantile is off by less than 0.8 %. The mean and the maximum are exact. Recording costs a few nanoseconds.
 */
export class Histogram {
  private buckets = new Float64Array(INITIAL_BUCKETS);
  count = 0;
  sum = 0;
  max = 0;

  /** Records a whole number from 0 to 2^53. */
  record(value: number): void {
    assert(value >= 0, "a histogram takes no number below 0");
    const bucket = bucketOf(value);
    if (bucket >= this.buckets.length) this.grow(bucket);
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  get mean(): number {
    return this.count === 0 ? NaN : this.sum / this.count;
  }

  /** The smallest recorded value, to the precision of its bucket, that `share` (0 to 1) of the values do not exceed. */
  quantile(share: number): number {
    if (this.count === 0) return NaN;
    // A share such as 0.07 is no exact double, and 0.07 × 100 is a little above 7: that must not ask for the eighth.
    const rank = Math.max(1, Math.ceil(share * this.count * (1 - 2 ** -51)));
    let seen = 0;
    for (let bucket = 0; bucket < this.buckets.length; bucket += 1) {
      seen += this.buckets[bucket] as number;
      if (seen >= rank) return Math.min(this.max, upperEdge(bucket) - 1);
    }
    return this.max;
  }

  /** Buckets that hold something, in ascending order: values from `from` up to but not including `to`. */
  filled(): HistogramBucket[] {
    const filled: HistogramBucket[] = [];
    for (let bucket = 0; bucket < this.buckets.length; bucket += 1) {
      const count = this.buckets[bucket] as number;
      if (count > 0) filled.push({ from: lowerEdge(bucket), to: upperEdge(bucket), count });
    }
    return filled;
  }

  private grow(bucket: number): void {
    const grown = new Float64Array(Math.max(bucket + 1, this.buckets.length * 2));
    grown.set(this.buckets);
    this.buckets = grown;
  }
}

export interface HistogramBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const EXACT_BELOW = 256;
const PER_OCTAVE = 128;
/** Values up to about an hour in milliseconds before the first growth. */
const INITIAL_BUCKETS = EXACT_BELOW + PER_OCTAVE * 14;

function bucketOf(value: number): number {
  if (value < EXACT_BELOW) return value;
  let shift = 0;
  let rest = value;
  if (rest >= 0x8000_0000) {
    // Beyond 31 bits the shift operators no longer work: bring the value into range first.
    const scale = Math.floor(rest / 0x4000_0000);
    shift = 32 - Math.clz32(scale);
    rest = Math.floor(rest / 2 ** shift);
  }
  const octave = 31 - Math.clz32(rest) - 7;
  return EXACT_BELOW + (octave + shift - 1) * PER_OCTAVE + ((rest >>> octave) - PER_OCTAVE);
}

function lowerEdge(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  const octave = Math.floor((bucket - EXACT_BELOW) / PER_OCTAVE) + 1;
  const within = (bucket - EXACT_BELOW) % PER_OCTAVE;
  return (PER_OCTAVE + within) * 2 ** octave;
}

function upperEdge(bucket: number): number {
  return lowerEdge(bucket + 1);
}
