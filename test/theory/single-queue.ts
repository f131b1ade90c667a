import { interval, type Interval } from "../../sim/measure/confidence.ts";
import type { Result } from "../../sim/measure/result.ts";
import { scenarioSchema, type DurationSpec, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

/**
 * The whole engine, set up so that it is a queue that theory knows: Poisson arrivals, a fixed number of slots, first
 * come first served. A message waits from its send to its receive; polls are long, so that nothing else comes between
 * but the receive latency, of one tick, which belongs to the time that a slot is taken.
 */
export interface SingleQueue {
  readonly servers: number;
  readonly ratePerSec: number;
  readonly serviceTime: DurationSpec;
  /** Servers are slots of this many instances; as many as servers unless given. */
  readonly instances?: number;
  readonly more?: Pick<ScenarioInput, "queue" | "worker" | "work" | "traffic">;
}

export const RECEIVE_LATENCY_SEC = 0.001;

export function runOf(queue: SingleQueue, durationSec: number, seed: number, sampleEverySec = 3600): Result {
  const instances = queue.instances ?? queue.servers;
  const { more = {} } = queue;
  const scenario: ScenarioInput = {
    version: 1,
    name: "a queue that theory knows",
    run: { durationSec, sampleEverySec },
    traffic: more.traffic ?? { kind: "poisson", ratePerSec: queue.ratePerSec },
    work: { serviceTime: queue.serviceTime, ...more.work },
    queue: {
      visibilityTimeoutSec: 43_200,
      receiveLatencySec: RECEIVE_LATENCY_SEC,
      deleteLatencySec: 0,
      maxReceiveCount: 0,
      chances: { duplicateProbability: 0 },
      ...more.queue,
    },
    worker: { slots: queue.servers / instances, deleteLingerSec: 0, ...more.worker },
    fleet: { min: instances, max: instances },
    policy: { kind: "exact-backlog" },
  };
  return simulate(scenarioSchema.parse(scenario), seed);
}

/** Seeds of independent replications: always the first ones, whatever they give. */
export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** What is summed over messages in a run, and how many they were. */
export type Tally = (result: Result) => { readonly sum: number; readonly count: number };

export const waitSec: Tally = ({ waitMs }) => ({ sum: waitMs.sum / 1000, count: waitMs.count });
export const timeInSystemSec: Tally = ({ latencyMs }) => ({ sum: latencyMs.sum / 1000, count: latencyMs.count });

/**
 * The mean over independent replications, with its 99 % interval.
 *
 * A run starts empty, which is not how it looks in the long run. So each replication is run twice with one seed, the
 * first fifth alone and the whole, and what the first fifth counted is taken off: what is left began in a queue that has
 * been at work for `customers` / 5 messages. The two runs are the same up to there, to the byte.
 */
export function replicatedMean(queue: SingleQueue, customers: number, tally: Tally): Interval {
  const wholeSec = Math.round(customers / queue.ratePerSec);
  const means = SEEDS.map((seed) => {
    const first = tally(runOf(queue, Math.round(wholeSec / 5), seed));
    const whole = tally(runOf(queue, wholeSec, seed));
    return (whole.sum - first.sum) / (whole.count - first.count);
  });
  return interval(means, LEVEL);
}

const LEVEL = 0.99;
