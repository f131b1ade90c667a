import { interval } from "../../../sim/measure/confidence.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import { LEVEL, SEEDS, type Case } from "../case.ts";
import { runOf } from "../single-queue.ts";

/**
 * A rate that changes with time, and slots for all (M_t/G/∞). Mean number at work: m(t) = ∫ λ(t − u) P(S > u) du;
 * Eick, Massey and Whitt 1993, "The Physics of the M_t/G/∞ Queue", https://doi.org/10.1287/opre.41.4.731.
 */

const ROUND_SEC = 600;
const PHASE_SEC = 50;

interface Rates {
  readonly between: "ramps" | "steps";
  readonly points: readonly { readonly atSec: number; readonly ratePerSec: number }[];
  readonly at: (sec: number) => number;
}

const ramps: Rates = {
  between: "ramps",
  points: [
    { atSec: 0, ratePerSec: 1 },
    { atSec: 300, ratePerSec: 10 },
    { atSec: 599.999, ratePerSec: 1 },
  ],
  at: (sec) => (inRound(sec) < 300 ? 1 + (9 * inRound(sec)) / 300 : 10 - (9 * (inRound(sec) - 300)) / 300),
};

const steps: Rates = {
  between: "steps",
  points: [
    { atSec: 0, ratePerSec: 8 },
    { atSec: 200, ratePerSec: 2 },
  ],
  at: (sec) => (inRound(sec) < 200 ? 8 : 2),
};

function inRound(sec: number): number {
  return ((sec % ROUND_SEC) + ROUND_SEC) % ROUND_SEC;
}

const uniform: DurationSpec = { kind: "uniform", minSec: 20, maxSec: 100 };
const outlivesUniform = (sec: number) => Math.min(1, Math.max(0, 1 - (sec - 20) / 80));
const exponential: DurationSpec = { kind: "exponential", meanSec: 60 };
const outlivesExponential = (sec: number) => Math.exp(-sec / 60);

const TABLE: readonly [name: string, rates: Rates, serviceTime: DurationSpec, outlives: (sec: number) => number][] = [
  ["ramps, uniform times", ramps, uniform, outlivesUniform],
  ["steps, uniform times", steps, uniform, outlivesUniform],
  ["ramps, exponential times", ramps, exponential, outlivesExponential],
];

export const timeVarying: readonly Case[] = TABLE.map(([name, rates, serviceTime, outlives]) => ({
  name: `M_t/G/∞, ${name}`,
  compare(share) {
    const traffic = { kind: "piecewise" as const, points: [...rates.points], between: rates.between, repeatEverySec: ROUND_SEC };
    const worker = { slots: 1000, maxMessagesPerReceive: 1, concurrentReceives: 16 };
    const queue = { servers: 2000, instances: 2, ratePerSec: 5, serviceTime, more: { traffic, worker } };
    const rounds = 2 + Math.round((ROUNDS * share) / SEEDS.length);
    const columns = SEEDS.map((seed) => runOf(queue, rounds * ROUND_SEC, seed, PHASE_SEC).columns);
    return Array.from({ length: ROUND_SEC / PHASE_SEC }, (_, index) => {
      const phase = index * PHASE_SEC;
      const means = columns.map(({ timeMs, inFlight }) => {
        const sampled = inFlight.filter((_, row) => timeMs[row]! >= 2 * ROUND_SEC * 1000 && inRound(timeMs[row]! / 1000) === phase);
        return sampled.reduce((sum, count) => sum + count, 0) / sampled.length;
      });
      return { measure: `at work at ${phase} s`, truth: atWork(rates, outlives, phase), measured: interval(means, LEVEL) };
    });
  },
}));

/** Rounds of all replications together: at a mean of 60, which is the least of them, 4000 give an error of 0.2 %. */
const ROUNDS = 4000;

function atWork(rates: Rates, outlives: (sec: number) => number, phase: number): number {
  let sum = 0;
  for (let sec = 0; sec < 1500; sec += 0.1) sum += 0.1 * rates.at(phase - sec - 0.05) * outlives(sec + 0.05);
  return sum;
}
