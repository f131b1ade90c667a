import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberText, parseNumber } from "../../web/settings/number-text.ts";

describe("a number as typed", () => {
  it.each([
    ["12", 12],
    [" 0.5 ", 0.5],
    [".5", 0.5],
    ["1e3", 1000],
    ["1,000", 1000],
    ["1,234,567.5", 1_234_567.5],
    ["10 000", 10_000],
    ["-3", -3],
    ["", NaN],
    ["abc", NaN],
    ["1,5", NaN],
    ["1 2", NaN],
    ["5 min", NaN],
  ])("%j is %d", (text, value) => {
    expect(parseNumber(text, undefined)).toBe(value);
  });

  it.each([
    ["90 s", 90],
    ["5 min", 300],
    ["1 h 30 min", 5400],
    ["500ms", 0.5],
    ["4 d", 345_600],
    ["5 apples", NaN],
    ["5 min and more", NaN],
  ])("in seconds %j is %d", (text, value) => {
    expect(parseNumber(text, "s")).toBe(value);
  });

  it("is read back as it is shown", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(numberText(value), undefined)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
