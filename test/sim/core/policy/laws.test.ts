import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ec2TargetTracking } from "../../../../sim/core/policy/ec2-target-tracking.ts";
import { exactBacklog } from "../../../../sim/core/policy/exact-backlog.ts";
import type { Observation, Policy } from "../../../../sim/core/policy/policy.ts";
import { anyGroup, anyMetric, deepFrozen, MINUTE_MS } from "../../../support/observations.ts";

const NOW = 1000 * MINUTE_MS;

const trackers = fc
  .record({
    target: fc.constantFrom(1, 70, 100, 333.3),
    lowShare: fc.constantFrom(0.1, 0.7, 1),
    disableScaleIn: fc.boolean(),
    periodMs: fc.constantFrom(10_000, MINUTE_MS),
  })
  .map((settings) => ec2TargetTracking(settings) as Policy<unknown>);

const counters = fc
  .record({
    target: fc.constantFrom(1, 70, 100, 333.3),
    scaleInBelowShare: fc.constantFrom(0, 0.5, 1),
    blockInWhileWarming: fc.boolean(),
    cooldownMs: fc.constantFrom(0, 3 * MINUTE_MS),
    maxStep: fc.nat(4),
  })
  .map((settings) => exactBacklog(settings) as Policy<unknown>);

const anyObservation = (now: number): fc.Arbitrary<Observation> =>
  fc.record({
    capacity: anyGroup,
    metric: anyMetric(now),
    backlog: fc.option(fc.record({ value: fc.nat(20_000), at: fc.constant(now) }), { freq: 8, nil: undefined }),
    inFlight: fc.option(fc.record({ value: fc.nat(500), at: fc.constant(now) }), { nil: undefined }),
  });

/** A policy that has seen something already, with the state that this left. */
const experienced = (policies: fc.Arbitrary<Policy<unknown>>) =>
  fc
    .record({ policy: policies, past: fc.array(anyObservation(NOW - MINUTE_MS), { maxLength: 2 }), observation: anyObservation(NOW) })
    .map(({ policy, past, observation }) => ({
      policy,
      observation,
      state: past.reduce(
        (state, seen, index) => policy.decide(state, seen, NOW - (past.length - index) * MINUTE_MS).state,
        policy.initial(),
      ),
    }));

describe.each([
  ["EC2 target tracking", trackers],
  ["the exact-backlog policy", counters],
])("%s", (_, policies) => {
  it("decides within min and max, with a reason in a sentence, and wants to be asked again later", () => {
    fc.assert(
      fc.property(experienced(policies), ({ policy, state, observation }) => {
        const { decision } = policy.decide(state, observation, NOW);
        const { min, max, desired } = observation.capacity;
        expect(decision.desired).toBeGreaterThanOrEqual(min);
        expect(decision.desired).toBeLessThanOrEqual(max);
        expect(Number.isInteger(decision.desired)).toBe(true);
        expect(decision.reason.text).toMatch(/^[A-Z0-9][^]{9,}\.$/);
        expect(decision.reason.text).not.toMatch(/NaN|Infinity|undefined/);
        if (decision.desired > desired) expect(decision.reason.code).toBe("out");
        if (decision.desired < desired) expect(decision.reason.code).toBe("in");
        expect(decision.nextReviewAt).toBeGreaterThan(NOW);
      }),
      { numRuns: 300 },
    );
  });

  it("never asks for less because there is more to do", () => {
    fc.assert(
      fc.property(
        experienced(policies),
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.nat(500),
        ({ policy, state, observation }, factor, more) => {
          const busier: Observation = {
            ...observation,
            metric: observation.metric.map(({ at, value }) => ({ at, value: value * factor + more })),
            backlog: observation.backlog && { at: observation.backlog.at, value: Math.floor(observation.backlog.value * factor) + more },
          };
          const calm = policy.decide(state, observation, NOW).decision;
          expect(policy.decide(state, busier, NOW).decision.desired).toBeGreaterThanOrEqual(calm.desired);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("gives the same decision for the same state and observation, and changes neither", () => {
    fc.assert(
      fc.property(experienced(policies), ({ policy, state, observation }) => {
        deepFrozen(state);
        deepFrozen(observation);
        const first = policy.decide(state, observation, NOW);
        policy.decide(policy.initial(), observation, NOW);
        expect(policy.decide(state, structuredClone(observation), NOW)).toEqual(first);
      }),
    );
  });
});
