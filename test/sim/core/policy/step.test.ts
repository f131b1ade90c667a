import { describe, expect, it } from "vitest";
import type { Alarm } from "../../../../sim/core/policy/alarm.ts";
import type { Capacity, Decision } from "../../../../sim/core/policy/policy.ts";
import { adjusted, percentOf, step, stepAt, type StepRule } from "../../../../sim/core/policy/step.ts";
import { eachMinute, group, MINUTE_MS, observed } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;
const above: Alarm = { comparison: "at-or-above", threshold: 50, datapointsToAlarm: 2, evaluationPeriods: 2, periodMs: MINUTE_MS };
const rule: StepRule = {
  alarm: above,
  adjustmentType: "percent",
  minMagnitude: 0,
  aggregation: "average",
  steps: [
    { lower: 0, upper: 10, adjustment: 10 },
    { lower: 10, upper: Infinity, adjustment: 30 },
  ],
};

function decide(metric: readonly number[], capacity: Capacity, rules: readonly StepRule[] = [rule]): Decision {
  const policy = step({ rules, periodMs: MINUTE_MS });
  return policy.decide(policy.initial(), observed(capacity, { metric: eachMinute(metric, NOW) }, NOW), NOW).decision;
}

describe("step scaling", () => {
  it("takes AWS's example from 10 to 11 to 13: what warms up counts as already added", () => {
    expect(decide([55, 55], group(10)).desired).toBe(11);
    const warming = { ...group(11), warming: 1 };
    expect(decide([65, 65], warming).desired).toBe(13);
    expect(decide([55, 55], warming).desired).toBe(11);
  });

  it("gives a bound above the threshold to the step above it, and below the threshold to the step below it", () => {
    expect(stepAt(rule.steps, 0)?.adjustment).toBe(10);
    expect(stepAt(rule.steps, 9.99)?.adjustment).toBe(10);
    expect(stepAt(rule.steps, 10)?.adjustment).toBe(30);
    const down = [
      { lower: -10, upper: 0, adjustment: -1 },
      { lower: -Infinity, upper: -10, adjustment: -2 },
    ];
    expect(stepAt(down, -10)?.adjustment).toBe(-2);
    expect(stepAt(down, -9.99)?.adjustment).toBe(-1);
    expect(stepAt(down, 0)?.adjustment).toBe(-1);
  });

  it.each([
    [10, 15, 0, 1],
    [10, 1, 0, 1],
    [10, -1, 0, -1],
    [10, -66.7, 0, -6],
    [10, 66.7, 0, 6],
    [30, 10, 0, 3],
    [100, 25, 0, 25],
    [10, 10, 4, 4],
    [10, -10, 4, -4],
  ])("of %i instances %f %% is, at least %i, %i", (base, percent, minMagnitude, change) => {
    expect(percentOf(base, percent, minMagnitude)).toBe(change);
  });

  it("looks the step up by the aggregate of the newest datapoints", () => {
    const by = (aggregation: StepRule["aggregation"]) => decide([52, 68], group(10), [{ ...rule, aggregation }]).desired;
    expect([by("minimum"), by("average"), by("maximum")]).toEqual([11, 13, 13]);
  });

  it("knows changes and exact capacities", () => {
    expect(adjusted(group(10), 4, { adjustmentType: "change", minMagnitude: 0 })).toBe(14);
    expect(adjusted(group(10), 4, { adjustmentType: "exact", minMagnitude: 0 })).toBe(4);
    expect(adjusted(group(2), -4, { adjustmentType: "change", minMagnitude: 0 })).toBe(0);
  });

  it("removes nothing twice: what is terminating still counts", () => {
    const leaving = { ...group(8), terminating: 2 };
    expect(adjusted(leaving, -2, { adjustmentType: "change", minMagnitude: 0 })).toBe(8);
    expect(adjusted(leaving, -3, { adjustmentType: "change", minMagnitude: 0 })).toBe(7);
  });

  it("does not scale in while an instance warms up", () => {
    const down: StepRule = {
      ...rule,
      alarm: { ...above, comparison: "below" },
      adjustmentType: "change",
      steps: [{ lower: -Infinity, upper: 0, adjustment: -1 }],
    };
    expect(decide([10, 10], group(10), [down]).desired).toBe(9);
    expect(decide([10, 10], { ...group(10), warming: 1 }, [down])).toMatchObject({ desired: 10, limitedBy: "warm-up" });
  });

  it("settles rules that answer together for the largest", () => {
    const exact: StepRule = { ...rule, adjustmentType: "exact", steps: [{ lower: 0, upper: Infinity, adjustment: 5 }] };
    expect(decide([55, 55], group(10), [exact, rule]).desired).toBe(11);
  });

  it("answers again each minute while the alarm lasts, and not before", () => {
    const fast = step({ rules: [{ ...rule, alarm: { ...above, periodMs: 10_000 } }], periodMs: 10_000 });
    const seen = (now: number) => observed(group(10), { metric: [20, 10].map((back) => ({ at: now - back * 1000, value: 55 })) }, now);
    const first = fast.decide(fast.initial(), seen(NOW), NOW);
    expect(first.decision).toMatchObject({ desired: 11, nextReviewAt: NOW + 10_000 });
    const soon = fast.decide(first.state, seen(NOW + 10_000), NOW + 10_000);
    expect(soon.decision.desired).toBe(10);
    expect(fast.decide(soon.state, seen(NOW + 60_000), NOW + 60_000).decision.desired).toBe(11);
  });
});
