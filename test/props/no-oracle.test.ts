import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation, Policy } from "../../sim/core/policy/policy.ts";
import { policyOf } from "../../sim/core/policy/policy-of.ts";
import { simulatedSurroundings } from "../../sim/scenario/policy-surroundings.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { anyScenario } from "../support/any-scenario.ts";

interface Seen {
  readonly now: number;
  readonly observation: Observation;
}

/** Decides as the scenario's own policy does, and notes what that was shown. */
function observed(scenario: Scenario, seed: number): { seen: Seen[]; decisions: readonly { at: number }[] } {
  const seen: Seen[] = [];
  const own = policyOf(scenario.policy, simulatedSurroundings(scenario));
  const policy: Policy<unknown> = {
    ...own,
    decide(state, observation, now) {
      // Series grow on: what was shown is what they were by now.
      seen.push({ now, observation: structuredClone(observation) });
      return own.decide(state, observation, now);
    },
  };
  const { decisions } = simulate(scenario, seed, { policy });
  return { seen, decisions };
}

describe("what a policy is shown in a run of any scenario", () => {
  it("has been published by then: periods that are over, as late as metrics are", () => {
    fc.assert(
      fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
        const { periodSec, lagSec, countsWithinSec } = scenario.metrics;
        for (const { now, observation } of observed(scenario, seed).seen) {
          const published = [observation.metric, ...Object.values(observation.published ?? {})].flat();
          for (const { at } of published) expect(at + (periodSec + lagSec) * 1000).toBeLessThanOrEqual(now);
          const { telemetry, backlog, inFlight } = observation;
          for (const reading of [telemetry?.busyShare, telemetry?.serviceTimeMs]) {
            if (reading !== undefined) expect(reading.at + lagSec * 1000).toBeLessThanOrEqual(now);
          }
          for (const reading of [telemetry?.launchDelayMs, telemetry?.working, backlog, inFlight]) {
            if (reading !== undefined) expect(reading.at).toBeLessThanOrEqual(now);
          }
          for (const reading of [backlog, inFlight]) expect(now - (reading?.at ?? NaN)).toBeLessThanOrEqual(countsWithinSec * 1000);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("does not depend on what comes later: a run that is cut short shows and decides the same until its end", () => {
    fc.assert(
      fc.property(anyScenario(), fc.nat(), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (scenario, seed, share) => {
        const durationSec = Math.max(60, Math.floor(scenario.run.durationSec * share));
        const short = observed({ ...scenario, run: { ...scenario.run, durationSec } }, seed);
        const long = observed(scenario, seed);
        const until = ({ seen, decisions }: typeof long) => ({
          seen: seen.filter(({ now }) => now <= durationSec * 1000),
          decisions: decisions.filter(({ at }) => at <= durationSec * 1000),
        });
        expect(until(short)).toEqual(until(long));
      }),
      { numRuns: 25 },
    );
  });
});
