import { assert } from "../assert.ts";
import { backOffMs } from "./back-off.ts";
import { CircuitBreaker, type CircuitBreakerSettings } from "./circuit-breaker.ts";
import {
  WAKE_CIRCUIT_BREAKER,
  WAKE_DELETE_LINGER,
  WAKE_HEARTBEAT,
  WAKE_RECEIVE_BACK_OFF,
  type WakeReason,
  type WorkerEffects,
} from "./effects.ts";
import { Heartbeats, NONE } from "./heartbeats.ts";
import type { WorkerSettings } from "./settings.ts";

/**
 * The worker: asks the queue for messages, runs a job for each in a slot, deletes what is done.
 *
 * The same object runs on a real instance and in the simulator; `effects.ts` is the contract with what drives it.
 * After `started` it goes through three phases:
 *
 * **Working.** Whenever slots are free that no receive under way has been promised, it asks for as many messages as it
 * can start: a slot is refilled when it frees, never when the slowest of a batch is done. Finished messages are
 * gathered for a batched delete until ten are together or the first has lingered long enough. Jobs that run long have
 * their visibility extended. After a failed receive it waits, longer with each failure in a row. With a circuit breaker
 * (`circuit-breaker.ts`) it also stops receiving while the downstream fails: it ends the receives under way, gives back
 * what they bring nevertheless, and later tries a few jobs before it goes on as before.
 *
 * **Draining**, from `drainRequested`. It asks for nothing more and ends the receives under way; messages that they
 * bring nevertheless are given back at once; running jobs are finished, and everything done is deleted without
 * lingering.
 *
 * **Stopped**, when no job, receive or delete is outstanding. It has called `stopped` and holds nothing.
 */
export class Worker<Message> {
  private readonly settings: WorkerSettings;
  private readonly effects: WorkerEffects<Message>;
  private readonly backOffJitterSeed: number;

  private phase: "new" | "working" | "draining" | "stopped" = "new";

  /** The message in each slot; undefined in a free one. */
  private readonly running: (Message | undefined)[];
  /** Free slots, the next to use last. */
  private readonly freeSlots: number[];
  private freeCount: number;

  /** Slots promised to each receive under way, 0 for a call that is not. */
  private readonly promisedTo: number[];
  private promised = 0;
  private receivesUnderWay = 0;
  private failedReceives = 0;
  private backingOff = false;

  /** Messages whose work is done, to be deleted: the first `doneCount`. */
  private readonly done: Message[] = [];
  private doneCount = 0;
  private lingerArmed = false;
  private deletesUnderWay = 0;

  private readonly heartbeats: Heartbeats | undefined;
  private readonly breaker: CircuitBreaker | undefined;
  /** Scratch for batches handed to effects. */
  private readonly batch: Message[] = [];

  /**
   * @param backOffJitterSeed Spreads the back-off of many workers: each wait is shortened by up to half, by a fraction
   * drawn from this number and the count of failures. Give every worker its own.
   */
  constructor(settings: WorkerSettings, effects: WorkerEffects<Message>, backOffJitterSeed: number) {
    const { slots, concurrentReceives, heartbeat, circuitBreaker } = settings;
    assert(slots >= 1 && concurrentReceives >= 1, "a worker has a slot and a receive");
    this.settings = settings;
    this.effects = effects;
    this.backOffJitterSeed = backOffJitterSeed;
    this.running = new Array<Message | undefined>(slots).fill(undefined);
    this.freeSlots = Array.from({ length: slots }, (_, index) => slots - 1 - index);
    this.freeCount = slots;
    this.promisedTo = new Array<number>(concurrentReceives).fill(0);
    this.heartbeats = heartbeat === undefined ? undefined : new Heartbeats(heartbeat, slots);
    this.breaker = circuitBreaker === undefined ? undefined : new CircuitBreaker(circuitBreaker, slots);
  }

  /** Jobs running now. */
  get busySlots(): number {
    return this.settings.slots - this.freeCount;
  }

  /** Begins to work. */
  started(now: number): void {
    assert(this.phase === "new", "a worker starts once");
    this.phase = "working";
    this.refill(now);
  }

  /** Receive `call` has been answered with the first `count` of `messages`; the driver may use the array again. */
  messagesReceived(call: number, messages: ArrayLike<Message>, count: number, now: number): void {
    this.receiveEnded(call);
    this.failedReceives = 0;
    if (this.phase === "draining") {
      if (count > 0) this.giveBack(messages, count, now);
      this.stopWhenIdle(now);
      return;
    }
    if (count > 0 && this.breaker?.state === "open") {
      this.giveBack(messages, count, now);
      return;
    }
    for (let index = 0; index < count; index += 1) this.start(messages[index] as Message, now);
    if (count > 0 && this.heartbeats !== undefined) this.armHeartbeats(this.heartbeats);
    this.refill(now);
  }

  /** Receive `call` has failed: an error, a timeout, a lost answer. */
  receiveFailed(call: number, now: number): void {
    this.receiveEnded(call);
    if (this.phase === "draining") {
      this.stopWhenIdle(now);
      return;
    }
    this.failedReceives += 1;
    this.backingOff = true;
    this.effects.wakeAt(now + backOffMs(this.settings, this.failedReceives, this.backOffJitterSeed), WAKE_RECEIVE_BACK_OFF);
  }

  /** The job in `slot` has ended well: its message is deleted with the next batch. */
  jobFinished(slot: number, now: number): void {
    this.addDone(this.freeSlot(slot));
    this.breaker?.jobSucceeded(slot);
    if (this.doneCount >= MAX_BATCH || this.settings.deleteLingerMs === 0 || this.phase === "draining") this.deleteDone(now);
    else this.lingerFor(this.settings.deleteLingerMs, now);
    this.refill(now);
  }

  /** The job in `slot` has failed: its message comes back after the retry delay, or when its visibility timeout ends. */
  jobFailed(slot: number, now: number, failure: JobFailure = OWN_FAILURE): void {
    const message = this.freeSlot(slot);
    const retryDelayMs = failure.retryDelayMs ?? this.settings.retryDelayMs;
    if (retryDelayMs === undefined) {
      this.effects.leaveToExpire(message, now);
    } else {
      this.batch[0] = message;
      this.effects.releaseBatch(this.batch, 1, retryDelayMs, now);
    }
    if (this.breaker?.jobFailed(slot, failure.isDownstream) === true) this.breakerOpened(now);
    this.refill(now);
    this.stopWhenIdle(now);
  }

  /** A batched delete has been answered; the first `count` of `failed` were not deleted and are worth another try. */
  deleteSettled(failed: ArrayLike<Message>, count: number, now: number): void {
    assert(this.deletesUnderWay > 0, "a delete is settled once");
    this.deletesUnderWay -= 1;
    for (let index = 0; index < count; index += 1) this.addDone(failed[index] as Message);
    // Even a worker that does not linger waits a moment before it asks again for what has just been refused.
    if (count > 0) this.retryDeletes(now);
    this.stopWhenIdle(now);
  }

  /** A batched extension has been answered; the first `count` of `failed` were not extended and are worth another try. */
  extendSettled(failed: ArrayLike<Message>, count: number, now: number): void {
    if (count === 0 || this.heartbeats === undefined) return;
    for (let index = 0; index < count; index += 1) {
      const slot = this.running.indexOf(failed[index]);
      if (slot >= 0) this.heartbeats.retry(slot, now);
    }
    this.armHeartbeats(this.heartbeats);
  }

  /** A wake-up that was asked for is due. */
  timerFired(reason: WakeReason, now: number): void {
    switch (reason) {
      case WAKE_DELETE_LINGER:
        this.lingerArmed = false;
        this.deleteDone(now);
        break;
      case WAKE_HEARTBEAT:
        if (this.heartbeats !== undefined) this.extendDue(this.heartbeats, now);
        break;
      case WAKE_RECEIVE_BACK_OFF:
        this.backingOff = false;
        this.refill(now);
        break;
      case WAKE_CIRCUIT_BREAKER:
        this.breaker?.wokeUp();
        this.refill(now);
        break;
    }
  }

  /** The instance is to go: finish what runs, take nothing new. Asking again changes nothing. */
  drainRequested(now: number): void {
    if (this.phase === "draining" || this.phase === "stopped") return;
    this.phase = "draining";
    this.endReceives(now);
    this.deleteDone(now);
    this.stopWhenIdle(now);
  }

  private refill(now: number): void {
    if (this.phase !== "working" || this.backingOff) return;
    while (this.receivesUnderWay < this.settings.concurrentReceives) {
      const startable = this.breaker === undefined ? this.freeCount : Math.min(this.freeCount, this.breaker.startsLeft);
      const ask = Math.min(startable - this.promised, this.settings.maxMessagesPerReceive);
      if (ask <= 0) return;
      let call = 0;
      while ((this.promisedTo[call] as number) > 0) call += 1;
      this.promisedTo[call] = ask;
      this.promised += ask;
      this.receivesUnderWay += 1;
      this.effects.receive(call, ask, now);
    }
  }

  /**
   * A long poll left waiting would be handed messages for up to 20 s more, and each that is given back has been received
   * once more: some would end in the dead-letter queue without a job ever having failed.
   */
  private endReceives(now: number): void {
    for (let call = 0; call < this.promisedTo.length; call += 1) {
      if ((this.promisedTo[call] as number) > 0) this.effects.endReceive(call, now);
    }
  }

  private breakerOpened(now: number): void {
    // A worker that drains receives nothing anyway.
    if (this.phase === "working") this.endReceives(now);
    this.effects.wakeAt(now + (this.settings.circuitBreaker as CircuitBreakerSettings).openMs, WAKE_CIRCUIT_BREAKER);
  }

  private receiveEnded(call: number): void {
    const promised = this.promisedTo[call] as number;
    assert(promised > 0, "a receive is answered once");
    this.promisedTo[call] = 0;
    this.promised -= promised;
    this.receivesUnderWay -= 1;
  }

  private start(message: Message, now: number): void {
    assert(this.freeCount > 0, "a receive never brings more messages than it was asked for");
    this.freeCount -= 1;
    const slot = this.freeSlots[this.freeCount] as number;
    this.running[slot] = message;
    this.heartbeats?.add(slot, now);
    this.breaker?.jobStarted(slot);
    this.effects.startJob(slot, message, now);
  }

  private freeSlot(slot: number): Message {
    const message = this.running[slot];
    assert(message !== undefined, "a job ends once");
    this.running[slot] = undefined;
    this.freeSlots[this.freeCount] = slot;
    this.freeCount += 1;
    this.heartbeats?.remove(slot);
    return message;
  }

  private giveBack(messages: ArrayLike<Message>, count: number, now: number): void {
    for (let index = 0; index < count; index += 1) this.batch[index] = messages[index] as Message;
    this.effects.releaseBatch(this.batch, count, 0, now);
  }

  private addDone(message: Message): void {
    this.done[this.doneCount] = message;
    this.doneCount += 1;
  }

  private lingerFor(delayMs: number, now: number): void {
    if (this.lingerArmed) return;
    this.lingerArmed = true;
    this.effects.wakeAt(now + delayMs, WAKE_DELETE_LINGER);
  }

  private retryDeletes(now: number): void {
    // An instance that drains has no time to linger, whatever wake-up is pending already.
    if (this.phase === "draining") this.lingerArmed = false;
    this.lingerFor(this.phase === "draining" ? DELETE_RETRY_MS : Math.max(this.settings.deleteLingerMs, DELETE_RETRY_MS), now);
  }

  private deleteDone(now: number): void {
    while (this.doneCount > 0) {
      const count = Math.min(this.doneCount, MAX_BATCH);
      for (let index = 0; index < count; index += 1) this.batch[index] = this.done[this.doneCount - count + index] as Message;
      this.doneCount -= count;
      this.deletesUnderWay += 1;
      this.effects.deleteBatch(this.batch, count, now);
    }
  }

  private extendDue(heartbeats: Heartbeats, now: number): void {
    heartbeats.disarm();
    const extendToMs = (this.settings.heartbeat as NonNullable<WorkerSettings["heartbeat"]>).extendToMs;
    let count = 0;
    for (let slot = heartbeats.takeDue(now); slot !== NONE; slot = heartbeats.takeDue(now)) {
      this.batch[count] = this.running[slot] as Message;
      count += 1;
      if (count === MAX_BATCH) {
        this.effects.extendBatch(this.batch, count, extendToMs, now);
        count = 0;
      }
    }
    if (count > 0) this.effects.extendBatch(this.batch, count, extendToMs, now);
    this.armHeartbeats(heartbeats);
  }

  private armHeartbeats(heartbeats: Heartbeats): void {
    const at = heartbeats.arm();
    if (at !== undefined) this.effects.wakeAt(at, WAKE_HEARTBEAT);
  }

  private stopWhenIdle(now: number): void {
    if (this.phase !== "draining" || this.busySlots > 0 || this.receivesUnderWay > 0 || this.doneCount > 0 || this.deletesUnderWay > 0)
      return;
    this.phase = "stopped";
    this.effects.stopped(now);
  }
}

/** Why a job failed, as far as the worker cares. Not kept: a driver may hand over the same object each time. */
export interface JobFailure {
  /** Visibility to give to the message; undefined for the worker's own retry delay. */
  readonly retryDelayMs?: number | undefined;
  /** Whether it was the fault of what the job called, not of the message or the job: the circuit breaker counts these. */
  readonly isDownstream: boolean;
}

const OWN_FAILURE: JobFailure = { isDownstream: false };

/** Most entries of a batch call (SQS API reference). */
const MAX_BATCH = 10;
const DELETE_RETRY_MS = 200;
