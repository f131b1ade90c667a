import { describe, expect, it } from "vitest";
import { loadSimjsCalendar } from "../../../sim/kernel/simjs-calendar.ts";
import { scenarioSchema, type ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

const BASE: ScenarioInput = {
  version: 1,
  name: "Kinds of queues",
  run: { durationSec: 1800 },
  traffic: { kind: "poisson", ratePerSec: 20 },
  work: { serviceTime: { kind: "exponential", meanSec: 1 }, failureProbability: 0.05, poisonProbability: 0.01 },
  worker: { slots: 10 },
  fleet: { min: 3, max: 3 },
  policy: { kind: "exact-backlog" },
};

function run(queue: ScenarioInput["queue"], more: Partial<ScenarioInput> = {}) {
  return simulate(scenarioSchema.parse({ ...BASE, ...more, queue }), 1);
}

describe("every kind of queue", () => {
  const kinds: Record<string, ScenarioInput["queue"]> = {
    standard: { chances: { duplicateProbability: 0.01, disorderProbability: 0.1, falseEmptyProbability: 0.1 } },
    "standard at its quota": { inFlightQuota: 12 },
    fifo: { type: "fifo", groups: { count: 40, hotShare: 0.1 }, visibilityTimeoutSec: 5 },
    "fifo at its limit of calls": { type: "fifo", groups: { count: 40 }, fifo: { callsPerSec: 15 } },
    fair: { groups: { count: 40, hotShare: 0.8, hotFromSec: 300, hotForSec: 600 } },
  };

  it.each(Object.keys(kinds))("keeps its messages and gives the same bytes on both calendars: %s", async (kind) => {
    const scenario = scenarioSchema.parse({ ...BASE, queue: { ...kinds[kind], retentionSec: 600 } });
    const result = simulate(scenario, 1);
    expect(result.summary.messages.deleted).toBeGreaterThan(1000);
    const simjs = await loadSimjsCalendar();
    expect(simulate(scenario, 1, { calendar: simjs() }).digest).toBe(result.digest);
  });
});

describe("in a run", () => {
  it("one hot FIFO group is worked off one batch at a time, however many workers there are", () => {
    const sound = { work: { ...BASE.work, failureProbability: 0, poisonProbability: 0 } };
    const spread = run({ type: "fifo", groups: { count: 200 } }, sound);
    const hot = run({ type: "fifo", groups: { count: 200, hotShare: 0.8 } }, sound);
    expect(spread.summary.backlog.mean).toBeLessThan(50);
    expect(hot.summary.backlog.max).toBeGreaterThan(1000);
    expect(hot.summary.busyShare).toBeLessThan(spread.summary.busyShare);
  });

  it("short polls at the quota of messages in flight fail, and workers back off", () => {
    const { summary } = run({ inFlightQuota: 12 }, { worker: { slots: 10, waitTimeSec: 0 } });
    expect(summary.requests.refusedReceive).toBeGreaterThan(0);
    expect(summary.inFlight.max).toBe(12);
  });

  it("lost answers count as receives: messages die that no job ever failed on", () => {
    const work = { ...BASE.work, failureProbability: 0, poisonProbability: 0 };
    const { summary } = run({ maxReceiveCount: 1, visibilityTimeoutSec: 10 }, { work, faults: { lostAnswerProbability: 0.01 } });
    expect(summary.messages).toMatchObject({ failedJobs: 0 });
    expect(summary.messages.dead).toBeGreaterThan(0);
  });

  it("what the receives ask for counts instead of the queue's visibility timeout", () => {
    const slow: ScenarioInput["work"] = { serviceTime: { kind: "constant", sec: 40 }, failureProbability: 0, poisonProbability: 0 };
    const light: Partial<ScenarioInput> = { work: slow, traffic: { kind: "poisson", ratePerSec: 0.2 } };
    expect(run({ visibilityTimeoutSec: 30 }, light).summary.messages.duplicateJobs).toBeGreaterThan(0);
    expect(run({ visibilityTimeoutSec: 30, receiveVisibilityTimeoutSec: 60 }, light).summary.messages.duplicateJobs).toBe(0);
  });

  it("payloads beyond 64 KiB are billed as several requests", () => {
    const small = run({}, { work: { ...BASE.work, sizeBytes: 1024 } }).summary.cost;
    const large = run({}, { work: { ...BASE.work, sizeBytes: 262_144 } }).summary.cost;
    const requests = (cost: typeof small) => cost.lines.find(({ item }) => item.includes("SQS"))?.quantity ?? 0;
    expect(requests(large) / requests(small)).toBeGreaterThan(2);
  });
});
