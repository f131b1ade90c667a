import { describe, expect, it } from "vitest";
import { exactBacklog, type ExactBacklogSettings } from "../../../../sim/core/policy/exact-backlog.ts";
import type { Capacity, Decision } from "../../../../sim/core/policy/policy.ts";
import { group, MINUTE_MS, observed } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;
const banking: ExactBacklogSettings = { target: 100, scaleInBelowShare: 0.5, blockInWhileWarming: false, cooldownMs: 0, maxStep: 0 };

function decide(backlog: number | undefined, capacity: Capacity, settings: Partial<ExactBacklogSettings> = {}): Decision {
  const policy = exactBacklog({ ...banking, ...settings });
  return policy.decide(policy.initial(), observed(capacity, backlog === undefined ? {} : { backlog }, NOW), NOW).decision;
}

describe("the exact-backlog policy", () => {
  it("asks for 5 instances for 500 messages on 2, at a target of 100", () => {
    const decision = decide(500, group(2, { min: 2, max: 10 }));
    expect(decision).toMatchObject({ desired: 5, limitedBy: undefined, nextReviewAt: NOW + MINUTE_MS });
    expect(decision.reason).toMatchObject({ code: "out", text: "500 messages at 100 each need 5; 2 are asked for." });
  });

  it("goes to its minimum of 2 with 50 messages on 5", () => {
    const decision = decide(50, group(5, { min: 2, max: 10 }));
    expect(decision).toMatchObject({ desired: 2, limitedBy: "min" });
    expect(decision.reason).toMatchObject({ code: "in", text: "50 messages at 100 each need 1; 10 an instance is below 50." });
  });

  it("rounds up: one message more is one instance more", () => {
    expect(decide(501, group(2)).desired).toBe(6);
  });

  it("stays between half of the target and the target", () => {
    const five = group(5);
    expect(decide(499, five)).toMatchObject({ desired: 5, reason: { code: "hold" } });
    expect(decide(250, five)).toMatchObject({ desired: 5, reason: { code: "hold" } });
    expect(decide(249, five)).toMatchObject({ desired: 3, reason: { code: "in" } });
  });

  it("asks for no more than the maximum, and says so", () => {
    expect(decide(5000, group(2, { min: 2, max: 10 }))).toMatchObject({ desired: 10, limitedBy: "max", reason: { code: "out" } });
  });

  it("counts what is asked for already, in service or not", () => {
    expect(decide(500, group(5, { inService: 2, pending: 3 }))).toMatchObject({ desired: 5, reason: { code: "hold" } });
    expect(decide(600, group(5, { inService: 2, pending: 3 })).desired).toBe(6);
  });

  it("wakes a group of none, and lets it go to none again", () => {
    expect(decide(1, group(0)).desired).toBe(1);
    expect(decide(0, group(0)).desired).toBe(0);
    expect(decide(0, group(3)).desired).toBe(0);
  });

  it("does not scale in before any instance is in service", () => {
    expect(decide(0, group(3, { inService: 0, pending: 3 })).desired).toBe(3);
  });

  it("does nothing when the queue could not be read", () => {
    expect(decide(undefined, group(5))).toMatchObject({ desired: 5, reason: { code: "no-data" } });
  });

  it("does not scale in while an instance is warming up, if it minds that", () => {
    const warming = group(5, { warming: 1 });
    expect(decide(50, warming, { blockInWhileWarming: true })).toMatchObject({ desired: 5, limitedBy: "warm-up" });
    expect(decide(50, warming).desired).toBe(1);
  });

  it("adds and removes no more than its largest step", () => {
    expect(decide(900, group(2), { maxStep: 3 })).toMatchObject({ desired: 5, limitedBy: "step" });
    expect(decide(0, group(9), { maxStep: 3 })).toMatchObject({ desired: 6, limitedBy: "step" });
  });

  it("waits with scaling in, and only with that, until its cooldown since the last change is over", () => {
    const policy = exactBacklog({ ...banking, cooldownMs: 5 * MINUTE_MS });
    let state = policy.initial();
    const review = (backlog: number, desired: number, minute: number) => {
      const answer = policy.decide(state, observed(group(desired), { backlog }, minute * MINUTE_MS), minute * MINUTE_MS);
      state = answer.state;
      return answer.decision;
    };
    expect(review(500, 2, 0).desired).toBe(5);
    expect(review(0, 5, 4)).toMatchObject({ desired: 5, limitedBy: "cooldown" });
    expect(review(700, 5, 4.5).desired).toBe(7);
    expect(review(0, 7, 9)).toMatchObject({ desired: 7, limitedBy: "cooldown" });
    expect(review(0, 7, 9.5)).toMatchObject({ desired: 0, limitedBy: undefined });
  });
});
