import { interval } from "../../../sim/measure/confidence.ts";
import { mmc } from "../../../sim/measure/queueing.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import { LEVEL, SEEDS, type Case } from "../case.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, runOf, timeInSystemSec, waitSec } from "../single-queue.ts";
import { steady } from "./steady.ts";

const MEAN_SEC = 2;

/**
 * A Lambda function as a queue that theory knows. A mapping with a maximum concurrency of c, and batches of one message, is
 * M/M/c; up to five it never has fewer pollers than c, so that it is so from the first message on.
 */
const LIMITED: readonly { servers: number; load: number; customers: number }[] = [
  { servers: 2, load: 0.5, customers: 10e6 },
  { servers: 2, load: 0.8, customers: 15e6 },
  { servers: 5, load: 0.8, customers: 20e6 },
];

const limited: readonly Case[] = LIMITED.map(({ servers, load, customers }) => ({
  name: `M/M/${servers} at ρ = ${load}, as a Lambda function of maximum concurrency ${servers}`,
  compare(share) {
    const ratePerSec = (servers * load) / MEAN_SEC;
    const queue = { servers, ratePerSec, serviceTime: { kind: "exponential" as const, meanSec: MEAN_SEC }, lambda: true as const };
    const truth = steady(mmc({ arrivalRatePerSec: ratePerSec, meanServiceSec: MEAN_SEC + RECEIVE_LATENCY_SEC, servers }));
    return [
      { measure: "wait", truth: truth.meanWaitSec, measured: replicatedMean(queue, customers * share, waitSec) },
      { measure: "time in system", truth: truth.meanTimeInSystemSec, measured: replicatedMean(queue, customers * share, timeInSystemSec) },
    ];
  },
}));

/** What a mapping reaches without a maximum concurrency. */
const UNLIMITED = 1250;
const RATE_PER_SEC = 5;
const WARM_UP_SEC = 600;

/** Without a limit in reach it is M/G/∞: λ s messages in flight, a Poisson count of them, whatever the jobs look like. */
const TIMES: readonly { name: string; serviceTime: DurationSpec }[] = [
  { name: "M/M/∞", serviceTime: { kind: "exponential", meanSec: MEAN_SEC } },
  { name: "M/D/∞", serviceTime: { kind: "constant", sec: MEAN_SEC } },
];

const unlimited: readonly Case[] = TIMES.map(({ name, serviceTime }) => ({
  name: `${name}, as a Lambda function without a limit in reach`,
  compare(share) {
    const durationSec = WARM_UP_SEC + Math.ceil((1e7 * share) / RATE_PER_SEC / SEEDS.length);
    const queue = { servers: UNLIMITED, ratePerSec: RATE_PER_SEC, serviceTime, lambda: true as const };
    // Rows further apart than a few jobs know little of each other.
    const counts = SEEDS.map((seed) => {
      const { columns } = runOf(queue, durationSec, seed, 5 * MEAN_SEC);
      return [...columns.inFlight].filter((_, row) => (columns.timeMs[row] ?? 0) >= WARM_UP_SEC * 1000);
    });
    const truth = RATE_PER_SEC * (MEAN_SEC + RECEIVE_LATENCY_SEC);
    const spread = (values: readonly number[]) => values.reduce((sum, value) => sum + (value - truth) ** 2, 0) / values.length;
    return [
      { measure: "in flight", truth, measured: interval(counts.map(mean), LEVEL) },
      { measure: "variance of it", truth, measured: interval(counts.map(spread), LEVEL) },
    ];
  },
}));

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const lambda: readonly Case[] = [...limited, ...unlimited];
