import { grown } from "../kernel/grown.ts";
import { NONE } from "./message-store.ts";

/**
 * Long polls that wait, first come first served, in a doubly linked list through small call numbers. Each has a time at
 * which it ends empty; as a rule all wait equally long, and then they end in the order in which they came.
 */
export class ParkedPolls {
  /** The call that has waited longest, NONE when none waits. */
  first = NONE;

  private last = NONE;
  /** Whether they end in the order in which they came. */
  private isOrdered = true;
  private next = new Int32Array(INITIAL);
  private previous = new Int32Array(INITIAL);
  /** 0 for a call that does not wait. */
  private most = new Uint8Array(INITIAL);
  private visibilities = new Int32Array(INITIAL);
  private endsAt = new Float64Array(INITIAL);

  add(call: number, maxMessages: number, visibilityMs: number, endsAt: number): void {
    if (call >= this.next.length) this.grow(call);
    this.most[call] = maxMessages;
    this.visibilities[call] = visibilityMs;
    this.endsAt[call] = endsAt;
    const { last } = this;
    this.next[call] = NONE;
    this.previous[call] = last;
    this.last = call;
    if (last === NONE) {
      this.first = call;
      this.isOrdered = true;
    } else {
      this.next[last] = call;
      if (endsAt < (this.endsAt[last] as number)) this.isOrdered = false;
    }
  }

  /** Takes out a call that waits. */
  remove(call: number): void {
    this.most[call] = 0;
    const before = this.previous[call] as number;
    const after = this.next[call] as number;
    if (before === NONE) this.first = after;
    else this.next[before] = after;
    if (after === NONE) this.last = before;
    else this.previous[after] = before;
  }

  /** A call whose wait ends at or before `now`, in the order in which they came; NONE when there is none. */
  ended(now: number): number {
    let call = this.first;
    while (call !== NONE && (this.endsAt[call] as number) > now) {
      if (this.isOrdered) return NONE;
      call = this.next[call] as number;
    }
    return call;
  }

  /** When the first of the waits ends, Infinity when none waits. */
  nextEnd(): number {
    let earliest = Infinity;
    for (let call = this.first; call !== NONE; call = this.next[call] as number) {
      earliest = Math.min(earliest, this.endsAt[call] as number);
      if (this.isOrdered) break;
    }
    return earliest;
  }

  waits(call: number): boolean {
    return call < this.most.length && (this.most[call] as number) > 0;
  }

  maxMessages(call: number): number {
    return this.most[call] as number;
  }

  visibilityMs(call: number): number {
    return this.visibilities[call] as number;
  }

  private grow(call: number): void {
    const size = Math.max(call + 1, this.next.length * 2);
    this.next = grown(this.next, size);
    this.previous = grown(this.previous, size);
    this.most = grown(this.most, size);
    this.visibilities = grown(this.visibilities, size);
    this.endsAt = grown(this.endsAt, size);
  }
}

/** A receive that messages are there for, and that does not see them. Never an answer. */
export const UNSEEN = -100;

const INITIAL = 64;
