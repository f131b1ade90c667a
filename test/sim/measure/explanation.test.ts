import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain, type WhyQuestion } from "../../../sim/measure/explanation.ts";
import type { Result } from "../../../sim/measure/result.ts";
import { waitAround } from "../../../sim/measure/wait-story.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { simulate } from "../../../sim/simulate.ts";
import { anyScenario } from "../../support/any-scenario.ts";

function ofGallery(id: string): Result {
  const entry = gallery.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`the gallery has no ${id}`);
  return simulate({ ...entry.scenario, run: { ...entry.scenario.run, durationSec: Math.min(entry.scenario.run.durationSec, 43_200) } }, 1);
}

const banking = ofGallery("banking");
const MINUTE = 60_000;

describe("the story of a wait", () => {
  const { worstAgeAtMs, ageOfOldestMs } = banking.summary;
  const story = waitAround(banking, worstAgeAtMs + 2 * MINUTE, 5 * MINUTE);

  it("finds the worst moment near the one that was asked for, and when the wait began and ended", () => {
    expect(story?.worst).toMatchObject({ at: worstAgeAtMs, ageMs: ageOfOldestMs.max });
    expect(story?.began.at).toBeLessThan(worstAgeAtMs);
    expect(story?.endedAt).toBeGreaterThan(worstAgeAtMs);
    expect(story?.worst.cause).toMatch(/^, because .+ after the wait began/);
  });

  it("sets the slots that the arrivals needed beside those that were there", () => {
    expect(story?.began.slotsNeeded).toBeGreaterThan(story?.began.slotsThere ?? Infinity);
  });

  it("goes on with the decision that answered and its launches", () => {
    const decision = story?.answer.find((link) => link.kind === "decision");
    expect(decision?.desired).toBeGreaterThan(decision?.before ?? Infinity);
    expect(decision?.at).toBeGreaterThanOrEqual(story?.began.at ?? Infinity);
    expect(story?.answer.some((link) => link.kind === "launch")).toBe(true);
  });

  it("is none where no message waited", () => {
    const quiet = { ...banking, columns: { ...banking.columns, ageOfOldestMs: banking.columns.ageOfOldestMs.map(() => 0) } };
    expect(waitAround(quiet, worstAgeAtMs, MINUTE)).toBeUndefined();
    expect(explain(quiet, { kind: "wait", atMs: worstAgeAtMs, withinMs: MINUTE })).toEqual({ kind: "nothing" });
  });
});

describe("what changed the capacity", () => {
  const index = banking.decisions.findIndex(({ desired, before }) => desired > before);
  const decision = banking.decisions[index]!;
  const ask = (atMs: number, withinMs: number) => explain(banking, { kind: "capacity", atMs, withinMs });

  it("is the decision, close to it, and the launch, close to where its instance came into service", () => {
    expect(ask(decision.at + 1000, 10_000)).toEqual(explain(banking, { kind: "decision", index }));
    const instance = decision.launched![0]!;
    const entered = banking.instances[instance]!.stages.find(({ stage }) => stage === "in-service")!.at;
    expect(ask(entered, 1)).toEqual(explain(banking, { kind: "launch", instance }));
  });

  it("is the end of an instance, close to a drop", () => {
    const gone = banking.instances.find(({ endCause }) => endCause === "scale-in")!;
    const left = gone.stages.find(({ stage }) => stage === "terminating")!.at;
    const answer = ask(left + 500, 1000);
    expect(answer.kind === "chain" && answer.chain.some((link) => link.kind === "end" || link.kind === "decision")).toBe(true);
  });

  it("is how messages came to wait, where nothing changed", () => {
    expect(ask(3_600_000, 1000).kind).toMatch(/^(wait|nothing)$/);
  });
});

describe("of an operators' alarm", () => {
  it("the reason has its datapoints and its metric", () => {
    const entry = gallery.find(({ scenario }) => scenario.alarms.length > 0)!;
    const result = simulate(entry.scenario, 1);
    const answer = explain(result, { kind: "alarm", index: 0 });
    expect(answer).toMatchObject({ kind: "alarm", transition: result.alarms[0] });
    expect(answer.kind === "alarm" && answer.metric).toBe(
      entry.scenario.alarms.find(({ name }) => name === result.alarms[0]?.alarm)?.metric,
    );
  });
});

describe("of any run", () => {
  it("every moment has an answer, whose wait begins before its worst moment and ends after it", () => {
    fc.assert(
      fc.property(
        anyScenario(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("wait", "capacity"),
        (scenario, share, kind) => {
          const result = simulate(scenario, 1);
          const endMs = scenario.run.durationSec * 1000;
          const question: WhyQuestion = { kind, atMs: share * endMs, withinMs: endMs / 40 };
          const answer = explain(result, question);
          if (answer.kind === "chain") expect(answer.chain.length).toBeGreaterThan(0);
          if (answer.kind !== "wait") return;
          const { began, worst, endedAt } = answer.story;
          expect(began.at).toBeLessThanOrEqual(worst.at);
          expect(worst.ageMs).toBeGreaterThan(0);
          if (endedAt !== undefined) expect(endedAt).toBeGreaterThan(worst.at);
        },
      ),
      { numRuns: 40 },
    );
  });
});
