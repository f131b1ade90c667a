/** The five reference systems as described: each has to do what its description says, in figures. */
import { describe, expect, it } from "vitest";
import { interval } from "../../sim/measure/confidence.ts";
import { binomialBounds } from "../support/binomial.ts";
import { at, mostDesired, run, SEEDS } from "./runs.ts";

describe("online banking", () => {
  it("holds five minutes at the nine o'clock peak, with all ten instances", () => {
    const { summary, columns } = run("banking");
    expect(summary.objective.held).toBe(true);
    expect(summary.inService.max).toBe(10);
    const worstHour = (columns.timeMs[columns.backlog.indexOf(summary.backlog.max)] ?? summary.worstAgeAtMs) / 3_600_000;
    expect(worstHour).toBeGreaterThan(7);
    expect(worstHour).toBeLessThan(11);
  });

  it("tells the operators of a backlog above 1,000, and of nothing else, on its busiest day", () => {
    const { alarms, scenario } = run("banking");
    expect(scenario.alarms.map(({ metric, comparison, threshold }) => `${metric} ${comparison} ${threshold}`)).toEqual([
      "visible above 1000",
      "age above 300",
      "deadLetters above 10",
      "inService below 2",
    ]);
    const told = alarms.filter(({ told }) => told === "operators");
    expect(new Set(told.map(({ alarm }) => alarm))).toEqual(new Set(["High queue depth"]));
    expect(told.every(({ at }) => at > 7 * 3_600_000 && at < 11 * 3_600_000)).toBe(true);
  });

  it("asks for 5 instances for 500 waiting messages on 2", () => {
    const [first] = run("banking-scale-out").decisions;
    expect(first).toMatchObject({
      before: 2,
      desired: 5,
      limitedBy: undefined,
      reason: { code: "out", text: "500 messages at 100 each need 5; 2 are asked for." },
    });
  });

  it("goes to its minimum of 2 for 50 waiting messages on 5", () => {
    const [first] = run("banking-scale-in").decisions;
    expect(first).toMatchObject({
      before: 5,
      desired: 2,
      limitedBy: "min",
      reason: { code: "in", text: "50 messages at 100 each need 1; 10 an instance is below 50." },
    });
  });
});

describe("jobs on Fargate", () => {
  it("stays at its maximum of 4 tasks until an administrator allows 8", () => {
    const result = run("job-processing");
    const { columns } = result;
    const early = columns.desired.filter((_, row) => columns.timeMs[row]! < 7_200_000);
    expect(Math.max(...early)).toBe(4);
    expect(mostDesired(result)).toBe(8);
    expect(result.decisions.find(({ at }) => at === 7_200_000)?.reason.code).toBe("operator");
  });

  it("falls behind with 4 tasks, and catches up with 8: 0.0615 and 0.123 jobs a second against 0.08", () => {
    const result = run("job-processing");
    expect(at(result, "backlog", 7200)).toBeGreaterThan(30);
    expect(at(result, "backlog", 9900)).toBeLessThan(at(result, "backlog", 7200) / 2);
    expect(result.summary.messages.dead + result.summary.messages.expired).toBe(0);
  });
});

describe("e-mail to storage", () => {
  it("grows for the busy quarter of an hour and goes back to two consumers", () => {
    const { summary, columns } = run("email");
    expect(summary.objective.held).toBe(true);
    expect(summary.inService.max).toBeGreaterThan(2);
    expect(columns.desired.at(-1)).toBe(2);
    expect(summary.messages.deleted).toBeGreaterThan(0.999 * summary.messages.sent);
  });
});

describe("orders", () => {
  const { summary } = run("orders");
  const [later, now] = summary.workload?.users ?? [];

  it("take three seconds at the front door and 20 ms into the queue: about a hundred times faster", () => {
    expect(now?.responseMs.mean).toBeCloseTo(3000, -1);
    expect(later?.responseMs.mean).toBeCloseTo(20, 0);
    expect(now!.responseMs.mean / later!.responseMs.mean).toBeGreaterThan(100);
  });

  it("come at what the closed loop gives: 20 users over 3.3 s, but no more than 20 places over 3 s", () => {
    const frontDoor = summary.workload?.frontDoor;
    // 19 users come one a second, so that 20 × 60 − (0 + 1 + … + 19) = 1010 seconds of asking remain for the 3.3 s of a round.
    expect(frontDoor?.arrived).toBeGreaterThan(0.95 * (1010 / 3.3));
    expect(frontDoor?.arrived).toBeLessThan(1.1 * (1010 / 3.3));
    expect((frontDoor?.served ?? 0) / 60).toBeLessThan(20 / 3);
  });

  it("that were taken at once are worked off at 33.3 a second", () => {
    const drainedInSec = summary.messages.sent / (100 / 3);
    expect(summary.messages.deleted).toBe(summary.messages.sent);
    expect(at(run("orders"), "backlog", Math.ceil((drainedInSec + 15) / 10) * 10)).toBe(0);
    expect(at(run("orders"), "backlog", Math.floor((drainedInSec - 15) / 10) * 10)).toBeGreaterThan(0);
  });

  it("cost about 17 dollars a month for two tasks that are always there", () => {
    const { lines, perMonthUsd, totalUsd } = summary.cost;
    const tasks = lines.filter(({ item }) => item === "Fargate tasks" || item === "Anything else").reduce((sum, { usd }) => sum + usd, 0);
    expect((tasks / totalUsd) * perMonthUsd).toBeCloseTo(2 * 730 * (0.25 * 0.04048 + 0.5 * 0.004445), 1);
    expect(Math.abs((tasks / totalUsd) * perMonthUsd - 17) / 17).toBeLessThan(0.1);
  });
});

describe("workers of three seconds an order", () => {
  it.each([
    [1, 0.33],
    [20, 6.67],
    [100, 33.3],
  ])("%i of them serve %f a second", (slots, perSec) => {
    const served = SEEDS.map((seed) => {
      const { summary } = run("orders-capacity", seed, (scenario) => ({ ...scenario, worker: { ...scenario.worker, slots } }));
      return summary.messages.deleted / (summary.durationMs / 1000);
    });
    // A receive takes 10 ms beside the 3 s, and the last round of five minutes is not over: 99 of 100.
    const { low, high } = interval(served, 0.99);
    expect(high / perSec).toBeLessThan(1.005);
    expect(low / perSec).toBeGreaterThan(0.98);
  });
});

describe("mortgage payments", () => {
  it("go to the dead-letter queue after five attempts if they have no id, and only those", () => {
    const { messages } = run("mortgage").summary;
    const { least, most } = binomialBounds(messages.sent, 0.005);
    expect(messages.dead).toBeGreaterThanOrEqual(least);
    expect(messages.dead).toBeLessThanOrEqual(most);
    expect(Math.floor(messages.failedJobs / 5)).toBeGreaterThanOrEqual(messages.dead);
    expect(messages.failedJobs).toBeLessThan(5 * (messages.dead + 10));
  });

  it("do not wait for those", () => {
    expect(run("mortgage").summary.objective.held).toBe(true);
  });
});

describe("orders that Lambda works", () => {
  const costOf = (id: string, ratePerSec: number, durationSec: number) =>
    run(id, 1, (scenario) => ({
      ...scenario,
      run: { ...scenario.run, durationSec },
      traffic: { ...scenario.traffic, ratePerSec } as typeof scenario.traffic,
    })).summary.cost.perMonthUsd;

  it("keep 180 invocations at work, which are there half a minute after the first order", () => {
    const busy = SEEDS.map((seed) => {
      const { columns } = run("orders-lambda", seed);
      const steady = columns.inService.filter((_, row) => columns.timeMs[row]! >= 300_000);
      return steady.reduce((sum, value) => sum + value, 0) / steady.length;
    });
    const { low, high } = interval(busy, 0.99);
    expect(low).toBeLessThan(180);
    expect(high).toBeGreaterThan(180);
    expect(at(run("orders-lambda"), "inService", 30)).toBeLessThan(180);
    expect(at(run("orders-lambda"), "inService", 40)).toBeGreaterThan(180);
    expect(run("orders-lambda").summary.objective.held).toBe(true);
  });

  it("cost $4,160 a month at sixty a second, where one Fargate task takes $144, and $7 against $10 at one in ten seconds", () => {
    const [lambda, fargate] = ["orders-lambda", "orders-sixty-workers-cured"] as const;
    expect(run(lambda).summary.cost.perMonthUsd / 4160).toBeCloseTo(1, 1);
    expect(costOf(fargate, 60, 1800) / 144).toBeCloseTo(1, 1);
    const [day, rare, often] = [86_400, 0.1, 0.3] as const;
    expect(Math.round(costOf(lambda, rare, day))).toBe(7);
    expect(Math.round(costOf(fargate, rare, day))).toBe(10);
    expect(costOf(lambda, often, day)).toBeGreaterThan(costOf(fargate, often, day));
  });
});
