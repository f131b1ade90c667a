import { describe, expect, it } from "vitest";
import { loadSimjsCalendar } from "../../../sim/kernel/simjs-calendar.ts";
import type { Result } from "../../../sim/measure/result.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate, SimulationRun } from "../../../sim/simulate.ts";

function scenario(input: Omit<ScenarioInput, "version" | "name">) {
  const base = { version: 1, name: "workload", run: { durationSec: 1800 }, fleet: { min: 10, max: 10 }, policy: { kind: "exact-backlog" } };
  const read = readScenario({ ...base, ...input });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

const run = (input: Omit<ScenarioInput, "version" | "name">, seed = 1): Result => simulate(scenario(input), seed);

/** Everything at once. */
const EVERYTHING: Omit<ScenarioInput, "version" | "name"> = {
  traffic: {
    kind: "sum",
    sources: [
      { traffic: { kind: "poisson", ratePerSec: 8 }, messageClass: "small" },
      { traffic: { kind: "users", users: 30, spawnPerSec: 10, answer: "served", patienceSec: 20 } },
      { traffic: { kind: "mmpp", batch: { kind: "geometric", mean: 3 } } },
      {
        traffic: { kind: "timestamps", atSec: [1, 2, 2, 900], sizesBytes: [10, 10_000, 100_000, 1_000_000], scale: 3 },
        messageClass: "large",
      },
    ],
  },
  work: {
    failureProbability: 0.02,
    classes: [
      { name: "small", share: 3, retryDelaySec: 2 },
      { name: "large", serviceTime: { kind: "pareto", minSec: 0.2, shape: 2.5 }, poisonProbability: 0.01, sizeBytes: 200_000 },
    ],
  },
  producer: {
    apiTime: { kind: "gamma", meanSec: 0.02, variation: 0.5 },
    topicTime: { kind: "constant", sec: 0.03 },
    failedProbability: 0.01,
    lostProbability: 0.02,
  },
  frontDoor: { traffic: { kind: "poisson", ratePerSec: 7 }, mostWaiting: 5, timeoutSec: 4 },
  downstream: { places: 15, latency: { kind: "weibull", meanSec: 0.2, shape: 1.5 }, timeoutSec: 2, failureProbability: 0.01 },
  worker: { circuitBreaker: { openSec: 5 } },
  fleet: { min: 10, max: 12, speedSpread: 0.5 },
  faults: {
    crashesPerInstanceHour: 3,
    windows: [
      { kind: "downstream-outage", fromSec: 600, lengthSec: 60 },
      { kind: "downstream-throttling", fromSec: 1000, lengthSec: 100 },
      { kind: "downstream-slow", fromSec: 1050, lengthSec: 100 },
      { kind: "downstream-outage", fromSec: 1500, lengthSec: 30, hangs: true },
    ],
  },
};

describe("a run with everything in it", () => {
  it("is the same however it is cut, and on the other calendar", async () => {
    const whole = run(EVERYTHING);
    const cut = new SimulationRun(scenario(EVERYTHING), 1);
    for (let untilMs = 0; untilMs <= cut.endMs; untilMs += 777_777) cut.advanceTo(untilMs);
    cut.advanceTo(cut.endMs);
    expect(cut.result().digest).toBe(whole.digest);
    const simjsCalendar = await loadSimjsCalendar();
    expect(simulate(scenario(EVERYTHING), 1, { calendar: simjsCalendar() }).digest).toBe(whole.digest);
    expect(run(EVERYTHING, 2).digest).not.toBe(whole.digest);
  });

  it("has something of each to tell", () => {
    const { classes, users, producer, frontDoor, downstream } = run(EVERYTHING).summary.workload!;
    expect(classes!.map(({ name, deleted }) => [name, deleted > 1000])).toEqual([
      ["small", true],
      ["large", true],
    ]);
    expect(users).toHaveLength(1);
    for (const count of [users![0]!.answered, users![0]!.gaveUp, users![0]!.refused, producer!.failed, producer!.lost])
      expect(count).toBeGreaterThan(0);
    for (const count of [frontDoor!.served, frontDoor!.rejected, frontDoor!.timedOut]) expect(count).toBeGreaterThan(0);
    const { succeeded, failed, refused, timedOut, abandoned } = downstream!;
    for (const count of [succeeded, failed, refused, timedOut, abandoned]) expect(count).toBeGreaterThan(0);
  });

  it("and a plain one has nothing to tell", () => {
    expect(run({ traffic: { kind: "poisson", ratePerSec: 5 } }).summary.workload).toBeUndefined();
  });
});

describe("message classes", () => {
  const two = {
    classes: [
      { name: "quick", share: 3, serviceTime: { kind: "constant" as const, sec: 0.1 } },
      { name: "slow", share: 1, serviceTime: { kind: "constant" as const, sec: 2 } },
    ],
  };

  it("come in their shares, each with its own latency", () => {
    const { summary } = run({ traffic: { kind: "poisson", ratePerSec: 10 }, work: two, worker: { deleteLingerSec: 0 } });
    const [quick, slow] = summary.workload!.classes!;
    expect(quick!.sent + slow!.sent).toBe(summary.messages.sent);
    // 18,000 draws with a chance of 3/4 have a standard deviation of 58.
    expect(Math.abs(quick!.sent - 0.75 * summary.messages.sent)).toBeLessThan(300);
    expect(quick!.latencyMs.p50).toBeLessThan(200);
    expect(slow!.latencyMs.p50).toBeGreaterThan(2000);
  });

  it("die, come back, expire and are purged each on its own account", () => {
    const sources = [
      { traffic: { kind: "timestamps" as const, atSec: [1, 2, 3, 4, 5] }, messageClass: "poison" },
      { traffic: { kind: "timestamps" as const, atSec: [6, 7, 8] }, messageClass: "endless" },
      { traffic: { kind: "timestamps" as const, atSec: [1500, 1700] }, messageClass: "last" },
    ];
    const sec = (time: number) => ({ serviceTime: { kind: "constant" as const, sec: time } });
    const { summary } = run({
      traffic: { kind: "sum", sources },
      work: {
        classes: [
          { name: "poison", share: 1, poisonProbability: 1, ...sec(0.1) },
          { name: "endless", share: 1, ...sec(20_000) },
          { name: "last", share: 1, ...sec(200) },
        ],
      },
      worker: { retryDelaySec: 0, deleteLingerSec: 0 },
      queue: { maxReceiveCount: 2, visibilityTimeoutSec: 900, retentionSec: 800, deadLetterRetentionSec: 80_000, delaySec: 0 },
      fleet: { min: 10, max: 10 },
      acts: [
        { kind: "redrive", atSec: 100 },
        { kind: "purge", atSec: 1600, queue: "main" },
      ],
    });
    const counts = summary.workload!.classes!.map(({ name, sent, redriven, deleted, dead, expired, purged, left }) => [
      name,
      { sent, redriven, deleted, dead, expired, purged, left },
    ]);
    const none = { redriven: 0, deleted: 0, dead: 0, expired: 0, purged: 0, left: 0 };
    expect(counts).toEqual([
      ["poison", { ...none, sent: 5, redriven: 5, dead: 10 }],
      ["endless", { ...none, sent: 3, expired: 3 }],
      ["last", { ...none, sent: 2, purged: 1, left: 1 }],
    ]);
  });

  it("can have sources of their own", () => {
    const sources = [
      { traffic: { kind: "renewal" as const, ratePerSec: 1 }, messageClass: "slow" },
      { traffic: { kind: "renewal" as const, ratePerSec: 2 }, messageClass: "quick" },
    ];
    const [quick, slow] = run({ traffic: { kind: "sum", sources }, work: two }).summary.workload!.classes!;
    expect([quick!.sent, slow!.sent]).toEqual([3600, 1800]);
  });

  it("retry after a delay of their own", () => {
    const once = {
      traffic: { kind: "counts" as const, intervalSec: 1, counts: [50] },
      queue: { maxReceiveCount: 5, visibilityTimeoutSec: 600 },
    };
    const failing = (retryDelaySec: number | null) => {
      const classes = [{ name: "failing", poisonProbability: 1, serviceTime: { kind: "constant" as const, sec: 0.1 }, retryDelaySec }];
      return run({ ...once, work: { classes }, worker: { retryDelaySec: 30 } }).columns;
    };
    const busyUntilSec = ({ backlog, inFlight, timeMs }: Result["columns"]) =>
      Math.max(...timeMs.filter((_, row) => backlog[row]! + inFlight[row]! > 0), 0) / 1000;
    expect(busyUntilSec(failing(null))).toBeGreaterThanOrEqual(120);
    expect(busyUntilSec(failing(1))).toBeLessThanOrEqual(60);
  });
});

describe("the producer's path", () => {
  it("delays messages on their way to the queue, and counts as latency for the client only", () => {
    const producer = { apiTime: { kind: "constant" as const, sec: 0.1 }, topicTime: { kind: "constant" as const, sec: 0.4 } };
    const { summary, latencyMs } = run({ traffic: { kind: "poisson", ratePerSec: 10 }, producer });
    const path = summary.workload!.producer!;
    expect(path.acceptMs).toMatchObject({ mean: 100, max: 100 });
    expect(path.clientLatencyMs.mean).toBeCloseTo(latencyMs.mean + 500, 6);
    expect(path.requested).toBe(summary.messages.sent + path.underWay);
  });

  it("fails and loses the shares that it is told to", () => {
    const { summary } = run({ traffic: { kind: "poisson", ratePerSec: 20 }, producer: { failedProbability: 0.2, lostProbability: 0.1 } });
    const { requested, failed, lost } = summary.workload!.producer!;
    // Of 36,000: standard deviations of 76 and 51.
    expect(Math.abs(failed - 0.2 * requested)).toBeLessThan(350);
    expect(Math.abs(lost - 0.1 * (requested - failed))).toBeLessThan(250);
    expect(summary.messages.sent).toBe(requested - failed - lost);
  });
});

describe("a message that is sent again because its answer was lost", () => {
  const again = (type: "standard" | "fifo", repeatAfterSec: number) => {
    const { summary } = run({
      traffic: { kind: "renewal", ratePerSec: 5 },
      queue: { type, fifo: { callsPerSec: 0 }, chances: { duplicateProbability: 0 } },
      producer: { repeatedProbability: 0.2, repeatAfterSec },
    });
    const { requested, repeated, deduplicated, underWay, clientLatencyMs } = summary.workload!.producer!;
    // Of 9,000 messages: a standard deviation of 38.
    expect(Math.abs(repeated - 0.2 * requested)).toBeLessThan(170);
    expect(clientLatencyMs.mean).toBeGreaterThan(0);
    return { sent: summary.messages.sent, requested, repeated, deduplicated, underWay };
  };

  it("is twice in a standard queue, and each is worked on", () => {
    const { sent, requested, repeated, deduplicated, underWay } = again("standard", 1);
    expect(deduplicated).toBe(0);
    expect(sent).toBe(requested + repeated - underWay);
  });

  it("is known again by a FIFO queue for five minutes, and no longer", () => {
    const soon = again("fifo", 299);
    expect(soon.deduplicated).toBe(soon.repeated - soon.underWay);
    expect(soon.sent).toBe(soon.requested);
    const late = again("fifo", 300);
    expect(late.deduplicated).toBe(0);
    expect(late.sent).toBe(late.requested + late.repeated - late.underWay);
  });
});

describe("instances", () => {
  it("that crash are replaced, and their messages come back", () => {
    const { summary } = run({
      traffic: { kind: "poisson", ratePerSec: 10 },
      faults: { crashesPerInstanceHour: 20 },
      queue: { maxReceiveCount: 0 },
    });
    // Ten instances for half an hour, less the time that it takes to replace them.
    expect(summary.launches).toBeGreaterThan(30);
    expect(summary.launches).toBeLessThan(140);
    expect(summary.messages.deleted / summary.messages.sent).toBeGreaterThan(0.95);
  });

  it("of uneven speed do the same work with the same mean, some slower than others", () => {
    const even = {
      traffic: { kind: "poisson" as const, ratePerSec: 40 },
      work: { serviceTime: { kind: "constant" as const, sec: 1 } },
      worker: { slots: 1 },
      fleet: { min: 200, max: 200 },
    };
    const uneven = run({ ...even, fleet: { ...even.fleet, speedSpread: 0.3 } });
    expect(uneven.latencyMs.quantile(0.95)).toBeGreaterThan(1400);
    expect(uneven.latencyMs.mean / run(even).latencyMs.mean).toBeCloseTo(1, 1);
  });
});

describe("a circuit breaker in the fleet", () => {
  it("keeps messages out of the dead-letter queue while the downstream is down", () => {
    const down = {
      traffic: { kind: "poisson" as const, ratePerSec: 10 },
      downstream: {},
      faults: { windows: [{ kind: "downstream-outage" as const, fromSec: 600, lengthSec: 300 }] },
      worker: { retryDelaySec: 5 },
    };
    const without = run(down).summary.messages;
    const withBreaker = run({ ...down, worker: { ...down.worker, circuitBreaker: { failures: 3, openSec: 20 } } }).summary.messages;
    expect(without.dead).toBeGreaterThan(2000);
    expect(withBreaker.dead).toBeLessThan(without.dead / 10);
    expect(withBreaker.failedJobs).toBeLessThan(without.failedJobs / 10);
  });
});
