import fc from "fast-check";
import { expect, it } from "vitest";
import { ARRIVAL, type Calendar, type Timer } from "../../sim/kernel/calendar.ts";
import { TickCalendar } from "../../sim/kernel/tick-calendar.ts";
import { simulate } from "../../sim/simulate.ts";
import { anyScenario } from "../support/any-scenario.ts";

/** Passes everything on, and notes what would be a step back in time. */
class WatchedCalendar implements Calendar {
  events = 0;
  readonly faults: string[] = [];
  private readonly inner = new TickCalendar();
  private readonly controls = new Set<number>();
  private before = { now: 0, rank: 0 };

  get now(): number {
    return this.inner.now;
  }

  get kind(): number {
    return this.inner.kind;
  }

  get subject(): number {
    return this.inner.subject;
  }

  scheduleArrival(at: number): void {
    this.ahead(at, "an arrival");
    this.inner.scheduleArrival(at);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    this.ahead(at, `work of kind ${kind}`);
    return this.inner.schedule(at, kind, subject);
  }

  cancel(timer: Timer): void {
    this.inner.cancel(timer);
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    this.ahead(at, `control of kind ${kind}`);
    this.controls.add(kind);
    this.inner.scheduleControl(at, kind, subject);
  }

  advance(until: number): boolean {
    const isDue = this.inner.advance(until);
    if (!isDue) return false;
    this.events += 1;
    const { now, kind } = this.inner;
    const rank = kind === ARRIVAL ? 0 : this.controls.has(kind) ? 2 + kind : 1;
    if (now < this.before.now) this.faults.push(`${now} ms after ${this.before.now} ms`);
    if (now > until) this.faults.push(`${now} ms, beyond ${until} ms`);
    // Control may call for more work at its own tick, which then comes late in it, but in order among itself.
    if (now === this.before.now && rank === 0 && this.before.rank > 0) this.faults.push(`an arrival after other events at ${now} ms`);
    this.before = { now, rank };
    return true;
  }

  private ahead(at: number, what: string): void {
    if (!(at >= this.inner.now)) this.faults.push(`${what} is scheduled for ${at} ms at ${this.inner.now} ms`);
    if (at !== Infinity && !Number.isSafeInteger(at)) this.faults.push(`${what} is scheduled for ${at} ms, between two ticks`);
  }
}

it("time never runs backwards in a run of any scenario, and nothing is planned for what is over or between two ticks", () => {
  fc.assert(
    fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
      const calendar = new WatchedCalendar();
      const { columns, decisions } = simulate(scenario, seed, { calendar });
      expect(calendar.faults).toEqual([]);
      expect(calendar.events).toBeGreaterThan(0);
      for (const times of [[...columns.timeMs], decisions.map(({ at }) => at)]) expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
