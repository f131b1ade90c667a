import { NONE } from "./message-store.ts";

/** Long polls that wait for a message, first come first served, in doubly linked lists through small call numbers. */
export class ParkedPolls {
  /** The call that has waited longest, NONE when none waits. */
  first = NONE;

  private last = NONE;
  private next = new Int32Array(INITIAL);
  private previous = new Int32Array(INITIAL);
  private most = new Uint8Array(INITIAL);
  private timers = new Int32Array(INITIAL);
  private visibilities = new Int32Array(INITIAL);

  /** @param maxMessages 0 for a poll that sees nothing while it waits: it is only kept for its timer. */
  add(call: number, maxMessages: number, visibilityMs: number, timer: number): void {
    if (call >= this.next.length) this.grow(call);
    this.most[call] = maxMessages;
    this.visibilities[call] = visibilityMs;
    this.timers[call] = timer;
    if (maxMessages === 0) return;
    this.next[call] = NONE;
    this.previous[call] = this.last;
    if (this.last === NONE) this.first = call;
    else this.next[this.last] = call;
    this.last = call;
  }

  remove(call: number): void {
    if (!this.waits(call)) return;
    this.most[call] = 0;
    const before = this.previous[call] as number;
    const after = this.next[call] as number;
    if (before === NONE) this.first = after;
    else this.next[before] = after;
    if (after === NONE) this.last = before;
    else this.previous[after] = before;
  }

  /** Whether a call waits and sees what comes. */
  waits(call: number): boolean {
    return call < this.most.length && (this.most[call] as number) > 0;
  }

  maxMessages(call: number): number {
    return this.most[call] as number;
  }

  visibilityMs(call: number): number {
    return this.visibilities[call] as number;
  }

  timer(call: number): number {
    return this.timers[call] as number;
  }

  private grow(call: number): void {
    const size = Math.max(call + 1, this.next.length * 2);
    const { next, previous, most, timers, visibilities } = this;
    (this.next = new Int32Array(size)).set(next);
    (this.previous = new Int32Array(size)).set(previous);
    (this.most = new Uint8Array(size)).set(most);
    (this.timers = new Int32Array(size)).set(timers);
    (this.visibilities = new Int32Array(size)).set(visibilities);
  }
}

const INITIAL = 64;
