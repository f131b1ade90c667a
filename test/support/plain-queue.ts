/**
 * What a queue is to do, in the plainest form: arrays that are searched and sorted anew for every step. Slow, and short
 * enough to be read for being right against the fact sheets named in `sim/model/`; the model is compared with it.
 *
 * Standard and FIFO, without chance.
 */
import type { MoveTaskStatus, QueueSettings } from "../../sim/model/queue-model.ts";

interface PlainMessage {
  readonly id: number;
  readonly group: number;
  sentAt: number;
  movedAt: number;
  sequence: number;
  state: "delayed" | "visible" | "in flight" | "gone";
  receives: number;
  receivedAt: number;
  /** Number of the receive whose handle is good. */
  receipt: number;
  timer: Timer | undefined;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface PlainHandle {
  readonly id: number;
  readonly message: PlainMessage;
  readonly receipt: number;
}

interface Poll {
  readonly call: number;
  readonly max: number;
  readonly visibilityMs: number;
  readonly endsAt: number;
}

/** Time for several queues. At one instant work comes before retention, and that before polls that have waited in vain. */
export class PlainClock {
  now = 0;
  readonly queues: PlainQueue[] = [];
  private timers: Timer[] = [];
  private order = 0;

  schedule(at: number, run: () => void): Timer {
    this.order += 1;
    const timer = { at, order: this.order, run };
    this.timers.push(timer);
    return timer;
  }

  cancel(timer: Timer | undefined): void {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  advance(until: number): void {
    for (;;) {
      this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
      const work = this.timers[0];
      const expiresAt = Math.min(...this.queues.map((queue) => queue.expiresAt()));
      const pollsEndAt = Math.min(...this.queues.map((queue) => queue.pollsEndAt()));
      const next = Math.min(work?.at ?? Infinity, expiresAt, pollsEndAt);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      if (work?.at === next) {
        this.timers.shift();
        work.run();
      } else if (expiresAt === next) {
        for (const queue of this.queues) queue.expire();
      } else {
        for (const queue of this.queues) queue.endPolls();
      }
    }
    this.now = until;
  }
}

export class PlainQueue {
  readonly answers: { call: number; at: number; got: readonly PlainHandle[] | number }[] = [];
  readonly counts = {
    sent: 0,
    movedIn: 0,
    deleted: 0,
    expired: 0,
    dead: 0,
    purged: 0,
    movedOut: 0,
    received: 0,
    emptyReceives: 0,
    refusedReceives: 0,
  };
  move: { -readonly [Key in keyof MoveTaskStatus]: MoveTaskStatus[Key] } | undefined;

  private readonly clock: PlainClock;
  private readonly isFifo: boolean;
  private readonly holdsDeadLetters: boolean;
  private readonly deadLetters: PlainQueue | undefined;
  private settings: QueueSettings;
  private all: PlainMessage[] = [];
  /** Visible messages in the order of delivery; for FIFO in that of sending. */
  private line: PlainMessage[] = [];
  /** Groups that may be taken from, by how long they have been ready. */
  private ready: number[] = [];
  private polls: Poll[] = [];
  private sequence = 0;
  private purgedAt = -Infinity;
  private moveTimer: Timer | undefined;

  constructor(
    clock: PlainClock,
    options: { isFifo: boolean; settings: QueueSettings; deadLetters?: PlainQueue; holdsDeadLetters?: boolean },
  ) {
    this.clock = clock;
    this.isFifo = options.isFifo;
    this.settings = options.settings;
    this.deadLetters = options.deadLetters;
    this.holdsDeadLetters = options.holdsDeadLetters ?? false;
    clock.queues.push(this);
  }

  count(state: PlainMessage["state"]): number {
    return this.all.filter((message) => message.state === state).length;
  }

  holds(message: PlainMessage): boolean {
    return this.all.includes(message);
  }

  send(id: number, group: number, delayMs = this.settings.delayMs): void {
    this.counts.sent += 1;
    const message: PlainMessage = {
      id,
      group,
      sentAt: this.clock.now,
      movedAt: 0,
      sequence: 0,
      state: "delayed",
      receives: 0,
      receivedAt: 0,
      receipt: 0,
      timer: undefined,
    };
    this.all.push(message);
    if (delayMs > 0)
      message.timer = this.clock.schedule(this.clock.now + delayMs, () => {
        this.appears(message);
      });
    else this.appears(message);
  }

  receive(call: number, max: number, waitMs: number, visibilityMs = this.settings.visibilityTimeoutMs): void {
    const { now } = this.clock;
    if (!this.isFifo && waitMs === 0 && this.count("in flight") >= this.quota()) {
      this.counts.refusedReceives += 1;
      this.answers.push({ call, at: now, got: -1 });
      return;
    }
    const got = this.take(max, visibilityMs);
    if (got.length > 0 || waitMs === 0) this.answer(call, got);
    else this.polls.push({ call, max, visibilityMs, endsAt: now + waitMs });
  }

  abort(call: number): void {
    this.polls = this.polls.filter((poll) => poll.call !== call);
  }

  waits(call: number): boolean {
    return this.polls.some((poll) => poll.call === call);
  }

  delete({ message, receipt }: PlainHandle): number {
    if (message.state === "gone" || message.receipt !== receipt || !this.all.includes(message)) return 0;
    if (this.isFifo && message.state !== "in flight") return -1;
    this.counts.deleted += 1;
    this.leaves(message);
    this.serve();
    return 1;
  }

  changeVisibility({ message, receipt }: PlainHandle, visibilityMs: number): number {
    if (message.state !== "in flight" || message.receipt !== receipt || !this.all.includes(message)) return 0;
    if (this.clock.now - message.receivedAt + visibilityMs > 12 * 3_600_000) return -1;
    this.clock.cancel(message.timer);
    if (visibilityMs === 0) this.returns(message);
    else
      message.timer = this.clock.schedule(this.clock.now + visibilityMs, () => {
        this.returns(message);
      });
    return 1;
  }

  setAttributes(settings: Partial<QueueSettings>): void {
    this.settings = { ...this.settings, ...settings };
  }

  purge(): boolean {
    if (this.clock.now - this.purgedAt < 60_000) return false;
    this.purgedAt = this.clock.now;
    this.counts.purged += this.all.length;
    for (const message of [...this.all]) this.leaves(message);
    return true;
  }

  startMoveTask(to: PlainQueue, perSec: number): boolean {
    if (this.move?.state === "running") return false;
    const startedAt = this.clock.now;
    const move = (this.move = { state: "running", startedAt, moved: 0, toMove: this.line.length } as NonNullable<PlainQueue["move"]>);
    const step = (): void => {
      const message = this.next();
      if (message === undefined) {
        move.state = "completed";
        return;
      }
      this.counts.movedOut += 1;
      this.drop(message);
      message.sentAt = this.clock.now;
      message.receives = 0;
      to.adopt(message);
      move.moved += 1;
      this.moveTimer = this.clock.schedule(startedAt + Math.ceil((move.moved * 1000) / perSec), step);
    };
    this.moveTimer = this.clock.schedule(startedAt, step);
    return true;
  }

  cancelMoveTask(): boolean {
    if (this.move?.state !== "running") return false;
    this.clock.cancel(this.moveTimer);
    this.move.state = "cancelled";
    return true;
  }

  ageOfOldestMs(): number {
    const { maxReceiveCount } = this.settings;
    const skipsPoison = !this.isFifo && !this.holdsDeadLetters && (maxReceiveCount === 0 || maxReceiveCount > 3);
    const counted = this.all.filter(({ receives }) => !skipsPoison || receives < 3);
    const since = counted.map((message) => (this.holdsDeadLetters ? message.movedAt : message.sentAt));
    return since.length === 0 ? 0 : this.clock.now - Math.min(...since);
  }

  expiresAt(): number {
    const first = Math.min(...this.all.map(({ sentAt }) => sentAt)) + this.settings.retentionMs;
    return Math.max(first, this.clock.now);
  }

  expire(): void {
    const due = this.all.filter(({ sentAt }) => sentAt + this.settings.retentionMs <= this.clock.now);
    if (due.length === 0) return;
    this.counts.expired += due.length;
    for (const message of due.sort((a, b) => a.sentAt - b.sentAt)) this.leaves(message);
    this.serve();
  }

  /** When the first poll has waited in vain. */
  pollsEndAt(): number {
    return Math.min(...this.polls.map(({ endsAt }) => endsAt));
  }

  endPolls(): void {
    for (const { call } of this.polls.filter(({ endsAt }) => endsAt <= this.clock.now)) {
      this.abort(call);
      this.answer(call, []);
    }
  }

  private quota(): number {
    return this.settings.inFlightQuota ?? 120_000;
  }

  private adopt(message: PlainMessage): void {
    this.counts.movedIn += 1;
    message.movedAt = this.clock.now;
    message.receipt += 1;
    this.all.push(message);
    this.appears(message);
  }

  /** Becomes visible for the first time here. */
  private appears(message: PlainMessage): void {
    message.state = "visible";
    message.sequence = this.sequence += 1;
    this.line.push(message);
    this.refresh();
    this.serve();
  }

  /** Becomes visible again. */
  private returns(message: PlainMessage): void {
    const { maxReceiveCount } = this.settings;
    message.state = "visible";
    if (message.receives >= 3 && (maxReceiveCount === 0 || maxReceiveCount > 3) && !this.isFifo && !this.holdsDeadLetters)
      this.line.push(message);
    else this.line.unshift(message);
    if (this.isFifo) this.line.sort((a, b) => a.sequence - b.sequence);
    this.refresh();
    this.serve();
  }

  /** Brings the list of ready groups up to date; those that have become ready go to its end. */
  private refresh(): void {
    const isReady = (group: number): boolean =>
      this.line.some((message) => message.group === group) &&
      !this.all.some((message) => message.group === group && message.state === "in flight");
    this.ready = this.ready.filter(isReady);
    for (const { group } of this.line) if (!this.ready.includes(group) && isReady(group)) this.ready.push(group);
  }

  private next(): PlainMessage | undefined {
    return this.isFifo ? this.line.find(({ group }) => group === this.ready[0]) : this.line[0];
  }

  private take(max: number, visibilityMs: number): PlainHandle[] {
    const { maxReceiveCount } = this.settings;
    const most = Math.min(max, this.quota() - this.count("in flight"));
    const got: PlainHandle[] = [];
    let group: number | undefined;
    while (got.length < most) {
      const message = this.line.find((candidate) => candidate.group === group) ?? this.next();
      if (message === undefined) break;
      if (maxReceiveCount > 0 && message.receives >= maxReceiveCount) {
        this.counts.dead += 1;
        this.drop(message);
        if (this.isFifo) message.sentAt = this.clock.now;
        this.deadLetters?.adopt(message);
        this.refresh();
        continue;
      }
      if (this.isFifo) group = message.group;
      this.line.splice(this.line.indexOf(message), 1);
      message.state = "in flight";
      message.receives += 1;
      message.receipt += 1;
      message.receivedAt = this.clock.now;
      message.timer = this.clock.schedule(this.clock.now + visibilityMs, () => {
        this.returns(message);
      });
      got.push({ id: message.id, message, receipt: message.receipt });
      this.refresh();
    }
    return got;
  }

  private serve(): void {
    for (;;) {
      const poll = this.polls[0];
      if (poll === undefined) return;
      const got = this.take(poll.max, poll.visibilityMs);
      if (got.length === 0) return;
      this.abort(poll.call);
      this.answer(poll.call, got);
    }
  }

  private answer(call: number, got: readonly PlainHandle[]): void {
    this.counts.received += got.length;
    if (got.length === 0) this.counts.emptyReceives += 1;
    this.answers.push({ call, at: this.clock.now, got });
  }

  private leaves(message: PlainMessage): void {
    this.drop(message);
    message.state = "gone";
  }

  private drop(message: PlainMessage): void {
    this.clock.cancel(message.timer);
    this.all = this.all.filter((other) => other !== message);
    this.line = this.line.filter((other) => other !== message);
    this.refresh();
  }
}
