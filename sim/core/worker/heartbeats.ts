import type { HeartbeatSettings } from "./settings.ts";

/**
 * Which running jobs are due for a visibility heartbeat: a list of slots in the order in which they are due. All share
 * one interval, so a slot that has just been received or extended goes to the end and the list stays sorted.
 */
export class Heartbeats {
  private readonly settings: HeartbeatSettings;
  private readonly dueAt: Float64Array;
  private readonly endsAt: Float64Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private first = NONE;
  private last = NONE;
  /** When the pending wake-up is due; Infinity when none is pending. */
  private armedAt = Infinity;

  constructor(settings: HeartbeatSettings, slots: number) {
    this.settings = settings;
    this.dueAt = new Float64Array(slots).fill(NOT_LISTED);
    this.endsAt = new Float64Array(slots);
    this.next = new Int32Array(slots);
    this.previous = new Int32Array(slots);
  }

  /** A job has begun in `slot` with a message received at `now`. */
  add(slot: number, now: number): void {
    this.endsAt[slot] = now + this.settings.maxMs;
    this.appendIfAllowed(slot, now);
  }

  /** The job in `slot` has ended. */
  remove(slot: number): void {
    if ((this.dueAt[slot] as number) !== NOT_LISTED) this.unlink(slot);
  }

  /** The extension for `slot`, whose job still runs, has failed: it is due again soon, unless it has had its maximum. */
  retry(slot: number, now: number): void {
    const at = now + Math.min(RETRY_MS, this.settings.everyMs);
    if (at > (this.endsAt[slot] as number)) return;
    const dueAt = this.dueAt[slot] as number;
    if (dueAt !== NOT_LISTED) {
      if (dueAt <= at) return;
      this.unlink(slot);
    }
    this.insert(slot, at);
  }

  /** When to be woken, if that is earlier than any wake-up already pending; undefined when nothing is to be done. */
  arm(): number | undefined {
    if (this.first === NONE) return undefined;
    const at = this.dueAt[this.first] as number;
    if (at >= this.armedAt) return undefined;
    this.armedAt = at;
    return at;
  }

  /** The wake-up has come. */
  disarm(): void {
    this.armedAt = Infinity;
  }

  /**
   * Takes the next slot to extend now, or NONE. Slots due within a tenth of the interval are taken along, so that
   * jobs that began together share one batched call.
   */
  takeDue(now: number): number {
    const slot = this.first;
    if (slot === NONE || (this.dueAt[slot] as number) > now + this.settings.everyMs / 10) return NONE;
    this.unlink(slot);
    this.appendIfAllowed(slot, now);
    return slot;
  }

  private appendIfAllowed(slot: number, now: number): void {
    const at = now + this.settings.everyMs;
    if (at > (this.endsAt[slot] as number)) return;
    this.insert(slot, at);
  }

  private insert(slot: number, at: number): void {
    this.dueAt[slot] = at;
    let before = this.last;
    while (before !== NONE && (this.dueAt[before] as number) > at) before = this.previous[before] as number;
    const after = before === NONE ? this.first : (this.next[before] as number);
    this.previous[slot] = before;
    this.next[slot] = after;
    if (before === NONE) this.first = slot;
    else this.next[before] = slot;
    if (after === NONE) this.last = slot;
    else this.previous[after] = slot;
  }

  private unlink(slot: number): void {
    const before = this.previous[slot] as number;
    const after = this.next[slot] as number;
    if (before === NONE) this.first = after;
    else this.next[before] = after;
    if (after === NONE) this.last = before;
    else this.previous[after] = before;
    this.dueAt[slot] = NOT_LISTED;
  }
}

export const NONE = -1;
const NOT_LISTED = -1;
/** An extension that failed is tried again after a second: long before the usual half of the visibility timeout is over. */
const RETRY_MS = 1000;
