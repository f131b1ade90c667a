import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateMetric } from "../../../../sim/core/policy/metric-math.ts";
import { parseMetric } from "../../../../sim/core/policy/metric-parse.ts";
import type { MetricName } from "../../../../sim/core/policy/policy.ts";
import { MINUTE_MS } from "../../../support/observations.ts";

type Gapped = readonly (number | undefined)[];

/** The expression over series that all begin at 0, one value a minute, undefined for a gap. */
function over(text: string, series: Partial<Record<MetricName, Gapped>>, periods = 5): (number | undefined)[] {
  const parsed = parseMetric(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault.problem}`);
  const published = Object.fromEntries(
    Object.entries(series).map(([name, values]) => [
      name,
      values.flatMap((value, index) => (value === undefined ? [] : [{ at: index * MINUTE_MS, value }])),
    ]),
  );
  const points = evaluateMetric(parsed.expression, published, { periodMs: MINUTE_MS, periods });
  const length = Math.max(...Object.values(series).map((values) => values.length));
  return Array.from({ length }, (_, index) => points.find(({ at }) => at === index * MINUTE_MS)?.value);
}

describe("metric math", () => {
  it.each([
    ["average" as const, 2.5],
    ["minimum" as const, 1],
    ["maximum" as const, 4],
    ["sum" as const, 10],
    ["newest" as const, 4],
  ])("takes the %s of several datapoints in a period", (statistic, value) => {
    const parsed = parseMetric("visible");
    const visible = [1, 2, 3, 4].map((each, minute) => ({ at: (minute + 1) * MINUTE_MS, value: each }));
    const window = { periodMs: 5 * MINUTE_MS, periods: 2, endsAt: 5 * MINUTE_MS, statistic };
    expect(parsed.ok && evaluateMetric(parsed.expression, { visible }, window)).toEqual([{ at: 0, value }]);
  });

  it("ends its last period where it is told to", () => {
    const parsed = parseMetric("visible");
    const visible = [1, 2, 3, 4].map((each, minute) => ({ at: minute * MINUTE_MS, value: each }));
    const window = { periodMs: 2 * MINUTE_MS, periods: 2, endsAt: 3 * MINUTE_MS, statistic: "sum" as const };
    expect(parsed.ok && evaluateMetric(parsed.expression, { visible }, window)).toEqual([
      { at: -MINUTE_MS, value: 1 },
      { at: MINUTE_MS, value: 5 },
    ]);
  });

  it("divides series period by period, and drops a datapoint divided by zero or by nothing", () => {
    expect(over("visible / inService", { visible: [1500, 10, 7, 8], inService: [10, 0, undefined, 4] })).toEqual([
      150,
      undefined,
      undefined,
      2,
    ]);
  });

  it("takes a missing operand for 0 as long as another is there", () => {
    expect(over("visible + inFlight", { visible: [1, undefined, undefined], inFlight: [2, 3, undefined], desired: [1, 1, 1] })).toEqual([
      3,
      3,
      undefined,
    ]);
    expect(over("visible / inService", { visible: [undefined], inService: [4] })).toEqual([0]);
  });

  it("has no datapoint where only a constant is", () => {
    expect(over("visible + 1", { visible: [1, undefined, 3] })).toEqual([2, undefined, 4]);
  });

  it.each<[string, (number | undefined)[]]>([
    ["FILL(visible, 0)", [0, 10, 0, 0, 40]],
    ["FILL(visible, -1)", [-1, 10, -1, -1, 40]],
    ["FILL(visible, REPEAT)", [undefined, 10, 10, 10, 40]],
    ["FILL(visible, LINEAR)", [undefined, 10, 20, 30, 40]],
  ])("%s fills gaps", (text, expected) => {
    expect(over(text, { visible: [undefined, 10, undefined, undefined, 40] })).toEqual(expected);
  });

  it("sees, at 0 instances, the work that waits: the worker-utilisation formula", () => {
    const formula =
      "IF(FILL(inService, 0) > 0, (FILL(visible, REPEAT) + FILL(inFlight, REPEAT)) / inService, IF(visible + inFlight > 0, 1, 0))";
    const series = { visible: [0, 3, 8, undefined], inFlight: [0, 0, 2, 1], inService: [0, 0, 5, 3] };
    expect(over(formula, series)).toEqual([0, 1, 2, 3]);
    expect(over("visible / inService", series)).toEqual([undefined, undefined, 1.6, 0]);
  });

  it("reads a metric of a longer period only with FILL", () => {
    const parsed = parseMetric("visible / FILL(inService, REPEAT)");
    const plain = parseMetric("visible / inService");
    if (!parsed.ok || !plain.ok) throw new Error("both can be read");
    const visible = Array.from({ length: 12 }, (_, index) => ({ at: index * 10_000, value: 6 }));
    const published = { visible, inService: [0, 1].map((minute) => ({ at: minute * MINUTE_MS, value: 3 })) };
    expect(evaluateMetric(parsed.expression, published, { periodMs: 10_000, periods: 12 })).toHaveLength(12);
    expect(evaluateMetric(plain.expression, published, { periodMs: 10_000, periods: 12 })).toHaveLength(2);
  });

  it("binds as arithmetic does", () => {
    const at = (text: string) => over(text, { visible: [10], inFlight: [4] })[0];
    expect(at("visible - inFlight - 1")).toBe(5);
    expect(at("visible + inFlight * 2")).toBe(18);
    expect(at("-visible + 3 × 4 ÷ 2 − 1")).toBe(-5);
    expect(at("visible > 5 AND inFlight > 5 OR visible == 10")).toBe(1);
    expect(at("(visible + inFlight) / 2 >= 7")).toBe(1);
  });
});

describe("the text of a metric", () => {
  it.each<[string, number, string]>([
    ["visible /", 9, "expects a number, FILL, IF or a metric"],
    ["visable / inService", 0, 'finds "visable"'],
    ["(visible", 8, 'expects ")", and finds the end'],
    ["FILL(visible, LAST)", 14, 'expects a number, REPEAT or LINEAR, and finds "LAST"'],
    ["IF(visible > 0, 1)", 17, 'expects ",", and finds ")"'],
    ["visible # 3", 8, 'expects an operator or the end, and finds "#"'],
    ["visible inFlight", 8, 'finds "inFlight"'],
    ["1 + 2", 0, "names no metric"],
    ["", 0, "finds the end"],
  ])("%j is refused at character %i", (text, at, problem) => {
    const parsed = parseMetric(text);
    expect(parsed.ok || parsed.fault).toMatchObject({ at, problem: expect.stringContaining(problem) as string });
  });

  it("is read or refused, whatever it is, with a place in it", () => {
    const pieces = fc.constantFrom("visible", "inService", "FILL", "IF", "(", ")", ",", "+", "/", ">", "REPEAT", "0", "1.5", " ", "$");
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 15 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseMetric(text);
        if (parsed.ok) return;
        expect(parsed.fault.at).toBeGreaterThanOrEqual(0);
        expect(parsed.fault.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("may be nested deeply, within reason", () => {
    expect(parseMetric(`${"(".repeat(90)}visible${")".repeat(90)}`).ok).toBe(true);
    expect(parseMetric("(".repeat(5000)).ok).toBe(false);
    expect(parseMetric(`${"-".repeat(5000)}visible`).ok).toBe(false);
  });
});
