import { meanSec } from "../../sim/kernel/distributions.ts";
import type { Interval } from "../../sim/measure/confidence.ts";
import type { Result } from "../../sim/measure/result.ts";
import { scenarioSchema, type DurationSpec, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { LEVEL, SEEDS } from "./case.ts";
import { controlledInterval } from "./control-variates.ts";

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
  /** Servers are the invocations that a Lambda function may have at a time, each of one message, and start at once. */
  readonly lambda?: true;
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
    worker: { slots: queue.lambda === true ? 1 : queue.servers / instances, deleteLingerSec: 0, ...more.worker },
    fleet: queue.lambda === true ? lambdaOf(queue.servers) : { min: instances, max: instances },
    policy: { kind: queue.lambda === true ? "none" : "exact-backlog" },
  };
  return simulate(scenarioSchema.parse(scenario), seed);
}

function lambdaOf(max: number): ScenarioInput["fleet"] {
  const own = { batchSize: 1, timeoutSec: 900, concurrencyLimit: 100_000, init: { kind: "constant" as const, sec: 0 } };
  return { platform: "lambda", min: 0, max, lambda: own };
}

/** What is summed over messages in a run, and how many they were. */
export type Tally = (result: Result) => { readonly sum: number; readonly count: number };

export const waitSec: Tally = ({ waitMs }) => ({ sum: waitMs.sum / 1000, count: waitMs.count });
export const timeInSystemSec: Tally = ({ latencyMs }) => ({ sum: latencyMs.sum / 1000, count: latencyMs.count });

/**
 * The mean over independent replications of `customers` messages together, with its interval.
 *
 * A run starts empty, which is not how it looks in the long run. So each replication is run twice with one seed, the
 * first tenth alone and the whole, and what the first tenth counted is taken off. The two runs are the same up to there,
 * to the byte.
 *
 * Two controls take chance off: how many messages came, against the rate, and how long each held a slot, against the mean.
 */
export function replicatedMean(queue: SingleQueue, customers: number, tally: Tally): Interval {
  const meanHeldSec = meanSec(queue.serviceTime) + RECEIVE_LATENCY_SEC;
  return meanOfRuns({ ratePerSec: queue.ratePerSec, meanHeldSec, customers, tally }, (sec, seed) => runOf(queue, sec, seed));
}

/** As {@link replicatedMean}, of runs of any kind. */
export function meanOfRuns({ ratePerSec, meanHeldSec, customers, tally }: Known, run: (sec: number, seed: number) => Result): Interval {
  const wholeSec = Math.max(2 * SHORTEST_SEC, Math.round(customers / SEEDS.length / ratePerSec));
  const firstSec = Math.max(SHORTEST_SEC, Math.round(wholeSec / 10));
  const windows = SEEDS.map((seed) => {
    const first = figuresOf(run(firstSec, seed), tally);
    const whole = figuresOf(run(wholeSec, seed), tally);
    return {
      mean: (whole.sum - first.sum) / (whole.count - first.count),
      arrivals: (whole.sent - first.sent) / (wholeSec - firstSec) - ratePerSec,
      held: (whole.heldSec - first.heldSec) / (whole.received - first.received) - meanHeldSec,
    };
  });
  const controls = [windows.map(({ arrivals }) => arrivals), windows.map(({ held }) => held)];
  return controlledInterval(
    windows.map(({ mean }) => mean),
    controls,
    LEVEL,
  );
}

/** What is known of the runs, and what is asked of them. */
interface Known {
  readonly ratePerSec: number;
  readonly meanHeldSec: number;
  readonly customers: number;
  readonly tally: Tally;
}

function figuresOf(result: Result, tally: Tally) {
  const { messages, inFlight, durationMs } = result.summary;
  return { ...tally(result), sent: messages.sent, received: messages.received, heldSec: (inFlight.mean * durationMs) / 1000 };
}

/** That a scenario can have. */
const SHORTEST_SEC = 60;
