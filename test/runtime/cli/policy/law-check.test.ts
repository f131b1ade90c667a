import { describe, expect, it } from "vitest";
import { asScenario, inWords } from "../../../../runtime/cli/policy/counterexample.ts";
import { checkPolicy } from "../../../../runtime/cli/policy/law-check.ts";
import type { Decision, Policy } from "../../../../sim/core/policy/policy.ts";
import { readScenario } from "../../../../sim/index.ts";
import exceedsMax from "../../../fixtures/policies/exceeds-max.ts";
import flaps from "../../../fixtures/policies/flaps.ts";
import givesUp from "../../../fixtures/policies/gives-up.ts";
import messagesPerInstance from "../../../fixtures/policies/messages-per-instance.ts";
import mutates from "../../../fixtures/policies/mutates.ts";
import random from "../../../fixtures/policies/random.ts";
import readsTheClock from "../../../fixtures/policies/reads-the-clock.ts";

type Any = Policy<unknown>;
const FIRST = "every observation gets a decision";
const GOOD: Decision = { desired: 0, reason: { code: "hold", text: "There is nothing to do." }, limitedBy: undefined, nextReviewAt: 0 };

function reports(policy: unknown, seed: number, staysWhileWarming = false) {
  return checkPolicy(policy as Any, { runs: 150, seed, staysWhileWarming });
}

function broken(policy: unknown, seed = 1): string[] {
  return reports(policy, seed).flatMap(({ law, verdict }) => (verdict === "broken" ? [law.name] : []));
}

/** A policy that stays where it is but for what is different about it. */
function odd(decide: (policy: { state: unknown; decision: Decision }, pending: number) => unknown, initial: unknown = 0): unknown {
  return {
    kind: "odd",
    initial: () => initial,
    decide: (state: unknown, { capacity }: Parameters<Any["decide"]>[1], now: number) =>
      decide({ state, decision: { ...GOOD, desired: capacity.desired, nextReviewAt: now + 60_000 } }, capacity.pending),
  };
}

describe("a policy before the laws", () => {
  it.each([1, 2, 3])("keeps them all when it is a good one, whatever is drawn (seed %i)", (seed) => {
    expect(reports(messagesPerInstance, seed, true).map(({ verdict }) => verdict)).toEqual(Array(9).fill("held"));
  });

  it.each([
    ["exceeds max", exceedsMax, "never outside min and max"],
    ["flaps", flaps, "constant load does not flap"],
    ["asks for less when more waits", givesUp, "more backlog never asks for less"],
    ["changes its observation", mutates, "state and observation stay as they are"],
    ["reads the clock", readsTheClock, "the same again gives the same"],
    [
      "stays, with a fraction",
      odd(({ state, decision }) => ({ state, decision: { ...decision, desired: decision.desired + 0.5 } })),
      "never outside min and max",
    ],
    [
      "gives no reason",
      odd(({ state, decision }) => ({ state, decision: { ...decision, reason: undefined } })),
      "every decision has a reason",
    ],
    [
      "never wants to be asked again",
      odd(({ state, decision }) => ({ state, decision: { ...decision, nextReviewAt: 0 } })),
      "the next review lies ahead",
    ],
    [
      "counts in the state that it is given",
      odd(
        ({ state, decision }) => {
          (state as { reviews: number }).reviews += 1;
          return { state, decision };
        },
        { reviews: 0 },
      ),
      "state and observation stay as they are",
    ],
  ])("that %s breaks one law", (_, policy, law) => {
    expect(broken(policy)).toEqual([law]);
  });

  it("that throws dice is found out", () => {
    expect(broken(random)).toContain("the same again gives the same");
  });

  it.each<[string, unknown, RegExp]>([
    ["throws", odd(() => { throw new TypeError("no such figure"); }), /^throws: TypeError: no such figure$/], // prettier-ignore
    ["answers with a promise", odd((answer) => Promise.resolve(answer)), /promise/],
    ["answers with a promise that fails", odd(() => Promise.reject(new Error("late"))), /promise/],
    ["answers with nothing", odd(() => undefined), /does not answer with \{ state, decision \}/],
    ["asks for NaN", odd(({ state, decision }) => ({ state, decision: { ...decision, desired: NaN } })), /asks for NaN instances/],
    ["asks for a text", odd(({ state, decision }) => ({ state, decision: { ...decision, desired: "3" } })), /asks for "3" instances/],
    ["loops", odd(() => { for (;;); }), /^does not come back within 2 s$/], // prettier-ignore
  ])("that %s breaks the first law, and the others are not judged", (_, policy, complaint) => {
    const [first, ...others] = reports(policy, 1);
    expect(first).toMatchObject({ law: { name: FIRST }, verdict: "broken", complaint: expect.stringMatching(complaint) as string });
    expect(others.map(({ verdict }) => verdict)).toEqual(Array(7).fill("not judged"));
  });

  it("is held to the law of warming only when it promises that", () => {
    const shrinks = odd(({ state, decision }) => ({ state, decision: { ...decision, desired: 0 } }));
    const verdicts = (stays: boolean) => reports(shrinks, 1, stays).map(({ law }) => law.name);
    expect(verdicts(false)).not.toContain("no scale-in while warming");
    expect(verdicts(true)).toContain("no scale-in while warming");
  });
});

describe("a counterexample", () => {
  const found = (policy: unknown) => reports(policy, 1).find(({ verdict }) => verdict === "broken")!;

  it("is the smallest, in plain words", () => {
    const limited = odd(({ state, decision }, pending) => {
      if (pending > 3) throw new Error("too many");
      return { state, decision };
    });
    expect(inWords(found(limited))).toEqual([
      "It sees: 0 to 0 instances allowed, 0 desired; 0 in service; 4 pending; the queue could not be read; no metric.",
      "It decides nothing.",
    ]);
    expect(inWords(found(givesUp)).join("\n")).toMatch(
      /^It sees: 0 to 1 instance allowed, .+\nIt decides: 1 desired, because “.+”; next review 1 min later\.$/,
    );
    expect(inWords(found(flaps))).toEqual([expect.stringMatching(/^In a world that stands still: .+ waiting all the time\.$/)]);
  });

  it.each([
    ["exceeds max", exceedsMax, true],
    ["flaps", flaps, true],
    ["gives up", givesUp, true],
    ["mutates what only a metric with two different datapoints has", mutates, false],
  ])("is a scenario that says whether a run shows it: %s", (_, policy, isShown) => {
    const told = asScenario(found(policy), policy, "mine.ts")!;
    expect(told.isShown).toBe(isShown);
    expect(readScenario(told.scenario).ok).toBe(true);
    expect(told.scenario.lesson).toContain("A scenario cannot name a policy of one's own: here EC2 target tracking decides.");
  });
});
