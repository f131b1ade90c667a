/**
 * Statistics for tests of random numbers. The seeds of those tests are fixed, so each passes or fails for good; a bound
 * of {@link FAR} standard deviations means that a sound generator would have failed for one seed in 150,000.
 */
export const FAR = 4.5;

/**
 * Pearson's chi-square of counts against expected counts, as standard deviations from what chance gives
 * (Wilson and Hilferty 1931). Positive: the counts are too far off; negative: they are too even.
 */
export function chiSquareDeviation(counts: ArrayLike<number>, expected: ArrayLike<number>, constraints = 1): number {
  let chiSquare = 0;
  for (let cell = 0; cell < counts.length; cell += 1) {
    if (expected[cell]! < 5) throw new Error(`cell ${cell} expects only ${expected[cell]}`);
    chiSquare += (counts[cell]! - expected[cell]!) ** 2 / expected[cell]!;
  }
  const freedom = counts.length - constraints;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** How many standard deviations `count` successes in `trials` lie above what `probability` promises. */
export function binomialDeviation(count: number, trials: number, probability: number): number {
  return (count - trials * probability) / Math.sqrt(trials * probability * (1 - probability));
}

/**
 * The greatest distance between the sorted sample and a distribution function, times the root of the sample's size
 * (Kolmogorov and Smirnov). Above 2.5 for one sound sample in 130,000.
 */
export function kolmogorovDistance(sample: Float64Array, distribution: (value: number) => number): number {
  const sorted = sample.slice().sort();
  let distance = 0;
  sorted.forEach((value, index) => {
    const share = distribution(value);
    distance = Math.max(distance, share - index / sorted.length, (index + 1) / sorted.length - share);
  });
  return distance * Math.sqrt(sorted.length);
}

/** The mean of `values`, and of their squares, with standard errors. */
export function moments(values: ArrayLike<number>): { mean: Estimate; square: Estimate } {
  const mean = estimate(values.length, (index) => values[index]!);
  return { mean, square: estimate(values.length, (index) => values[index]! ** 2) };
}

export interface Estimate {
  readonly value: number;
  readonly error: number;
}

function estimate(count: number, at: (index: number) => number): Estimate {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += at(index);
  const value = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index += 1) squares += (at(index) - value) ** 2;
  return { value, error: Math.sqrt(squares / count / count) };
}

/** The standard normal distribution function, to about 1e-15: a series near 0, a continued fraction in the tails. */
export function normalDistribution(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 4) {
    let term = x;
    let sum = x;
    for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) sum += term *= (x * x) / odd;
    return 0.5 + density * sum;
  }
  let fraction = Math.abs(x);
  for (let level = 200; level >= 1; level -= 1) fraction = Math.abs(x) + level / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}
