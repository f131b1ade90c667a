import { describe, expect, it } from "vitest";
import { seconds } from "../../../runtime/cli/durations.ts";

describe("a length of time", () => {
  it.each([
    ["90", 90],
    ["90s", 90],
    ["1.5m", 90],
    ["8h50m", 31_800],
    ["1h30s", 3630],
    ["1m500ms", 60.5],
    ["250ms", 0.25],
    [" 2h ", 7200],
  ])("is read from %j as seconds", (text, expected) => {
    expect(seconds(text)).toBeCloseTo(expected, 9);
  });

  it.each(["", "0", "0h0m", "-5m", "5 m", "50m8h", "5m5m", "8:50", "soon", "1e3", "5d"])("is none in %j", (text) => {
    expect(() => seconds(text)).toThrow("Give a length of time, such as 90s, 5m or 8h50m.");
  });
});
