import { mmc } from "../../../sim/measure/queueing.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import type { Case } from "../case.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, timeInSystemSec, waitSec } from "../single-queue.ts";
import { steady } from "./steady.ts";

/** A thousand times the tick that a receive takes; that tick is counted as service. */
const MEAN_SEC = 2;
const serviceTime: DurationSpec = { kind: "exponential", meanSec: MEAN_SEC };

/** M/M/c against Erlang C. The busier the queue, or the rarer a wait, the more messages an interval takes. */
const TABLE: readonly { servers: number; load: number; customers: number; instances?: number }[] = [
  { servers: 1, load: 0.5, customers: 5e6 },
  { servers: 1, load: 0.8, customers: 15e6 },
  { servers: 1, load: 0.9, customers: 40e6 },
  { servers: 2, load: 0.5, customers: 10e6 },
  { servers: 2, load: 0.8, customers: 15e6 },
  { servers: 2, load: 0.9, customers: 40e6 },
  { servers: 10, load: 0.5, customers: 80e6 },
  { servers: 10, load: 0.8, customers: 20e6 },
  { servers: 10, load: 0.9, customers: 60e6 },
  { servers: 50, load: 0.5, customers: 5e6 },
  { servers: 50, load: 0.8, customers: 150e6 },
  { servers: 50, load: 0.9, customers: 150e6 },
  { servers: 10, load: 0.8, customers: 20e6, instances: 1 },
  { servers: 10, load: 0.8, customers: 20e6, instances: 2 },
];

export const markovServers: readonly Case[] = TABLE.map(({ servers, load, customers, instances }) => ({
  name: `M/M/${servers} at ρ = ${load}${instances === undefined ? "" : `, on ${instances} ${instances === 1 ? "instance" : "instances"}`}`,
  compare(share) {
    const ratePerSec = (servers * load) / MEAN_SEC;
    const queue = { servers, ratePerSec, serviceTime, ...(instances === undefined ? {} : { instances }) };
    const truth = steady(mmc({ arrivalRatePerSec: ratePerSec, meanServiceSec: MEAN_SEC + RECEIVE_LATENCY_SEC, servers }));
    // Half-loaded, 50 servers let one message in 140,000 wait: no run that fits a table has a mean wait to speak of.
    if (truth.waitProbability < 1e-4) {
      const measured = replicatedMean(queue, customers * share, timeInSystemSec);
      return [{ measure: "time in system", truth: truth.meanTimeInSystemSec, measured }];
    }
    return [{ measure: "wait", truth: truth.meanWaitSec, measured: replicatedMean(queue, customers * share, waitSec) }];
  },
}));
