import type { WakeClock } from "../../runtime/local/wake-clock.ts";

/** Time that stands still until the test moves it, told by as many clocks as there are owners. */
export class ManualTime {
  private time: number;
  private readonly alarms = new Map<WakeClock, { readonly at: number; readonly wake: () => void }>();

  /** A whole minute, so that periods begin where a test expects them. */
  constructor(startedAt = 1_800_000_000_000) {
    this.time = startedAt;
  }

  now(): number {
    return this.time;
  }

  clock(): WakeClock {
    const clock: WakeClock = {
      now: () => this.time,
      wakeAt: (at, wake) => {
        this.alarms.set(clock, { at, wake });
      },
      stop: () => {
        this.alarms.delete(clock);
      },
    };
    return clock;
  }

  /** Wakes everybody on the way, the earliest first; of those at once the one that was made first. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      let next: { readonly clock: WakeClock; readonly at: number; readonly wake: () => void } | undefined;
      for (const [clock, alarm] of this.alarms) if (alarm.at <= until && alarm.at < (next?.at ?? Infinity)) next = { clock, ...alarm };
      if (next === undefined) break;
      this.alarms.delete(next.clock);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = until;
  }
}
