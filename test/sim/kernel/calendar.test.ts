import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RealCalendar } from "../../../runtime/local/real-calendar.ts";
import { ARRIVAL, type Calendar } from "../../../sim/kernel/calendar.ts";
import { loadSimjsCalendar } from "../../../sim/kernel/simjs-calendar.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { SortedCalendar } from "../../support/sorted-calendar.ts";

/** Kinds of events as a driver might number them. */
const JOB = 1;
const TIMEOUT = 2;
const SAMPLE = 64;
const REVIEW = 65;

const YEAR_MS = 31_536_000_000;

describe.each([
  ["the tick calendar", () => new TickCalendar()],
  ["the simjs calendar", await loadSimjsCalendar()],
  ["the calendar of the real clock", () => new RealCalendar(new ManualClock(0), () => undefined)],
])("%s", (_, newCalendar: () => Calendar) => {
  it("takes events by time, whatever the order in which they were scheduled", () => {
    const calendar = newCalendar();
    calendar.schedule(30, JOB, 1);
    calendar.scheduleControl(20, SAMPLE, 2);
    calendar.schedule(10, JOB, 3);
    calendar.scheduleArrival(15);
    expect(eventsUntil(calendar, 100)).toEqual(["10 job 3", "15 arrival", "20 sample 2", "30 job 1"]);
  });

  it("takes arrivals before work, work as it was scheduled, and control by kind, within a tick", () => {
    const calendar = newCalendar();
    calendar.scheduleControl(5, REVIEW, 1);
    calendar.scheduleControl(5, SAMPLE, 2);
    calendar.schedule(5, TIMEOUT, 3);
    calendar.schedule(5, JOB, 4);
    calendar.scheduleControl(5, SAMPLE, 5);
    calendar.scheduleArrival(5);
    expect(eventsUntil(calendar, 5)).toEqual(["5 arrival", "5 timeout 3", "5 job 4", "5 sample 2", "5 sample 5", "5 review 1"]);
  });

  it("takes what is scheduled for the present tick within it, work before control that is still to come", () => {
    const calendar = newCalendar();
    calendar.scheduleControl(5, REVIEW, 1);
    calendar.schedule(5, JOB, 2);
    expect(calendar.advance(5)).toBe(true);
    calendar.schedule(5, JOB, 3);
    calendar.scheduleArrival(5);
    expect(eventsUntil(calendar, 5)).toEqual(["5 arrival", "5 job 3", "5 review 1"]);
    calendar.schedule(5, JOB, 4);
    calendar.scheduleControl(5, SAMPLE, 5);
    expect(eventsUntil(calendar, 5)).toEqual(["5 job 4", "5 sample 5"]);
  });

  it("leaves the time alone when nothing is due, and includes the limit itself", () => {
    const calendar = newCalendar();
    calendar.schedule(7, JOB, 1);
    expect(calendar.advance(6)).toBe(false);
    expect(calendar.now).toBe(0);
    expect(calendar.advance(7)).toBe(true);
    expect(calendar.now).toBe(7);
    expect(calendar.advance(1_000_000)).toBe(false);
    expect(calendar.now).toBe(7);
  });

  it("never takes cancelled work, and goes on with the rest of its tick", () => {
    const calendar = newCalendar();
    const timers = [1, 2, 3].map((subject) => calendar.schedule(5, JOB, subject));
    calendar.cancel(timers[1]!);
    expect(eventsUntil(calendar, 9)).toEqual(["5 job 1", "5 job 3"]);
    calendar.cancel(calendar.schedule(10, JOB, 4));
    expect(eventsUntil(calendar, 20)).toEqual([]);
  });

  it("keeps the order of scheduling for events of one tick that were scheduled from near and from far", () => {
    for (const at of [2 ** 14, 2 ** 28 + 5, 2 ** 42 + 2 ** 28 + 2 ** 14, 100 * YEAR_MS, 1000 * YEAR_MS]) {
      const calendar = newCalendar();
      const before = [at / 2, at - 2 ** 28, at - 2 ** 15, at - 3, at - 1]
        .map(Math.floor)
        .filter((time) => time > 0)
        .sort((a, b) => a - b);
      calendar.schedule(at, JOB, 0);
      before.forEach((time) => calendar.schedule(time, TIMEOUT, 0));
      before.forEach((time, index) => {
        expect(calendar.advance(at)).toBe(true);
        expect(calendar.now).toBe(time);
        calendar.schedule(at, JOB, index + 1);
      });
      expect(eventsUntil(calendar, at)).toEqual(Array.from({ length: before.length + 1 }, (__, subject) => `${at} job ${subject}`));
    }
  });

  it("holds thousands of events at a time", () => {
    const calendar = newCalendar();
    const expected: string[] = [];
    for (let index = 0; index < 5000; index += 1) {
      const at = (index * 7919) % 5000;
      calendar.schedule(at, JOB, at);
      expected[at] = `${at} job ${at}`;
    }
    expect(eventsUntil(calendar, 5000)).toEqual(expected);
  });

  it("gives the same events as a sorted list, from ticks to a thousand years apart", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        expect(play(newCalendar(), operations)).toEqual(play(new SortedCalendar(), operations));
      }),
      { numRuns: 400 },
    );
  });
});

const NAMES: Readonly<Record<number, string>> = { [JOB]: "job", [TIMEOUT]: "timeout", [SAMPLE]: "sample", [REVIEW]: "review" };

function described({ now, kind, subject }: Calendar): string {
  return kind === ARRIVAL ? `${now} arrival` : `${now} ${NAMES[kind]} ${subject}`;
}

function eventsUntil(calendar: Calendar, until: number): string[] {
  const events: string[] = [];
  while (calendar.advance(until)) events.push(described(calendar));
  return events;
}

/** How far ahead: within the tick, near, at any distance, or at a boundary of the timing wheel's windows. */
type Ahead = { readonly by: number } | { readonly toMultipleOf: number; readonly plus: number };

const ahead: fc.Arbitrary<Ahead> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ by: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      by: fc.integer({ min: 0, max: 45 }).chain((bits) => fc.nat(2 ** Math.min(bits, 30)).map((low) => low * 2 ** Math.max(0, bits - 30))),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      toMultipleOf: fc.constantFrom(2 ** 12, 2 ** 14, 2 ** 24, 2 ** 28, 2 ** 36, 2 ** 42),
      plus: fc.integer({ min: -2, max: 2 }),
    }),
  },
);

type Operation =
  | { readonly do: "work" | "control"; readonly ahead: Ahead; readonly second: boolean }
  | { readonly do: "arrival" | "step" | "run"; readonly ahead: Ahead }
  | { readonly do: "cancel"; readonly pick: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("work" as const), ahead, second: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("control" as const), ahead, second: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("arrival" as const), ahead }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("step" as const), ahead }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("run" as const), ahead }) },
);

/** 2,231 years: as far as simjs reaches with 128 ranks a tick. */
const LAST_TICK = 2 ** 46 - 1;

/** Carries the operations out, keeping the contract, then runs to the last tick; tells everything that came out. */
function play(calendar: Calendar, operations: readonly Operation[]): string[] {
  const told: string[] = [];
  const timers = new Map<number, number>();
  let subjects = 0;
  let cancelled = 0;
  let arrivalPending = false;
  /** Nothing may be scheduled before this. */
  let floor = 0;

  const at = (distance: Ahead) => {
    if ("by" in distance) return Math.min(LAST_TICK, floor + distance.by);
    const { toMultipleOf, plus } = distance;
    return Math.min(LAST_TICK, Math.max(floor, Math.ceil((floor + 1) / toMultipleOf) * toMultipleOf + plus));
  };
  const step = (until: number) => {
    const due = calendar.advance(until);
    if (due) {
      told.push(described(calendar));
      if (calendar.kind === ARRIVAL) arrivalPending = false;
      else if (calendar.kind < SAMPLE) timers.delete(calendar.subject);
    } else {
      told.push(`nothing until ${until}, at ${calendar.now}`);
    }
    floor = due ? calendar.now : until;
    return due;
  };

  for (const next of operations) {
    switch (next.do) {
      case "work":
        timers.set(subjects, calendar.schedule(at(next.ahead), next.second ? TIMEOUT : JOB, subjects));
        subjects += 1;
        break;
      case "control":
        calendar.scheduleControl(at(next.ahead), next.second ? REVIEW : SAMPLE, subjects);
        subjects += 1;
        break;
      case "arrival":
        if (!arrivalPending) calendar.scheduleArrival(at(next.ahead));
        arrivalPending = true;
        break;
      case "cancel": {
        const subject = [...timers.keys()][next.pick % Math.max(1, timers.size)];
        if (subject === undefined) break;
        calendar.cancel(timers.get(subject)!);
        timers.delete(subject);
        cancelled += 1;
        break;
      }
      case "step":
        step(at(next.ahead));
        break;
      case "run": {
        const until = at(next.ahead);
        while (step(until));
        break;
      }
    }
  }
  while (step(LAST_TICK));
  const taken = told.filter((line) => /job|timeout|sample|review/.test(line)).length;
  told.push(`${subjects - cancelled - taken} lost`);
  return told;
}
