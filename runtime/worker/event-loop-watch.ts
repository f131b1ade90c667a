import type { Cancel, Clock } from "../clock.ts";

/**
 * Notices when the process was kept from its work: a handler that computes without a pause also stops heartbeats, deletes
 * and answers. While it lasts nobody answers `/health` either, which is a sign of its own; afterwards this one tells.
 */
export class EventLoopWatch {
  private readonly clock: Clock;
  private cancel: Cancel = () => undefined;
  private lastStall = { endedAt: -Infinity, ms: 0 };
  private longestMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The longest stall so far, milliseconds. */
  get longestStallMs(): number {
    return this.longestMs;
  }

  /** Whether there was a stall of five seconds or more within the last minute. */
  get hasStalled(): boolean {
    return this.lastStall.ms >= STALL_MS && this.clock.now() - this.lastStall.endedAt < REMEMBERED_MS;
  }

  begin(): void {
    const dueAt = this.clock.now() + TICK_MS;
    this.cancel = this.clock.at(dueAt, () => {
      const now = this.clock.now();
      const ms = now - dueAt;
      if (ms >= STALL_MS) this.lastStall = { endedAt: now, ms };
      this.longestMs = Math.max(this.longestMs, ms);
      this.begin();
    });
  }

  end(): void {
    this.cancel();
  }
}

const TICK_MS = 500;
const STALL_MS = 5000;
const REMEMBERED_MS = 60_000;
