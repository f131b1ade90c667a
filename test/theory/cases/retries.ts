import { interval } from "../../../sim/measure/confidence.ts";
import type { MessageCounts } from "../../../sim/measure/result.ts";
import { LEVEL, SEEDS, type Case } from "../case.ts";
import { controlledInterval } from "../control-variates.ts";
import { runOf } from "../single-queue.ts";

/** Messages whose jobs fail with probability p, each time anew. All come in the first hours, and hours are left to finish them. */
function failing(failureProbability: number, maxReceiveCount: number, messages: number): MessageCounts[] {
  const each = Math.round(messages / SEEDS.length);
  return SEEDS.map((seed) => {
    const hours = Math.ceil(each / 100_000);
    const counts = Array.from({ length: hours }, (_, hour) => Math.floor(((hour + 1) * each) / hours) - Math.floor((hour * each) / hours));
    const queue = {
      servers: 100,
      ratePerSec: 0,
      serviceTime: { kind: "exponential" as const, meanSec: 1 },
      more: {
        traffic: { kind: "counts" as const, intervalSec: 3600, counts },
        work: { failureProbability },
        queue: { maxReceiveCount },
        worker: { retryDelaySec: 0 },
      },
    };
    const { messages: counted } = runOf(queue, (hours + 3) * 3600, seed).summary;
    if (counted.sent !== each || counted.deleted + counted.dead !== each) throw new Error("messages are under way at the end");
    return counted;
  });
}

const receives = ([0.1, 0.3, 0.5] as const).map((p): Case => ({
  name: `jobs that fail with p = ${p}, no dead-letter queue`,
  compare(share) {
    const means = failing(p, 0, 1e6 * share).map(({ sent, received }) => received / sent);
    return [{ measure: "receives a message, 1 / (1 − p)", truth: 1 / (1 - p), measured: interval(means, LEVEL) }];
  },
}));

/** The control: of the jobs that were begun, how many failed beyond what p says. */
const deaths = (
  [
    [0.3, 1, 1e6],
    [0.3, 3, 5e6],
    [0.5, 5, 5e6],
  ] as const
).map(([p, n, messages]): Case => ({
  name: `jobs that fail with p = ${p}, dead after ${n}`,
  compare(share) {
    const runs = failing(p, n, messages * share);
    const shares = runs.map(({ sent, dead }) => dead / sent);
    const excess = runs.map(({ failedJobs, received, sent }) => (failedJobs - p * received) / sent);
    // With one receive a failure is a death: the control would be the answer.
    const measured = n === 1 ? interval(shares, LEVEL) : controlledInterval(shares, [excess], LEVEL);
    return [{ measure: "share that dies, p^n", truth: p ** n, measured }];
  },
}));

export const retries: readonly Case[] = [...receives, ...deaths];
