/** A Lambda function that reads the queue, as the Developer Guide describes it: pages are named in `sim/model/`. */
import { describe, expect, it } from "vitest";
import type { Result } from "../../../sim/measure/result.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { ScenarioInput } from "../../../sim/scenario/schema.ts";
import { verdict } from "../../../sim/measure/verdict.ts";
import { simulate } from "../../../sim/simulate.ts";
import { at } from "../../gallery/runs.ts";

type Lambda = NonNullable<NonNullable<ScenarioInput["fleet"]>["lambda"]>;

const instantly = { kind: "constant" as const, sec: 0 };
const constant = (sec: number) => ({ kind: "constant" as const, sec });
/** So many messages in the first second, and none after it. */
const burst = (messages: number) => ({ kind: "counts" as const, intervalSec: 1, counts: [messages] });

function run({ lambda = {}, max = 1250, ...input }: Partial<ScenarioInput> & { lambda?: Lambda; max?: number }, seed = 1): Result {
  const read = readScenario({
    version: 1,
    name: "Lambda",
    run: { durationSec: 600, sampleEverySec: 1 },
    worker: { slots: 1 },
    policy: { kind: "none" },
    fleet: {
      platform: "lambda",
      min: 0,
      max,
      lambda: { init: instantly, batchSize: 1, timeoutSec: 120, concurrencyLimit: 2000, ...lambda },
    },
    ...input,
    queue: { visibilityTimeoutSec: 720, chances: { duplicateProbability: 0 }, receiveLatencySec: 0, ...input.queue },
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return simulate(read.scenario, seed);
}

describe("an event source mapping", () => {
  it("begins with five invocations and adds five a second, which is 300 a minute, while messages wait", () => {
    const result = run({ traffic: burst(5000), work: { serviceTime: constant(100) }, run: { durationSec: 300, sampleEverySec: 1 } });
    // One is added each 200 ms from the start on.
    for (const sec of [1, 2, 10, 60]) expect(at(result, "desired", sec), `after ${sec} s`).toBe(5 + 5 * sec);
    for (const sec of [10, 60]) expect(Math.abs(at(result, "inService", sec) - (5 + 5 * sec)), `after ${sec} s`).toBeLessThanOrEqual(1);
    expect(at(result, "desired", 248)).toBe(1245);
    expect(at(result, "desired", 250)).toBe(1250);
    expect(result.summary.inService.max).toBe(1250);
  });

  it("goes no higher than its maximum concurrency, nor than five when few messages come", () => {
    const limited = run({ traffic: burst(3000), work: { serviceTime: constant(10) }, max: 40 });
    expect(limited.summary.inService.max).toBe(40);
    expect(Math.max(...limited.columns.desired)).toBe(40);
    const quiet = run({ traffic: { kind: "poisson", ratePerSec: 0.2 }, work: { serviceTime: constant(1) }, max: 1000 });
    expect(Math.max(...quiet.columns.desired)).toBe(5);
    expect(run({ traffic: burst(50), work: { serviceTime: constant(1) }, max: 2 }).summary.inService.max).toBe(2);
  });

  it("goes back to five pollers when it is quiet, to two without a maximum concurrency, and polls on at 20 s each", () => {
    const receivesBy = (durationSec: number, max: number, pollers: number) => {
      const after = { run: { durationSec, sampleEverySec: 60 }, traffic: burst(500), work: { serviceTime: constant(5) } };
      const result = run({ ...after, max });
      expect(Math.max(...result.columns.desired)).toBeGreaterThan(50);
      expect(result.columns.desired.at(-1)).toBe(pollers);
      return result.summary.requests.receive;
    };
    expect(receivesBy(7200, 1000, 5) - receivesBy(3600, 1000, 5)).toBeCloseTo(5 * 3 * 60, -1);
    expect(receivesBy(7200, 1250, 2) - receivesBy(3600, 1250, 2)).toBeCloseTo(2 * 3 * 60, -1);
  });

  it("costs some 0.65 million requests a month while nothing comes: five pollers, one poll each 20 s", () => {
    const idle = run({ traffic: { kind: "poisson", ratePerSec: 0 }, run: { durationSec: 86_400, sampleEverySec: 3600 }, max: 1000 });
    expect(idle.summary.requests.receive).toBe(5 * 3 * 1440);
    const [requests, ...others] = idle.summary.cost.lines;
    expect(others).toEqual([]);
    expect((requests!.quantity * 730) / 24).toBeCloseTo(0.657, 2);
  });

  it("takes up to ten messages at once, and fewer, at once, where fewer are there", () => {
    const result = run({ traffic: burst(400), work: { serviceTime: constant(1) }, lambda: { batchSize: 10 }, max: 2 });
    const invocations = millionths(result, "Function requests");
    expect(invocations).toBeGreaterThanOrEqual(40);
    expect(invocations).toBeLessThan(50);
    expect(millionths(run({ traffic: burst(400), work: { serviceTime: constant(1) }, max: 2 }), "Function requests")).toBe(400);
  });

  it("gathers a batch until it is full or its window is over, which a quiet queue shows it up to 20 s later", () => {
    const trickle = { traffic: { kind: "poisson" as const, ratePerSec: 2 }, work: { serviceTime: constant(0.1) }, max: 2 };
    const gathered = run({ ...trickle, lambda: { batchSize: 100, batchWindowSec: 60 } });
    // Two pollers share two messages a second, each for at least a minute.
    expect(gathered.summary.messages.received / millionths(gathered, "Function requests")).toBeGreaterThan(45);
    expect(gathered.summary.latencyMs.max).toBeGreaterThan(60_000);
    const alone = run({ traffic: burst(1), work: { serviceTime: constant(0.1) }, lambda: { batchSize: 100, batchWindowSec: 5 } });
    expect(alone.summary.latencyMs.max).toBeGreaterThan(20_000);
    expect(alone.summary.latencyMs.max).toBeLessThan(21_500);
    const full = run({
      traffic: burst(500),
      work: { serviceTime: constant(0.1) },
      lambda: { batchSize: 100, batchWindowSec: 300 },
      max: 2,
    });
    expect(millionths(full, "Function requests")).toBeLessThanOrEqual(7);
  });
});

describe("an invocation", () => {
  it("works its batch one after the other, or as many at a time as the handler does", () => {
    const tenths = (slots: number) =>
      run({ traffic: burst(1000), work: { serviceTime: constant(1) }, lambda: { batchSize: 10 }, max: 2, worker: { slots } }).columns;
    const doneBy = (columns: Result["columns"], sec: number) =>
      columns.throughputPerSec.slice(0, sec + 1).reduce((sum, rate) => sum + rate, 0);
    // Two invocations of ten seconds each, ten messages at their end; then of five, and of one.
    expect(doneBy(tenths(1), 100)).toBeGreaterThanOrEqual(160);
    expect(doneBy(tenths(1), 100)).toBeLessThanOrEqual(200);
    expect(doneBy(tenths(2), 100)).toBeGreaterThanOrEqual(360);
    expect(doneBy(tenths(2), 100)).toBeLessThanOrEqual(400);
    expect(doneBy(tenths(50), 40)).toBeGreaterThanOrEqual(750);
  });

  it("waits for a new environment to start, and finds one that is idle warm for as long as it is kept", () => {
    const every = (idleSec: number) =>
      run({
        traffic: { kind: "timestamps", atSec: [10, 130, 250, 370, 490] },
        work: { serviceTime: constant(1) },
        lambda: { init: constant(3), idleSec },
      });
    const kept = every(360);
    expect(kept.summary.launches).toBe(1);
    expect(kept.instances[0]!.stages.map(({ stage }) => stage)).toEqual(["pending", "working"]);
    expect(kept.instances[0]!.stages[1]!.at - kept.instances[0]!.stages[0]!.at).toBe(3000);
    expect(kept.summary.latencyMs.max).toBeGreaterThan(4000);
    expect(kept.summary.latencyMs.p50).toBeLessThan(1100);
    const cold = every(0);
    expect(cold.summary.launches).toBe(5);
    expect(cold.summary.terminations).toBeGreaterThanOrEqual(4);
    expect(cold.summary.latencyMs.p50).toBeGreaterThan(4000);
  });

  it("is billed by the millisecond from its start to its end, cold starts included, and by the request", () => {
    const bill = (lambda: Lambda) => {
      const { cost } = run({
        traffic: burst(100),
        work: { serviceTime: constant(2) },
        lambda: { init: constant(1), ...lambda },
        max: 5,
      }).summary;
      return Object.fromEntries(cost.lines.map(({ item, quantity, usd }) => [item, { quantity, usd }]));
    };
    // A hundred invocations of 2 s, five of them after a second's cold start, with half a GB.
    const whole = bill({});
    expect(whole["Function time"]!.quantity).toBeCloseTo((100 * 2 + 5) * 0.5, 6);
    expect(whole["Function time"]!.usd).toBeCloseTo(205 * 0.5 * 0.0000166667, 9);
    expect(whole["Function requests"]!.usd).toBeCloseTo(100 * 0.2e-6, 12);
    expect(bill({ memoryMb: 1024 })["Function time"]!.quantity).toBeCloseTo(205, 6);
    expect(bill({ architecture: "arm" })["Function time"]!.usd).toBeCloseTo(205 * 0.5 * 0.0000133334, 9);
  });
});

describe("what goes wrong in a Lambda function", () => {
  const short = { queue: { visibilityTimeoutSec: 60, maxReceiveCount: 3 } };

  it("kills a message that takes longer than the function may: three times cut off, then dead, and paid for three times", () => {
    const { summary, instances } = run({ traffic: burst(10), work: { serviceTime: constant(20) }, lambda: { timeoutSec: 10 }, ...short });
    expect(summary.messages).toMatchObject({ sent: 10, deleted: 0, dead: 10, received: 30, failedJobs: 30 });
    expect(summary.cost.lines.find(({ item }) => item === "Function time")!.quantity).toBeCloseTo(30 * 10 * 0.5, 6);
    // An environment whose invocation was cut off is not used again.
    expect(summary.launches).toBe(30);
    expect(new Set(instances.map(({ endCause }) => endCause))).toEqual(new Set(["cut-off"]));
  });

  it("brings a whole batch back for one message that fails, and with partial responses that one alone", () => {
    const poison = { traffic: burst(400), work: { serviceTime: constant(0.1), poisonProbability: 0.05 }, max: 5, ...short };
    const whole = run({ ...poison, lambda: { batchSize: 10, timeoutSec: 10 }, run: { durationSec: 1800, sampleEverySec: 60 } }).summary
      .messages;
    const partial = run({ ...poison, lambda: { batchSize: 10, timeoutSec: 10, reportsItemFailures: true } }).summary.messages;
    const poisoned = partial.dead;
    expect(poisoned).toBeGreaterThan(5);
    expect(partial.received).toBe(400 + 2 * poisoned);
    expect(partial.deleted).toBe(400 - poisoned);
    // Good messages share batches with bad ones three times over and die with them.
    expect(whole.dead).toBeGreaterThan(poisoned);
    expect(whole.received).toBeGreaterThan(partial.received + 100);
  });

  it("drops what is throttled until its visibility timeout ends: a message dies that was never worked", () => {
    const crowded = { traffic: burst(200), work: { serviceTime: constant(110) }, max: 50, run: { durationSec: 1800, sampleEverySec: 60 } };
    const throttled = run({ ...crowded, lambda: { concurrencyLimit: 2 }, queue: { visibilityTimeoutSec: 120, maxReceiveCount: 2 } });
    const { messages, launches } = throttled.summary;
    expect(launches).toBe(2);
    expect(messages.failedJobs).toBe(0);
    expect(messages.dead).toBeGreaterThan(100);
    expect(new Set(throttled.refusals.map(({ cause }) => cause))).toEqual(new Set(["concurrency"]));
    // What its maximum concurrency holds back waits in the queue instead, and lives.
    const held = run({ ...crowded, max: 2, lambda: { concurrencyLimit: 2 }, queue: { visibilityTimeoutSec: 120, maxReceiveCount: 2 } });
    expect(held.summary.messages.dead).toBe(0);
    expect(held.refusals).toEqual([]);
  });

  it("reads less and less while every invocation fails, and as much as ever where the function reports each message", () => {
    const failing = {
      traffic: { kind: "poisson" as const, ratePerSec: 20 },
      work: { serviceTime: constant(5), failureProbability: 1 },
      run: { durationSec: 900, sampleEverySec: 1 },
      queue: { visibilityTimeoutSec: 120, maxReceiveCount: 0 },
    };
    const backing = run(failing).columns.desired;
    expect(Math.max(...backing)).toBeGreaterThan(60);
    expect(backing.at(-1)).toBe(2);
    const reporting = run({ ...failing, lambda: { reportsItemFailures: true } }).columns.desired;
    expect(reporting.at(-1)).toBeGreaterThan(90);
    expect(run({ ...failing, lambda: { backOffShare: 0 } }).columns.desired.at(-1)).toBeGreaterThan(2);
  });

  it("lets those wait who call a downstream with fewer places than it has invocations, and pays for the wait", () => {
    const behind = (max: number) =>
      run({
        traffic: burst(300),
        work: { serviceTime: instantly },
        downstream: { places: 10, latency: constant(1), timeoutSec: 100 },
        max,
      }).summary;
    const [few, many] = [behind(10), behind(100)];
    const time = (summary: typeof few) => summary.cost.lines.find(({ item }) => item === "Function time")!.quantity;
    expect(few.messages.deleted).toBe(300);
    expect(many.messages.deleted).toBe(300);
    expect(time(few)).toBeLessThan(300 * 0.5 * 1.05);
    expect(time(many)).toBeGreaterThan(3 * time(few));
  });
});

describe("why messages waited for a Lambda function", () => {
  const sentenceOf = (input: Parameters<typeof run>[0]) =>
    verdict(run({ objective: { measure: "age", percentile: 99, limitSec: 5 }, work: { serviceTime: constant(3) }, ...input })).sentence;
  const steady = (ratePerSec: number) => ({ kind: "poisson" as const, ratePerSec });
  const rising = {
    kind: "piecewise" as const,
    between: "steps" as const,
    points: [
      { atSec: 0, ratePerSec: 0.5 },
      { atSec: 120, ratePerSec: 60 },
    ],
  };

  it("is told of its mapping: how fast it grows, its maximum, its backing off, and of the function's concurrency", () => {
    expect(sentenceOf({ traffic: rising })).toMatch(
      /because the mapping adds no more than 300 pollers a minute: it had \d+ when the wait began and \d+ of 1,250 at its worst/,
    );
    expect(sentenceOf({ traffic: steady(6.6), max: 20 })).toContain("because its maximum concurrency of 20 was at work");
    const throttled = sentenceOf({
      traffic: rising,
      lambda: { concurrencyLimit: 20 },
      queue: { visibilityTimeoutSec: 720, maxReceiveCount: 0 },
    });
    expect(throttled).toContain("because the function's concurrency of 20 was used up, and the rest throttled");
    const failing = sentenceOf({
      traffic: steady(20),
      work: { serviceTime: constant(3), failureProbability: 1 },
      queue: { visibilityTimeoutSec: 120, maxReceiveCount: 0 },
    });
    expect(failing).toMatch(/because the mapping reads less while invocations fail: it went from \d+ to \d+ pollers/);
  });
});

/** Of a line that counts in millions. */
function millionths({ summary }: Result, item: string): number {
  return Math.round(summary.cost.lines.find((line) => line.item === item)!.quantity * 1e6);
}
