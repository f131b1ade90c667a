import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchWorker, type BatchWorkerSettings } from "../../../../sim/core/worker/batch-worker.ts";
import type { WakeReason, WorkerEffects } from "../../../../sim/core/worker/effects.ts";

const PLAIN: BatchWorkerSettings = {
  loops: 1,
  maxMessagesPerReceive: 10,
  pauseMs: 0,
  receiveBackOffFirstMs: 200,
  receiveBackOffMaxMs: 20_000,
  retryDelayMs: undefined,
};

/** A batch worker and what it asks for, as text; the test pays what is owed. */
class World {
  now = 0;
  readonly worker: BatchWorker<string>;
  readonly receiving = new Set<number>();
  readonly jobs = new Map<number, string>();
  readonly deletes: string[] = [];
  readonly wakes = new Map<WakeReason, number>();
  /** How often each message has ended, in whatever way. */
  readonly ends = new Map<string, number>();
  stopped = 0;
  private log: string[] = [];
  private delivered = 0;

  constructor(settings: Partial<BatchWorkerSettings> = {}) {
    this.worker = new BatchWorker<string>({ ...PLAIN, ...settings }, this.effects(), 7);
    this.worker.started(0);
  }

  asked(): string[] {
    const { log } = this;
    this.log = [];
    return log;
  }

  deliver(call: number, count: number): void {
    this.receiving.delete(call);
    const messages = Array.from({ length: count }, (_, index) => `m${this.delivered + index + 1}`);
    this.delivered += count;
    for (const message of messages) this.ends.set(message, 0);
    this.worker.messagesReceived(call, [...messages, "rubbish"], count, this.now);
  }

  finish(slot: number): void {
    this.jobs.delete(slot);
    this.worker.jobFinished(slot, this.now);
  }

  fail(slot: number): void {
    this.jobs.delete(slot);
    this.worker.jobFailed(slot, this.now);
  }

  settle(hasFailed: boolean): void {
    const message = this.deletes.shift();
    if (message === undefined) throw new Error("no delete is under way");
    if (!hasFailed) this.end(message);
    this.worker.deleteSettled(hasFailed ? [message] : [], hasFailed ? 1 : 0, this.now);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const [reason, at] of [...this.wakes]) {
      if (at > this.now) continue;
      this.wakes.delete(reason);
      this.worker.timerFired(reason, this.now);
    }
  }

  private end(message: string): void {
    this.ends.set(message, (this.ends.get(message) ?? NaN) + 1);
  }

  private effects(): WorkerEffects<string> {
    const refused = () => {
      throw new Error("a batch worker never does this");
    };
    return {
      receive: (call, most) => {
        if (this.receiving.has(call) || this.jobs.has(call)) throw new Error(`loop ${call} is busy`);
        this.receiving.add(call);
        this.log.push(`receive ${call} × ${most}`);
      },
      endReceive: (call) => this.log.push(`end ${call}`),
      startJob: (slot, message) => {
        if (this.jobs.has(slot)) throw new Error(`slot ${slot} is busy`);
        this.jobs.set(slot, message);
        this.log.push(`start ${message}`);
      },
      deleteBatch: ([message], count) => {
        if (count !== 1 || message === undefined) throw new Error("each message is deleted by itself");
        this.deletes.push(message);
        this.log.push(`delete ${message}`);
      },
      extendBatch: refused,
      releaseBatch: (messages, count, visibilityMs) => {
        for (const message of messages.slice(0, count)) this.end(message);
        this.log.push(`release ${messages.slice(0, count).join(" ")} for ${visibilityMs}`);
      },
      leaveToExpire: (message) => {
        this.end(message);
        this.log.push(`leave ${message}`);
      },
      wakeAt: (at, reason) => {
        this.wakes.set(reason, at);
        this.log.push(`wake at ${at}`);
      },
      stopped: () => {
        this.stopped += 1;
        this.log.push("stopped");
      },
    };
  }
}

describe("a batch worker", () => {
  it("asks for a batch, works it one message after the other, and asks again only then", () => {
    const world = new World();
    expect(world.asked()).toEqual(["receive 0 × 10"]);
    world.deliver(0, 3);
    expect(world.asked()).toEqual(["start m1"]);
    world.finish(0);
    expect(world.asked()).toEqual(["delete m1", "start m2"]);
    world.finish(0);
    world.finish(0);
    expect(world.asked()).toEqual(["delete m2", "start m3", "delete m3", "receive 0 × 10"]);
  });

  it("runs its loops side by side", () => {
    const world = new World({ loops: 2 });
    world.deliver(1, 2);
    world.deliver(0, 1);
    expect([...world.jobs]).toEqual([
      [1, "m1"],
      [0, "m3"],
    ]);
    expect(world.worker.busySlots).toBe(2);
  });

  it("pauses after each batch, an empty one too", () => {
    const world = new World({ pauseMs: 30_000 });
    world.deliver(0, 1);
    world.finish(0);
    world.asked();
    world.pass(29_999);
    expect(world.asked()).toEqual([]);
    world.pass(1);
    expect(world.asked()).toEqual(["receive 0 × 10"]);
    world.deliver(0, 0);
    expect(world.asked()).toEqual(["wake at 60000"]);
  });

  it("leaves a failed message to its visibility timeout, or gives it its retry delay, and goes on", () => {
    const world = new World();
    world.deliver(0, 2);
    world.asked();
    world.fail(0);
    expect(world.asked()).toEqual(["leave m1", "start m2"]);
    const retrying = new World({ retryDelayMs: 5000 });
    retrying.deliver(0, 1);
    retrying.asked();
    retrying.fail(0);
    expect(retrying.asked()).toEqual(["release m1 for 5000", "receive 0 × 10"]);
  });

  it("backs off after a failed receive, and tries a failed delete again", () => {
    const world = new World();
    world.asked();
    world.receiving.delete(0);
    world.worker.receiveFailed(0, 0);
    const [wake] = world.asked();
    expect(Number(/\d+/.exec(String(wake))?.[0])).toBeGreaterThan(99);
    world.pass(200);
    world.deliver(0, 1);
    world.finish(0);
    world.asked();
    world.settle(true);
    world.pass(200);
    expect(world.asked()).toContain("delete m1");
  });

  it("told to drain, gives back what its receives still bring and works off what it has", () => {
    const world = new World({ loops: 2 });
    world.deliver(0, 2);
    world.asked();
    world.worker.drainRequested(0);
    expect(world.asked()).toEqual(["end 1"]);
    world.deliver(1, 1);
    expect(world.asked()).toEqual(["release m3 for 0"]);
    world.finish(0);
    world.finish(0);
    expect(world.asked()).toEqual(["delete m1", "start m2", "delete m2"]);
    world.settle(false);
    expect(world.stopped).toBe(0);
    world.settle(false);
    expect(world.asked()).toEqual(["stopped"]);
  });

  it("ends every message once and stops after a drain, whatever happens in whatever order", () => {
    const step = fc.record({
      what: fc.constantFrom("deliver", "no answer", "finish", "fail", "settle", "refuse", "time"),
      pick: fc.nat(1000),
    });
    const settings = fc.record({
      loops: fc.integer({ min: 1, max: 5 }),
      pauseMs: fc.constantFrom(0, 100, 30_000),
      retryDelayMs: fc.constantFrom(undefined, 0),
    });
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 80 }), fc.nat(80), (given, steps, drainAfter) => {
        const world = new World(given);
        for (const [index, { what, pick }] of steps.entries()) {
          if (index === drainAfter) world.worker.drainRequested(world.now);
          if (world.stopped > 0) break;
          happen(world, what, pick);
        }
        if (world.stopped === 0) world.worker.drainRequested(world.now);
        for (let round = 0; round < 1000; round += 1) for (const what of ["deliver", "finish", "settle", "time"]) happen(world, what, 0);
        expect(world.stopped).toBe(1);
        expect([...world.ends.values()].every((count) => count === 1)).toBe(true);
        expect([world.jobs.size, world.receiving.size, world.deletes.length, world.worker.busySlots]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});

function happen(world: World, what: string, pick: number): void {
  const call = [...world.receiving][pick % Math.max(1, world.receiving.size)];
  const slot = [...world.jobs.keys()][pick % Math.max(1, world.jobs.size)];
  if (what === "deliver" && call !== undefined) world.deliver(call, pick % 11);
  if (what === "no answer" && call !== undefined) {
    world.receiving.delete(call);
    world.worker.receiveFailed(call, world.now);
  }
  if (what === "finish" && slot !== undefined) world.finish(slot);
  if (what === "fail" && slot !== undefined) world.fail(slot);
  if (what === "settle" && world.deletes.length > 0) world.settle(false);
  if (what === "refuse" && world.deletes.length > 0) world.settle(true);
  if (what === "time") world.pass(1 + pick * 10);
}
