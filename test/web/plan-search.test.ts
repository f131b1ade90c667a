import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { gallery, scenarioJsonSchema, type Scenario } from "../../sim/index.ts";
import { Errand } from "../../web/plan/errand.ts";
import { PlanSearch } from "../../web/plan/plan-search.ts";
import { firstSweepable, rangeAround, sweepablesOf } from "../../web/plan/sweepable.ts";
import { formOf } from "../../web/settings/arrangement.ts";
import { fieldName } from "../../web/settings/value-text.ts";
import type { Workbench } from "../../web/state/workbench.ts";
import type { RunOne, SimClient } from "../../web/worker/client.ts";
import type { PlanAnswer, PlanProgress, TriedPoint } from "../../web/worker/plan-api.ts";
import type { Replicate } from "../../web/worker/sim-api.ts";

const scenario = gallery.find(({ id }) => id === "banking")!.scenario;
const changed: Scenario = { ...scenario, fleet: { ...scenario.fleet, max: 12 } };

describe("work on the scenario at hand", () => {
  const bench = { draft: signal(scenario), scenario: signal(scenario) };

  beforeEach(() => {
    bench.draft.value = bench.scenario.value = scenario;
  });

  it("is stopped by a change, and says so", async () => {
    const errand = new Errand(bench);
    const aborted = errand.run((_, stop) => new Promise((resolve) => stop.addEventListener("abort", () => resolve())));
    expect(errand.isUnderWay.value).toBe(true);
    bench.draft.value = changed;
    await aborted;
    expect(errand.isUnderWay.value).toBe(false);
    expect(errand.ended.value).toBe("changed");
  });

  it("keeps what broke it, until it is begun again", async () => {
    const errand = new Errand(bench);
    await errand.run(() => Promise.reject(new Error("broke")));
    expect(errand.failure.value).toBe("broke");
    expect(errand.isUnderWay.value).toBe(false);
    await errand.run(() => Promise.resolve());
    expect(errand.failure.value).toBeUndefined();
    expect(errand.ended.value).toBeUndefined();
  });
});

describe("the search", () => {
  const point = (costPerMonthUsd: number): TriedPoint => ({ measuredMs: 1000, costPerMonthUsd, held: true, settings: "1 instance" });
  const progress: PlanProgress = { step: "the settings of each policy", tried: 1, cheapest: "$10", points: [point(10)] };
  const view = { point: point(10), heldIn: "20 of 20", cost: "$10", measured: "1 s", peak: "1" };
  const answer: PlanAnswer = {
    sentence: "The cheapest found that holds: minimum 1.",
    grounds: "",
    ways: [
      { id: "exact-backlog", name: "Exact backlog", proposal: undefined },
      { id: "fixed", name: "A fixed fleet", proposal: { ...view, edits: [], changes: [] } },
    ],
    now: view,
    tried: [point(10), point(20)],
  };
  const workbench = { draft: signal(scenario), scenario: signal(scenario) } as unknown as Workbench;
  const pool = { runOne: () => Promise.resolve({ outcome: { held: true } } as Replicate) };
  let asked: { ways: readonly string[]; run: RunOne } | undefined;
  const client: Pick<SimClient, "plan" | "waysOf"> = {
    waysOf: () => Promise.resolve(answer.ways),
    plan: (_, ways, run, tell) => {
      asked = { ways, run };
      tell(progress);
      return Promise.resolve(answer);
    },
  };

  beforeEach(() => {
    workbench.draft.value = workbench.scenario.value = scenario;
  });

  it("looks at the ways that are not left out, shows what it tried, and chooses the cheapest that holds", async () => {
    const search = new PlanSearch(client, pool, workbench);
    await search.learnWays(scenario);
    search.toggle("exact-backlog");
    await search.start();
    expect(asked?.ways).toEqual(["fixed"]);
    expect(search.points.value).toEqual([point(10)]);
    expect(search.planned.value?.answer).toBe(answer);
    expect(search.chosen.value).toBe("fixed");
  });

  it("says when it cannot learn the ways", async () => {
    const search = new PlanSearch({ ...client, waysOf: () => Promise.reject(new Error("not loaded")) }, pool, workbench);
    await search.learnWays(scenario);
    expect(search.errand.failure.value).toBe("not loaded");
  });

  it("keeps what was found, as of the settings before, until these are back", async () => {
    const search = new PlanSearch(client, pool, workbench);
    await search.start();
    expect(search.isOld.value).toBe(false);
    workbench.draft.value = workbench.scenario.value = changed;
    expect(search.planned.value?.answer).toBe(answer);
    expect(search.isOld.value).toBe(true);
    workbench.draft.value = workbench.scenario.value = structuredClone(scenario);
    expect(search.isOld.value).toBe(false);
  });
});

describe("settings that can be swept", () => {
  const form = formOf(scenarioJsonSchema());

  it("are all numbers that the scenario has, each under a name of its own", () => {
    for (const { scenario: each } of gallery) {
      const names = sweepablesOf(form, each).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(30);
      expect(new Set(names).size).toBe(names.length);
    }
    const found = sweepablesOf(form, scenario);
    expect(found.find(({ field }) => field.path === "fleet.boot.medianSec")?.name).toBe("Fleet: boot, median");
    expect(found.every(({ value }) => typeof value === "number")).toBe(true);
  });

  it("are named as the form names them: each thing within the thing it belongs to, abbreviations as they are", () => {
    expect(fieldName(form, "fleet.terminateHook.heartbeatTimeoutSec")).toBe("Fleet: terminate hook, heartbeat timeout");
    expect(fieldName(form, "queue.maxReceiveCount")).toBe("Queue: receives before the DLQ");
    expect(fieldName(form, "policy.policies.1.warmUpSec")).toMatch(/^Policy: \w+, 2$/);
    expect(fieldName(form, "policy")).toBe("Policy");
  });

  it("begin with the target, from a quarter of it to four times it", () => {
    const first = firstSweepable(sweepablesOf(form, scenario));
    expect(first?.field.path).toBe("policy.target");
    expect(rangeAround(first!)).toEqual({ from: 25, to: 400 });
  });

  it("have a range within their bounds, whole where they are whole", () => {
    for (const { scenario: each } of gallery) {
      for (const sweepable of sweepablesOf(form, each)) {
        const { from, to } = rangeAround(sweepable);
        expect(from).toBeGreaterThanOrEqual(sweepable.field.min);
        expect(to).toBeLessThanOrEqual(sweepable.field.max);
        if (sweepable.field.integer) expect([from, to].every(Number.isInteger)).toBe(true);
      }
    }
  });
});
