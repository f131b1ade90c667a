import type { Cancel, Clock } from "../../runtime/clock.ts";

/** A clock that the test moves by hand. Between two callbacks all promises get their turn. */
export class SteppedClock implements Clock {
  private time = 0;
  private readonly timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  at(time: number, callback: () => void): Cancel {
    const timer = { at: Math.max(time, this.time), callback };
    const after = this.timers.findIndex(({ at }) => at > timer.at);
    this.timers.splice(after < 0 ? this.timers.length : after, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** When the next callback is due; Infinity when none is. */
  get nextAt(): number {
    return this.timers[0]?.at ?? Infinity;
  }

  /** Lets time pass, with every callback that falls due on the way. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    while (this.nextAt <= until) await this.step();
    this.time = until;
  }

  /** Lets time pass with nothing happening in it: what was due on the way happens late. */
  async stall(ms: number): Promise<void> {
    this.time += ms;
    const late = this.timers.filter(({ at }) => at <= this.time);
    for (const timer of late) {
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.callback();
    }
    await settled();
  }

  /** Moves to a time before which no callback is due; those due at that very time wait for {@link step}. */
  moveTo(time: number): void {
    if (this.nextAt < time || time < this.time)
      throw new Error(`The clock cannot move from ${this.time} to ${time}: ${this.nextAt} is next.`);
    this.time = time;
  }

  /** Moves to the next callback and lets it happen. */
  async step(): Promise<void> {
    const timer = this.timers.shift();
    if (timer === undefined) throw new Error("No callback is due.");
    this.time = timer.at;
    timer.callback();
    await settled();
  }
}

/** Resolves when every promise that can go on has done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
