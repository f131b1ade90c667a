import { WAKE_REASONS, type WakeReason, type WorkerEffects } from "../../sim/core/worker/effects.ts";
import type { WorkerSettings } from "../../sim/core/worker/settings.ts";
import { Worker, type JobFailure } from "../../sim/core/worker/worker.ts";

export const PLAIN_WORKER: WorkerSettings = {
  slots: 4,
  maxMessagesPerReceive: 10,
  concurrentReceives: 1,
  deleteLingerMs: 0,
  heartbeat: undefined,
  receiveBackOffFirstMs: 200,
  receiveBackOffMaxMs: 20_000,
  retryDelayMs: undefined,
};

/**
 * A driver for one worker, moved by hand: it notes what it owes (the table in `effects.ts`), the test decides when and
 * how it pays. Messages are named by strings. It keeps its own half of the contract, and throws when the worker breaks
 * its half, at the call that does so:
 *
 * - effects come from inside inputs only, and none comes after `stopped`;
 * - a receive has a number that is free, and all receives together ask for no more than the free slots;
 * - a job starts in a free slot, with a message that is held and not yet at work;
 * - only finished messages are deleted, only running ones extended, and a batch has 1 to 10 entries;
 * - each message ends exactly once, and the worker stops exactly once, holding nothing.
 */
export class WorkerWorld {
  now = 0;
  readonly worker: Worker<string>;
  readonly settings: WorkerSettings;

  /** Messages asked for by each receive under way. */
  readonly receives = new Map<number, number>();
  /** Receives whose wait the worker has ended. */
  readonly ended = new Set<number>();
  /** The message in each busy slot. */
  readonly jobs = new Map<number, string>();
  /** Batches that were sent and not yet answered. */
  readonly deletes: (readonly string[])[] = [];
  readonly extensions: (readonly string[])[] = [];
  /** When the pending wake-up of each reason is due. */
  readonly wakes = new Map<WakeReason, number>();
  /** How each message that the worker no longer holds ended. */
  readonly outcomes = new Map<string, "deleted" | "released" | "left">();
  stopped = false;

  /** What the worker has asked for since the log was last read. */
  private log: string[] = [];
  private readonly held = new Map<string, "given" | "running" | "done" | "deleting" | "failed">();
  private inInput = false;
  private draining = false;
  private delivered = 0;

  constructor(settings: Partial<WorkerSettings> = {}) {
    this.settings = { ...PLAIN_WORKER, ...settings };
    this.worker = new Worker<string>(this.settings, this.effects(), 7);
    this.input(() => this.worker.started(this.now));
  }

  /** What the worker has asked for since this was last called, as text. */
  asked(): string[] {
    const asked = this.log;
    this.log = [];
    return asked;
  }

  // What the test lets happen.

  /** Answers a receive with that many new messages; returns their names. */
  deliver(call: number, count: number): string[] {
    const most = this.receives.get(call);
    demand(most !== undefined && count <= most, `the driver answers receive ${call} with ${count} of ${String(most)}`);
    const messages = Array.from({ length: count }, (_, index) => `m${this.delivered + index + 1}`);
    this.delivered += count;
    for (const message of messages) this.held.set(message, "given");
    this.receives.delete(call);
    this.ended.delete(call);
    // The array is the driver's again after the call, so the worker finds rubbish if it looks at it later.
    const reused = [...messages, "rubbish"];
    this.input(() => this.worker.messagesReceived(call, reused, count, this.now));
    reused.fill("rubbish");
    for (const message of messages) demand(this.held.get(message) !== "given", `${message} was neither started nor given back`);
    return messages;
  }

  failReceive(call: number): void {
    demand(this.receives.delete(call), `the driver fails receive ${call}`);
    this.ended.delete(call);
    this.input(() => this.worker.receiveFailed(call, this.now));
  }

  finish(message: string): void {
    const slot = this.slotOf(message);
    this.held.set(message, "done");
    this.input(() => this.worker.jobFinished(slot, this.now));
  }

  fail(message: string, failure?: JobFailure): void {
    const slot = this.slotOf(message);
    this.held.set(message, "failed");
    this.input(() => this.worker.jobFailed(slot, this.now, failure));
    demand(!this.held.has(message), `${message} has failed and was neither released nor left to expire`);
  }

  /** Answers the oldest delete under way; the messages named were not deleted. */
  settleDelete(failed: readonly string[] = []): void {
    const batch = this.deletes.shift();
    demand(batch !== undefined, "the driver answers a delete");
    for (const message of batch) {
      if (failed.includes(message)) this.held.set(message, "done");
      else this.end(message, "deleted");
    }
    this.input(() => this.worker.deleteSettled([...failed, "rubbish"], failed.length, this.now));
  }

  /** Answers the oldest extension under way; the messages named were not extended. */
  settleExtension(failed: readonly string[] = []): void {
    demand(this.extensions.shift() !== undefined, "the driver answers an extension");
    this.input(() => this.worker.extendSettled([...failed, "rubbish"], failed.length, this.now));
  }

  drain(): void {
    this.draining = true;
    this.input(() => this.worker.drainRequested(this.now));
    demand(this.receives.size === this.ended.size, "a drain ends every receive under way");
  }

  /** Moves to the next wake-up and lets it happen; false when none is pending. */
  step(): boolean {
    const [reason, at] = [...this.wakes].reduce<[WakeReason | undefined, number]>(
      (earliest, wake) => (wake[1] < earliest[1] ? wake : earliest),
      [undefined, Infinity],
    );
    if (reason === undefined) return false;
    this.now = Math.max(this.now, at);
    this.wakes.delete(reason);
    this.input(() => this.worker.timerFired(reason, this.now));
    return true;
  }

  /** Lets time pass, with every wake-up that falls due on the way. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (Math.min(...this.wakes.values()) <= until) this.step();
    this.now = until;
  }

  // What the world looks like.

  /** Messages at work, in the order in which they were started. */
  get running(): string[] {
    return [...this.jobs.values()];
  }

  /** Messages that the worker still answers for. */
  get holding(): number {
    return this.held.size;
  }

  private effects(): WorkerEffects<string> {
    const effect =
      <Given extends unknown[]>(name: string, perform: (...given: Given) => string) =>
      (...given: Given) => {
        demand(this.inInput, `${name} came from inside no input`);
        demand(!this.stopped, `${name} came after stopped`);
        this.log.push(`${name} ${perform(...given)}`.trim());
      };
    return {
      receive: effect("receive", (call: number, maxMessages: number, now: number) => {
        this.atNow(now);
        demand(!this.draining, "a draining worker asks for more");
        demand(call >= 0 && call < this.settings.concurrentReceives && !this.receives.has(call), `receive ${call} is not free`);
        demand(maxMessages >= 1 && maxMessages <= this.settings.maxMessagesPerReceive, `${maxMessages} messages are asked for`);
        this.receives.set(call, maxMessages);
        const asked = [...this.receives.values()].reduce((sum, most) => sum + most, 0);
        demand(asked + this.jobs.size <= this.settings.slots, `${asked} messages are asked for with ${this.jobs.size} slots busy`);
        return `${call}: ${maxMessages}`;
      }),
      endReceive: effect("endReceive", (call: number, now: number) => {
        this.atNow(now);
        demand(this.receives.has(call), `receive ${call} cannot be ended`);
        demand(this.draining || this.settings.circuitBreaker !== undefined, `a worker that needs messages ends receive ${call}`);
        this.ended.add(call);
        return `${call}`;
      }),
      startJob: effect("startJob", (slot: number, message: string, now: number) => {
        this.atNow(now);
        demand(slot >= 0 && slot < this.settings.slots && !this.jobs.has(slot), `slot ${slot} is not free`);
        this.change(message, "given", "running");
        this.jobs.set(slot, message);
        return message;
      }),
      deleteBatch: effect("deleteBatch", (messages: readonly string[], count: number, now: number) => {
        this.atNow(now);
        const batch = batchOf(messages, count);
        for (const message of batch) this.change(message, "done", "deleting");
        this.deletes.push(batch);
        return batch.join(" ");
      }),
      extendBatch: effect("extendBatch", (messages: readonly string[], count: number, visibilityMs: number, now: number) => {
        this.atNow(now);
        const batch = batchOf(messages, count);
        for (const message of batch) this.change(message, "running", "running");
        demand(visibilityMs === this.settings.heartbeat?.extendToMs, `extended to ${visibilityMs} ms`);
        this.extensions.push(batch);
        return batch.join(" ");
      }),
      releaseBatch: effect("releaseBatch", (messages: readonly string[], count: number, visibilityMs: number, now: number) => {
        this.atNow(now);
        const batch = batchOf(messages, count);
        for (const message of batch) this.end(message, "released");
        return `${batch.join(" ")} for ${visibilityMs}`;
      }),
      leaveToExpire: effect("leaveToExpire", (message: string, now: number) => {
        this.atNow(now);
        this.end(message, "left");
        return message;
      }),
      wakeAt: effect("wakeAt", (at: number, reason: WakeReason) => {
        demand(at >= this.now, `a wake-up at ${at} is asked for at ${this.now}`);
        this.wakes.set(reason, at);
        return `${at}: ${WAKE_REASONS[reason]}`;
      }),
      stopped: effect("stopped", (now: number) => {
        this.atNow(now);
        demand(this.draining, "a worker stops that was not told to");
        demand(this.held.size === 0, `a stopped worker holds ${[...this.held.keys()].join(" ")}`);
        demand(this.receives.size + this.deletes.length === 0, "a stopped worker still waits for an answer");
        this.stopped = true;
        return "";
      }),
    };
  }

  private input(happen: () => void): void {
    this.inInput = true;
    happen();
    this.inInput = false;
  }

  private atNow(now: number): void {
    demand(now === this.now, `an effect at ${now} is asked for at ${this.now}`);
  }

  private slotOf(message: string): number {
    const slot = [...this.jobs.keys()].find((busy) => this.jobs.get(busy) === message);
    demand(slot !== undefined, `the driver ends a job on ${message}`);
    this.jobs.delete(slot);
    return slot;
  }

  private change(message: string, from: string, into: "running" | "deleting"): void {
    demand(this.held.get(message) === from, `${message} is ${this.held.get(message) ?? "not held"}, not ${from}`);
    this.held.set(message, into);
  }

  private end(message: string, outcome: "deleted" | "released" | "left"): void {
    demand(this.held.delete(message), `${message} ends twice`);
    this.outcomes.set(message, outcome);
  }
}

function batchOf(messages: readonly string[], count: number): string[] {
  demand(count >= 1 && count <= 10, `a batch has ${count} entries`);
  const batch = messages.slice(0, count);
  demand(new Set(batch).size === count, `a batch names a message twice: ${batch.join(" ")}`);
  return batch;
}

function demand(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Error(`The contract of the worker is broken: ${broken}.`);
}
