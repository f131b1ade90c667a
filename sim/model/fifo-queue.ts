import { assert } from "../core/assert.ts";
import { grown } from "../kernel/grown.ts";
import { BaseQueue } from "./base-queue.ts";
import { CallLimit } from "./call-limit.ts";
import { DEDUP_WINDOW_MS, DedupWindow } from "./dedup-window.ts";
import { GroupLists } from "./group-lists.ts";
import { DELAYED, IN_FLIGHT, NONE } from "./message-store.ts";
import {
  HANDLE_EXPIRED,
  HANDLE_OLD,
  NOT_IN_FLIGHT,
  THROTTLED,
  type DeleteOutcome,
  type QueueOptions,
  type QueueSettings,
} from "./queue-model.ts";

/**
 * A FIFO queue: in order within each message group, and exactly once within the deduplication window.
 *
 * Facts and their sources (SQS Developer Guide unless another is named):
 * - A receive fills its batch from one group, then from others; while a message of a group is in flight no other of it
 *   is delivered (FIFO-queues-understanding-logic).
 * - A message that failed blocks its group until it is deleted, expires or dies; it never goes to the back
 *   (sqs-available-cloudwatch-metrics). So the age metric does not skip it.
 * - Delete and change fail once the visibility timeout has ended (sqs-visibility-timeout).
 * - At the limit of messages in flight receives come back empty, without an error (quotas-fifo).
 * - The dead-letter queue takes a message as newly sent: its retention begins with the move (sqs-dead-letter-queues).
 * - 300 calls a second for each action, or in high-throughput mode a quota of the Region and about 300 for each group
 *   (quotas-messages, high-throughput-fifo).
 * - A ReceiveRequestAttemptId that is used again within 5 minutes gets the same messages and handles, with their
 *   visibility timeouts begun anew (API reference, ReceiveMessage).
 *
 * Which group is served next is not documented. Here it is the one that has been ready for the longest time.
 */
export class FifoQueue extends BaseQueue {
  /** Sends that repeated an earlier one and were not delivered. */
  deduplicated = 0;
  /** Groups with messages in flight. */
  groupsInFlight = 0;

  private readonly lists: GroupLists;
  /** By group. */
  private inFlightOf = new Int32Array(0);
  /** Groups that a receive may take from, in a doubly linked list; UNREADY in `beforeReady` for all others. */
  private afterReady = new Int32Array(0);
  private beforeReady = new Int32Array(0);
  private firstReady = NONE;
  private lastReady = NONE;
  private sequence = 0;

  private readonly dedup: DedupWindow;
  private readonly attempts = new Map<string, Attempt>();
  private readonly attemptOfCall = new Map<number, string>();

  private readonly limits: FifoLimits;
  private readonly sends: CallLimit | undefined;
  private readonly receives: CallLimit | undefined;
  private readonly deletes: CallLimit | undefined;
  private readonly groupSends: (CallLimit | undefined)[] = [];

  constructor(options: QueueOptions & { readonly limits?: FifoLimits | undefined; readonly dedupScope?: "queue" | "group" }) {
    super(options);
    this.limits = options.limits ?? NO_LIMITS;
    const { callsPerSec } = this.limits;
    this.sends = callsPerSec > 0 ? new CallLimit(callsPerSec) : undefined;
    this.receives = callsPerSec > 0 ? new CallLimit(callsPerSec) : undefined;
    this.deletes = callsPerSec > 0 ? new CallLimit(callsPerSec) : undefined;
    this.dedup = new DedupWindow(options.dedupScope ?? "queue");
    this.lists = new GroupLists(this.store);
    this.store.keepGroups();
    this.store.keepSequence();
  }

  /**
   * The tag of the send within 5 minutes that this one repeats: it is to be answered like that one, and nothing is to be
   * sent. Undefined for a first send, which is remembered with its tag.
   */
  deduplicate(send: { id: string; group: number; tag: number }, now: number): number | undefined {
    const earlier = this.dedup.repeats(send.id, send.group, send.tag, now);
    if (earlier !== undefined) this.deduplicated += 1;
    return earlier;
  }

  /** DeduplicationScope, from now on. */
  setDedupScope(scope: "queue" | "group"): void {
    this.dedup.scope = scope;
  }

  override admitSend(message: number, now: number): number {
    if (this.sends === undefined) return now;
    const { groupCallsPerSec, messagesPerSend } = this.limits;
    const at = this.sends.book(1 / messagesPerSend, now);
    if (groupCallsPerSec === 0) return at;
    const group = this.store.group[message] as number;
    const limit = (this.groupSends[group] ??= new CallLimit(groupCallsPerSec));
    return Math.max(at, limit.book(1 / messagesPerSend, now));
  }

  override send(message: number, now: number, delayMs?: number): void {
    assert(delayMs === undefined, "a FIFO queue has one delay for all its messages");
    super.send(message, now);
  }

  override admitDelete(now: number): boolean {
    return this.deletes?.admits(now) ?? true;
  }

  override delete(message: number, receipt: number, now: number): DeleteOutcome {
    if ((this.store.receipt[message] as number) !== receipt) return HANDLE_OLD;
    if ((this.store.state[message] as number) !== IN_FLIGHT) return HANDLE_EXPIRED;
    return super.delete(message, receipt, now);
  }

  /** A receive that may be repeated: with the same id it is answered with the same messages while they are in flight. */
  receiveAttempt(id: string, poll: { call: number; maxMessages: number; waitMs: number; visibilityMs?: number }, now: number): void {
    const visibilityMs = poll.visibilityMs ?? this.visibilityTimeoutMs;
    for (const [oldest, { at }] of this.attempts) {
      if (now - at < DEDUP_WINDOW_MS) break;
      this.attempts.delete(oldest);
    }
    const earlier = this.attempts.get(id);
    const count = earlier === undefined ? 0 : this.takeAgain(earlier, visibilityMs, now);
    if (count > 0) {
      super.answer(poll.call, count, now);
    } else {
      this.attempts.delete(id);
      this.attemptOfCall.set(poll.call, id);
      this.receive(poll.call, poll.maxMessages, poll.waitMs, now, visibilityMs);
      if (!this.parked.waits(poll.call)) this.attemptOfCall.delete(poll.call);
    }
  }

  /** A new delay of a FIFO queue holds for the messages that wait already (API reference, SetQueueAttributes). */
  override setAttributes(attributes: Partial<QueueSettings>, now: number): void {
    super.setAttributes(attributes, now);
    const { delayMs } = attributes;
    if (delayMs === undefined) return;
    const { store, calendar } = this;
    for (let message = this.firstAlive; message !== NONE; message = store.nextAlive[message] as number) {
      if ((store.state[message] as number) !== DELAYED) continue;
      calendar.cancel(store.timerOrPrevious[message] as number);
      const at = now + Math.max(0, delayMs - store.ageMs(message, now));
      store.timerOrPrevious[message] = calendar.schedule(at, this.events.delayEnded, message);
    }
  }

  override pollAborted(call: number): void {
    this.attemptOfCall.delete(call);
    super.pollAborted(call);
  }

  override adopt(message: number, now: number, as: "new" | "dead letter"): void {
    if (as === "dead letter") this.store.sentAt[message] = now;
    super.adopt(message, now, as);
  }

  protected override answer(call: number, count: number, now: number): void {
    if (this.attemptOfCall.size > 0) this.rememberAttempt(call, count, now);
    super.answer(call, count, now);
  }

  protected override link(message: number, returned: boolean): void {
    const { store, lists } = this;
    const group = store.group[message] as number;
    if (group >= this.inFlightOf.length) this.growGroups(group);
    let after = NONE;
    if (returned) {
      // What a receive took of a group comes back before all that stayed, in its old order.
      const sequence = store.sequence[message] as number;
      after = lists.first(group);
      while (after !== NONE && (((store.sequence[after] as number) - sequence) | 0) < 0) after = store.nextOrReceivedAt[after] as number;
    } else {
      assert(group >= 0, "each message of a FIFO queue has a group");
      this.sequence = (this.sequence + 1) | 0;
      store.sequence[message] = this.sequence;
    }
    lists.insertBefore(group, message, after);
    if ((this.inFlightOf[group] as number) === 0) this.makeReady(group);
  }

  protected override unlink(message: number): void {
    const group = this.store.group[message] as number;
    this.lists.remove(group, message);
    if (this.lists.first(group) === NONE) this.makeUnready(group);
  }

  protected override deliverable(): boolean {
    return this.firstReady !== NONE && this.inFlight < this.inFlightQuota;
  }

  protected override front(_now: number): number {
    return this.firstReady === NONE ? NONE : this.lists.first(this.firstReady);
  }

  protected override find(max: number, _waitMs: number, visibilityMs: number, now: number): number {
    if (this.receives?.admits(now) === false) return THROTTLED;
    return this.takeBatch(max, visibilityMs, now);
  }

  protected override takeBatch(max: number, visibilityMs: number, now: number): number {
    const { store, lists, maxReceiveCount } = this;
    const most = Math.min(max, this.inFlightQuota - this.inFlight);
    const until = now + visibilityMs;
    let count = 0;
    while (count < most && this.firstReady !== NONE) {
      const group = this.firstReady;
      this.makeUnready(group);
      while (count < most) {
        const message = lists.first(group);
        if (message === NONE) break;
        if (maxReceiveCount > 0 && (store.receiveCount[message] as number) >= maxReceiveCount) {
          this.moveToDeadLetters(message, now);
          continue;
        }
        this.deliver(message, count, until, now);
        count += 1;
      }
    }
    return count;
  }

  protected override pollEnded(call: number, now: number): void {
    this.attemptOfCall.delete(call);
    super.pollEnded(call, now);
  }

  protected override goesStraight(_message: number): boolean {
    // Its group has to know of it.
    return false;
  }

  protected override flightBegan(message: number, _now: number): void {
    const group = this.store.group[message] as number;
    const inFlight = (this.inFlightOf[group] as number) + 1;
    this.inFlightOf[group] = inFlight;
    if (inFlight === 1) this.groupsInFlight += 1;
  }

  protected override flightEnded(message: number, _now: number): void {
    const group = this.store.group[message] as number;
    const inFlight = (this.inFlightOf[group] as number) - 1;
    this.inFlightOf[group] = inFlight;
    if (inFlight > 0) return;
    this.groupsInFlight -= 1;
    if (this.lists.first(group) !== NONE) this.makeReady(group);
  }

  private makeReady(group: number): void {
    if ((this.beforeReady[group] as number) !== UNREADY) return;
    this.afterReady[group] = NONE;
    this.beforeReady[group] = this.lastReady;
    if (this.lastReady === NONE) this.firstReady = group;
    else this.afterReady[this.lastReady] = group;
    this.lastReady = group;
  }

  private makeUnready(group: number): void {
    const before = this.beforeReady[group] as number;
    if (before === UNREADY) return;
    const after = this.afterReady[group] as number;
    if (before === NONE) this.firstReady = after;
    else this.afterReady[before] = after;
    if (after === NONE) this.lastReady = before;
    else this.beforeReady[after] = before;
    this.beforeReady[group] = UNREADY;
  }

  private growGroups(group: number): void {
    const size = Math.max(group + 1, this.inFlightOf.length * 2);
    this.lists.grow(size);
    this.inFlightOf = grown(this.inFlightOf, size, 0);
    this.afterReady = grown(this.afterReady, size, NONE);
    this.beforeReady = grown(this.beforeReady, size, UNREADY);
  }

  private rememberAttempt(call: number, count: number, now: number): void {
    const id = this.attemptOfCall.get(call);
    if (id === undefined) return;
    this.attemptOfCall.delete(call);
    const messages = Array.from(this.batch.subarray(0, count));
    const receipts = messages.map((message) => this.store.receipt[message] as number);
    this.attempts.set(id, { at: now, messages, receipts });
  }

  /** Puts what is still in flight of an earlier answer into the batch, with its timeouts begun anew. */
  private takeAgain({ messages, receipts }: Attempt, visibilityMs: number, now: number): number {
    let count = 0;
    messages.forEach((message, index) => {
      if (this.changeVisibility(message, receipts[index] as number, Math.max(1, visibilityMs), now) === NOT_IN_FLIGHT) return;
      this.batch[count] = message;
      count += 1;
    });
    return count;
  }
}

/** Calls a second; 0 for no limit. */
export interface FifoLimits {
  /** Of each action (send, receive, delete). */
  readonly callsPerSec: number;
  /** Sends to each group, in high-throughput mode. */
  readonly groupCallsPerSec: number;
  /** How many messages producers put into one call. */
  readonly messagesPerSend: number;
}

interface Attempt {
  readonly at: number;
  readonly messages: readonly number[];
  readonly receipts: readonly number[];
}

const NO_LIMITS: FifoLimits = { callsPerSec: 0, groupCallsPerSec: 0, messagesPerSend: 1 };
const UNREADY = -2;
