/**
 * A queue of any kind with its dead-letter queue, on a calendar of its own. Messages are known by numbers that never come
 * again, so that a script reads the same on every implementation.
 */
import { TickCalendar } from "../../sim/kernel/tick-calendar.ts";
import { FairQueue } from "../../sim/model/fair-queue.ts";
import { FifoQueue, type FifoLimits } from "../../sim/model/fifo-queue.ts";
import { MessageStore, NONE, traitsOf } from "../../sim/model/message-store.ts";
import { Queue, type DeliveryChances } from "../../sim/model/queue.ts";
import {
  unaccounted,
  type DeleteOutcome,
  type QueueEvents,
  type QueueModel,
  type QueueOptions,
  type QueueSettings,
  type VisibilityOutcome,
} from "../../sim/model/queue-model.ts";

export interface RigOptions {
  readonly settings?: Partial<QueueSettings>;
  readonly deadLetterSettings?: Partial<QueueSettings>;
  readonly chances?: DeliveryChances;
  readonly limits?: FifoLimits;
  readonly dedupScope?: "queue" | "group";
  readonly processingWindowMs?: number;
}

/** A message as its receiver holds it. */
export interface HeldMessage {
  readonly id: number;
  readonly message: number;
  readonly receipt: number;
}

export interface RigAnswer {
  readonly call: number;
  readonly at: number;
  /** Messages, or the number of the error. */
  readonly got: readonly HeldMessage[] | number;
}

export interface RigPoll {
  readonly max?: number;
  readonly waitMs?: number;
  readonly visibilityMs?: number;
}

export function standardRig(options: RigOptions = {}): QueueRig<Queue> {
  return new QueueRig(options, (parts) => new Queue({ ...parts, chances: options.chances }));
}

export function fairRig(options: RigOptions = {}): QueueRig<FairQueue> {
  return new QueueRig(
    options,
    (parts) => new FairQueue({ ...parts, chances: options.chances, processingWindowMs: options.processingWindowMs ?? 60_000 }),
  );
}

export function fifoRig(options: RigOptions = {}): QueueRig<FifoQueue> {
  return new QueueRig(
    options,
    (parts) => new FifoQueue({ ...parts, limits: options.limits, dedupScope: options.dedupScope ?? "queue" }),
    (parts) => new FifoQueue(parts),
  );
}

export class QueueRig<Kind extends QueueModel = QueueModel> {
  readonly store = new MessageStore();
  readonly answers: RigAnswer[] = [];
  readonly queue: Kind;
  readonly deadLetters: QueueModel;
  now = 0;

  private readonly calendar = new TickCalendar();
  private sent = 0;
  private calls = 0;

  constructor(
    options: RigOptions,
    build: (parts: QueueOptions) => Kind,
    buildDead: (parts: QueueOptions) => QueueModel = (parts) => new Queue(parts),
  ) {
    const { calendar, store } = this;
    this.deadLetters = buildDead({
      calendar,
      store,
      consumer: {
        receiveAnswered: (call, count, now) => {
          this.answered(this.deadLetters, call, count, now);
        },
      },
      settings: { ...PLAIN, retentionMs: 1_209_600_000, ...options.deadLetterSettings },
      events: DEAD_EVENTS,
      holdsDeadLetters: true,
    });
    this.queue = build({
      calendar,
      store,
      consumer: {
        receiveAnswered: (call, count, now) => {
          this.answered(this.queue, call, count, now);
        },
      },
      settings: { ...PLAIN, ...options.settings },
      events: EVENTS,
      deadLetters: this.deadLetters,
    });
  }

  /** Lets everything happen that is due up to `now`. */
  at(now: number): this {
    const { calendar } = this;
    while (calendar.advance(now)) {
      const isDead = (calendar.kind & DEAD) !== 0;
      happens(isDead ? this.deadLetters : this.queue, calendar.kind & ~DEAD, calendar.subject, calendar.now);
    }
    this.now = now;
    return this;
  }

  after(ms: number): this {
    return this.at(this.now + ms);
  }

  /** Sends a message and returns its number, from 1. */
  send({ group, delayMs, sizeKib = 1 }: { group?: number; delayMs?: number; sizeKib?: number } = {}): number {
    this.sent += 1;
    const message = this.store.add(this.now, this.sent, traitsOf(0, false, sizeKib));
    if (group !== undefined) {
      this.store.keepGroups();
      this.store.group[message] = group;
    }
    this.queue.send(message, this.now, delayMs);
    this.at(this.now);
    return this.sent;
  }

  sendMany(count: number, options: { group?: number } = {}): void {
    for (let index = 0; index < count; index += 1) this.send(options);
  }

  /** Begins a receive and returns the number of the call. */
  poll({ max = 10, waitMs = 20_000, visibilityMs }: RigPoll = {}, queue: QueueModel = this.queue): number {
    this.calls += 1;
    queue.receive(this.calls, max, waitMs, this.now, visibilityMs);
    this.at(this.now);
    return this.calls;
  }

  /** Receives and returns what came at once. */
  receive(options: RigPoll = {}, queue: QueueModel = this.queue): readonly HeldMessage[] {
    const got = this.answerOf(this.poll({ waitMs: 0, ...options }, queue)) ?? [];
    if (typeof got === "number") throw new Error(`The receive failed with ${got}.`);
    return got;
  }

  /** Receives and returns the numbers of the messages that came at once. */
  ids(options: RigPoll = {}, queue: QueueModel = this.queue): number[] {
    return this.receive(options, queue).map(({ id }) => id);
  }

  answerOf(call: number): RigAnswer["got"] | undefined {
    return this.answers.find((answer) => answer.call === call)?.got;
  }

  /** Whether the queue still has the message of that number, in whatever state. */
  isThere(id: number): boolean {
    const { store } = this;
    const { firstAlive } = this.queue as unknown as { firstAlive: number };
    for (let message = firstAlive; message !== NONE; message = store.nextAlive[message] ?? NONE)
      if (store.serviceMs[message] === id) return true;
    return false;
  }

  delete(held: HeldMessage | undefined): DeleteOutcome {
    const { message, receipt } = given(held);
    const outcome = this.queue.delete(message, receipt, this.now);
    this.at(this.now);
    return outcome;
  }

  change(held: HeldMessage | undefined, visibilityMs: number): VisibilityOutcome {
    const { message, receipt } = given(held);
    const outcome = this.queue.changeVisibility(message, receipt, visibilityMs, this.now);
    this.at(this.now);
    return outcome;
  }

  /** Messages that came to a queue and are nowhere, and what Little's law is off by in message milliseconds: both are 0. */
  imbalance(): number {
    return [this.queue, this.deadLetters].reduce((sum, queue) => {
      const { visibleMs, inFlightMs, sojournMs } = queue.occupancy(this.now);
      return sum + Math.abs(unaccounted(queue)) + Math.abs(visibleMs + inFlightMs - sojournMs);
    }, 0);
  }

  private answered(queue: QueueModel, call: number, count: number, now: number): void {
    const hold = (message: number): HeldMessage => ({
      id: this.store.serviceMs[message] ?? 0,
      message,
      receipt: this.store.receipt[message] ?? 0,
    });
    this.answers.push({ call, at: now, got: count < 0 ? count : Array.from(queue.batch.subarray(0, count), hold) });
  }
}

const PLAIN: QueueSettings = { visibilityTimeoutMs: 30_000, retentionMs: 345_600_000, delayMs: 0, maxReceiveCount: 0 };

const EVENTS = { visibilityEnded: 1, delayEnded: 2, moveDue: 4, retentionEnded: 64, pollsEnded: 66 } satisfies QueueEvents;
/** Set in the kinds of the dead-letter queue's events. */
const DEAD = 32;
const DEAD_EVENTS = {
  visibilityEnded: EVENTS.visibilityEnded | DEAD,
  delayEnded: EVENTS.delayEnded | DEAD,
  pollsEnded: EVENTS.pollsEnded | DEAD,
  moveDue: EVENTS.moveDue | DEAD,
  retentionEnded: EVENTS.retentionEnded | DEAD,
} satisfies QueueEvents;

function happens(queue: QueueModel, kind: number, subject: number, now: number): void {
  if (kind === EVENTS.visibilityEnded) queue.visibilityEnded(subject, now);
  else if (kind === EVENTS.delayEnded) queue.delayEnded(subject, now);
  else if (kind === EVENTS.pollsEnded) queue.pollsEnded(now);
  else if (kind === EVENTS.retentionEnded) queue.retentionEnded(now);
  else queue.moveDue(now);
}

function given(held: HeldMessage | undefined): HeldMessage {
  if (held === undefined) throw new Error("There is no such message.");
  return held;
}
