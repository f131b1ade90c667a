import type { WakeClock } from "../../runtime/local/wake-clock.ts";

/** A clock that stands still until the test moves it, and then wakes its owner for everything on the way. */
export class ManualClock implements WakeClock {
  private time: number;
  private due: { readonly at: number; readonly wake: () => void } | undefined;

  constructor(startedAt = 1_000_000) {
    this.time = startedAt;
  }

  now(): number {
    return this.time;
  }

  wakeAt(at: number, wake: () => void): void {
    this.due = { at, wake };
  }

  stop(): void {
    this.due = undefined;
  }

  advance(ms: number): void {
    const until = this.time + ms;
    while (this.due !== undefined && this.due.at <= until) {
      const { at, wake } = this.due;
      this.due = undefined;
      this.time = Math.max(this.time, at);
      wake();
    }
    this.time = until;
  }
}
