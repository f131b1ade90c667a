import { describe, expect, it } from "vitest";
import { realClock } from "../../../runtime/local/wake-clock.ts";
import { RealCalendar } from "../../../runtime/local/real-calendar.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function worldAt(startedAt: number) {
  const clock = new ManualClock(startedAt);
  const happened: string[] = [];
  const calendar = new RealCalendar(clock, (kind, subject, now) => {
    happened.push(`${now}: ${kind} ${subject}`);
    if (kind === 9) calendar.schedule(now + subject, 1, subject);
  });
  return { clock, happened, calendar };
}

describe("the calendar of the real clock", () => {
  it("lets events happen when the clock comes to them, though nobody asks", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    calendar.schedule(1_500, 1, 7);
    calendar.scheduleControl(1_200, 64, 8);
    clock.advance(199);
    expect(happened).toEqual([]);
    clock.advance(1);
    expect(happened).toEqual(["1200: 64 8"]);
    clock.advance(10_000);
    expect(happened).toEqual(["1200: 64 8", "1500: 1 7"]);
  });

  it("wakes for an event that is scheduled before the one it waits for", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    calendar.schedule(5_000, 1, 1);
    calendar.schedule(2_000, 1, 2);
    clock.advance(1_000);
    expect(happened).toEqual(["2000: 1 2"]);
    clock.advance(3_000);
    expect(happened).toEqual(["2000: 1 2", "5000: 1 1"]);
  });

  it("waits on when the event that it waited for was cancelled", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    const timer = calendar.schedule(2_000, 1, 1);
    calendar.schedule(3_000, 1, 2);
    calendar.cancel(timer);
    clock.advance(5_000);
    expect(happened).toEqual(["3000: 1 2"]);
  });

  it("carries out what events schedule, at its time", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    calendar.schedule(1_100, 9, 50);
    clock.advance(1_000);
    expect(happened).toEqual(["1100: 9 50", "1150: 1 50"]);
  });

  it("lets all that is due happen before a question is answered, in the order of its times", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    calendar.schedule(1_300, 1, 1);
    calendar.schedule(1_100, 9, 100);
    // As when the process was busy and the timer is late.
    clock.stop();
    clock.advance(1_000);
    expect(happened).toEqual([]);
    expect(calendar.settle()).toBe(2_000);
    expect(happened).toEqual(["1100: 9 100", "1200: 1 100", "1300: 1 1"]);
    calendar.schedule(2_500, 1, 3);
    clock.advance(500);
    expect(happened.at(-1)).toBe("2500: 1 3");
  });

  it("lets nothing happen by itself once it is stopped", () => {
    const { clock, happened, calendar } = worldAt(1_000);
    calendar.schedule(1_100, 1, 1);
    calendar.stop();
    clock.advance(1_000);
    expect(happened).toEqual([]);
  });
});

describe("the real clock", () => {
  it("tells whole milliseconds of the present date, and never runs backwards", () => {
    const clock = realClock();
    const times = Array.from({ length: 1_000 }, () => clock.now());
    expect(times.every((time, index) => Number.isInteger(time) && time >= (times[index - 1] ?? 0))).toBe(true);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });
});
