import { describe, expect, it } from "vitest";
import { meanSec } from "../../../sim/kernel/distributions.ts";
import type { Edit } from "../../../sim/plan/edits.ts";
import { whatIfs } from "../../../sim/plan/what-if.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";
import { withValueAt } from "../../../web/state/path.ts";

const banking = gallery.find(({ id }) => id === "banking")!.scenario;

function changed(scenario: Scenario, edits: readonly Edit[]): Scenario {
  return edits.reduce((document, { path, value }) => withValueAt(document, path, value), scenario);
}

function asked(scenario: Scenario, id: string): Scenario {
  const found = whatIfs(scenario).find((one) => one.id === id);
  if (found === undefined) throw new Error(`${id} is not asked of ${scenario.name}`);
  return changed(scenario, found.edits);
}

describe("the next questions", () => {
  it.each(gallery.map(({ id, scenario }) => [id, scenario] as const))(
    "of %s change one thing each, and all can be simulated",
    (_, scenario) => {
      const questions = whatIfs(scenario);
      expect(questions.length).toBeGreaterThan(0);
      expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
      for (const { question, edits } of questions) {
        expect(question).toMatch(/^What if .+\?$/);
        const variant = changed(scenario, edits);
        expect(variant).not.toEqual(scenario);
        expect(readScenario(variant)).toEqual({ ok: true, scenario: variant });
      }
    },
  );

  it("shorten a launch to 30 s in all, from the decision to the first receive", () => {
    const { fleet } = asked(banking, "launch");
    const sec = fleet.activityDelaySec + fleet.launchCallSec + meanSec(fleet.pending) + meanSec(fleet.boot) + meanSec(fleet.application);
    expect(sec).toBeCloseTo(30, 0);
    const result = simulate({ ...asked(banking, "launch"), run: { ...banking.run, durationSec: 36_000 } }, 1);
    const { stages } = result.instances.find(({ cause }) => cause === "scale-out")!;
    expect(stages.find(({ stage }) => stage === "working")!.at - stages[0]!.at).toBeCloseTo(30_000, -3);
  });

  it("do not ask for more where there is nothing to gain", () => {
    const fixed = { ...banking, fleet: { ...banking.fleet, min: 10 } };
    const ids = whatIfs(fixed).map(({ id }) => id);
    expect(ids).not.toContain("launch");
    expect(ids).not.toContain("minimum");
    expect(ids).not.toContain("always");
    expect(whatIfs(asked(banking, "policy")).map(({ id }) => id)).not.toContain("policy");
  });

  it("make the banking fleet's messages wait less when it launches sooner", () => {
    const day = { ...banking, run: { ...banking.run, durationSec: 43_200 } };
    const before = simulate(day, 1).summary.objective.measuredMs;
    expect(simulate(asked(day, "launch"), 1).summary.objective.measuredMs).toBeLessThan(before);
  });

  it("let the banking fleet follow a metric of every 10 s, which the group's own figures of every minute would not", () => {
    const day = { ...banking, run: { ...banking.run, durationSec: 43_200 } };
    const sooner = asked(day, "sooner");
    expect(sooner.policy).toHaveProperty("metric", "visible / FILL(inService, REPEAT)");
    const { summary } = simulate(sooner, 1);
    expect(summary.launches).toBeGreaterThan(0);
    expect(summary.objective.measuredMs).toBeLessThan(simulate(day, 1).summary.objective.measuredMs);
    const unfilled = { ...sooner, policy: day.policy };
    expect(simulate(unfilled, 1).summary.launches).toBe(0);
  });
});
