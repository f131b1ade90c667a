import type { WakeReason } from "../core/worker/effects.ts";
import { WAKE_REASONS } from "../core/worker/effects.ts";
import type { WorkerInputs } from "../core/worker/batch-worker.ts";
import type { Calendar } from "../kernel/calendar.ts";
import { grown } from "../kernel/grown.ts";
import { LONGEST_MS } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";
import { Histogram } from "../measure/histogram.ts";
import type { Downstream } from "../model/downstream.ts";
import type { InstanceHost } from "../model/fleet.ts";
import { NONE, type MessageStore } from "../model/message-store.ts";
import { DELETED, MAX_BATCH, type QueueConsumer, type QueueModel } from "../model/queue-model.ts";
import { CallPool, DELETE, EXTEND } from "./call-pool.ts";
import { DeliveryPool } from "./delivery-pool.ts";
import { EVENT } from "./events.ts";
import type { InstanceTraits } from "./instance-traits.ts";
import type { JobFailures } from "./job-failures.ts";
import { PlaceEffects, type PlaceHost } from "./place-effects.ts";
import { SlotTime } from "./slot-time.ts";
import type { InstanceWatch, MessageObserver, NewWorker, WorkerFleetSettings } from "./worker-fleet-settings.ts";

/**
 * Drives the real workers inside the model: carries out their effects on the queue and the calendar, and pays what a
 * driver owes (`sim/core/worker/effects.ts`).
 *
 * A worker's message handle is a delivery: a small number that stands for a message and the receipt of one receive. A
 * worker sits at a place, a small number as well, that is used again after its instance is gone; a slot, a receive and
 * a wake-up are numbered within it, so that all of them fit the subject of an event and index plain arrays.
 */
export class WorkerFleet implements QueueConsumer, InstanceHost, PlaceHost {
  /** From send to first receive and from send to delete, milliseconds. */
  readonly waitMs = new Histogram();
  readonly latencyMs = new Histogram();
  failedJobs = 0;
  /** Jobs that ended, well or not. */
  jobsEnded = 0;
  /** Of the failed jobs, those that failed because of the downstream. */
  downstreamFailures = 0;
  crashes = 0;
  /** Jobs that ended well on a message that had been deleted or handed to another worker meanwhile. */
  duplicateJobs = 0;
  readonly requests = { receive: 0, deleteBatch: 0, changeVisibilityBatch: 0 };

  private readonly calendar: Calendar;
  private readonly store: MessageStore;
  private readonly settings: WorkerFleetSettings;
  private readonly failures: JobFailures;
  private readonly traits: InstanceTraits;
  private readonly faults: RandomStream;
  private readonly slots: number;
  /** Bits of a receive call's number that name it within its place: as few as will do, so that calls lie close together. */
  private readonly callBits: number;
  private readonly callMask: number;
  /** Set right after construction: the queue and the fleet need this object to be built. */
  private queue!: QueueModel;
  private newWorker!: NewWorker;
  private fleet!: InstanceWatch;
  private downstream: Downstream | undefined;
  private observer: MessageObserver | undefined;

  private readonly workers: (WorkerInputs<number> | undefined)[] = [];
  private readonly instanceAt: number[] = [];
  private readonly placeOf = new Map<number, number>();
  /** Factor on service times. */
  private readonly slowness: number[] = [];
  private readonly freePlaces: number[] = [];

  private readonly deliveries = new DeliveryPool();
  private readonly calls = new CallPool();

  /** By place × slots + slot. */
  private jobDelivery = new Int32Array(0);
  private jobTimer = new Int32Array(0);
  /** The call to the downstream that the job waits for. */
  private jobCall = new Int32Array(0);
  /** By receive call: place and call within it. */
  private answerCount = new Int32Array(0);
  private answerTimer = new Int32Array(0);
  private answerDeliveries = new Int32Array(0);
  /** By wake-up: place and reason. */
  private wakeTimer = new Int32Array(0);

  /** One answer, as the worker is given it. */
  private readonly answer: number[] = new Array<number>(MAX_BATCH).fill(0);

  /** By place: when its worker crashes, Infinity for never. */
  private readonly crashesAt: number[] = [];
  /** By place, and only if asked for: when its last job was started. */
  private readonly lastJobAt: number[] = [];

  private readonly slotTime = new SlotTime();

  constructor(options: {
    calendar: Calendar;
    store: MessageStore;
    settings: WorkerFleetSettings;
    failures: JobFailures;
    traits: InstanceTraits;
    faults: RandomStream;
  }) {
    this.calendar = options.calendar;
    this.store = options.store;
    this.settings = options.settings;
    this.failures = options.failures;
    this.traits = options.traits;
    this.faults = options.faults;
    this.slots = options.settings.worker.slots;
    this.callBits = 32 - Math.clz32(options.settings.worker.concurrentReceives - 1);
    this.callMask = (1 << this.callBits) - 1;
  }

  /** Connects to the queue that the workers poll and to the fleet that wants to know which instances have drained or died. */
  connect(queue: QueueModel, fleet: InstanceWatch, newWorker: NewWorker): void {
    this.queue = queue;
    this.fleet = fleet;
    this.newWorker = newWorker;
  }

  /** From now on every job calls `downstream` at its end; its answers go to {@link downstreamAnswered}. */
  callAtEnd(downstream: Downstream): void {
    this.downstream = downstream;
  }

  /** From now on `observer` hears of every message whose job is done and of every delete. */
  observe(observer: MessageObserver): void {
    this.observer = observer;
  }

  // What the fleet says.

  workerBegins(instance: number, now: number): void {
    this.slotTime.integrate(now);
    const place = this.takePlace();
    this.instanceAt[place] = instance;
    this.placeOf.set(instance, place);
    this.slotTime.working += this.slots;
    this.slowness[place] = this.traits.drawSlowness();
    const lifeMs = this.traits.drawLifeMs();
    this.crashesAt[place] = now + lifeMs;
    if (lifeMs < Infinity) this.calendar.scheduleControl(now + lifeMs, EVENT.workerCrashes, instance);
    const worker = this.newWorker(new PlaceEffects(this, place), instance);
    this.workers[place] = worker;
    worker.started(now);
  }

  drainBegins(instance: number, now: number): void {
    this.workerAt(this.placeOf.get(instance) as number).drainRequested(now);
  }

  busySince(instance: number): number {
    const place = this.placeOf.get(instance);
    return place === undefined || this.busySlots(instance) === 0 ? -1 : (this.lastJobAt[place] ?? 0);
  }

  busySlots(instance: number): number {
    const place = this.placeOf.get(instance);
    return place === undefined ? 0 : this.workerAt(place).busySlots;
  }

  workerKilled(instance: number, now: number): void {
    this.slotTime.integrate(now);
    const place = this.placeOf.get(instance) as number;
    for (let job = place * this.slots; job < (place + 1) * this.slots; job += 1) {
      if ((this.jobDelivery[job] as number) !== NONE) this.dropJob(job);
    }
    for (let call = 0; call < this.settings.worker.concurrentReceives; call += 1) this.loseReceive((place << this.callBits) | call);
    this.vacate(place);
  }

  // What the queue says.

  receiveAnswered(call: number, count: number, now: number): void {
    const { receiveLatencyMs, lostAnswerProbability } = this.settings;
    if (count < 0 || (lostAnswerProbability > 0 && this.faults.uniform() < lostAnswerProbability)) {
      // Refused, or lost on the way: the worker learns of an error, and what was returned stays in flight.
      this.answerCount[call] = 0;
      this.answerTimer[call] = this.calendar.schedule(now + receiveLatencyMs, EVENT.receiveFailed, call);
      return;
    }
    const { batch } = this.queue;
    for (let index = 0; index < count; index += 1) {
      const message = batch[index] as number;
      if ((this.store.receiveCount[message] as number) === 1) this.waitMs.record(this.store.ageMs(message, now));
      this.answerDeliveries[call * MAX_BATCH + index] = this.deliveries.take(this.store, message);
    }
    this.answerCount[call] = count;
    this.answerTimer[call] = this.calendar.schedule(now + receiveLatencyMs, EVENT.answerDue, call);
  }

  // What the calendar says.

  answerDue(call: number, now: number): void {
    this.answerTimer[call] = NONE;
    const count = this.answerCount[call] as number;
    for (let index = 0; index < count; index += 1) this.answer[index] = this.answerDeliveries[call * MAX_BATCH + index] as number;
    this.workerAt(call >> this.callBits).messagesReceived(call & this.callMask, this.answer, count, now);
  }

  receiveFailed(call: number, now: number): void {
    this.answerTimer[call] = NONE;
    this.workerAt(call >> this.callBits).receiveFailed(call & this.callMask, now);
  }

  /** A job's own work is done, well or not. */
  jobEnded(subject: number, now: number): void {
    const { downstream } = this;
    const job = (subject >> SLOT_BITS) * this.slots + (subject & SLOT_MASK);
    const delivery = this.jobDelivery[job] as number;
    const hasFailed = this.failures.happens(this.deliveries.messageClass(delivery), this.deliveries.isPoison(delivery));
    if (downstream === undefined || hasFailed) {
      this.endJob(subject, hasFailed ? FAILED : DONE, now);
      return;
    }
    const call = downstream.call(subject, now);
    if (call === NONE) this.endJob(subject, FAILED_DOWNSTREAM, now);
    else this.jobCall[job] = call;
  }

  /** The downstream has answered the call of a job, or has not in time. */
  downstreamAnswered(subject: number, hasSucceeded: boolean, now: number): void {
    this.jobCall[(subject >> SLOT_BITS) * this.slots + (subject & SLOT_MASK)] = NONE;
    this.endJob(subject, hasSucceeded ? DONE : FAILED_DOWNSTREAM, now);
  }

  /** The instance dies with all that its worker does, if it is still there. */
  workerCrashes(instance: number, now: number): void {
    const place = this.placeOf.get(instance);
    // An instance that comes back from a warm pool has another worker with a life of its own.
    if (place === undefined || this.crashesAt[place] !== now) return;
    this.crashes += 1;
    this.workerKilled(instance, now);
    this.fleet.instanceFailed(instance, now);
  }

  private endJob(subject: number, outcome: JobOutcome, now: number): void {
    this.slotTime.integrate(now);
    const place = subject >> SLOT_BITS;
    const slot = subject & SLOT_MASK;
    const job = place * this.slots + slot;
    const delivery = this.jobDelivery[job] as number;
    const message = this.deliveries.message(delivery);
    const current = (this.store.receipt[message] as number) === this.deliveries.receipt(delivery);
    this.jobDelivery[job] = NONE;
    this.slotTime.busy -= 1;
    this.jobsEnded += 1;
    if (outcome !== DONE) {
      this.failedJobs += 1;
      if (outcome === FAILED_DOWNSTREAM) this.downstreamFailures += 1;
      const failure = this.failures.of(this.deliveries.messageClass(delivery), outcome === FAILED_DOWNSTREAM);
      this.workerAt(place).jobFailed(slot, now, failure);
    } else {
      if (!current) this.duplicateJobs += 1;
      else if (this.observer !== undefined) this.observer.jobServed(message, now);
      this.workerAt(place).jobFinished(slot, now);
    }
  }

  /** A batched delete or extension takes effect and is answered. */
  callSettled(call: number, now: number): void {
    const { calls, queue, store } = this;
    const count = calls.count(call);
    const place = calls.place(call);
    const isDelete = calls.kind(call) === DELETE;
    if (isDelete && !queue.admitDelete(now)) {
      this.deletesRefused(call, now);
      return;
    }
    for (let index = 0; index < count; index += 1) {
      const message = calls.message(call, index);
      const receipt = calls.receipt(call, index);
      if (isDelete) {
        const latencyMs = store.ageMs(message, now);
        if (queue.delete(message, receipt, now) === DELETED) {
          this.latencyMs.record(latencyMs);
          if (this.observer !== undefined) this.observer.messageDeleted(message, latencyMs);
        }
        this.deliveries.release(calls.delivery(call, index));
      } else {
        queue.changeVisibility(message, receipt, calls.visibilityMs(call), now);
      }
    }
    calls.release(call);
    if (place === NONE) return;
    if (isDelete) this.workerAt(place).deleteSettled(NOTHING, 0, now);
    else this.workerAt(place).extendSettled(NOTHING, 0, now);
  }

  workerWake(wake: number, now: number): void {
    this.wakeTimer[wake] = NONE;
    this.workerAt(wake >> WAKE_BITS).timerFired((wake & WAKE_MASK) as WakeReason, now);
  }

  /** Calls to the queue, of any kind. */
  get queueCalls(): number {
    const { receive, deleteBatch, changeVisibilityBatch } = this.requests;
    return receive + deleteBatch + changeVisibilityBatch;
  }

  /** Slot time spent on jobs, milliseconds. */
  busySlotMs(now: number): number {
    this.slotTime.integrate(now);
    return this.slotTime.busyMs;
  }

  /** Slot time of all working instances, milliseconds. */
  workingSlotMs(now: number): number {
    this.slotTime.integrate(now);
    return this.slotTime.workingMs;
  }

  /** Share of the working instances' slot time that was busy. */
  busyShare(now: number): number {
    this.slotTime.integrate(now);
    return this.slotTime.workingMs === 0 ? NaN : this.slotTime.busyMs / this.slotTime.workingMs;
  }

  // What the workers want.

  receive(place: number, call: number, maxMessages: number, now: number): void {
    const { receiveErrorProbability, waitTimeMs, receiveLatencyMs, visibilityTimeoutMs } = this.settings;
    const receiveCall = (place << this.callBits) | call;
    this.requests.receive += 1;
    if (receiveErrorProbability > 0 && this.faults.uniform() < receiveErrorProbability) {
      this.answerCount[receiveCall] = 0;
      this.answerTimer[receiveCall] = this.calendar.schedule(now + receiveLatencyMs, EVENT.receiveFailed, receiveCall);
      return;
    }
    this.answerTimer[receiveCall] = PARKED;
    this.queue.receive(receiveCall, maxMessages, waitTimeMs, now, visibilityTimeoutMs);
  }

  /** The client hangs up: a poll that waits in the queue ends empty; an answer on its way arrives. */
  endReceive(place: number, call: number, now: number): void {
    const receiveCall = (place << this.callBits) | call;
    if ((this.answerTimer[receiveCall] as number) !== PARKED) return;
    this.queue.pollAborted(receiveCall);
    this.answerCount[receiveCall] = 0;
    this.answerTimer[receiveCall] = this.calendar.schedule(now, EVENT.answerDue, receiveCall);
  }

  startJob(place: number, slot: number, delivery: number, now: number): void {
    this.slotTime.integrate(now);
    this.slotTime.busy += 1;
    if (this.settings.timesJobs) this.lastJobAt[place] = now;
    const job = place * this.slots + slot;
    this.jobDelivery[job] = delivery;
    const ownMs = this.deliveries.serviceMs(delivery);
    const serviceMs = this.traits.isUneven
      ? Math.min(LONGEST_MS, Math.max(1, Math.round(ownMs * (this.slowness[place] as number))))
      : ownMs;
    this.jobTimer[job] = this.calendar.schedule(now + serviceMs, EVENT.jobEnded, (place << SLOT_BITS) | slot);
  }

  /** It counts as failed. */
  abandonJob(place: number, slot: number, now: number): void {
    this.slotTime.integrate(now);
    this.dropJob(place * this.slots + slot);
    this.jobsEnded += 1;
    this.failedJobs += 1;
  }

  deleteBatch(place: number, deliveries: readonly number[], count: number, now: number): void {
    this.requests.deleteBatch += 1;
    const call = this.calls.take(DELETE, place, count, 0);
    for (let index = 0; index < count; index += 1) this.put(call, index, deliveries[index] as number);
    this.calendar.schedule(now + this.settings.deleteLatencyMs, EVENT.callSettled, call);
  }

  extendBatch(place: number, deliveries: readonly number[], count: number, visibilityMs: number, now: number): void {
    this.requests.changeVisibilityBatch += 1;
    const call = this.calls.take(EXTEND, place, count, visibilityMs);
    for (let index = 0; index < count; index += 1) this.put(call, index, deliveries[index] as number);
    this.calendar.schedule(now + this.settings.deleteLatencyMs, EVENT.callSettled, call);
  }

  releaseBatch(deliveries: readonly number[], count: number, visibilityMs: number, now: number): void {
    this.requests.changeVisibilityBatch += 1;
    for (let index = 0; index < count; index += 1) {
      const delivery = deliveries[index] as number;
      this.queue.changeVisibility(this.deliveries.message(delivery), this.deliveries.receipt(delivery), visibilityMs, now);
      this.deliveries.release(delivery);
    }
  }

  leaveToExpire(delivery: number): void {
    this.deliveries.release(delivery);
  }

  wakeAt(place: number, at: number, reason: WakeReason): void {
    const wake = (place << WAKE_BITS) | reason;
    const timer = this.wakeTimer[wake] as number;
    if (timer !== NONE) this.calendar.cancel(timer);
    this.wakeTimer[wake] = this.calendar.schedule(at, EVENT.workerWake, wake);
  }

  stopped(place: number, now: number): void {
    this.slotTime.integrate(now);
    const instance = this.instanceAt[place] as number;
    this.vacate(place);
    this.fleet.workerStopped(instance, now);
  }

  private workerAt(place: number): WorkerInputs<number> {
    return this.workers[place] as WorkerInputs<number>;
  }

  /** A running job is no more; its message is left to expire. */
  private dropJob(job: number): void {
    const call = this.jobCall[job] as number;
    if (call === NONE) this.calendar.cancel(this.jobTimer[job] as number);
    else this.downstream?.callerGone(call);
    this.jobCall[job] = NONE;
    this.deliveries.release(this.jobDelivery[job] as number);
    this.jobDelivery[job] = NONE;
    this.slotTime.busy -= 1;
  }

  /** Too many calls: the worker may try these deletes again. */
  private deletesRefused(call: number, now: number): void {
    const { calls } = this;
    const count = calls.count(call);
    const place = calls.place(call);
    for (let index = 0; index < count; index += 1) {
      this.answer[index] = calls.delivery(call, index);
      if (place === NONE) this.deliveries.release(calls.delivery(call, index));
    }
    calls.release(call);
    if (place !== NONE) this.workerAt(place).deleteSettled(this.answer, count, now);
  }

  private put(call: number, index: number, delivery: number): void {
    this.calls.put(call, index, delivery, this.deliveries.message(delivery), this.deliveries.receipt(delivery));
  }

  /** The instance is gone with a receive under way: a parked poll ends; messages on their way stay in flight until they time out. */
  private loseReceive(call: number): void {
    const timer = this.answerTimer[call] as number;
    this.answerTimer[call] = NONE;
    if (timer === NONE) return;
    if (timer === PARKED) {
      this.queue.pollAborted(call);
      return;
    }
    this.calendar.cancel(timer);
    const count = this.answerCount[call] as number;
    for (let index = 0; index < count; index += 1) this.deliveries.release(this.answerDeliveries[call * MAX_BATCH + index] as number);
  }

  private takePlace(): number {
    const free = this.freePlaces.pop();
    if (free !== undefined) return free;
    const place = this.workers.length;
    this.workers.push(undefined);
    if ((place + 1) * this.slots > this.jobTimer.length) this.growPlaces(Math.max(8, place * 2));
    return place;
  }

  private vacate(place: number): void {
    for (let reason = 0; reason < WAKE_REASONS.length; reason += 1) {
      const wake = (place << WAKE_BITS) | reason;
      const timer = this.wakeTimer[wake] as number;
      if (timer !== NONE) this.calendar.cancel(timer);
      this.wakeTimer[wake] = NONE;
    }
    this.calls.orphan(place);
    this.placeOf.delete(this.instanceAt[place] as number);
    this.workers[place] = undefined;
    this.slotTime.working -= this.slots;
    this.freePlaces.push(place);
  }

  private growPlaces(places: number): void {
    this.jobDelivery = grown(this.jobDelivery, places * this.slots, NONE);
    this.jobTimer = grown(this.jobTimer, places * this.slots, NONE);
    this.jobCall = grown(this.jobCall, places * this.slots, NONE);
    this.answerCount = grown(this.answerCount, places << this.callBits, NONE);
    this.answerTimer = grown(this.answerTimer, places << this.callBits, NONE);
    this.answerDeliveries = grown(this.answerDeliveries, (places << this.callBits) * MAX_BATCH, NONE);
    this.wakeTimer = grown(this.wakeTimer, places << WAKE_BITS, NONE);
  }
}

const DONE = 0;
const FAILED = 1;
const FAILED_DOWNSTREAM = 2;
type JobOutcome = typeof DONE | typeof FAILED | typeof FAILED_DOWNSTREAM;

/**
 * How the subject of an event names a part of a place: the place above, the part below. A worker has at most 1,000 slots
 * (the scenario's range), which leaves room for two million places.
 */
const SLOT_BITS = 10;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const WAKE_BITS = 2;
const WAKE_MASK = (1 << WAKE_BITS) - 1;

/** In place of an answer's timer while the poll waits in the queue. */
const PARKED = -2;
const NOTHING: readonly number[] = [];
