import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WakeReason } from "../../../sim/core/worker/effects.ts";
import { durationSampler, type DurationSampler } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { LambdaFunction } from "../../../sim/model/lambda-function.ts";
import { Poller, type InvocationOutcome, type PollerEffects, type PollerSettings } from "../../../sim/model/poller.ts";

const PLAIN: PollerSettings = {
  slots: 1,
  batchSize: 3,
  batchWindowMs: 0,
  timeoutMs: 10_000,
  reportsItemFailures: false,
  visibilityMs: 60_000,
  receiveBackOffFirstMs: 200,
  receiveBackOffMaxMs: 20_000,
};

/** A poller, its function, and what it asks for, as text; the test pays what is owed. */
class World {
  now = 0;
  readonly lambda: LambdaFunction;
  readonly poller: Poller;
  /** Messages asked for by the receive under way; 0 for none. */
  receiving = 0;
  readonly jobs = new Map<number, number>();
  readonly deletes: number[][] = [];
  readonly wakes = new Map<WakeReason, number>();
  /** How each message has ended, each time that it has. */
  readonly ends = new Map<number, string[]>();
  readonly outcomes: InvocationOutcome[] = [];
  /** Batches begun, less those finished and dropped. */
  batches = 0;
  stopped = 0;
  private readonly startMs: number;
  private delivered = 0;
  private log: string[] = [];

  constructor(settings: Partial<PollerSettings> = {}, { concurrencyLimit = 1000, startMs = 0 } = {}) {
    this.startMs = startMs;
    this.lambda = new LambdaFunction({ concurrencyLimit, idleMs: 60_000 }, constantly(startMs));
    const { lambda } = this;
    const mapping = {
      batchBegun: () => (this.batches += 1),
      batchDropped: () => (this.batches -= 1),
      invoke: (now: number) => lambda.invoke(now),
      started: lambda.started.bind(lambda),
      finished: (...[environment, now, outcome]: Parameters<ConstructorParameters<typeof Poller>[2]["finished"]>) => {
        this.batches -= 1;
        this.outcomes.push(outcome);
        lambda.finished(environment, now, outcome === "cut-off");
      },
    };
    this.poller = new Poller({ ...PLAIN, ...settings }, this.effects(), mapping, 7);
    this.poller.started(0);
  }

  asked(): string[] {
    const { log } = this;
    this.log = [];
    return log;
  }

  /** Answers the receive with so many new messages. */
  deliver(count: number): void {
    expect(count).toBeLessThanOrEqual(this.receiving);
    this.receiving = 0;
    const messages = Array.from({ length: count }, (_, index) => this.delivered + index);
    this.delivered += count;
    for (const message of messages) this.ends.set(message, []);
    this.poller.messagesReceived(0, [...messages, -1], count, this.now);
    // A start that takes no time is over at once.
    if (this.startMs === 0) this.pass(0);
  }

  failReceive(): void {
    this.receiving = 0;
    this.poller.receiveFailed(0, this.now);
  }

  finish(slot: number): void {
    this.jobs.delete(slot);
    this.poller.jobFinished(slot, this.now);
  }

  fail(slot: number): void {
    this.jobs.delete(slot);
    this.poller.jobFailed(slot, this.now);
  }

  settle(): void {
    this.deletes.shift();
    this.poller.deleteSettled([], 0, this.now);
  }

  /** Lets the next wake-up happen; false when there is none. */
  step(): boolean {
    const [reason, at] = [...this.wakes].reduce<[WakeReason | undefined, number]>(
      (least, wake) => (wake[1] < least[1] ? wake : least),
      [undefined, Infinity],
    );
    if (reason === undefined) return false;
    this.now = Math.max(this.now, at);
    this.wakes.delete(reason);
    this.poller.timerFired(reason, this.now);
    return true;
  }

  pass(ms: number): void {
    const until = this.now + ms;
    while (Math.min(...this.wakes.values()) <= until) this.step();
    this.now = until;
  }

  private effects(): PollerEffects {
    const say = (text: string) => this.log.push(text);
    const end = (message: number, how: string) => this.ends.get(message)!.push(how);
    return {
      receive: (_call, maxMessages) => {
        expect(this.receiving).toBe(0);
        expect(maxMessages).toBeGreaterThan(0);
        expect(maxMessages).toBeLessThanOrEqual(10);
        this.receiving = maxMessages;
        say(`receive ${maxMessages}`);
      },
      endReceive: () => say("endReceive"),
      startJob: (slot, message) => {
        expect(this.jobs.has(slot)).toBe(false);
        this.jobs.set(slot, message);
        say(`start ${message}`);
      },
      abandonJob: (slot) => {
        end(this.jobs.get(slot)!, "abandoned");
        this.jobs.delete(slot);
        say("abandon");
      },
      deleteBatch: (messages, count) => {
        const batch = messages.slice(0, count);
        for (const message of batch) end(message, "deleted");
        this.deletes.push(batch);
        say(`delete ${batch.join(" ")}`);
      },
      extendBatch: () => expect.unreachable("a poller extends nothing"),
      releaseBatch: () => expect.unreachable("a poller releases nothing"),
      leaveToExpire: (message) => {
        end(message, "left");
        say(`leave ${message}`);
      },
      wakeAt: (at, reason) => this.wakes.set(reason, at),
      stopped: () => (this.stopped += 1),
    };
  }
}

function constantly(ms: number): DurationSampler {
  return durationSampler({ kind: "constant", sec: ms / 1000 }, new RandomStream(1, "starts"));
}

describe("a poller", () => {
  it("reads a batch, works it one message after the other, deletes it together and reads again", () => {
    const world = new World();
    expect(world.asked()).toEqual(["receive 3"]);
    world.deliver(2);
    expect(world.asked()).toEqual(["start 0"]);
    world.finish(0);
    expect(world.asked()).toEqual(["start 1"]);
    world.finish(0);
    expect(world.asked()).toEqual(["delete 0 1", "receive 3"]);
    expect(world.outcomes).toEqual(["done"]);
  });

  it("works as many of a batch at the same time as the handler does", () => {
    const world = new World({ slots: 2 });
    world.deliver(3);
    expect(world.asked().slice(1)).toEqual(["start 0", "start 1"]);
    world.finish(1);
    expect(world.asked()).toEqual(["start 2"]);
  });

  it("waits for a new environment, and for none when one is idle", () => {
    const world = new World({}, { startMs: 400 });
    world.deliver(1);
    expect(world.asked()).toEqual(["receive 3"]);
    world.pass(399);
    expect(world.asked()).toEqual([]);
    world.pass(1);
    expect(world.asked()).toEqual(["start 0"]);
    world.finish(0);
    world.deliver(1);
    expect(world.asked()).toContain("start 1");
    expect(world.lambda.coldStarts).toBe(1);
  });

  it("gives the whole batch up at the first failure, what is done included, unless failures are reported one by one", () => {
    const failed = (reportsItemFailures: boolean) => {
      const world = new World({ reportsItemFailures });
      world.deliver(3);
      world.finish(0);
      world.fail(0);
      if (reportsItemFailures) world.finish(0);
      return { ends: [...world.ends.values()].flat(), outcomes: world.outcomes };
    };
    expect(failed(false)).toEqual({ ends: ["left", "left", "left"], outcomes: ["failed"] });
    expect(failed(true)).toEqual({ ends: ["deleted", "left", "deleted"], outcomes: ["done"] });
  });

  it("is cut off by the function's timeout, whatever it had done, and the environment goes", () => {
    const world = new World({ reportsItemFailures: true });
    world.deliver(3);
    world.finish(0);
    world.pass(9_999);
    expect(world.outcomes).toEqual([]);
    world.pass(1);
    expect(world.outcomes).toEqual(["cut-off"]);
    expect([...world.ends.values()].flat()).toEqual(["left", "abandoned", "left"]);
    expect(world.lambda.ended).toBe(1);
    expect(world.lambda.billedMs(world.now)).toBe(10_000);
  });

  it("tries a throttled batch again, less and less often, and drops it when its visibility timeout has ended", () => {
    const world = new World({}, { concurrencyLimit: 1 });
    const other = world.lambda.invoke(0)!;
    world.lambda.started(other, 0);
    world.deliver(3);
    world.pass(59_999);
    expect(world.lambda.throttled).toBeGreaterThan(4);
    expect(world.lambda.throttled).toBeLessThan(12);
    expect(world.ends.get(0)).toEqual([]);
    world.pass(1);
    expect([...world.ends.values()].flat()).toEqual(["left", "left", "left"]);
    expect(world.batches).toBe(0);
    world.lambda.finished(other, world.now, false);
    world.deliver(1);
    expect(world.asked()).toContain("start 3");
  });

  it("gathers what a window brings, and asks for no more than is missing", () => {
    const world = new World({ batchSize: 12, batchWindowMs: 5000 });
    expect(world.asked()).toEqual(["receive 10"]);
    world.deliver(4);
    expect(world.asked()).toEqual(["receive 8"]);
    world.now = 3000;
    world.deliver(7);
    expect(world.asked()).toEqual(["receive 1"]);
    world.now = 4000;
    world.deliver(1);
    expect(world.asked()).toEqual(["start 0"]);
  });
});

const settings: fc.Arbitrary<Partial<PollerSettings>> = fc.record({
  slots: fc.integer({ min: 1, max: 12 }),
  batchSize: fc.integer({ min: 1, max: 25 }),
  batchWindowMs: fc.constantFrom(0, 1000, 30_000),
  timeoutMs: fc.integer({ min: 1000, max: 20_000 }),
  reportsItemFailures: fc.boolean(),
});

const happening = fc.record({
  what: fc.constantFrom("deliver", "deliver", "fail receive", "finish", "finish", "finish", "fail", "settle", "time", "other"),
  much: fc.nat(1000),
});

describe("a poller, whatever happens to it in whatever order,", () => {
  it("ends each message once and each invocation once, and stops after a drain, holding nothing", () => {
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(0, 300),
        fc.array(happening, { maxLength: 80 }),
        fc.nat(80),
        (given, startMs, happenings, drainAt) => {
          const world = new World(given, { concurrencyLimit: 1, startMs });
          let other: ReturnType<LambdaFunction["invoke"]>;
          const endOther = () => {
            if (other === undefined) return;
            world.lambda.finished(other, world.now, false);
            other = undefined;
          };
          for (const [index, { what, much }] of happenings.entries()) {
            if (index === drainAt) world.poller.drainRequested(world.now);
            const slot = [...world.jobs.keys()][much % Math.max(1, world.jobs.size)];
            if (what === "deliver" && world.receiving > 0) world.deliver(much % (world.receiving + 1));
            else if (what === "fail receive" && world.receiving > 0) world.failReceive();
            else if (what === "finish" && slot !== undefined) world.finish(slot);
            else if (what === "fail" && slot !== undefined && much % 3 === 0) world.fail(slot);
            else if (what === "settle" && world.deletes.length > 0) world.settle();
            else if (what === "time") world.pass(much * 10);
            // Somebody else has the function's only place for a while.
            else if (what === "other" && other !== undefined) endOther();
            else if (what === "other" && world.lambda.starting + world.lambda.running === 0) {
              other = world.lambda.invoke(world.now)!;
              if (other.instance.stage === "pending") world.lambda.started(other, world.now);
            }
            expect(world.batches).toBeLessThanOrEqual(1);
            expect(world.poller.busySlots).toBe(world.jobs.size);
          }
          endOther();
          if (drainAt >= happenings.length) world.poller.drainRequested(world.now);
          for (let left = 500; left > 0 && world.stopped === 0; left -= 1) {
            const [slot] = world.jobs.keys();
            if (slot !== undefined) world.finish(slot);
            else if (world.receiving > 0) world.deliver(0);
            else if (world.deletes.length > 0) world.settle();
            else world.step();
          }
          expect(world.stopped).toBe(1);
          expect(world.batches).toBe(0);
          for (const [message, ends] of world.ends) expect(ends, `message ${message}`).toHaveLength(1);
          expect(world.lambda.starting + world.lambda.running).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
