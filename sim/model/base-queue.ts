import { assert } from "../core/assert.ts";
import type { Calendar } from "../kernel/calendar.ts";
import { AliveList } from "./alive-list.ts";
import { CHUNK_KIB, chunksOf, chunksOfBatch } from "./billed-chunks.ts";
import { DELAYED, IN_FLIGHT, NONE, sizeKibOf, VISIBLE, type MessageStore } from "./message-store.ts";
import { MoveTask } from "./move-task.ts";
import { ParkedPolls, UNSEEN } from "./parked-polls.ts";
import {
  CHANGED,
  DELETED,
  HANDLE_OLD,
  IN_FLIGHT_QUOTA,
  MAX_BATCH,
  MAX_VISIBILITY_MS,
  NOT_IN_FLIGHT,
  PAST_CAP,
  type DeleteOutcome,
  type FateWatch,
  type MessageTaker,
  type MoveTaskStatus,
  type QueueConsumer,
  type QueueEvents,
  type QueueModel,
  type QueueOptions,
  type QueueSettings,
  type VisibilityOutcome,
} from "./queue-model.ts";

/**
 * What every kind of queue has in common: the life of a message (delayed, visible, in flight, gone), its timers, the
 * list of all that live, polls that wait, moves between queues, and the counts. A kind says in which order visible
 * messages are handed out, and what its clients may do with a handle.
 *
 * Facts and their sources (SQS Developer Guide unless another is named):
 * - A message becomes invisible when it is returned by a receive (sqs-visibility-timeout).
 * - A long poll answers as soon as one message is there, without waiting to fill the batch (sqs-short-and-long-polling).
 * - A message whose receive count has reached maxReceiveCount goes to the dead-letter queue at the next receive that
 *   would have returned it; nothing moves while nobody polls (observed: localstack/localstack#8234).
 * - Retention removes a message whatever its state, and silently (sqs-dead-letter-queues).
 * - A change of visibility counts from now, and holds for this receive only (API reference, ChangeMessageVisibility).
 */
export abstract class BaseQueue implements QueueModel {
  visible = 0;
  inFlight = 0;
  delayed = 0;
  sent = 0;
  movedIn = 0;
  duplicated = 0;
  deleted = 0;
  expired = 0;
  dead = 0;
  purged = 0;
  movedOut = 0;
  received = 0;
  emptyReceives = 0;
  refusedReceives = 0;
  mostVisible = 0;
  mostInFlight = 0;
  billedSends = 0;
  billedReceives = 0;

  readonly batch = new Int32Array(MAX_BATCH);
  readonly alive: AliveList;
  watch: FateWatch | undefined = undefined;

  protected readonly calendar: Calendar;
  protected readonly store: MessageStore;
  protected readonly events: QueueEvents;
  protected readonly consumer: QueueConsumer;
  protected holdsDeadLetters: boolean;
  protected visibilityTimeoutMs: number;
  protected maxReceiveCount: number;
  protected inFlightQuota: number;
  protected readonly parked = new ParkedPolls();
  /** Polls that see nothing while they wait. */
  private readonly blind = new ParkedPolls();
  /** Time of the earliest event for the end of polls that is pending. A later one that was overtaken is ignored. */
  private pollsEndAt = Infinity;

  private deadLetters: MessageTaker | undefined;
  private retentionMs: number;
  private delayMs: number;
  /** Time of the earliest retention event that is pending. A later one that was overtaken is ignored when it comes. */
  private retentionDueAt = Infinity;
  private purgedAt = -Infinity;
  private move: MoveTask | undefined;
  /** Of the events that concern the queue as a whole. */
  private readonly subject: number;

  private integratedTo = 0;
  private visibleTime = 0;
  private inFlightTime = 0;
  private sojournTime = 0;

  constructor(options: QueueOptions) {
    const { settings } = options;
    this.calendar = options.calendar;
    this.store = options.store;
    this.alive = new AliveList(options.store);
    this.events = options.events;
    this.subject = options.events.queue ?? 0;
    this.consumer = options.consumer;
    this.deadLetters = options.deadLetters;
    this.holdsDeadLetters = options.holdsDeadLetters ?? false;
    this.visibilityTimeoutMs = settings.visibilityTimeoutMs;
    this.retentionMs = settings.retentionMs;
    this.delayMs = settings.delayMs;
    this.maxReceiveCount = settings.maxReceiveCount;
    this.inFlightQuota = settings.inFlightQuota ?? IN_FLIGHT_QUOTA;
    if (this.holdsDeadLetters) this.store.keepMoves();
  }

  /** The message sent first of all that live, NONE when there are none. */
  protected get firstAlive(): number {
    return this.alive.first;
  }

  get moveTask(): MoveTaskStatus | undefined {
    return this.move;
  }

  // What a kind decides.

  /** Puts a message that is visible now in its order; `returned` says that it has been received before. */
  protected abstract link(message: number, returned: boolean): void;
  /** Takes a visible message out of its order. */
  protected abstract unlink(message: number): void;
  /** Whether a receive would find something, dead letters included. */
  protected abstract deliverable(): boolean;
  /** The visible message that is next in line, NONE when none may be handed out. */
  protected abstract front(now: number): number;
  /** Moves up to `max` messages from visible to in flight and into `batch`; dead letters on the way go where they belong. */
  protected abstract takeBatch(max: number, visibilityMs: number, now: number): number;
  /** What a receive finds at once: a count of messages, 0, UNSEEN or a refusal. */
  protected abstract find(max: number, waitMs: number, visibilityMs: number, now: number): number;
  /** Whether a message may be handed to a poll that waits, when no other is visible, without being put in order first. */
  protected abstract goesStraight(message: number): boolean;
  /** A message that has just become in flight, and one that has just ceased to be. */
  protected abstract flightBegan(message: number, now: number): void;
  protected abstract flightEnded(message: number, now: number): void;

  // What clients ask.

  admitSend(_message: number, now: number): number {
    return now;
  }

  send(message: number, now: number, delayMs: number = this.delayMs): void {
    this.integrate(now);
    this.sent += 1;
    this.billedSends += this.store.largestKib <= CHUNK_KIB ? 1 : chunksOf(sizeKibOf(this.store.traits[message] as number));
    this.enter(message, now);
    if (delayMs > 0) {
      this.delayed += 1;
      this.store.state[message] = DELAYED;
      this.store.timerOrPrevious[message] = this.calendar.schedule(now + delayMs, this.events.delayEnded, message);
    } else {
      this.becomeVisible(message, false, now);
    }
  }

  receive(call: number, maxMessages: number, waitMs: number, now: number, visibilityMs: number = this.visibilityTimeoutMs): void {
    assert(maxMessages >= 1 && maxMessages <= MAX_BATCH, "a receive asks for 1 to 10 messages");
    this.integrate(now);
    const count = this.find(maxMessages, waitMs, visibilityMs, now);
    if (count > 0) {
      this.answer(call, count, now);
    } else if (count === 0 || count === UNSEEN) {
      if (waitMs === 0) {
        this.pollEnded(call, now);
      } else {
        (count === UNSEEN ? this.blind : this.parked).add(call, maxMessages, visibilityMs, now + waitMs);
        this.endPollsAt(now + waitMs);
      }
    } else {
      this.refusedReceives += 1;
      this.consumer.receiveAnswered(call, count, now);
    }
  }

  pollAborted(call: number): void {
    (this.parked.waits(call) ? this.parked : this.blind).remove(call);
    this.billedReceives += 1;
  }

  admitDelete(_now: number): boolean {
    return true;
  }

  delete(message: number, receipt: number, now: number): DeleteOutcome {
    if ((this.store.receipt[message] as number) !== receipt) return HANDLE_OLD;
    this.integrate(now);
    this.deleted += 1;
    this.leave(message, now);
    if (this.parked.first !== NONE) this.answerParked(now);
    return DELETED;
  }

  changeVisibility(message: number, receipt: number, visibilityMs: number, now: number): VisibilityOutcome {
    const store = this.store;
    if ((store.receipt[message] as number) !== receipt || (store.state[message] as number) !== IN_FLIGHT) return NOT_IN_FLIGHT;
    const sinceReceiveMs = ((now | 0) - (store.nextOrReceivedAt[message] as number)) | 0;
    if (sinceReceiveMs + visibilityMs > MAX_VISIBILITY_MS) return PAST_CAP;
    this.calendar.cancel(store.timerOrPrevious[message] as number);
    if (visibilityMs === 0) this.visibilityEnded(message, now);
    else store.timerOrPrevious[message] = this.calendar.schedule(now + visibilityMs, this.events.visibilityEnded, message);
    return CHANGED;
  }

  // What operators ask.

  setAttributes(attributes: Partial<QueueSettings>, now: number): void {
    this.visibilityTimeoutMs = attributes.visibilityTimeoutMs ?? this.visibilityTimeoutMs;
    this.retentionMs = attributes.retentionMs ?? this.retentionMs;
    this.delayMs = attributes.delayMs ?? this.delayMs;
    this.maxReceiveCount = attributes.maxReceiveCount ?? this.maxReceiveCount;
    this.inFlightQuota = attributes.inFlightQuota ?? this.inFlightQuota;
    this.keepUntilRetention(now);
  }

  setRedrive(deadLetters: MessageTaker | undefined, maxReceiveCount: number): void {
    this.deadLetters = deadLetters;
    this.maxReceiveCount = deadLetters === undefined ? 0 : maxReceiveCount;
  }

  holdDeadLetters(): void {
    if (this.holdsDeadLetters) return;
    this.holdsDeadLetters = true;
    const { store } = this;
    store.keepMoves();
    for (let message = this.firstAlive; message !== NONE; message = store.nextAlive[message] as number)
      store.movedAt[message] = store.sentAt[message] as number;
  }

  purge(now: number): boolean {
    if (now - this.purgedAt < PURGE_MS) return false;
    this.purgedAt = now;
    this.empty(now);
    return true;
  }

  discard(now: number): void {
    this.cancelMoveTask();
    this.empty(now);
  }

  startMoveTask(to: MessageTaker, perSec: number, now: number): boolean {
    if (this.move?.state === "running") return false;
    const { moveDue } = this.events;
    assert(moveDue !== undefined, "a queue that move tasks are started on has an event for them");
    const { calendar, subject, visible: toMove } = this;
    this.move = new MoveTask({ calendar, kind: moveDue, subject, to, perSec, toMove, now });
    return true;
  }

  cancelMoveTask(): boolean {
    return this.move?.cancel() ?? false;
  }

  // What the calendar says.

  visibilityEnded(message: number, now: number): void {
    this.integrate(now);
    this.inFlight -= 1;
    this.flightEnded(message, now);
    this.becomeVisible(message, true, now);
  }

  delayEnded(message: number, now: number): void {
    this.integrate(now);
    this.delayed -= 1;
    this.sojournTime -= this.store.ageMs(message, now);
    this.becomeVisible(message, false, now);
  }

  pollsEnded(now: number): void {
    if (now < this.pollsEndAt) return;
    this.pollsEndAt = Infinity;
    for (const polls of [this.parked, this.blind]) {
      for (let call = polls.ended(now); call !== NONE; call = polls.ended(now)) {
        polls.remove(call);
        this.pollEnded(call, now);
      }
      this.endPollsAt(polls.nextEnd());
    }
  }

  retentionEnded(now: number): void {
    if (now < this.retentionDueAt) return;
    this.retentionDueAt = Infinity;
    this.integrate(now);
    while (this.firstAlive !== NONE && this.store.ageMs(this.firstAlive, now) >= this.retentionMs) this.lose("expired", now);
    this.keepUntilRetention(now);
    if (this.parked.first !== NONE) this.answerParked(now);
  }

  moveDue(now: number): void {
    this.integrate(now);
    const message = this.front(now);
    assert(this.move !== undefined, "a move is due while a task runs");
    if (message === NONE) {
      this.move.complete();
      return;
    }
    const { to } = this.move;
    if (to.accepts?.(message) === false) {
      this.move.fail();
      return;
    }
    this.movedOut += 1;
    this.takeAway(message, now);
    to.adopt(message, now, "new");
    this.move.moves(now);
  }

  adopt(message: number, now: number, as: "new" | "dead letter"): void {
    this.integrate(now);
    this.movedIn += 1;
    this.store.receipt[message] = ((this.store.receipt[message] as number) + 1) | 0;
    if (as === "new") {
      this.store.receiveCount[message] = 0;
      this.store.sentAt[message] = now;
      this.watch?.befell(message, "redriven");
    }
    this.sojournTime -= this.store.ageMs(message, now);
    this.enter(message, now);
    this.becomeVisible(message, false, now);
  }

  // What is measured.

  ageOfOldestMs(now: number): number {
    if (this.firstAlive === NONE) return 0;
    if (!this.holdsDeadLetters) return this.store.ageMs(this.firstAlive, now);
    let oldestMs = 0;
    for (let message = this.firstAlive; message !== NONE; message = this.store.nextAlive[message] as number) {
      oldestMs = Math.max(oldestMs, this.store.msSinceMove(message, now));
    }
    return oldestMs;
  }

  occupancy(now: number): { visibleMs: number; inFlightMs: number; sojournMs: number } {
    this.integrate(now);
    let sojournMs = this.sojournTime;
    for (let message = this.firstAlive; message !== NONE; message = this.store.nextAlive[message] as number)
      sojournMs += this.sojournMs(message, now);
    return { visibleMs: this.visibleTime, inFlightMs: this.inFlightTime, sojournMs };
  }

  // For the kinds.

  /** Puts a visible message in flight and into the answer. */
  protected deliver(message: number, index: number, until: number, now: number): void {
    this.unlink(message);
    this.visible -= 1;
    this.depart(message, index, until, now);
  }

  private depart(message: number, index: number, until: number, now: number): void {
    const store = this.store;
    store.receiveCount[message] = (store.receiveCount[message] as number) + 1;
    store.receipt[message] = ((store.receipt[message] as number) + 1) | 0;
    store.state[message] = IN_FLIGHT;
    store.nextOrReceivedAt[message] = now | 0;
    store.timerOrPrevious[message] = this.calendar.schedule(until, this.events.visibilityEnded, message);
    this.batch[index] = message;
    this.inFlight += 1;
    this.flightBegan(message, now);
  }

  protected moveToDeadLetters(message: number, now: number): void {
    assert(this.deadLetters !== undefined, "a queue with a receive limit has a dead-letter queue");
    this.dead += 1;
    this.watch?.befell(message, "dead");
    this.takeAway(message, now);
    this.deadLetters.adopt(message, now, "dead letter");
  }

  protected answerParked(now: number): void {
    while (this.parked.first !== NONE && this.deliverable()) {
      const call = this.parked.first;
      const count = this.takeBatch(this.parked.maxMessages(call), this.parked.visibilityMs(call), now);
      if (count === 0) return;
      this.parked.remove(call);
      this.answer(call, count, now);
    }
  }

  protected answer(call: number, count: number, now: number): void {
    this.billedReceives += this.store.largestKib * count <= CHUNK_KIB ? 1 : chunksOfBatch(this.store, this.batch, count);
    this.received += count;
    if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight;
    this.consumer.receiveAnswered(call, count, now);
  }

  protected integrate(now: number): void {
    const elapsed = now - this.integratedTo;
    if (elapsed === 0) return;
    this.visibleTime += this.visible * elapsed;
    this.inFlightTime += this.inFlight * elapsed;
    this.integratedTo = now;
  }

  private empty(now: number): void {
    this.integrate(now);
    while (this.firstAlive !== NONE) this.lose("purged", now);
  }

  /** The message sent first is gone, whatever its state. */
  private lose(fate: "expired" | "purged", now: number): void {
    this[fate] += 1;
    this.watch?.befell(this.firstAlive, fate);
    this.leave(this.firstAlive, now);
  }

  /** A poll has waited in vain. */
  protected pollEnded(call: number, now: number): void {
    this.emptyReceives += 1;
    this.billedReceives += 1;
    this.consumer.receiveAnswered(call, 0, now);
  }

  /** Keeps an event pending for the poll that ends first. */
  private endPollsAt(at: number): void {
    if (at >= this.pollsEndAt) return;
    this.calendar.scheduleControl(at, this.events.pollsEnded, this.subject);
    this.pollsEndAt = at;
  }

  private becomeVisible(message: number, returned: boolean, now: number): void {
    if (this.visible === 0 && this.parked.first !== NONE && this.goesStraight(message)) {
      if (this.mostVisible === 0) this.mostVisible = 1;
      const call = this.parked.first;
      this.depart(message, 0, now + this.parked.visibilityMs(call), now);
      this.parked.remove(call);
      this.answer(call, 1, now);
      return;
    }
    this.store.state[message] = VISIBLE;
    this.link(message, returned);
    this.visible += 1;
    if (this.visible > this.mostVisible) this.mostVisible = this.visible;
    if (this.parked.first !== NONE) this.answerParked(now);
  }

  private enter(message: number, now: number): void {
    if (this.holdsDeadLetters) this.store.movedAt[message] = now;
    this.alive.append(message);
    if (this.firstAlive === message) this.keepUntilRetention(now);
  }

  /** Takes a visible message out of this queue; it stays in the store. */
  private takeAway(message: number, now: number): void {
    this.sojournTime += this.sojournMs(message, now);
    this.unlink(message);
    this.visible -= 1;
    this.alive.remove(message);
  }

  /** Removes a message from this queue and from the store, whatever its state. */
  private leave(message: number, now: number): void {
    const store = this.store;
    this.sojournTime += this.sojournMs(message, now);
    const state = store.state[message] as number;
    if (state === VISIBLE) {
      this.unlink(message);
      this.visible -= 1;
    } else {
      this.calendar.cancel(store.timerOrPrevious[message] as number);
      if (state === IN_FLIGHT) {
        this.inFlight -= 1;
        this.flightEnded(message, now);
      } else {
        this.delayed -= 1;
      }
    }
    this.alive.remove(message);
    store.remove(message);
  }

  /** Time since a message was sent; what was not spent visible or in flight has been taken off the sum before. */
  private sojournMs(message: number, now: number): number {
    return (this.store.state[message] as number) === DELAYED ? 0 : this.store.ageMs(message, now);
  }

  /** Keeps an event pending for the retention of the oldest message. */
  private keepUntilRetention(now: number): void {
    if (this.firstAlive === NONE) return;
    const at = now + Math.max(0, this.retentionMs - this.store.ageMs(this.firstAlive, now));
    if (at >= this.retentionDueAt) return;
    this.calendar.scheduleControl(at, this.events.retentionEnded, this.subject);
    this.retentionDueAt = at;
  }
}

/** A second PurgeQueue within this time is refused (API reference, PurgeQueue). */
const PURGE_MS = 60_000;
