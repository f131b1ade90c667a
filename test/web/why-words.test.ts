import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain, gallery, simulate, type Result, type WhyQuestion } from "../../sim/index.ts";
import { headingOf, stepsOf, summaryOf } from "../../web/why/words.ts";
import { anyScenario } from "../support/any-scenario.ts";

const banking = gallery.find(({ id }) => id === "banking")!.scenario;
const result = simulate({ ...banking, run: { ...banking.run, durationSec: 43_200 } }, 1);
const moment = (atMs: number) => `at ${String(atMs)}`;

describe("an answer, as people read it", () => {
  const index = result.decisions.findIndex(({ desired, before }) => desired > before);
  const decision = result.decisions[index]!;

  it("of a decision begins with what was published, and ends with the launches, those beyond two together", () => {
    const explanation = explain(result, { kind: "decision", index });
    const steps = stepsOf(explanation, moment);
    expect(headingOf(explanation, moment)).toBe(`Why 2 → ${String(decision.desired)} at at ${String(decision.at)}`);
    expect(steps[0]).toMatchObject({ title: "Published: visible / inService", kind: "fact" });
    expect(steps[0]?.lines).toHaveLength(3);
    expect(steps.filter(({ kind }) => kind === "launch")).toHaveLength(3);
    expect(steps.at(-1)?.title).toBe("6 more launches");
    expect(steps.find(({ kind }) => kind === "launch")?.title).toMatch(/^Instance 2 works 1 min .+ later$/);
  });

  it("says once what several datapoints in a row say", () => {
    const lines = Array.from({ length: 12 }, (_, hour) => explain(result, { kind: "wait", atMs: hour * 3_600_000, withinMs: 600_000 }))
      .flatMap((explanation) => stepsOf(explanation, moment))
      .filter(({ title }) => title.startsWith("Published"))
      .map((step) => step.lines);
    expect(lines.flat().some((line) => /^0 in each of \d+ periods, at \d+ to at \d+$/.test(line))).toBe(true);
    const values = lines.map((several) => several.map((line) => line.split(" ")[0]));
    for (const list of values) expect(list.some((value, index) => value === list[index + 1] && value === list[index + 2])).toBe(false);
  });

  it("of a wait stands in the order of time, from where it begins to where it is over", () => {
    const explanation = explain(result, { kind: "wait", atMs: result.summary.worstAgeAtMs, withinMs: 600_000 });
    const steps = stepsOf(explanation, moment);
    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(steps[0]?.title).toBe("The wait begins");
    expect(steps.some(({ kind }) => kind === "worst")).toBe(true);
    expect(summaryOf(explanation)).toMatch(/^The oldest message was .+ old, because .+\.$/);
  });
});

describe("of any run", () => {
  it("every answer has a heading, and no word that only a program would say", () => {
    fc.assert(
      fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
        const run = simulate(scenario, seed);
        for (const question of questionsOf(run)) {
          const explanation = explain(run, question);
          const words = [
            headingOf(explanation, moment),
            summaryOf(explanation),
            ...stepsOf(explanation, moment).flatMap(({ title, lines }) => [title, ...lines]),
          ];
          expect(words[0]).not.toBe("");
          expect(words.join("\n")).not.toMatch(/NaN|undefined|\[object|Infinity/);
        }
      }),
      { numRuns: 25 },
    );
  });
});

function questionsOf({ decisions, instances, refusals, alarms, scenario }: Result): WhyQuestion[] {
  const endMs = scenario.run.durationSec * 1000;
  return [
    ...decisions.map((_, index): WhyQuestion => ({ kind: "decision", index })),
    ...instances.map(({ number }): WhyQuestion => ({ kind: "launch", instance: number })),
    ...instances.filter(({ endCause }) => endCause !== undefined).map(({ number }): WhyQuestion => ({ kind: "end", instance: number })),
    ...refusals.map((_, index): WhyQuestion => ({ kind: "refusal", index })),
    ...alarms.map((_, index): WhyQuestion => ({ kind: "alarm", index })),
    ...[0, 0.3, 0.9].map((share): WhyQuestion => ({ kind: "wait", atMs: share * endMs, withinMs: endMs / 20 })),
  ];
}
