/**
 * Limits on how fast things may be done. Each books what is asked for at the earliest time that it may happen, now or
 * later, in the order of asking; what has been booked is not given back.
 */
export interface RateLimit {
  /** The time, not before `at`, for one thing more. */
  book(at: number): number;
}

/** A bucket of tokens that fills at a steady rate: how AWS describes its throttles. */
export class TokenBucket implements RateLimit {
  private readonly burst: number;
  private readonly perMs: number;
  private tokens: number;
  private filledAt = 0;

  constructor(options: { burst: number; perSec: number }) {
    this.burst = options.burst;
    this.perMs = options.perSec / 1000;
    this.tokens = options.burst;
  }

  book(at: number): number {
    this.fill(at);
    this.tokens -= 1;
    return this.tokens >= 0 ? at : at + Math.ceil(-this.tokens / this.perMs);
  }

  /** Takes a token if there is one. */
  admits(now: number): boolean {
    this.fill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  private fill(at: number): void {
    if (at <= this.filledAt) return;
    this.tokens = Math.min(this.burst, this.tokens + (at - this.filledAt) * this.perMs);
    this.filledAt = at;
  }
}

/** At most so many in any stretch of a minute. */
export class PerMinute implements RateLimit {
  private readonly most: number;
  /** When the last `most` happened, in a ring. */
  private readonly at: number[] = [];
  private next = 0;

  constructor(most: number) {
    this.most = most;
  }

  book(at: number): number {
    const free = Math.max(at, (this.at[this.next] ?? -Infinity) + MINUTE_MS);
    this.at[this.next] = free;
    this.next = (this.next + 1) % this.most;
    return free;
  }
}

const MINUTE_MS = 60_000;
