/**
 * Figures that have to be the same in every engine, to the last digit. `engines.test.ts` computes them in Node and
 * `engines.browser.test.ts` in Chromium; both compare with what is written down here.
 */
import { Histogram } from "../../sim/measure/histogram.ts";

export const EXPECTED = {
  quantiles: { count: 100_000, mean: 1_267_645.55702, p50: 987, p95: 7_995_391, p99: 9_633_791, max: 9_999_289 },
  powersOfTwo: "exact",
};

export function figures(): typeof EXPECTED {
  return { quantiles: quantiles(), powersOfTwo: powersOfTwo() };
}

/** Whole numbers of all magnitudes up to 10^7, from a linear congruence: no engine rounds anything. */
function quantiles(): typeof EXPECTED.quantiles {
  const histogram = new Histogram();
  let state = 1;
  for (let drawn = 0; drawn < 100_000; drawn += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    histogram.record(state % [10, 1_000, 100_000, 10_000_000][state >>> 30]!);
  }
  const { count, mean, max } = histogram;
  return { count, mean, p50: histogram.quantile(0.5), p95: histogram.quantile(0.95), p99: histogram.quantile(0.99), max };
}

/** The simulator uses `**` for powers of two only, trusting that engines agree on those. */
function powersOfTwo(): string {
  let power = 1;
  for (let exponent = 0; exponent <= 1023; exponent += 1) {
    if (2 ** exponent !== power || 2 ** -exponent !== 1 / power) return `2 ** ${exponent} is not exact`;
    power *= 2;
  }
  return "exact";
}
