import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import { decimalNumber, withDefault } from "../../settings.ts";

/** How long the provider of payments takes. It is pretended: a real one would be called here, with the order's id as its key, so that an order that comes twice is paid for once. */
export const PAYMENT_TIME_SETTING = {
  PAYMENT_TIME_SEC: withDefault(decimalNumber({ min: 0, max: 600, unit: "seconds", what: "how long a payment takes" }), 3),
};

/** Takes a payment, which is a wait. Ends early, without a payment, when the signal is aborted. */
export async function pay(paymentTimeSec: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  await pause(clock, paymentTimeSec * 1000, signal);
  signal?.throwIfAborted();
}

/** The places at which payments are taken: so many at the same time, and no more. */
export class PaymentPlaces {
  private readonly freeAt: number[] = [];
  private readonly count: number;
  private readonly clock: Clock;

  constructor(count: number, clock: Clock) {
    this.count = count;
    this.clock = clock;
  }

  /**
   * Pays at a place.
   *
   * @returns Undefined when it is paid; when no place is free, how long until one will be, milliseconds.
   */
  async pay(paymentTimeSec: number): Promise<number | undefined> {
    const now = this.clock.now();
    if (this.freeAt.length >= this.count) return Math.max(0, (this.freeAt[0] ?? now) - now);
    this.freeAt.push(now + paymentTimeSec * 1000);
    await pay(paymentTimeSec, this.clock);
    // All take the same time: who came first goes first.
    this.freeAt.shift();
    return undefined;
  }
}
