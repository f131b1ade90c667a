import { describe, expect, it } from "vitest";
import type { Policy } from "../../../sim/core/policy/policy.ts";
import { decisionOf, initialOf, Misconduct, turnsIn } from "../../../sim/plan/policy-laws.ts";
import { group, observed } from "../../support/observations.ts";

describe("turns in a row of capacities", () => {
  it.each([
    [[], 0],
    [[3], 0],
    [[1, 2, 3, 3, 4], 0],
    [[1, 2, 2, 1], 1],
    [[1, 2, 1, 2], 2],
    [[5, 4, 4, 5, 5, 4], 2],
  ])("%j: %i", (desired, turns) => {
    expect(turnsIn(desired)).toBe(turns);
  });
});

describe("asking a policy", () => {
  const seen = observed(group(2), { backlog: 10 }, 0);

  it("shows it a copy, so that nothing it does reaches the driver's own", () => {
    const greedy = {
      kind: "greedy",
      initial: () => ({ count: 0 }),
      decide(state: { count: number }, observation: { capacity: object }) {
        state.count += 1;
        Object.assign(observation.capacity, { max: 1000 });
        return { state, decision: { desired: 1 } };
      },
    } as unknown as Policy<unknown>;
    const state = initialOf(greedy);
    expect(decisionOf(greedy, state, seen, 0).state).toEqual({ count: 1 });
    expect(state).toEqual({ count: 0 });
    expect(seen.capacity.max).toBe(100);
  });

  it("ends in misconduct when there is no decision", () => {
    const asking = (decide: () => unknown) => () => decisionOf({ kind: "odd", initial: () => 0, decide } as Policy<unknown>, 0, seen, 0);
    expect(asking(() => null)).toThrow(new Misconduct("does not answer with { state, decision }"));
    expect(asking(() => ({ decision: { desired: Infinity } }))).toThrow(new Misconduct("asks for Infinity instances"));
    expect(() => initialOf({ kind: "odd", initial: () => Promise.resolve(0), decide: () => null } as unknown as Policy<unknown>)).toThrow(
      Misconduct,
    );
  });
});
