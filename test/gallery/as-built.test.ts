/** The five systems as they are really built: each fault shows, and in the measure that its lesson names. */
import { describe, expect, it } from "vitest";
import { meanSec } from "../../sim/kernel/distributions.ts";
import { interval } from "../../sim/measure/confidence.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { binomialBounds } from "../support/binomial.ts";
import { at, expectCured, inFullBatches, killed, mostDesired, reasonsOf, run, scenarioOf, SEEDS } from "./runs.ts";

/** Messages die at the first receive that finds them again: then the dead are those whose job outlived the timeout. */
const deadWhenLate = (scenario: Scenario): Scenario => ({ ...scenario, queue: { ...scenario.queue, maxReceiveCount: 1 } });

describe("online banking", () => {
  it("never scales on a metric that nobody publishes, whatever the backlog", () => {
    const result = run("banking-no-data");
    expect(reasonsOf(result)).toEqual(["no-data"]);
    expect(result.summary.launches).toBe(0);
    expect(result.summary.backlog.max).toBeGreaterThan(100 * 2 * 10);
    const published = run("banking-no-data", 1, (scenario) => ({ ...scenario, policy: scenarioOf("banking").policy }));
    expect(published.summary.launches).toBeGreaterThan(0);
  });

  it("asks for 6 instances for 500 messages where rounding up gives 5", () => {
    expect(run("banking-off-by-one").decisions[0]).toMatchObject({ before: 2, desired: 6 });
    expect(run("banking-scale-out").decisions[0]).toMatchObject({ before: 2, desired: 5 });
  });

  it("asks for one more at each multiple of 100, and for as many as rounding up in between", () => {
    const { policy } = scenarioOf("banking-off-by-one");
    if (policy.kind !== "exact-backlog") throw new Error("the scenario has another policy");
    for (let messages = 1; messages <= 1000; messages += 1) {
      expect(Math.ceil(messages / policy.target), `${messages} messages`).toBe(Math.floor(messages / 100) + 1);
    }
  });

  it("is half as busy as planned when each instance has twice the threads", () => {
    const scenario = scenarioOf("banking-twice-the-threads");
    const load = (slots: number) => (14 * (meanSec(scenario.work.serviceTime) + 0.01)) / (2 * slots);
    const built = run("banking-twice-the-threads").summary.busyShare;
    const planned = run("banking-twice-the-threads", 1, (own) => ({ ...own, worker: { ...own.worker, slots: 4 } })).summary.busyShare;
    expect(built).toBeCloseTo(load(8), 1);
    expect(planned).toBeCloseTo(load(4), 1);
    expect(planned / built).toBeCloseTo(2, 1);
  });

  it("has three of its four alarms go off in a bad hour, and tells nobody", () => {
    const { alarms, summary } = run("banking-silent-alarms");
    const wentOff = alarms.filter(({ to }) => to === "alarm");
    expect(wentOff.map(({ alarm }) => alarm)).toEqual(["High queue depth", "Old messages", "DLQ messages"]);
    expect(wentOff.every(({ told }) => told === undefined)).toBe(true);
    expect(summary.alarms?.every(({ isSilent }) => isSilent)).toBe(true);
    const heard = run("banking-silent-alarms", 1, (scenario) => ({
      ...scenario,
      alarms: scenario.alarms.map((alarm) => ({ ...alarm, notifies: "operators" })),
    }));
    expect(heard.alarms.filter(({ to }) => to === "alarm").map(({ told }) => told)).toEqual(["operators", "operators", "operators"]);
  });

  it("hands the last three of ten to others: of full batches, three in ten outlive their 60 s", () => {
    const { messages } = run("banking-batch-tail", 1, (scenario) => inFullBatches(deadWhenLate(scenario), 8)).summary;
    expect(messages.dead / (messages.dead + messages.deleted)).toBeCloseTo(0.3, 1);
    expect(run("banking-batch-tail").summary.messages.duplicateJobs).toBeGreaterThan(0);
    expect(run("banking-batch-tail-cured").summary.messages.duplicateJobs).toBe(0);
    expectCured("banking-batch-tail", ({ summary }) => summary.messages.duplicateJobs);
  });
});

describe("jobs on Fargate", () => {
  it("take the service to its maximum by raw depth, and pay for it", () => {
    expect(mostDesired(run("jobs-raw-depth"))).toBe(4);
    expect(mostDesired(run("jobs-raw-depth-cured"))).toBe(2);
    expectCured("jobs-raw-depth", ({ summary }) => summary.inService.mean);
  });

  it("outlive a visibility of 30 s in 81.8 % of the cases", () => {
    const shares = [...SEEDS, 5, 6, 7, 8].map((seed) => {
      const { messages } = run("jobs-outlive-visibility", seed, (scenario) => ({
        ...deadWhenLate(scenario),
        queue: { ...scenario.queue, maxReceiveCount: 1, receiveLatencySec: 0, deleteLatencySec: 0 },
        worker: { ...scenario.worker, slots: 20, deleteLingerSec: 0 },
      })).summary;
      return messages.dead / (messages.dead + messages.deleted);
    });
    const truth = (120 - 30) / (120 - 10);
    const { low, high } = interval(shares, 0.99);
    expect(truth).toBeCloseTo(0.818, 3);
    expect(low).toBeLessThan(truth);
    expect(high).toBeGreaterThan(truth);
    expect(high - low).toBeLessThan(0.06);
  });

  it("are worked on again and again until all tasks are busy with it; with a heartbeat, once", () => {
    const offered = 0.03 * 65;
    expect(run("jobs-outlive-visibility").summary.busyShare).toBeGreaterThan(0.95);
    expect(run("jobs-outlive-visibility-cured").summary.busyShare).toBeCloseTo(offered / 4, 1);
    expect(run("jobs-outlive-visibility-cured").summary.messages.duplicateJobs).toBe(0);
    expectCured("jobs-outlive-visibility", ({ summary }) => summary.messages.duplicateJobs);
    expectCured("jobs-outlive-visibility", ({ summary }) => summary.latencyMs.p95);
  });

  it("are killed now and then, though the stop timeout is the longest job", () => {
    const stops = run("jobs-killed-at-stop").summary.terminations;
    expect(killed(run("jobs-killed-at-stop"))).toBeGreaterThan(0);
    expect(killed(run("jobs-killed-at-stop"))).toBeLessThan(0.2 * stops);
    expect(killed(run("jobs-killed-at-stop-cured"))).toBe(0);
    expectCured("jobs-killed-at-stop", killed);
  });
});

describe("e-mail to storage", () => {
  it("has one consumer at five messages a second, whatever is written about scaling", () => {
    const fixed = run("email-fixed");
    expect(mostDesired(fixed)).toBe(1);
    expect(Math.max(...fixed.columns.throughputPerSec)).toBeLessThan(1.2 / (meanSec(fixed.scenario.work.serviceTime) + 0.01));
    expectCured("email-fixed", ({ summary }) => summary.ageOfOldestMs.p99, "email");
  });

  it("does at most 0.33 messages a second with a sleep of 30 s after each batch of ten", () => {
    const { work } = scenarioOf("email-sleep");
    const cycleSec = 30 + 10 * meanSec(work.serviceTime);
    const perSec = SEEDS.map((seed) => run("email-sleep", seed).summary.messages.deleted / (2 * 3600));
    expect(Math.max(...perSec)).toBeLessThan(10 / 30);
    for (const one of perSec) expect(one).toBeCloseTo(10 / cycleSec, 2);
    expect(run("email-sleep").summary.messages.visible).toBeGreaterThan(1000);
    expectCured("email-sleep", ({ summary }) => summary.ageOfOldestMs.p99);
  });

  it("leaves a second object for each message delivered twice: two in a thousand receives and as many deletes", () => {
    const { messages } = run("email-second-objects").summary;
    const { least, most } = binomialBounds(messages.sent, 0.002);
    expect(messages.duplicateJobs + messages.duplicated).toBeGreaterThanOrEqual(least);
    expect(messages.duplicateJobs + messages.duplicated).toBeLessThanOrEqual(2 * most);
  });
});

describe("orders", () => {
  it("at 60 a second are served at 20 by 60 slots, and the rest waits; 180 slots are busy when all are served", () => {
    const { summary } = run("orders-sixty-workers");
    const sec = summary.durationMs / 1000;
    expect(summary.messages.deleted / sec).toBeLessThan(20);
    expect(summary.messages.deleted / sec).toBeGreaterThan(19.5);
    expect(summary.messages.visible / sec).toBeGreaterThan(38);
    expect(summary.messages.visible / sec).toBeLessThan(42);
    const busy = SEEDS.map((seed) => 200 * run("orders-sixty-workers-cured", seed).summary.busyShare);
    // By Little's law; the run begins empty, which takes half of a service time off 300 s.
    expect(interval(busy, 0.99).low).toBeLessThan(180);
    expect(interval(busy, 0.99).high).toBeGreaterThan(0.99 * 180);
    expectCured("orders-sixty-workers", ({ summary: { ageOfOldestMs } }) => ageOfOldestMs.p99);
  });

  it("that a stop leaves undeleted come again a minute later", () => {
    const { messages, latencyMs } = run("orders-undeleted").summary;
    expect(messages.received).toBeGreaterThan(messages.deleted + messages.inFlight);
    expect(latencyMs.max).toBeGreaterThan(60_000);
    expect(latencyMs.max).toBeLessThan(75_000);
    expect(run("orders-undeleted-cured").summary.latencyMs.max).toBeLessThan(30_000);
    expectCured("orders-undeleted", killed);
  });

  it("have the visibility of the receive call, not of the queue", () => {
    const asQueue = (visibilityTimeoutSec: number) => (scenario: Scenario) => ({
      ...scenario,
      queue: { ...scenario.queue, visibilityTimeoutSec },
    });
    const { messages, latencyMs } = run("orders-two-timeouts").summary;
    expect(messages.duplicateJobs).toBe(0);
    expect(run("orders-two-timeouts", 1, asQueue(5)).summary).toMatchObject({ messages, latencyMs });
    const withoutCall = run("orders-two-timeouts", 1, (scenario) => ({
      ...scenario,
      queue: { ...scenario.queue, receiveVisibilityTimeoutSec: null },
    }));
    expect(withoutCall.summary.messages.duplicateJobs).toBeGreaterThan(100);
  });

  it("that cannot be processed come back every minute without a dead-letter queue", () => {
    const { messages } = run("orders-no-dlq").summary;
    const poison = run("orders-no-dlq-cured").summary.messages.dead;
    // Sent evenly over four hours, each has come back once a minute for two hours on average.
    expect(messages.failedJobs).toBeGreaterThan(0.7 * poison * 120);
    expect(messages.failedJobs).toBeLessThan(1.3 * poison * 120);
    expectCured("orders-no-dlq", ({ summary }) => summary.messages.failedJobs);
    expectCured("orders-no-dlq", ({ summary }) => summary.busyShare);
  });
});

describe("mortgage payments", () => {
  it("are served one over the service time by the one task that there is", () => {
    const result = run("mortgage-fixed");
    const busy = result.columns.throughputPerSec.filter((_, row) => row > 32 && row < 50);
    const perSec = busy.reduce((sum, value) => sum + value, 0) / busy.length;
    expect(perSec).toBeLessThan(4);
    // 10 ms for the receive of five beside five times 250.
    expect(perSec).toBeCloseTo(5 / 1.26, 2);
    expect(at(result, "desired", 3600)).toBe(1);
  });

  it("are there twice when storage takes longer than the visibility timeout, and only then", () => {
    const { messages } = run("mortgage-second-objects").summary;
    expect(messages.duplicateJobs).toBeGreaterThan(0.8 * 0.3 * 600);
    const quick = run("mortgage-second-objects", 1, (scenario) => ({ ...scenario, faults: { ...scenario.faults, windows: [] } }));
    expect(quick.summary.messages.duplicateJobs).toBe(0);
  });
});
