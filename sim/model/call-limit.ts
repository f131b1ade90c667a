/**
 * A limit on calls a second, as a token bucket that holds a second's worth. Where the bucket is not published
 * (SQS: quotas-messages gives only the rate), this is the gentlest that keeps the rate over any longer time.
 */
export class CallLimit {
  private readonly perMs: number;
  private readonly most: number;
  private tokens: number;
  private filledAt = 0;

  constructor(perSec: number) {
    this.perMs = perSec / 1000;
    this.most = perSec;
    this.tokens = perSec;
  }

  /** Lets a call through, or not. */
  admits(now: number): boolean {
    this.fill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Books a call, or `share` of one, for the earliest time that is free: now or later, in the order of asking. */
  book(share: number, now: number): number {
    this.fill(now);
    this.tokens -= share;
    return this.tokens >= 0 ? now : now + Math.ceil(-this.tokens / this.perMs);
  }

  private fill(now: number): void {
    this.tokens = Math.min(this.most, this.tokens + (now - this.filledAt) * this.perMs);
    this.filledAt = now;
  }
}
