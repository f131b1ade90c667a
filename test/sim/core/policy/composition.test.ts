import { describe, expect, it } from "vitest";
import { composition } from "../../../../sim/core/policy/composition.ts";
import type { Decision, Policy } from "../../../../sim/core/policy/policy.ts";
import { group, MINUTE_MS, observed } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;

/** A policy that always says the same. */
function says(desired: number, more: Partial<Policy<null>> & { decision?: Partial<Decision> } = {}): Policy<unknown> {
  const { decision, ...rest } = more;
  return {
    kind: `says ${desired}`,
    initial: () => null,
    decide: (_state, _observation, now) => ({
      state: null,
      decision: {
        desired,
        reason: { code: "hold", text: `It wants ${desired}.` },
        limitedBy: undefined,
        nextReviewAt: now + MINUTE_MS,
        ...decision,
      },
    }),
    ...rest,
  };
}

function together(...policies: Policy<unknown>[]): Decision {
  const whole = composition(policies);
  return whole.decide(whole.initial(), observed(group(10, { min: 1, max: 30 }), {}, NOW), NOW).decision;
}

describe("several policies on one group", () => {
  it("grow it if any of them wants it, to the largest", () => {
    expect(together(says(10), says(12), says(15), says(3)).desired).toBe(15);
  });

  it("shrink it only if all of them want it, to the largest", () => {
    expect(together(says(4), says(7)).desired).toBe(7);
    expect(together(says(4), says(10))).toMatchObject({
      desired: 10,
      reason: { text: "says 4 wants fewer, says 10 does not: It wants 10." },
    });
  });

  it("do not ask one that never scales in", () => {
    expect(together(says(4), says(10, { scaleIn: "never" })).desired).toBe(4);
    expect(together(says(10, { scaleIn: "never" })).desired).toBe(10);
  });

  it("let step scaling shrink it on its own", () => {
    expect(together(says(10), says(8, { scaleIn: "on-its-own" })).desired).toBe(8);
    expect(together(says(12), says(8, { scaleIn: "on-its-own" })).desired).toBe(12);
  });

  it("do not go below a forecast", () => {
    expect(together(says(2), says(10, { scaleIn: "never", decision: { atLeast: 6 } })).desired).toBe(6);
  });

  it("are heard within limits that one of them has just set", () => {
    const raised = together(says(10, { scaleIn: "on-its-own", decision: { resize: { min: 12 } } }), says(4));
    expect(raised).toMatchObject({ desired: 12, limitedBy: "min", resize: { min: 12 } });
  });

  it("are asked each at its own pace, and an old wish is not repeated", () => {
    const eager = says(12, { decision: { nextReviewAt: NOW + 5 * MINUTE_MS } });
    const whole = composition([eager, says(10)]);
    const first = whole.decide(whole.initial(), observed(group(10), {}, NOW), NOW);
    expect(first.decision).toMatchObject({ desired: 12, nextReviewAt: NOW + MINUTE_MS });
    const later = NOW + MINUTE_MS;
    // An operator has taken the group back to 10 meanwhile: only who is asked now may raise it again.
    expect(whole.decide(first.state, observed(group(10), {}, later), later).decision.desired).toBe(10);
  });
});
