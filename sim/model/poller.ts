import { assert } from "../core/assert.ts";
import { backOffMs, type BackOffSettings } from "../core/worker/back-off.ts";
import type { WorkerInputs } from "../core/worker/batch-worker.ts";
import { WAKE_DELETE_LINGER, WAKE_HEARTBEAT, WAKE_RECEIVE_BACK_OFF, type WakeReason, type WorkerEffects } from "../core/worker/effects.ts";
import type { Environment } from "./lambda-function.ts";
import { MAX_BATCH } from "./queue-model.ts";

/**
 * One of the pollers of a Lambda event source mapping: reads a batch from the queue, has the function work it, deletes what
 * is done, and reads again. It keeps the worker's contract (`effects.ts`) with what drives it.
 *
 * Facts and their sources (Lambda Developer Guide):
 * - It polls for up to the batch size, ten a call. With a batching window it goes on until the batch is full or the window,
 *   which begins with the first message, is over; that is seen when a poll has its answer, so that a quiet queue may take
 *   20 s longer (with-sqs).
 * - Its invocation is synchronous: one at a time for each poller (services-sqs-scaling).
 * - A function that fails, or is cut off by its timeout, has failed for the whole batch. With partial batch responses it
 *   names the messages that failed, and the others are deleted (services-sqs-errorhandling).
 * - A throttled batch is tried again, less and less often, until its visibility timeout has ended, and then dropped
 *   (services-sqs-errorhandling). How often is not published.
 *
 * Nothing extends the visibility of a batch, and what was not deleted comes back when it ends.
 */
export class Poller implements WorkerInputs<number> {
  private readonly settings: PollerSettings;
  private readonly effects: PollerEffects;
  private readonly mapping: Invocations;
  private readonly number: number;

  private phase: "new" | "polling" | "backing-off" | "throttled" | "starting" | "invoking" | "stopped" = "new";
  private isDraining = false;
  private failedReceives = 0;
  private readonly messages: number[] = [];
  /** When the first of the batch was received, milliseconds. */
  private gatheredFrom = 0;
  private throttles = 0;

  private environment: Environment | undefined;
  /** Place of the message that is worked next. */
  private next = 0;
  /** What is worked in each slot: a place in the batch, {@link FREE} for none. */
  private readonly slots: number[];
  private busy = 0;
  private cutOffAt = Infinity;
  private readonly done: number[] = [];
  private deletesUnderWay = 0;
  private readonly batch: number[] = [];

  /** @param number Its own in the mapping; spreads the back-off of many pollers too. */
  constructor(settings: PollerSettings, effects: PollerEffects, mapping: Invocations, number: number) {
    this.settings = settings;
    this.effects = effects;
    this.mapping = mapping;
    this.number = number;
    this.slots = new Array<number>(settings.slots).fill(FREE);
  }

  get busySlots(): number {
    return this.busy;
  }

  /** Whether it waits for messages and has none. */
  get isWaiting(): boolean {
    return this.phase === "polling" && this.messages.length === 0;
  }

  started(now: number): void {
    assert(this.phase === "new", "a poller starts once");
    this.poll(now);
  }

  messagesReceived(_call: number, messages: ArrayLike<number>, count: number, now: number): void {
    this.failedReceives = 0;
    if (count > 0 && this.messages.length === 0) {
      this.gatheredFrom = now;
      this.mapping.batchBegun(now);
    }
    for (let index = 0; index < count; index += 1) this.messages.push(messages[index] as number);
    this.goOn(now);
  }

  receiveFailed(_call: number, now: number): void {
    this.failedReceives += 1;
    if (this.isDraining) {
      this.goOn(now);
      return;
    }
    this.phase = "backing-off";
    this.effects.wakeAt(now + backOffMs(this.settings, this.failedReceives, this.number), WAKE_RECEIVE_BACK_OFF);
  }

  jobFinished(slot: number, now: number): void {
    this.done.push(this.worked(slot));
    this.goOnWorking(now);
  }

  jobFailed(slot: number, now: number): void {
    this.effects.leaveToExpire(this.worked(slot), now);
    if (this.settings.reportsItemFailures) this.goOnWorking(now);
    else this.fail(now, false);
  }

  deleteSettled(_failed: ArrayLike<number>, count: number, now: number): void {
    assert(count === 0, "a standard queue refuses no delete");
    this.deletesUnderWay -= 1;
    this.stopWhenIdle(now);
  }

  extendSettled(): void {
    // It extends nothing.
  }

  timerFired(reason: WakeReason, now: number): void {
    if (reason === WAKE_RECEIVE_BACK_OFF) {
      if (this.phase === "backing-off") this.goOn(now);
    } else if (reason === WAKE_INVOCATION) {
      if (this.phase === "starting") {
        this.mapping.started(this.environment as Environment, now);
        this.handle(now);
      } else if (this.phase === "throttled") this.invoke(now);
    } else if (this.cutOffAt === now) this.fail(now, true);
  }

  drainRequested(now: number): void {
    this.isDraining = true;
    if (this.phase === "polling") this.effects.endReceive(0, now);
    else if (this.phase === "backing-off") this.goOn(now);
  }

  /** After a poll: gathers on, hands the batch over, or polls again. */
  private goOn(now: number): void {
    const { batchSize, batchWindowMs } = this.settings;
    const { length } = this.messages;
    if (length === 0) {
      if (this.isDraining) {
        this.phase = "stopped";
        this.stopWhenIdle(now);
      } else this.poll(now);
    } else if (length >= batchSize || this.isDraining || now >= this.gatheredFrom + batchWindowMs) this.invoke(now);
    else this.poll(now);
  }

  private poll(now: number): void {
    this.phase = "polling";
    this.effects.receive(0, Math.min(MAX_BATCH, this.settings.batchSize - this.messages.length), now);
  }

  private invoke(now: number): void {
    const environment = this.mapping.invoke(now);
    if (environment === undefined) {
      this.throttled(now);
      return;
    }
    this.throttles = 0;
    this.environment = environment;
    if (environment.instance.stage === "pending") {
      this.phase = "starting";
      this.effects.wakeAt(now + environment.startMs, WAKE_INVOCATION);
    } else this.handle(now);
  }

  private throttled(now: number): void {
    this.phase = "throttled";
    this.throttles += 1;
    const endsAt = this.gatheredFrom + this.settings.visibilityMs;
    if (now < endsAt) {
      this.effects.wakeAt(Math.min(endsAt, now + backOffMs(THROTTLED, this.throttles, this.number)), WAKE_INVOCATION);
      return;
    }
    this.throttles = 0;
    for (const message of this.messages) this.effects.leaveToExpire(message, now);
    this.messages.length = 0;
    this.mapping.batchDropped();
    this.goOn(now);
  }

  /** The handler runs: its timeout counts from here. */
  private handle(now: number): void {
    this.phase = "invoking";
    this.next = 0;
    this.cutOffAt = now + this.settings.timeoutMs;
    this.effects.wakeAt(this.cutOffAt, WAKE_CUT_OFF);
    this.fillSlots(now);
  }

  private fillSlots(now: number): void {
    for (let slot = 0; slot < this.slots.length && this.next < this.messages.length; slot += 1) {
      if (this.slots[slot] !== FREE) continue;
      this.slots[slot] = this.next;
      this.busy += 1;
      this.effects.startJob(slot, this.messages[this.next] as number, now);
      this.next += 1;
    }
  }

  private worked(slot: number): number {
    const place = this.slots[slot] as number;
    assert(place !== FREE, "a job ends once");
    this.slots[slot] = FREE;
    this.busy -= 1;
    return this.messages[place] as number;
  }

  private goOnWorking(now: number): void {
    this.fillSlots(now);
    if (this.busy > 0) return;
    for (let from = 0; from < this.done.length; from += MAX_BATCH) this.delete(this.done.slice(from, from + MAX_BATCH), now);
    this.end(now, "done");
  }

  /** The whole batch comes back, what was done of it as well. */
  private fail(now: number, isCutOff: boolean): void {
    for (const [slot, place] of this.slots.entries()) {
      if (place === FREE) continue;
      this.worked(slot);
      this.effects.abandonJob(slot, now);
    }
    for (const message of this.done) this.effects.leaveToExpire(message, now);
    for (const message of this.messages.slice(this.next)) this.effects.leaveToExpire(message, now);
    this.end(now, isCutOff ? "cut-off" : "failed");
  }

  private end(now: number, outcome: InvocationOutcome): void {
    const environment = this.environment as Environment;
    this.environment = undefined;
    this.cutOffAt = Infinity;
    this.messages.length = 0;
    this.done.length = 0;
    this.mapping.finished(environment, now, outcome);
    this.goOn(now);
  }

  private delete(messages: readonly number[], now: number): void {
    this.deletesUnderWay += 1;
    this.batch.length = 0;
    this.batch.push(...messages);
    this.effects.deleteBatch(this.batch, messages.length, now);
  }

  private stopWhenIdle(now: number): void {
    if (this.phase === "stopped" && this.deletesUnderWay === 0) this.effects.stopped(now);
  }
}

/** What a poller wants besides what a worker does. */
export interface PollerEffects extends WorkerEffects<number> {
  /** Stops the job in a slot: it ends neither well nor badly, and its message is left to expire. */
  abandonJob(slot: number, now: number): void;
}

/** What a poller asks of its mapping. */
export interface Invocations {
  /** It has been given the first message of a batch, which ends as dropped or finished. */
  batchBegun(now: number): void;
  batchDropped(): void;
  /** An environment for a batch; undefined when it is throttled. */
  invoke(now: number): Environment | undefined;
  /** A new environment's start is over. */
  started(environment: Environment, now: number): void;
  finished(environment: Environment, now: number, outcome: InvocationOutcome): void;
}

/** failed: for all of its messages. cut-off: by the function's timeout. */
export type InvocationOutcome = "done" | "failed" | "cut-off";

/** Times in milliseconds. */
export interface PollerSettings extends BackOffSettings {
  /** Messages of a batch that the handler works at the same time. */
  readonly slots: number;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly timeoutMs: number;
  readonly reportsItemFailures: boolean;
  /** The queue's. */
  readonly visibilityMs: number;
}

const FREE = -1;
/** A poller knows neither lingering deletes nor heartbeats: their wake-ups serve it for the start or the next try of an invocation, and for its end. */
const WAKE_INVOCATION = WAKE_DELETE_LINGER;
const WAKE_CUT_OFF = WAKE_HEARTBEAT;
/** Between the tries of a throttled batch. Not published (UNCONFIRMED). */
const THROTTLED: BackOffSettings = { receiveBackOffFirstMs: 1000, receiveBackOffMaxMs: 20_000 };
