/** Users who wait for their answers, against closed forms: each truth has to lie within the 99 % interval of ten replications, whose seeds are fixed. */
import { describe, expect, it } from "vitest";
import { interval } from "../../sim/measure/confidence.ts";
import type { Result } from "../../sim/measure/result.ts";
import { scenarioSchema, type DurationSpec, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { RECEIVE_LATENCY_SEC, runOf, SEEDS } from "./single-queue.ts";
import { expectWithin } from "./within.ts";

function run(input: Omit<ScenarioInput, "version" | "name">, seed: number): Result {
  const quiet = {
    traffic: { kind: "poisson" as const, ratePerSec: 0 },
    fleet: { min: 1, max: 1 },
    policy: { kind: "exact-backlog" as const },
  };
  return simulate(scenarioSchema.parse({ version: 1, name: "callers", ...quiet, ...input }), seed);
}

describe("users in a closed loop", () => {
  const thinkTime: DurationSpec = { kind: "exponential", meanSec: 60 };
  const closed = (users: number, servers: number, seed: number, durationSec: number) => {
    const traffic = { kind: "users" as const, users, spawnPerSec: 100, thinkTime, answer: "served" as const, patienceSec: 86_400 };
    return runOf({ servers, ratePerSec: 0, serviceTime: { kind: "exponential", meanSec: 10 }, more: { traffic } }, durationSec, seed)
      .summary.workload!.users![0]!;
  };

  it("obey the law of response times, N = X (R + Z)", () => {
    for (const [users, servers] of [
      [10, 1],
      [30, 4],
      [100, 10],
    ] as const) {
      const { answeredPerSec, responseMs } = closed(users, servers, 1, 100_000);
      // Only what is under way at the two ends of the run is not in it, and the think times' own chance.
      expect((answeredPerSec * (responseMs.mean / 1000 + 60)) / users).toBeCloseTo(1, 1.7);
    }
  });

  it.each([
    [5, 1],
    [10, 1],
    [40, 5],
  ])("are served as often as the repair shop of %d machines and %d repairers says", (users, servers) => {
    const held = 10 + RECEIVE_LATENCY_SEC;
    // State n has weight N!/(N − n)! (s/Z)^n / (servers at work in states 1 … n multiplied).
    const weights = [1];
    for (let n = 1; n <= users; n += 1) weights.push((weights[n - 1]! * (users - n + 1) * held) / 60 / Math.min(n, servers));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const throughput = weights.reduce((sum, weight, n) => sum + (weight * Math.min(n, servers)) / held, 0) / total;
    const runs = SEEDS.map((seed) => closed(users, servers, seed, 100_000));
    expectWithin(
      interval(
        runs.map(({ answeredPerSec }) => answeredPerSec),
        0.99,
      ),
      throughput,
      0.02,
    );
    expectWithin(
      interval(
        runs.map(({ responseMs }) => responseMs.mean / 1000),
        0.99,
      ),
      users / throughput - 60,
      0.05,
    );
  });

  it("of the load tests make 20 and 30 at their spawn rates, and stop after a minute", () => {
    const users = (count: number, spawnPerSec: number) => ({
      kind: "users" as const,
      users: count,
      spawnPerSec,
      stopAfterSec: 60,
      thinkTime: { kind: "constant" as const, sec: 0 },
    });
    const { workload, messages } = run(
      {
        run: { durationSec: 120, sampleEverySec: 60 },
        traffic: users(30, 10),
        producer: { apiTime: { kind: "constant", sec: 0.03 } },
        frontDoor: { traffic: users(20, 1) },
      },
      1,
    ).summary;
    const [asynchronous, synchronous] = workload!.users!;
    // Twenty users, the k-th there from second k on: each is served every three seconds and a tick.
    const rounds = Array.from({ length: 20 }, (_, k) => Math.ceil((60 - k) / 3.001)).reduce((sum, count) => sum + count, 0);
    expect(synchronous).toMatchObject({ asked: rounds, answered: rounds, refused: 0, gaveUp: 0 });
    expect(workload!.frontDoor).toMatchObject({ served: rounds, rejected: 0, latencyMs: { p50: 3000, max: 3000 } });
    // Thirty users, the k-th there from 0.1 k on: each is accepted every 31 ms, a hundred times as fast.
    const accepted = Array.from({ length: 30 }, (_, k) => Math.ceil((60_000 - 100 * k) / 31)).reduce((sum, count) => sum + count, 0);
    expect(asynchronous).toMatchObject({ asked: accepted, answered: accepted, responseMs: { max: 30 } });
    expect(messages.sent).toBe(accepted);
  });
});
