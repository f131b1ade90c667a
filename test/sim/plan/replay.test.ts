import fc from "fast-check";
import { describe, expect, it } from "vitest";
import readsTheClock from "../../fixtures/policies/reads-the-clock.ts";
import messagesPerInstance from "../../fixtures/policies/messages-per-instance.ts";
import { anyStory } from "../../../runtime/cli/policy/stories.ts";
import { DecisionLog, Reviewer, type SpecifiedPolicy } from "../../../sim/core/policy/decision-log.ts";
import { policyOf } from "../../../sim/core/policy/policy-of.ts";
import type { Policy } from "../../../sim/core/policy/policy.ts";
import type { Story } from "../../../sim/plan/policy-laws.ts";
import { DecisionReplay, type ReplayReport } from "../../../sim/plan/replay.ts";
import { realSurroundings, simulatedSurroundings, specifiedPolicy } from "../../../sim/scenario/policy-surroundings.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput } from "../../../sim/scenario/schema.ts";
import { SimulationRun } from "../../../sim/simulate.ts";
import { anyPolicy } from "../../support/any-policy.ts";

const ORIGIN = 1_767_571_200_000;

function scenarioWith(policy: ScenarioInput["policy"], more: Partial<ScenarioInput> = {}): Scenario {
  const read = readScenario({ version: 1, name: "Replayed", ...more, policy });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

function policyFor(logged: SpecifiedPolicy): Policy<unknown> {
  return policyOf(logged.spec, realSurroundings(logged, ORIGIN));
}

/** The log of a controller that has seen a story. */
function logOf(story: Story, policy: Policy<unknown>, logged: SpecifiedPolicy | { kind: string; file: string }): string[] {
  const log = new DecisionLog();
  const reviewer = new Reviewer(policy);
  const lines = [log.start({ originEpochMs: ORIGIN, policy: logged, about: { group: "workers" } })];
  for (const { observation, now } of story) lines.push(log.review(reviewer.review(observation, now), { act: "none" }));
  return lines;
}

function replayed(lines: readonly string[], own?: Policy<unknown>): ReplayReport {
  const replay = new DecisionReplay(own);
  for (const line of lines) replay.push(line);
  return replay.finish();
}

describe("a decision log, replayed", () => {
  it("gives the same decisions, whatever the policy and whatever it saw", () => {
    fc.assert(
      fc.property(anyPolicy(), anyStory, (policy, story) => {
        const logged = specifiedPolicy(scenarioWith(policy));
        const report = replayed(logOf(story, policyFor(logged), logged));
        expect(report).toMatchObject({ agrees: true, runs: 1, reviews: story.length });
      }),
    );
  });

  it("is caught wherever a figure or a word of it was changed, a line was left out or two changed places", () => {
    fc.assert(
      fc.property(anyPolicy(), anyStory, fc.nat(), fc.nat(), fc.constantFrom("change", "drop", "swap"), (policy, story, at, leaf, how) => {
        const logged = specifiedPolicy(scenarioWith(policy));
        const lines = logOf(story, policyFor(logged), logged);
        const index = at % lines.length;
        if (how === "swap") fc.pre(lines.length > 1);
        // Of the end only a crash can rob it, and then it is still true as far as it goes.
        if (how === "drop") fc.pre(index < lines.length - 1);
        const report = replayed(mutated(lines, how, index, leaf));
        expect(report.agrees).toBe(false);
      }),
    );
  });

  it("says at which review and in which figure the policy has parted from its log", () => {
    const story: Story = [scene(60_000, 100), scene(120_000, 900)];
    const [before, after] = [100, 200].map((target) => specifiedPolicy(scenarioWith({ kind: "exact-backlog", target })));
    const report = replayed(logOf(story, policyFor(after!), before!));
    expect(report).toMatchObject({ agrees: false, reviews: 1 });
    expect(report.agrees ? undefined : report.difference).toEqual({
      line: 2,
      now: 60_000,
      problem: "decision.desired was 1 and is 2",
    });
  });

  it("finds a state that drifts before it has led to another decision", () => {
    const counting = (from: number): Policy<unknown> => ({
      kind: "counting",
      initial: () => from,
      decide: (state, { capacity }, now) => {
        const reason = { code: "hold", text: "It only counts." } as const;
        return {
          state: (state as number) + 1,
          decision: { desired: capacity.desired, reason, limitedBy: undefined, nextReviewAt: now + 1 },
        };
      },
    });
    const lines = logOf([scene(60_000, 1)], counting(0), { kind: "counting", file: "counting.ts" });
    expect(replayed(lines, counting(0)).agrees).toBe(true);
    const report = replayed(lines, counting(1));
    expect(report.agrees ? "" : report.difference.problem).toMatch(/^stateHash was "[0-9a-f]{16}" and is /);
  });

  it("finds a policy that reads the clock of the machine", () => {
    const logged = { kind: readsTheClock.kind, file: "reads-the-clock.ts" };
    const lines = logOf([scene(60_000, 1)], readsTheClock, logged);
    const { now } = Date;
    Date.now = () => now() + 86_400_000;
    try {
      expect(replayed(lines, readsTheClock as Policy<unknown>)).toMatchObject({ agrees: false });
    } finally {
      Date.now = now;
    }
  });

  it("of a policy from a file needs the file", () => {
    const logged = { kind: messagesPerInstance.kind, file: "mine.ts" };
    const lines = logOf([scene(60_000, 250)], messagesPerInstance, logged);
    const report = replayed(lines);
    expect(report.agrees ? "" : report.difference.problem).toContain("mine.ts");
    expect(replayed(lines, messagesPerInstance as Policy<unknown>)).toMatchObject({ agrees: true, reviews: 1, changes: 1 });
  });

  it("holds what a policy threw as well", () => {
    const throwing: Policy<unknown> = {
      kind: "throwing",
      initial: () => null,
      decide: () => {
        throw new Error("not today");
      },
    };
    const lines = logOf([scene(60_000, 1)], throwing, { kind: "throwing", file: "throwing.ts" });
    expect(lines[1]).toContain('"fault":"not today"');
    expect(replayed(lines, throwing).agrees).toBe(true);
    expect(replayed(lines, messagesPerInstance as Policy<unknown>).agrees).toBe(false);
  });

  it("may hold several runs, reviews that did not take place, and other people's lines", () => {
    const logged = specifiedPolicy(scenarioWith({ kind: "exact-backlog" }));
    const log = new DecisionLog();
    const run = [
      log.start({ originEpochMs: ORIGIN, policy: logged, about: {} }),
      log.skipped(30_000, "DescribeAutoScalingGroups timed out"),
      log.review(new Reviewer(policyFor(logged)).review(scene(60_000, 300).observation, 60_000), "changed"),
    ];
    const lines = [...run, "plain text\n", '{"level":"info","msg":"hello"}\n', "\n", ...run];
    expect(replayed(lines)).toEqual({ agrees: true, runs: 2, reviews: 2, changes: 2, skipped: 2, others: 2 });
  });

  it("is told from a text that is none", () => {
    const logged = specifiedPolicy(scenarioWith({ kind: "exact-backlog" }));
    const replay = new DecisionReplay();
    replay.push("# A page about something else\n");
    expect(replay.hasLogLines).toBe(false);
    replay.push(new DecisionLog().start({ originEpochMs: ORIGIN, policy: logged, about: {} }));
    expect(replay.hasLogLines).toBe(true);
  });

  it("that has no review, no beginning, or half a line does not agree", () => {
    const logged = specifiedPolicy(scenarioWith({ kind: "exact-backlog" }));
    const lines = logOf([scene(60_000, 300), scene(120_000, 300)], policyFor(logged), logged);
    expect(replayed([])).toMatchObject({ agrees: false, difference: { problem: "there is no review in this log" } });
    expect(replayed(lines.slice(1))).toMatchObject({ agrees: false, difference: { line: 1 } });
    expect(replayed([...lines.slice(0, 2), lines[2]!.slice(0, 40)])).toMatchObject({ agrees: false, difference: { line: 3 } });
  });
});

describe("the simulator's own decisions, replayed", () => {
  it.each<ScenarioInput["policy"] & object>([
    { kind: "ec2-target-tracking" },
    { kind: "headroom" },
    { kind: "keda-hpa" },
    { kind: "composition", policies: [{ kind: "exact-backlog" }, { kind: "predictive", hourlyHistory: Array<number>(24).fill(7200) }] },
  ])("$kind: all of them are the same", (spec) => {
    const traffic: ScenarioInput["traffic"] = {
      kind: "piecewise",
      points: [
        { atSec: 0, ratePerSec: 5 },
        { atSec: 1800, ratePerSec: 40 },
      ],
    };
    const scenario = scenarioWith(spec, { run: { durationSec: 7200 }, traffic });
    const logged = specifiedPolicy(scenario);
    const policy = policyOf(scenario.policy, simulatedSurroundings(scenario));
    const log = new DecisionLog();
    const reviewer = new Reviewer(policy);
    const lines = [log.start({ originEpochMs: ORIGIN, policy: logged, about: {} })];
    const run = new SimulationRun(scenario, 1, {
      policy: {
        kind: policy.kind,
        initial: () => null,
        decide(state, observation, now) {
          const review = reviewer.review(observation, now);
          lines.push(log.review(review, "simulated"));
          return { state, decision: review.decision! };
        },
      },
    });
    run.advanceTo(run.endMs);
    const { summary } = run.result();
    const report = replayed(lines);
    expect(report).toMatchObject({ agrees: true, reviews: summary.reviews });
    expect(report.changes).toBeGreaterThan(0);
  });
});

function scene(now: number, backlog: number): Story[number] {
  const reading = { value: backlog, at: now };
  const capacity = { min: 0, max: 20, desired: 2, pending: 0, inService: 2, warming: 0, terminating: 0 };
  return { now, observation: { metric: [], backlog: reading, inFlight: reading, capacity } };
}

function mutated(lines: readonly string[], how: "change" | "drop" | "swap", index: number, leaf: number): string[] {
  if (how === "drop") return lines.toSpliced(index, 1);
  if (how === "swap") {
    const other = (index + 1) % lines.length;
    return lines.with(index, lines[other]!).with(other, lines[index]!);
  }
  const line = JSON.parse(lines[index]!) as Record<string, unknown>;
  const leaves = leavesOf(line).filter(({ path }) => path !== "line");
  const { owner, key } = leaves[leaf % leaves.length]!;
  const value = owner[key];
  owner[key] = typeof value === "number" ? value + 1 : typeof value === "string" ? `${value}x` : value === null ? 0 : value !== true;
  return lines.with(index, JSON.stringify(line));
}

function leavesOf(value: object, prefix = ""): { owner: Record<string, unknown>; key: string; path: string }[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = `${prefix}${key}`;
    if (typeof inner === "object" && inner !== null) return leavesOf(inner as object, `${path}.`);
    return [{ owner: value as Record<string, unknown>, key, path }];
  });
}
