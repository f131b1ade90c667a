import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOfDecision, chainOfEnd, chainOfLaunch, chainOfRefusal, type Chain, type ChainLink } from "../../../sim/measure/chain.ts";
import type { Result } from "../../../sim/measure/result.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";
import { anyScenario } from "../../support/any-scenario.ts";

function run(input: Partial<ScenarioInput>): Result {
  const read = readScenario({ version: 1, name: "Why", run: { durationSec: 7200 }, ...input });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return simulate(read.scenario, 1);
}

function ofGallery(id: string): Result {
  const entry = gallery.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`the gallery has no ${id}`);
  return simulate({ ...entry.scenario, run: { ...entry.scenario.run, durationSec: Math.min(entry.scenario.run.durationSec, 36_000) } }, 1);
}

function kinds(chain: Chain): string[] {
  return chain.map(({ kind }) => kind);
}

function link<Kind extends ChainLink["kind"]>(chain: Chain, kind: Kind): Extract<ChainLink, { kind: Kind }> {
  const found = chain.find((one): one is Extract<ChainLink, { kind: Kind }> => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} among ${kinds(chain).join(", ")}`);
  return found;
}

describe("the chain of a scale-out by target tracking", () => {
  const result = ofGallery("banking");
  const index = result.decisions.findIndex(({ desired, before }) => desired > before);
  const chain = chainOfDecision(result, index);

  it("goes from the datapoints as published, by the alarm and the rule, to the launches with all their stages", () => {
    expect(kinds(chain).slice(0, 4)).toEqual(["datapoints", "alarms", "rule", "decision"]);
    const { metric, datapoints } = link(chain, "datapoints");
    expect(metric).toBe("visible / inService");
    expect(datapoints).toHaveLength(3);
    expect(datapoints.every(({ value }) => value > 100)).toBe(true);
    expect(link(chain, "alarms").alarms).toMatchObject([
      { name: "high", state: "alarm", condition: "3 of 3 above 100" },
      { name: "low", state: "ok" },
    ]);
    expect(link(chain, "rule").arithmetic).toMatch(/^2 × .+ \/ 100 → \d+$/);
    const launches = chain.filter(({ kind }) => kind === "launch");
    expect(launches).toHaveLength(8);
    const { at } = link(chain, "decision");
    const { stages } = link(chain, "launch");
    expect(stages.map(({ stage }) => stage)).toEqual(["launching", "pending", "in-service", "working"]);
    expect(stages[0]?.at).toBe(at);
    for (const [place, { at: begins, lengthMs }] of stages.slice(0, -1).entries()) expect(begins + lengthMs!).toBe(stages[place + 1]!.at);
  });

  it("is what each of its launches goes back to", () => {
    for (const number of result.decisions[index]?.launched ?? []) {
      const own = chainOfLaunch(result, number);
      expect(own.slice(0, -1)).toEqual(chain.slice(0, 4));
      expect(own.at(-1)).toMatchObject({ kind: "launch", instance: number });
    }
  });

  it("of a scale-in names each victim and the rule that chose it, and what the limit made of the wish", () => {
    const down = result.decisions.findIndex(({ desired, before }) => desired < before);
    const scaleIn = chainOfDecision(result, down);
    expect(link(scaleIn, "limit")).toEqual({ kind: "limit", limit: "min", wanted: 0, desired: 2 });
    const ends = scaleIn.filter(({ kind }) => kind === "end");
    expect(ends).toHaveLength(8);
    const end = link(scaleIn, "end");
    expect(end).toMatchObject({ cause: "scale-in", isKilled: false });
    expect(end.rule).toMatch(/^Closest to its next instance hour \(\d+ s\) of zone 0, which has the most: \d+\.$/);
    expect(end.stages.map(({ stage }) => stage)).toEqual(["terminating", "draining", "terminated"]);
    expect(chainOfEnd(result, end.instance)).toEqual([...scaleIn.slice(0, 5), end]);
  });
});

describe("the chain of", () => {
  it("a policy that reads the queue itself begins with what it read", () => {
    const chain = chainOfDecision(ofGallery("banking-scale-out"), 0);
    expect(kinds(chain).slice(0, 3)).toEqual(["readings", "rule", "decision"]);
    expect(link(chain, "readings").readings).toMatchObject([{ name: "visible", value: 500 }]);
  });

  it("a replacement begins with the end of the instance that it replaces", () => {
    const result = run({ fleet: { min: 3, max: 3, health: { failedPerDay: 0.99 } }, run: { durationSec: 86_400 } });
    const fresh = result.instances.find(({ cause }) => cause === "replacement");
    const chain = chainOfLaunch(result, fresh?.number ?? -1);
    expect(chain).toMatchObject([
      { kind: "end", cause: "failed", instance: fresh?.insteadOf },
      { kind: "launch", cause: "replacement" },
    ]);
  });

  it("a launch without capacity has its refusals, each with when it is tried again", () => {
    const result = ofGallery("no-capacity");
    const place = result.refusals.findIndex(({ cause }) => cause === "no-capacity");
    const chain = chainOfRefusal(result, place);
    expect(kinds(chain)).toEqual(
      ["datapoints", "alarms", "rule", "limit", "decision", "launch", "refusal"].filter((kind) => kinds(chain).includes(kind)),
    );
    expect(link(chain, "launch").stages.some(({ stage }) => stage === "waiting")).toBe(true);
    expect(link(chain, "refusal").retryAt).toBeGreaterThan(link(chain, "refusal").at);
  });

  it("a scale-in that found all protected has the refusal", () => {
    const result = ofGallery("all-protected");
    const index = result.decisions.findIndex(({ refusals }) => refusals !== undefined);
    expect(link(chainOfDecision(result, index), "refusal").cause).toBe("protected");
  });

  it("an operator's deployment has the launches, and the ends of the old tasks go back to it", () => {
    const result = ofGallery("deployment");
    const old = result.instances.find(({ endCause }) => endCause === "deployment");
    const chain = chainOfEnd(result, old?.number ?? -1);
    expect(link(chain, "rule")).toMatchObject({ code: "operator", text: "An operator starts a deployment." });
    expect(link(chain, "end").cause).toBe("deployment");
  });
});

describe("of any run", () => {
  it("every launch, end and refusal has a chain that ends in it, and no link comes before what it follows from", () => {
    fc.assert(
      fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
        const result = simulate(scenario, seed);
        for (const { number, cause, endCause } of result.instances) {
          const launch = chainOfLaunch(result, number);
          expect(launch.at(-1)).toMatchObject({ kind: "launch", instance: number });
          if (cause === "replacement")
            expect(
              launch.some(({ kind }) => kind === "end" || kind === "decision"),
              `launch of ${number}`,
            ).toBe(true);
          if (cause === "scale-out") expect(launch.length, `launch of ${number}`).toBeGreaterThan(1);
          const end = chainOfEnd(result, number);
          if (endCause === undefined) expect(end).toEqual([]);
          else expect(end.at(-1)).toMatchObject({ kind: "end", instance: number, cause: endCause });
          if (endCause === "scale-in") expect(link(end, "end").rule, `end of ${number}`).toBeDefined();
          expectOrder(end);
          expectOrder(launch);
        }
        for (const place of result.refusals.keys())
          expect(chainOfRefusal(result, place).at(-1)).toMatchObject({ kind: "refusal", index: place });
        for (const index of result.decisions.keys()) expectOrder(chainOfDecision(result, index));
      }),
      { numRuns: 40 },
    );
  });
});

function expectOrder(chain: Chain): void {
  const decision = chain.find((one) => one.kind === "decision");
  if (decision === undefined) return;
  for (const one of chain) {
    if (one.kind === "datapoints") expect(one.datapoints.every(({ at }) => at < decision.at)).toBe(true);
    if (one.kind === "readings") expect(one.readings.every(({ at }) => at <= decision.at)).toBe(true);
    if (one.kind === "launch" || one.kind === "end") for (const { at } of one.stages) expect(at).toBeGreaterThanOrEqual(decision.at);
    if (one.kind === "refusal") expect(one.at).toBeGreaterThanOrEqual(decision.at);
  }
}
