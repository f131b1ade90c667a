import { describe, expect, it } from "vitest";
import { why } from "../../../runtime/cli/why.ts";
import { gallery, simulate, type Result } from "../../../sim/index.ts";
import { madeResult } from "../../sim/measure/made-result.ts";

function ofGallery(id: string, durationSec: number): Result {
  const { scenario } = gallery.find((entry) => entry.id === id)!;
  return simulate({ ...scenario, run: { ...scenario.run, durationSec } }, 1);
}

describe("why a decision was taken", () => {
  it("is told from what was read to the stages of each launch", () => {
    const text = why(ofGallery("banking-scale-out", 600), 1).split("\n");
    expect(text.slice(0, 5)).toEqual([
      expect.stringMatching(/: decision 1 of \d+$/),
      "Read",
      expect.stringMatching(/^ {2}visible 500, as of 00:\d\d:\d\d$/),
      "Rule: 500 messages at 100 each need 5; 2 are asked for.",
      expect.stringMatching(/^Decided at 00:\d\d:\d\d: 2 → 5$/),
    ]);
    expect(text.filter((line) => line.startsWith("Launch of instance"))).toHaveLength(3);
    expect(text.filter((line) => /^ {2}00:\d\d:\d\d {2}(launching|pending|in-service|working)/.test(line)).length).toBeGreaterThan(8);
  });

  it("has the datapoints as published, the alarms, and the limit", () => {
    const result = ofGallery("banking", 3600);
    const number = result.decisions.findIndex(({ limitedBy }) => limitedBy === "min") + 1;
    const text = why(result, number);
    expect(text).toMatch(/Published: visible \/ inService, by the period that begins at\n {2}00:00:00 {2}0\n/);
    expect(text).toMatch(/Alarms\n {2}high: ok \(3 of 3 above 100\)\n {2}low: alarm \(15 of 15 below 70\)\n/);
    expect(text).toMatch(/Limit: min makes 2 of 0\nDecided at 00:\d\d:47: 2 → 2\n$/);
  });

  it("cannot be told of a decision that there is not", () => {
    const result = ofGallery("banking-scale-out", 600);
    const { length } = result.decisions;
    expect(() => why(result, length + 1)).toThrow(`There is no decision ${length + 1}: the run has 1 to ${length}.`);
    expect(() => why(result, 0)).toThrow("There is no decision 0");
    expect(() => why(madeResult(), 1)).toThrow("There is no decision to ask for: the run has none.");
  });
});
