import { describe, expect, it } from "vitest";
import { ec2TargetTracking, type Ec2TargetTrackingSettings } from "../../../../sim/core/policy/ec2-target-tracking.ts";
import type { Capacity, Datapoint, Decision } from "../../../../sim/core/policy/policy.ts";
import { eachMinute, group, MINUTE_MS, observed } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;
const plain: Ec2TargetTrackingSettings = { target: 100, lowShare: 0.7, disableScaleIn: false, periodMs: MINUTE_MS };
const ten = group(10, { min: 2, max: 50 });

function decide(metric: readonly Datapoint[], capacity: Capacity, settings: Partial<Ec2TargetTrackingSettings> = {}): Decision {
  const policy = ec2TargetTracking({ ...plain, ...settings });
  return policy.decide(policy.initial(), observed(capacity, { metric }, NOW), NOW).decision;
}

const times = (count: number, value: number) => Array<number>(count).fill(value);

describe("EC2 target tracking, out", () => {
  it("brings 10 instances with 1,500 messages to 15 at a target of 100", () => {
    const decision = decide(eachMinute(times(3, 150), NOW), ten);
    expect(decision).toMatchObject({ desired: 15, limitedBy: undefined, nextReviewAt: NOW + MINUTE_MS });
    expect(decision.reason).toMatchObject({ code: "out", text: "The high alarm holds (3 of 3 above 100): 10 × 150 / 100 → 15 instances." });
  });

  it("needs three datapoints of three above the target", () => {
    expect(decide(eachMinute([150, 150], NOW), ten).desired).toBe(10);
    expect(decide(eachMinute([150, 100, 150], NOW), ten)).toMatchObject({ desired: 10, reason: { code: "hold" } });
    expect(decide(eachMinute([90, 150, 150], NOW), ten).desired).toBe(10);
    expect(decide(eachMinute([90, 150, 150, 150], NOW), ten).desired).toBe(15);
  });

  it("takes the newest datapoint, and rounds up", () => {
    expect(decide(eachMinute([400, 300, 101], NOW), ten).desired).toBe(11);
    expect(decide(eachMinute([101, 101, 250.1], NOW), ten).desired).toBe(26);
  });

  it("repeats its action each minute without adding again for the same need", () => {
    const policy = ec2TargetTracking(plain);
    let { state, decision } = policy.decide(policy.initial(), observed(ten, { metric: eachMinute(times(3, 150), NOW) }, NOW), NOW);
    expect(decision.desired).toBe(15);
    const launching = { ...ten, desired: 15, pending: 5 };
    for (let minute = 1; minute <= 4; minute += 1) {
      const now = NOW + minute * MINUTE_MS;
      ({ state, decision } = policy.decide(state, observed(launching, { metric: eachMinute(times(3 + minute, 150), now) }, now), now));
      expect(decision).toMatchObject({ desired: 15, reason: { code: "hold" } });
      expect(decision.reason.text).toContain("15 are asked for already");
    }
    // A larger need adds the difference.
    const now = NOW + 5 * MINUTE_MS;
    const larger = policy.decide(state, observed(launching, { metric: eachMinute([150, 150, 180], now) }, now), now);
    expect(larger.decision.desired).toBe(18);
  });

  it("counts warming instances, by which the metric was divided", () => {
    const warming = group(15, { warming: 5 });
    expect(decide(eachMinute(times(3, 120), NOW), warming).desired).toBe(18);
    expect(decide(eachMinute(times(3, 100.5), NOW), warming).desired).toBe(16);
  });

  it("stops at the maximum, and says so", () => {
    expect(decide(eachMinute(times(3, 900), NOW), { ...ten, max: 12 })).toMatchObject({ desired: 12, limitedBy: "max" });
  });
});

describe("EC2 target tracking, in", () => {
  it("needs fifteen datapoints of fifteen below 0.70 of the target", () => {
    expect(decide(eachMinute(times(15, 69), NOW), ten)).toMatchObject({ desired: 7, limitedBy: undefined, reason: { code: "in" } });
    expect(decide(eachMinute(times(14, 69), NOW), ten).desired).toBe(10);
    expect(decide(eachMinute(times(15, 70), NOW), ten).desired).toBe(10);
    expect(decide(eachMinute([...times(7, 0), 70, ...times(7, 0)], NOW), ten).desired).toBe(10);
  });

  it("has another threshold for another share", () => {
    expect(decide(eachMinute(times(15, 80), NOW), ten, { lowShare: 0.9 }).desired).toBe(8);
  });

  it("never goes so far that the metric would pass its target", () => {
    expect(decide(eachMinute(times(15, 60), NOW), group(2))).toMatchObject({ desired: 2, reason: { code: "hold" } });
    expect(decide(eachMinute(times(15, 50), NOW), group(2)).desired).toBe(1);
    expect(decide(eachMinute(times(15, 0), NOW), group(2)).desired).toBe(0);
  });

  it("waits while an instance is pending or warming up", () => {
    const idle = eachMinute(times(15, 10), NOW);
    expect(decide(idle, { ...ten, warming: 1 })).toMatchObject({ desired: 10, limitedBy: "warm-up" });
    expect(decide(idle, { ...ten, desired: 11, pending: 1 })).toMatchObject({ desired: 11, limitedBy: "warm-up" });
    expect(decide(idle, ten)).toMatchObject({ desired: 2, limitedBy: "min" });
  });

  it("never happens when it is disabled", () => {
    const decision = decide(eachMinute(times(20, 0), NOW), ten, { disableScaleIn: true });
    expect(decision).toMatchObject({ desired: 10, reason: { code: "hold" } });
    expect(decision.reason.text).toContain("disabled");
  });
});

describe("EC2 target tracking without data", () => {
  it("does nothing when nothing was published yet", () => {
    expect(decide([], ten)).toMatchObject({ desired: 10, limitedBy: undefined, reason: { code: "no-data" } });
  });

  it("does nothing when the newest datapoint is stale, whatever it says", () => {
    for (const value of [0, 900]) {
      expect(decide(eachMinute(times(32, value), NOW - 30 * MINUTE_MS), ten)).toMatchObject({ desired: 10, reason: { code: "no-data" } });
    }
  });

  it("does nothing with no instance in service, which publishes no metric, and is stuck at 0", () => {
    expect(decide([], group(0)).desired).toBe(0);
    for (const value of [0, 900]) expect(decide(eachMinute(times(20, value), NOW), group(0)).desired).toBe(0);
    const launching = group(3, { inService: 0, pending: 3 });
    for (const value of [0, 900]) expect(decide(eachMinute(times(20, value), NOW), launching).desired).toBe(3);
  });

  it("keeps an alarm, and its repeated action, through a short gap", () => {
    const policy = ec2TargetTracking(plain);
    const first = policy.decide(policy.initial(), observed(ten, { metric: eachMinute(times(3, 150), NOW) }, NOW), NOW);
    const now = NOW + 7 * MINUTE_MS;
    const metric = [{ at: now - MINUTE_MS, value: 170 }];
    expect(policy.decide(first.state, observed({ ...ten, desired: 15, pending: 5 }, { metric }, now), now).decision.desired).toBe(17);
  });
});
