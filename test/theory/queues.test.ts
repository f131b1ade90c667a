/**
 * The simulator against what queueing theory knows exactly: each closed form has to lie within the run's own 99 %
 * interval, over ten independent replications whose seeds are 1 to 10. The seeds are fixed, so a case passes or fails
 * for good; of 100 cases of a sound simulator one would fail.
 */
import { afterAll, describe, expect, it } from "vitest";
import { meanSec, secondMomentSec2 } from "../../sim/kernel/distributions.ts";
import { interval, type Interval } from "../../sim/measure/confidence.ts";
import { mg1, mmc, type LongRun, type Steady } from "../../sim/measure/queueing.ts";
import type { DurationSpec } from "../../sim/scenario/schema.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, runOf, SEEDS, timeInSystemSec, waitSec } from "./single-queue.ts";

const compared: { name: string; error: number; halfWidth: number }[] = [];

afterAll(() => {
  const worst = compared.reduce((a, b) => (b.error > a.error ? b : a));
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  console.log(
    `${compared.length} closed forms; the largest relative error is ${percent(worst.error)} (interval ± ${percent(worst.halfWidth)}): ${worst.name}`,
  );
});

function expectWithin(name: string, measured: Interval, truth: number): void {
  compared.push({ name, error: Math.abs(measured.mean - truth) / truth, halfWidth: measured.halfWidth / truth });
  expect(measured.low, name).toBeLessThanOrEqual(truth);
  expect(measured.high, name).toBeGreaterThanOrEqual(truth);
  // An interval that holds everything proves nothing.
  expect(measured.halfWidth, name).toBeLessThan(0.25 * truth);
}

function steady(longRun: LongRun): Steady {
  if (!longRun.steady) throw new Error("the queue has no long run");
  return longRun;
}

/** A thousand times the tick that a receive takes; that tick is counted as service. */
const MEAN_SEC = 2;
const exponential: DurationSpec = { kind: "exponential", meanSec: MEAN_SEC };

describe("M/M/c waits as Erlang C says", () => {
  /** The busier the queue and the more servers it has, the longer it remembers, and the more messages an interval takes. */
  const customersAt = (servers: number, load: number) =>
    (load === 0.5 ? 20_000 : load === 0.8 ? 30_000 : 45_000) * (servers === 50 ? 2 : 1);
  const cases = [1, 2, 10, 50].flatMap((servers) => [0.5, 0.8, 0.9].map((load) => ({ servers, load })));

  it.each(cases)("c = $servers, ρ = $load", ({ servers, load }) => {
    const ratePerSec = (servers * load) / MEAN_SEC;
    const queue = { servers, ratePerSec, serviceTime: exponential };
    const truth = steady(mmc({ arrivalRatePerSec: ratePerSec, meanServiceSec: MEAN_SEC + RECEIVE_LATENCY_SEC, servers }));
    const name = `M/M/${servers} at ${load}`;
    const customers = customersAt(servers, load);
    // Half-loaded, 50 servers let one message in 140,000 wait: no run that fits a test has a mean wait to speak of.
    if (truth.waitProbability < 1e-4) expectWithin(name, replicatedMean(queue, customers, timeInSystemSec), truth.meanTimeInSystemSec);
    else expectWithin(name, replicatedMean(queue, customers, waitSec), truth.meanWaitSec);
  });

  it("whether the slots are instances or all in one", () => {
    const ratePerSec = (10 * 0.8) / MEAN_SEC;
    const truth = steady(mmc({ arrivalRatePerSec: ratePerSec, meanServiceSec: MEAN_SEC + RECEIVE_LATENCY_SEC, servers: 10 }));
    for (const instances of [1, 2]) {
      const measured = replicatedMean({ servers: 10, instances, ratePerSec, serviceTime: exponential }, 30_000, waitSec);
      expectWithin(`M/M/10 at 0.8 on ${instances}`, measured, truth.meanWaitSec);
    }
  });
});

describe("M/G/1 waits as Pollaczek and Khinchine say", () => {
  it.each([
    ["M/D/1", { kind: "constant", sec: MEAN_SEC }, 0.8],
    ["M/U/1", { kind: "uniform", minSec: 0, maxSec: 2 * MEAN_SEC }, 0.7],
    ["M/G/1, lognormal", { kind: "lognormal", medianSec: 1.6, p95Sec: 4.8 }, 0.7],
  ] as const)("%s", (name, serviceTime, load) => {
    const mean = meanSec(serviceTime);
    const arrivalRatePerSec = load / mean;
    const truth = steady(
      mg1({
        arrivalRatePerSec,
        meanServiceSec: mean + RECEIVE_LATENCY_SEC,
        secondMomentServiceSec2: secondMomentSec2(serviceTime) + 2 * mean * RECEIVE_LATENCY_SEC + RECEIVE_LATENCY_SEC ** 2,
      }),
    );
    expectWithin(name, replicatedMean({ servers: 1, ratePerSec: arrivalRatePerSec, serviceTime }, 30_000, waitSec), truth.meanWaitSec);
  });
});

describe("Little's law", () => {
  it("holds over time: the mean backlog is the rate of receives times the mean wait, the slots busy the rate times the service", () => {
    for (const load of [0.5, 0.9]) {
      const { summary, waitMs } = runOf({ servers: 4, ratePerSec: (4 * load) / MEAN_SEC, serviceTime: exponential }, 40_000, 1);
      const receivedPerSec = waitMs.count / 40_000;
      // What is still there at the end has waited too, and is not among those received: a message or two of 30,000.
      expect(summary.backlog.mean / ((receivedPerSec * waitMs.mean) / 1000)).toBeCloseTo(1, 2);
      expect(summary.inFlight.mean / (receivedPerSec * (MEAN_SEC + RECEIVE_LATENCY_SEC))).toBeCloseTo(1, 1);
    }
  });
});

describe("messages whose jobs fail", () => {
  const messages = 5000;
  const failing = (failureProbability: number, maxReceiveCount: number) =>
    SEEDS.map(
      (seed) =>
        runOf(
          {
            servers: 50,
            ratePerSec: 0,
            serviceTime: { kind: "exponential", meanSec: 1 },
            more: {
              // All in the first hour, with hours left to finish them: nothing is under way at the end.
              traffic: { kind: "counts", intervalSec: 3600, counts: [messages] },
              work: { failureProbability },
              queue: { maxReceiveCount },
              worker: { retryDelaySec: 0 },
            },
          },
          4 * 3600,
          seed,
        ).summary.messages,
    );

  it.each([0.1, 0.3, 0.5])("are received 1 / (1 − p) times on average without a dead-letter queue: p = %d", (p) => {
    const means = failing(p, 0).map(({ sent, deleted, received }) => {
      expect(deleted).toBe(sent);
      return received / sent;
    });
    expectWithin(`receives at p = ${p}`, interval(means, 0.99), 1 / (1 - p));
  });

  it.each([
    [0.3, 1],
    [0.3, 3],
    [0.5, 5],
  ])("die with probability p^n after n receives: p = %d, n = %d", (p, n) => {
    const shares = failing(p, n).map(({ sent, deleted, dead }) => {
      expect(deleted + dead).toBe(sent);
      return dead / sent;
    });
    expectWithin(`dead share at p = ${p}, n = ${n}`, interval(shares, 0.99), p ** n);
  });
});
