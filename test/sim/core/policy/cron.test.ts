import { describe, expect, it } from "vitest";
import { nextTime, parseCron, UTC, type Zone } from "../../../../sim/core/policy/cron.ts";
import { isoInstant, parseInstant } from "../../../../sim/scenario/civil-time.ts";
import { zoneNamed } from "../../../../sim/scenario/zones.ts";

const at = (text: string) => parseInstant(text)!;

function next(cron: string, after: string, zone: Zone = UTC): string {
  const parsed = parseCron(cron);
  if (!parsed.ok) throw new Error(parsed.problem);
  const time = nextTime(parsed.cron, zone, at(after));
  return time === Infinity ? "never" : isoInstant(time);
}

function zone(name: string, year = "2026"): Zone {
  return zoneNamed(name, at(`${year}-01-01`), at(`${year}-12-31`))!;
}

describe("a schedule", () => {
  it.each([
    ["30 8 * * *", "2026-01-05T08:29:59Z", "2026-01-05T08:30:00Z"],
    ["30 8 * * *", "2026-01-05T08:30:00Z", "2026-01-06T08:30:00Z"],
    ["0 9 * * 1-5", "2026-01-09T09:00:00Z", "2026-01-12T09:00:00Z"],
    ["0 9 * * MON,wed", "2026-01-06", "2026-01-07T09:00:00Z"],
    ["0 0 * * 7", "2026-01-05", "2026-01-11T00:00:00Z"],
    ["*/20 6-7 1 * *", "2026-01-01T06:41:00Z", "2026-01-01T07:00:00Z"],
    ["5/20 * * * *", "2026-01-01T00:25:00Z", "2026-01-01T00:45:00Z"],
    ["0 0 29 2 *", "2026-01-01", "2028-02-29T00:00:00Z"],
    ["0 0 31 12 *", "2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z"],
    ["0 0 30 2 *", "2026-01-01", "never"],
    // When both days are restricted, either will do.
    ["0 0 13 * 5", "2026-01-05", "2026-01-09T00:00:00Z"],
    ["0 0 13 * 5", "2026-01-10", "2026-01-13T00:00:00Z"],
  ])("%s after %s is due at %s", (cron, after, due) => {
    expect(next(cron, after)).toBe(due);
  });

  it.each([
    ["Europe/Zurich", "2026-01-05", "2026-01-05T07:30:00Z"],
    ["Europe/Zurich", "2026-07-01", "2026-07-01T06:30:00Z"],
    ["America/New_York", "2026-01-05", "2026-01-05T13:30:00Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T12:30:00Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T13:30:00Z"],
    ["Australia/Sydney", "2026-01-05T00:00:00Z", "2026-01-05T21:30:00Z"],
    ["Australia/Sydney", "2026-06-01T00:00:00Z", "2026-06-01T22:30:00Z"],
    ["+05:30", "2026-01-05", "2026-01-05T03:00:00Z"],
  ])("at 08:30 in %s after %s is due at %s", (name, after, due) => {
    expect(next("30 8 * * *", after, zone(name))).toBe(due);
  });

  it("skips a local time that clocks jump over, and takes one that comes twice the first time", () => {
    const zurich = zone("Europe/Zurich");
    expect(next("30 2 * * *", "2026-03-28T12:00:00Z", zurich)).toBe("2026-03-30T00:30:00Z");
    expect(next("30 2 * * *", "2026-10-24T12:00:00Z", zurich)).toBe("2026-10-25T00:30:00Z");
    expect(next("30 2 * * *", "2026-10-25T00:30:00Z", zurich)).toBe("2026-10-26T01:30:00Z");
  });

  it.each([
    ["0 9 * *", "has 4 fields"],
    ["", "has 0 fields"],
    ["60 9 * * *", '"60" is no minute'],
    ["0 9-5 * * *", '"9-5" is no hour'],
    ["0 9 * foo *", '"foo" is no month'],
    ["0 9 0 * *", '"0" is no day of the month'],
    ["*/0 * * * *", '"*/0" is no minute'],
  ])("%j is refused: %s", (cron, problem) => {
    const parsed = parseCron(cron);
    expect(parsed.ok || parsed.problem).toContain(problem);
  });

  it("knows no zone that it was not told of", () => {
    expect(zoneNamed("Mars/Olympus", 0, 0)).toBeUndefined();
    expect(zoneNamed("toString", 0, 0)).toBeUndefined();
    expect(zoneNamed("+25:00", 0, 0)).toBeUndefined();
  });
});
