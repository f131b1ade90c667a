import { assert } from "../core/assert.ts";
import type { Timer } from "./calendar.ts";
import { grown } from "./grown.ts";

/**
 * Work events in a hierarchical timing wheel (Varghese and Lauck, 1987): insert, cancel and take in constant time, and
 * equal times come out in the order in which they were scheduled.
 *
 * Three levels of 16,384 buckets each cover the present window of 16 s by the tick, of 3.1 days by the 16 s, and of 139
 * years by the 3.1 days. What lies beyond waits in one far list. Windows are aligned, and a coarser bucket is poured
 * into the finer level, in order, at the moment its window begins: nothing can have been put there directly before,
 * so the order of scheduling survives.
 *
 * A bucket is a circular doubly linked list through a sentinel node; a two-step bitmap finds the next bucket that
 * holds something. Nodes live in plain typed arrays and are used again, so nothing is allocated per event.
 */
export class TimerWheel {
  /** Kind and subject of the node taken last. */
  kind = 0;
  subject = 0;

  /** Start of the present window of each level. */
  private start0 = 0;
  private start1 = 0;
  private start2 = 0;
  /** Earliest time at which something may be pending in level 0. */
  private cursor = 0;
  private pending = 0;

  private next: Int32Array;
  private previous: Int32Array;
  private at: Float64Array;
  private kinds: Uint8Array;
  private subjects: Int32Array;
  private free = -1;

  private readonly occupied = new Int32Array(LEVELS * WORDS);
  private readonly occupiedWords = new Int32Array(LEVELS * SUMMARY_WORDS);

  constructor() {
    const capacity = SENTINELS + 1024;
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.at = new Float64Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.subjects = new Int32Array(capacity);
    for (let sentinel = 0; sentinel < SENTINELS; sentinel += 1) {
      this.next[sentinel] = sentinel;
      this.previous[sentinel] = sentinel;
    }
    this.addFree(SENTINELS, capacity);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    if (this.free < 0) this.grow();
    const node = this.free;
    this.free = this.next[node] as number;
    this.at[node] = at;
    this.kinds[node] = kind;
    this.subjects[node] = subject;
    this.pending += 1;
    this.place(node, at);
    return node;
  }

  cancel(node: Timer): void {
    const before = this.previous[node] as number;
    const after = this.next[node] as number;
    this.next[before] = after;
    this.previous[after] = before;
    if (before === after && before < FAR) this.clearBit(before);
    this.release(node);
  }

  /**
   * Time of the earliest node if it is at or before `limit`; otherwise some later time. Nothing may be scheduled
   * before `limit` afterwards unless it is at or after an event that is taken first.
   */
  peek(limit: number): number {
    if (this.pending === 0) return Infinity;
    // The bucket under the cursor is right far more often than not.
    const sentinel = this.cursor - this.start0;
    if ((this.next[sentinel] as number) !== sentinel) return this.cursor;
    return this.seek(limit);
  }

  /** Takes the earliest node, whose time `peek` has just returned. */
  take(): void {
    const sentinel = this.cursor - this.start0;
    const node = this.next[sentinel] as number;
    const after = this.next[node] as number;
    this.next[sentinel] = after;
    this.previous[after] = sentinel;
    if (after === sentinel) this.clearBit(sentinel);
    this.kind = this.kinds[node] as number;
    this.subject = this.subjects[node] as number;
    this.release(node);
  }

  private release(node: number): void {
    this.next[node] = this.free;
    this.free = node;
    this.pending -= 1;
  }

  /** Moves the cursor to the earliest node, pouring coarser buckets out as their windows begin, up to `limit`. */
  private seek(limit: number): number {
    for (;;) {
      const found = this.firstOccupied(0, this.cursor - this.start0);
      if (found >= 0) return (this.cursor = this.start0 + found);
      if (!this.enterNextWindow(limit)) return Infinity;
    }
  }

  /** Begins the next window that holds something; refuses, and changes nothing, when it begins after `limit`. */
  private enterNextWindow(limit: number): boolean {
    const found1 = this.firstOccupied(1, (this.start0 - this.start1) / WINDOW_0);
    if (found1 >= 0) {
      const start = this.start1 + found1 * WINDOW_0;
      if (start > limit) return false;
      this.start0 = this.cursor = start;
      this.pour(BUCKETS + found1);
      return true;
    }
    const found2 = this.firstOccupied(2, (this.start1 - this.start2) / WINDOW_1);
    if (found2 >= 0) {
      const start = this.start2 + found2 * WINDOW_1;
      if (start > limit) return false;
      this.start0 = this.start1 = this.cursor = start;
      this.pour(2 * BUCKETS + found2);
      return true;
    }
    assert(this.next[FAR] !== FAR, "the wheel counts pending timers that are in no bucket");
    const start = this.earliestFarWindow();
    if (start > limit) return false;
    this.start0 = this.start1 = this.start2 = this.cursor = start;
    this.pour(FAR);
    return true;
  }

  private earliestFarWindow(): number {
    let earliest = Infinity;
    for (let node = this.next[FAR] as number; node !== FAR; node = this.next[node] as number) {
      const at = this.at[node] as number;
      if (at < earliest) earliest = at;
    }
    return Math.floor(earliest / WINDOW_2) * WINDOW_2;
  }

  /** Empties a coarse bucket into the windows that have just begun, in order. */
  private pour(sentinel: number): void {
    let node = this.next[sentinel] as number;
    this.next[sentinel] = sentinel;
    this.previous[sentinel] = sentinel;
    if (sentinel < FAR) this.clearBit(sentinel);
    while (node !== sentinel) {
      const after = this.next[node] as number;
      this.place(node, this.at[node] as number);
      node = after;
    }
  }

  /** Puts a node at the end of the bucket for its time. */
  private place(node: number, at: number): void {
    let sentinel: number;
    const offset0 = at - this.start0;
    if (offset0 < WINDOW_0) {
      sentinel = offset0;
      if (at < this.cursor) this.cursor = at;
    } else {
      const offset1 = at - this.start1;
      if (offset1 < WINDOW_1) {
        sentinel = BUCKETS + (offset1 >>> LEVEL_BITS);
      } else {
        const offset2 = at - this.start2;
        sentinel = offset2 < WINDOW_2 ? 2 * BUCKETS + Math.floor(offset2 / WINDOW_1) : FAR;
      }
    }
    const last = this.previous[sentinel] as number;
    this.next[last] = node;
    this.previous[node] = last;
    this.next[node] = sentinel;
    this.previous[sentinel] = node;
    if (last === sentinel && sentinel < FAR) this.setBit(sentinel);
  }

  private setBit(sentinel: number): void {
    const word = sentinel >>> 5;
    this.occupied[word] = (this.occupied[word] as number) | (1 << (sentinel & 31));
    const summary = word >>> 5;
    this.occupiedWords[summary] = (this.occupiedWords[summary] as number) | (1 << (word & 31));
  }

  private clearBit(sentinel: number): void {
    const word = sentinel >>> 5;
    const left = (this.occupied[word] as number) & ~(1 << (sentinel & 31));
    this.occupied[word] = left;
    if (left === 0) {
      const summary = word >>> 5;
      this.occupiedWords[summary] = (this.occupiedWords[summary] as number) & ~(1 << (word & 31));
    }
  }

  /** First bucket of a level at or after `from` that holds something, −1 when there is none. */
  private firstOccupied(level: number, from: number): number {
    if (from >= BUCKETS) return -1;
    let word = from >>> 5;
    const firstWord = (this.occupied[level * WORDS + word] as number) & (-1 << (from & 31));
    if (firstWord !== 0) return (word << 5) + lowestBit(firstWord);
    word += 1;
    if (word === WORDS) return -1;
    let summary = word >>> 5;
    let bits = (this.occupiedWords[level * SUMMARY_WORDS + summary] as number) & (-1 << (word & 31));
    while (bits === 0) {
      summary += 1;
      if (summary === SUMMARY_WORDS) return -1;
      bits = this.occupiedWords[level * SUMMARY_WORDS + summary] as number;
    }
    word = (summary << 5) + lowestBit(bits);
    return (word << 5) + lowestBit(this.occupied[level * WORDS + word] as number);
  }

  private grow(): void {
    const from = this.next.length;
    const to = from * 2;
    this.next = grown(this.next, to);
    this.previous = grown(this.previous, to);
    this.at = grown(this.at, to);
    this.kinds = grown(this.kinds, to);
    this.subjects = grown(this.subjects, to);
    this.addFree(from, to);
  }

  private addFree(from: number, to: number): void {
    for (let node = to - 1; node >= from; node -= 1) {
      this.next[node] = this.free;
      this.free = node;
    }
  }
}

const LEVELS = 3;
const LEVEL_BITS = 14;
const BUCKETS = 1 << LEVEL_BITS;
const WORDS = BUCKETS / 32;
const SUMMARY_WORDS = WORDS / 32;
const WINDOW_0 = BUCKETS;
const WINDOW_1 = WINDOW_0 * BUCKETS;
const WINDOW_2 = WINDOW_1 * BUCKETS;
/** The sentinel of what lies beyond the last level; it has no bit. */
const FAR = LEVELS * BUCKETS;
const SENTINELS = FAR + 1;

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
