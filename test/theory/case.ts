import type { Interval } from "../../sim/measure/confidence.ts";

/**
 * Something that theory knows exactly and the simulator can be asked: the cases of this folder are the table that the
 * simulator is held against. The tests run a fraction of each and expect every truth within its interval; the benchmark
 * `theory` runs them whole and expects the largest relative error below 1 %.
 */
export interface Case {
  readonly name: string;
  /** Runs the case with `share` of its messages, 0 to 1. The same share gives the same figures, to the last digit. */
  readonly compare: (share: number) => readonly Comparison[];
}

/** One line of the table. */
export interface Comparison {
  /** What was measured: "wait" is from send to receive, "time in system" from send to delete. */
  readonly measure: string;
  readonly truth: number;
  readonly measured: Interval;
}

/**
 * A hundred intervals hold their truths together with 99 %: so sure is each. (The seeds are fixed, so a case passes or
 * fails for good.)
 */
export const LEVEL = 1 - 0.01 / 100;

/** Seeds of independent replications: always the first ones, whatever they give. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);

export function relativeError({ measured, truth }: Comparison): number {
  return Math.abs(measured.mean - truth) / truth;
}
