import { TickCalendar } from "../../sim/kernel/tick-calendar.ts";
import { MessageStore, traitsOf } from "../../sim/model/message-store.ts";
import type { QueueConsumer, QueueSettings } from "../../sim/model/queue-model.ts";
import { Queue } from "../../sim/model/queue.ts";

/** What a client holds of a message that it received. */
export interface Handle {
  /** Messages are numbered from 1 as they are sent. */
  readonly number: number;
  readonly message: number;
  readonly receipt: number;
}

export interface Answer {
  readonly call: number;
  readonly at: number;
  readonly handles: readonly Handle[];
}

const PLAIN_QUEUE: QueueSettings = { visibilityTimeoutMs: 30_000, retentionMs: 345_600_000, delayMs: 0, maxReceiveCount: 0 };

/** A standard queue, its dead-letter queue and their clients, moved by hand. Time is in seconds. */
export class QueueWorld implements QueueConsumer {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Every answer so far. */
  readonly answers: Answer[] = [];

  private readonly calendar = new TickCalendar();
  private readonly store = new MessageStore();
  /** The message in each place of the store. */
  private readonly numbers = new Map<number, number>();
  private sent = 0;
  private now = 0;

  constructor(settings: Partial<QueueSettings> = {}) {
    const { calendar, store } = this;
    const both = { calendar, store, consumer: this };
    const given = { ...PLAIN_QUEUE, ...settings };
    this.deadLetters = new Queue({
      ...both,
      settings: { ...given, delayMs: 0, maxReceiveCount: 0 },
      events: { ...EVENTS, retentionEnded: DEAD_RETENTION_ENDED },
      holdsDeadLetters: true,
    });
    this.queue = new Queue({ ...both, settings: given, events: EVENTS, deadLetters: this.deadLetters });
  }

  get nowSec(): number {
    return this.now / 1000;
  }

  receiveAnswered(call: number, count: number, now: number): void {
    const messages = [...this.queue.batch.subarray(0, Math.max(0, count))];
    const handles = messages.map((message) => ({ number: this.numbers.get(message)!, message, receipt: this.store.receipt[message]! }));
    this.answers.push({ call, at: now / 1000, handles });
  }

  send(count = 1): void {
    for (let sent = 0; sent < count; sent += 1) {
      const message = this.store.add(this.now, 1000, traitsOf(0, false, 1));
      this.sent += 1;
      this.numbers.set(message, this.sent);
      this.queue.send(message, this.now);
    }
  }

  /** A short poll. */
  receive(maxMessages = 1): readonly Handle[] {
    this.queue.receive(0, maxMessages, 0, this.now);
    return this.answers.at(-1)!.handles;
  }

  /** A long poll, which may be answered later. */
  poll(call: number, waitSec: number, maxMessages = 1): void {
    this.queue.receive(call, maxMessages, waitSec * 1000, this.now);
  }

  abort(call: number): void {
    this.queue.pollAborted(call);
  }

  /** Whether the message is gone. */
  delete({ message, receipt }: Handle): boolean {
    return this.queue.delete(message, receipt, this.now) === 1;
  }

  /** Whether the visibility was changed. */
  changeVisibility({ message, receipt }: Handle, sec: number): boolean {
    return this.queue.changeVisibility(message, receipt, sec * 1000, this.now) === 1;
  }

  /** Lets everything happen that falls due up to a time. */
  runTo(sec: number): void {
    const { calendar, queue } = this;
    while (calendar.advance(sec * 1000)) {
      const { now, subject } = calendar;
      this.now = now;
      switch (calendar.kind) {
        case EVENTS.visibilityEnded:
          queue.visibilityEnded(subject, now);
          break;
        case EVENTS.delayEnded:
          queue.delayEnded(subject, now);
          break;
        case EVENTS.pollsEnded:
          queue.pollsEnded(now);
          break;
        case EVENTS.retentionEnded:
          queue.retentionEnded(now);
          break;
        case DEAD_RETENTION_ENDED:
          this.deadLetters.retentionEnded(now);
          break;
      }
    }
    this.now = sec * 1000;
  }

  /** Answers since the last look, as text: `call 1 at 5: 2 3`. */
  told(): string[] {
    return this.answers
      .splice(0)
      .map(({ call, at, handles }) => `call ${call} at ${at}: ${handles.map(({ number }) => number).join(" ")}`.trim());
  }

  get ageSec(): number {
    return this.queue.ageOfOldestMs(this.now) / 1000;
  }

  /** The integral of visible and in flight, and the sum over messages: by Little's law they are the same. */
  get occupancySec(): { integrated: number; summed: number } {
    const { visibleMs, inFlightMs, sojournMs } = this.queue.occupancy(this.now);
    return { integrated: (visibleMs + inFlightMs) / 1000, summed: sojournMs / 1000 };
  }

  /** What the queue holds now, as text. */
  get holds(): string {
    const { visible, inFlight, delayed } = this.queue;
    return `${visible} visible, ${inFlight} in flight, ${delayed} delayed`;
  }
}

const EVENTS = { visibilityEnded: 1, delayEnded: 2, retentionEnded: 64, pollsEnded: 66 } as const;
const DEAD_RETENTION_ENDED = 65;
