import { interval } from "../../../sim/measure/confidence.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import { LEVEL, SEEDS, type Case } from "../case.ts";
import { RECEIVE_LATENCY_SEC, runOf } from "../single-queue.ts";

/** Users who think, ask, and wait for the answer: the repair shop of N machines and c repairers. */

const THINK_SEC = 60;
const SERVICE_SEC = 10;
const HELD_SEC = SERVICE_SEC + RECEIVE_LATENCY_SEC;

/** Rate of answers and mean response of each replication, without its first tenth, in which all ask at once. */
function answersOf(users: number, servers: number, seconds: number) {
  const thinkTime: DurationSpec = { kind: "exponential", meanSec: THINK_SEC };
  const serviceTime: DurationSpec = { kind: "exponential", meanSec: SERVICE_SEC };
  const traffic = { kind: "users" as const, users, spawnPerSec: 100, thinkTime, answer: "served" as const, patienceSec: 86_400 };
  const wholeSec = Math.max(600, Math.round(seconds / SEEDS.length));
  const firstSec = Math.round(wholeSec / 10);
  const after = (sec: number, seed: number) => {
    const { answered, responseMs } = runOf({ servers, ratePerSec: 0, serviceTime, more: { traffic } }, sec, seed).summary.workload!
      .users![0]!;
    return { answered, respondedSec: (answered * responseMs.mean) / 1000 };
  };
  return SEEDS.map((seed) => {
    const first = after(firstSec, seed);
    const whole = after(wholeSec, seed);
    const answered = whole.answered - first.answered;
    return { perSec: answered / (wholeSec - firstSec), responseSec: (whole.respondedSec - first.respondedSec) / answered };
  });
}

/** State n has weight N! / (N − n)! (s / Z)^n / (servers at work in states 1 … n multiplied). */
function throughputPerSec(users: number, servers: number): number {
  const weights = [1];
  for (let n = 1; n <= users; n += 1) weights.push((weights[n - 1]! * (users - n + 1) * HELD_SEC) / THINK_SEC / Math.min(n, servers));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, n) => sum + (weight * Math.min(n, servers)) / HELD_SEC, 0) / total;
}

export const closedLoop: readonly Case[] = (
  [
    [5, 1],
    [10, 1],
    [40, 5],
    [100, 10],
  ] as const
).map(([users, servers]) => ({
  name: `closed loop of ${users} users, ${servers} served at a time`,
  compare(share) {
    const runs = answersOf(users, servers, 40e6 * share);
    const truth = throughputPerSec(users, servers);
    const of = (figure: (run: (typeof runs)[number]) => number) => interval(runs.map(figure), LEVEL);
    return [
      { measure: "throughput", truth, measured: of(({ perSec }) => perSec) },
      { measure: "response time", truth: users / truth - THINK_SEC, measured: of(({ responseSec }) => responseSec) },
      // Only what is under way at the two ends of a run is not in it, and the think times' own chance.
      { measure: "N = X (R + Z)", truth: users, measured: of(({ perSec, responseSec }) => perSec * (responseSec + THINK_SEC)) },
    ];
  },
}));
