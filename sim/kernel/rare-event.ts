import { assert } from "../core/assert.ts";
import { exactLog } from "./exact-math.ts";
import type { RandomStream } from "./random.ts";

/**
 * Something that happens with a small probability at each of very many occasions. The number of occasions up to the next
 * time is drawn, so that an occasion costs a subtraction and not a random number.
 */
export class RareEvent {
  private readonly stream: RandomStream;
  /** The number of occasions is geometric: the whole part of an exponential time at this rate. Infinite for 1. */
  private readonly rate: number;
  private left = 0;

  /** @param probability Above 0, at most 1. */
  constructor(stream: RandomStream, probability: number) {
    assert(probability > 0 && probability <= 1, "a rare event has a probability above 0 and at most 1");
    this.stream = stream;
    this.rate = probability === 1 ? Infinity : -exactLog(1 - probability);
    this.left = this.occasions();
  }

  /** Whether it happens at this occasion. */
  happens(): boolean {
    this.left -= 1;
    if (this.left > 0) return false;
    this.left = this.occasions();
    return true;
  }

  private occasions(): number {
    return Math.min(MOST_OCCASIONS, Math.floor(this.stream.exponential() / this.rate) + 1);
  }
}

/** Keeps the count a small integer. */
const MOST_OCCASIONS = 2 ** 30;
