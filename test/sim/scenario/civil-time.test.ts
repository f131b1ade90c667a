import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilTimeOf, epochMsOf, isoInstant, parseInstant } from "../../../sim/scenario/civil-time.ts";

/** Years 0 to 9999. */
const instant = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });

describe("civil time", () => {
  it("is what the platform's calendar says", () => {
    fc.assert(
      fc.property(instant, (epochMs) => {
        const date = new Date(epochMs);
        expect(civilTimeOf(epochMs)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
          hour: date.getUTCHours(),
          minute: date.getUTCMinutes(),
          second: date.getUTCSeconds(),
          millisecond: date.getUTCMilliseconds(),
        });
        expect(epochMsOf(civilTimeOf(epochMs))).toBe(epochMs);
      }),
    );
  });

  it("reads what it has written", () => {
    fc.assert(
      fc.property(instant, (epochMs) => {
        expect(parseInstant(isoInstant(epochMs))).toBe(epochMs);
      }),
    );
  });

  it.each([
    ["2014-04-10 00:04:00", "2014-04-10T00:04:00Z"],
    ["2014-04-10T00:04Z", "2014-04-10T00:04:00Z"],
    ["2014-04-10T02:04:00+02:00", "2014-04-10T00:04:00Z"],
    ["2014-04-09 18:34:00.500-0530", "2014-04-10T00:04:00.500Z"],
    ["2014-04-10 00:04:00 UTC", "2014-04-10T00:04:00Z"],
    ["2014-04-10", "2014-04-10T00:00:00Z"],
    ["2016-02-29 23:59:59", "2016-02-29T23:59:59Z"],
  ])("reads %s as %s, wherever the machine is", (text, iso) => {
    expect(isoInstant(parseInstant(text)!)).toBe(iso);
  });

  it.each([
    "2015-02-29",
    "1900-02-29",
    "2014-13-01",
    "2014-04-31",
    "2014-04-10 24:00:00",
    "2014-04-10 00:60",
    "2014-04-10T00:00+15:00",
    "10/04/2014",
    "",
    "now",
  ])("knows no %j", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
