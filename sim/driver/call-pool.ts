import { grown } from "../kernel/grown.ts";
import { NONE } from "../model/message-store.ts";
import { MAX_BATCH } from "../model/queue-model.ts";

/** Batched deletes and extensions on their way to the queue. */
export class CallPool {
  private kinds = new Uint8Array(INITIAL);
  private places = new Int32Array(INITIAL);
  private counts = new Uint8Array(INITIAL);
  private visibility = new Int32Array(INITIAL);
  private deliveries = new Int32Array(INITIAL * MAX_BATCH);
  private messages = new Int32Array(INITIAL * MAX_BATCH);
  private receipts = new Int32Array(INITIAL * MAX_BATCH);
  /** Next free call, through the free ones. */
  private next = new Int32Array(INITIAL);
  private free = NONE;
  private used = 0;

  take(kind: number, place: number, count: number, visibilityMs: number): number {
    let call = this.free;
    if (call === NONE) {
      if (this.used === this.kinds.length) this.grow();
      call = this.used;
      this.used += 1;
    } else {
      this.free = this.next[call] as number;
    }
    this.kinds[call] = kind;
    this.places[call] = place;
    this.counts[call] = count;
    this.visibility[call] = visibilityMs;
    return call;
  }

  put(call: number, index: number, delivery: number, message: number, receipt: number): void {
    const entry = call * MAX_BATCH + index;
    this.deliveries[entry] = delivery;
    this.messages[entry] = message;
    this.receipts[entry] = receipt;
  }

  release(call: number): void {
    this.places[call] = NONE;
    this.next[call] = this.free;
    this.free = call;
  }

  /** Forgets who made the calls from `place`: they still take effect, but nobody waits for the answers. */
  orphan(place: number): void {
    for (let call = 0; call < this.used; call += 1) if (this.places[call] === place) this.places[call] = NONE;
  }

  kind(call: number): number {
    return this.kinds[call] as number;
  }

  /** The place that waits for the answer, NONE when nobody does. */
  place(call: number): number {
    return this.places[call] as number;
  }

  count(call: number): number {
    return this.counts[call] as number;
  }

  visibilityMs(call: number): number {
    return this.visibility[call] as number;
  }

  delivery(call: number, index: number): number {
    return this.deliveries[call * MAX_BATCH + index] as number;
  }

  message(call: number, index: number): number {
    return this.messages[call * MAX_BATCH + index] as number;
  }

  receipt(call: number, index: number): number {
    return this.receipts[call * MAX_BATCH + index] as number;
  }

  private grow(): void {
    const size = this.kinds.length * 2;
    this.kinds = grown(this.kinds, size);
    this.places = grown(this.places, size);
    this.counts = grown(this.counts, size);
    this.visibility = grown(this.visibility, size);
    this.deliveries = grown(this.deliveries, size * MAX_BATCH);
    this.messages = grown(this.messages, size * MAX_BATCH);
    this.receipts = grown(this.receipts, size * MAX_BATCH);
    this.next = grown(this.next, size);
  }
}

export const DELETE = 0;
export const EXTEND = 1;

const INITIAL = 64;
