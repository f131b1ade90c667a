import { RareEvent } from "../kernel/rare-event.ts";
import type { RandomStream } from "../kernel/random.ts";
import { BaseQueue } from "./base-queue.ts";
import { NONE } from "./message-store.ts";
import { UNSEEN } from "./parked-polls.ts";
import {
  DELETED,
  HANDLE_OLD,
  OVER_LIMIT,
  type DeleteOutcome,
  type MessageTaker,
  type QueueOptions,
  type QueueSettings,
} from "./queue-model.ts";

/**
 * A standard queue: at least once, in best-effort order.
 *
 * Facts and their sources (SQS Developer Guide unless another is named):
 * - Where maxReceiveCount is above 3, a message received three times or more goes to the back of the queue and leaves
 *   the age metric (sqs-dead-letter-queues). So it does where there is no limit at all: the metric's own page names none
 *   (sqs-available-cloudwatch-metrics). Before that it keeps its place at the front.
 * - A delete with the newest handle works even after the visibility timeout has ended; one with an older handle
 *   succeeds without deleting (API reference, DeleteMessage).
 * - With too many messages in flight a short poll fails with OverLimit, and a long poll waits until there are fewer
 *   (sqs-visibility-timeout).
 * - A dead-letter queue keeps the time of sending: its retention counts from there (sqs-dead-letter-queues).
 *
 * What SQS does now and then, with a chance that AWS does not publish, is in {@link DeliveryChances}.
 */
export class Queue extends BaseQueue {
  protected firstVisible = NONE;
  protected lastVisible = NONE;

  private chances: DeliveryChances | undefined;
  /** Receives after which a message goes to the back of the queue and no longer counts in the age metric. */
  protected poisonReceives: number;
  private duplicates: RareEvent | undefined;
  private disorder: RareEvent | undefined;

  constructor(options: QueueOptions & { readonly chances?: DeliveryChances | undefined }) {
    super(options);
    this.poisonReceives = this.poisonReceivesNow();
    this.setChances(options.chances);
  }

  /** How often what SQS may do happens from now on; undefined for never. */
  setChances(chances: DeliveryChances | undefined): void {
    this.chances = chances;
    this.duplicates =
      chances !== undefined && chances.duplicateProbability > 0 ? new RareEvent(chances.stream, chances.duplicateProbability) : undefined;
    this.disorder =
      chances !== undefined && chances.disorderProbability > 0 ? new RareEvent(chances.stream, chances.disorderProbability) : undefined;
  }

  /** The copy on a server that was away survives: it is there again when its visibility timeout ends. */
  override delete(message: number, receipt: number, now: number): DeleteOutcome {
    if (this.duplicates === undefined) return super.delete(message, receipt, now);
    if ((this.store.receipt[message] as number) !== receipt) return HANDLE_OLD;
    if (!this.duplicates.happens()) return super.delete(message, receipt, now);
    this.deleted += 1;
    this.duplicated += 1;
    this.watch?.befell(message, "duplicated");
    this.store.receipt[message] = (receipt + 1) | 0;
    return DELETED;
  }

  override setAttributes(attributes: Partial<QueueSettings>, now: number): void {
    super.setAttributes(attributes, now);
    this.poisonReceives = this.poisonReceivesNow();
  }

  override setRedrive(deadLetters: MessageTaker | undefined, maxReceiveCount: number): void {
    super.setRedrive(deadLetters, maxReceiveCount);
    this.poisonReceives = this.poisonReceivesNow();
  }

  override holdDeadLetters(): void {
    super.holdDeadLetters();
    this.poisonReceives = this.poisonReceivesNow();
  }

  override ageOfOldestMs(now: number): number {
    const { store, poisonReceives } = this;
    if (poisonReceives === NEVER) return super.ageOfOldestMs(now);
    let message = this.firstAlive;
    while (message !== NONE && (store.receiveCount[message] as number) >= poisonReceives) message = store.nextAlive[message] as number;
    return message === NONE ? 0 : store.ageMs(message, now);
  }

  protected override link(message: number, returned: boolean): void {
    if (returned && this.keepsPlace(message)) this.insertBefore(message, this.firstVisible);
    else if (!returned && this.disorder?.happens() === true) this.insertBefore(message, this.overtaken());
    else this.insertBefore(message, NONE);
  }

  protected override unlink(message: number): void {
    const store = this.store;
    const before = store.timerOrPrevious[message] as number;
    const after = store.nextOrReceivedAt[message] as number;
    if (before === NONE) this.firstVisible = after;
    else store.nextOrReceivedAt[before] = after;
    if (after === NONE) this.lastVisible = before;
    else store.timerOrPrevious[after] = before;
  }

  protected override deliverable(): boolean {
    return this.visible > 0 && this.inFlight < this.inFlightQuota;
  }

  protected override front(_now: number): number {
    return this.firstVisible;
  }

  protected override find(max: number, waitMs: number, visibilityMs: number, now: number): number {
    if (this.inFlight >= this.inFlightQuota) return waitMs === 0 ? OVER_LIMIT : 0;
    if (this.visible === 0) return 0;
    const seen = this.chances === undefined ? max : this.seen(this.chances, max, waitMs);
    return seen === 0 ? UNSEEN : this.takeBatch(seen, visibilityMs, now);
  }

  protected override takeBatch(max: number, visibilityMs: number, now: number): number {
    const { store, maxReceiveCount, duplicates } = this;
    const most = Math.min(max, this.inFlightQuota - this.inFlight);
    const until = now + visibilityMs;
    let count = 0;
    while (count < most) {
      const message = this.front(now);
      if (message === NONE) break;
      if (maxReceiveCount > 0 && (store.receiveCount[message] as number) >= maxReceiveCount) {
        this.moveToDeadLetters(message, now);
        continue;
      }
      // A message that a second server hands out as well is visible again at once.
      this.deliver(message, count, duplicates?.happens() === true ? now : until, now);
      count += 1;
    }
    return count;
  }

  protected override goesStraight(message: number): boolean {
    const { maxReceiveCount } = this;
    return (
      this.chances === undefined &&
      this.inFlight < this.inFlightQuota &&
      (maxReceiveCount === 0 || (this.store.receiveCount[message] as number) < maxReceiveCount)
    );
  }

  protected override flightBegan(_message: number, _now: number): void {
    // Nothing depends on it.
  }

  protected override flightEnded(_message: number, _now: number): void {
    // Nothing depends on it.
  }

  /** `after` is a visible message, or NONE for the back. */
  protected insertBefore(message: number, after: number): void {
    const store = this.store;
    const before = after === NONE ? this.lastVisible : (store.timerOrPrevious[after] as number);
    store.nextOrReceivedAt[message] = after;
    store.timerOrPrevious[message] = before;
    if (before === NONE) this.firstVisible = message;
    else store.nextOrReceivedAt[before] = message;
    if (after === NONE) this.lastVisible = message;
    else store.timerOrPrevious[after] = message;
  }

  /** Whether a message that was received comes back to the front. */
  protected keepsPlace(message: number): boolean {
    return (this.store.receiveCount[message] as number) < this.poisonReceives;
  }

  private poisonReceivesNow(): number {
    const { maxReceiveCount } = this;
    return this.holdsDeadLetters || (maxReceiveCount > 0 && maxReceiveCount <= POISON_RECEIVES) ? NEVER : POISON_RECEIVES;
  }

  /** The visible message that a new one goes before when it overtakes one to ten others. */
  private overtaken(): number {
    const { store, chances } = this;
    let message = this.lastVisible;
    for (let steps = chances?.stream.below(MOST_OVERTAKEN) ?? 0; steps > 0 && message !== NONE; steps -= 1)
      message = store.timerOrPrevious[message] as number;
    return message;
  }

  /** How many of the messages that a poll asks for it sees; all but always all of them for a long poll. */
  private seen(chances: DeliveryChances, max: number, waitMs: number): number {
    const { stream, falseEmptyProbability } = chances;
    if (waitMs > 0) return falseEmptyProbability > 0 && stream.uniform() < falseEmptyProbability * Math.min(1, 1000 / waitMs) ? 0 : max;
    if (this.visible >= SHORT_POLL_SEES_ALL_FROM) return max;
    const share =
      chances.shortPollSeesLeast + (chances.shortPollSeesMost - chances.shortPollSeesLeast) * (this.visible / SHORT_POLL_SEES_ALL_FROM);
    let count = 0;
    for (let candidate = Math.min(max, this.visible); candidate > 0; candidate -= 1) if (stream.uniform() < share) count += 1;
    return count;
  }
}

/** How often SQS does what it may do. That it may is documented, how often is not: all of these are settings. */
export interface DeliveryChances {
  readonly stream: RandomStream;
  /**
   * Of each receive and of each delete of a message: that it is handed to two consumers, and that it is delivered again
   * though it was deleted (standard-queues).
   */
  readonly duplicateProbability: number;
  /** Of a message: that it overtakes up to ten others (best-effort ordering, standard-queues). */
  readonly disorderProbability: number;
  /** Of a long poll of one second, less with longer ones: that it sees nothing (sqs-short-and-long-polling). */
  readonly falseEmptyProbability: number;
  /**
   * Share of messages that a short poll sees: the least when there are hardly any, the most just below 1,000, from where
   * on it fills its batch (API reference, ReceiveMessage: with fewer than 1,000 messages it likely returns fewer than
   * asked, with very few perhaps none).
   */
  readonly shortPollSeesLeast: number;
  readonly shortPollSeesMost: number;
}

const POISON_RECEIVES = 3;
const NEVER = 2 ** 30;
const SHORT_POLL_SEES_ALL_FROM = 1000;
const MOST_OVERTAKEN = 10;
