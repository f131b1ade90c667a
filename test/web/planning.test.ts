import { describe, expect, it } from "vitest";
import { editedScenario, gallery, type Outcome, type Scenario } from "../../sim/index.ts";
import { planOf, sweepOf, waysOf } from "../../web/worker/planning.ts";
import type { PlanProgress, SweepPoint, SweepProgress } from "../../web/worker/plan-api.ts";

const scenario = gallery.find(({ id }) => id === "banking")!.scenario;
const ALL = waysOf(scenario).map(({ id }) => id);

/** A world where four instances hold the objective, an instance costs ten dollars, and each seed is worth a second. */
function outcome({ fleet }: Scenario, seed: number): Outcome {
  const enough = fleet.max >= 4;
  const measuredMs = (enough ? 100 : 1000) * 1000 + seed * 1000;
  const costPerMonthUsd = 10 * (fleet.min + 0.1 * fleet.max);
  return { held: enough, measuredMs, worstMs: measuredMs, costPerMonthUsd, peakInstances: fleet.max, dead: 0, expired: 0 };
}

const run = (variant: Scenario, seed: number) => Promise.resolve(outcome(variant, seed));

describe("a plan in the page's worker", () => {
  it("offers the ways of scaling that the scenario allows, its own first", () => {
    expect(waysOf(scenario)).toEqual([
      { id: "ec2-target-tracking", name: "EC2 target tracking" },
      { id: "exact-backlog", name: "Exact backlog" },
      { id: "headroom", name: "Headroom" },
      { id: "fixed", name: "A fixed fleet" },
    ]);
  });

  it("answers with edits that make the settings it speaks of, every default filled in", async () => {
    const answer = await planOf(scenario, ALL, run, () => undefined);
    const other = answer?.ways.find(({ id }) => id === "exact-backlog")?.proposal;
    const edited = editedScenario(scenario, other?.edits ?? []);
    expect(edited?.policy).toEqual(other?.edits.find(({ path }) => path === "policy")?.value);
    expect(other?.point.settings).toContain(`${String(edited?.fleet.min)} to ${String(edited?.fleet.max)} instances, Exact backlog`);
    expect(other?.changes.map(({ path }) => path)).toEqual(other?.edits.map(({ path }) => path));
    expect(other?.heldIn).toBe("20 of 20");
    expect(answer?.sentence).toMatch(/^The cheapest found that holds: .+ It held in 20 of 20 runs and costs \$/);
  });

  it("looks at no way that was left out", async () => {
    const answer = await planOf(scenario, ["fixed"], run, () => undefined);
    expect(answer?.ways.map(({ id }) => id)).toEqual(["fixed"]);
    expect(answer?.ways[0]?.proposal?.point.settings).toBe("4 instances");
  });

  it("tells each variant once, and none that the answer does not have", async () => {
    const told: PlanProgress[] = [];
    const answer = await planOf(scenario, ALL, run, (progress) => told.push(progress));
    const points = told.flatMap((progress) => progress.points);
    expect(points.length).toBeGreaterThan(0);
    expect(answer?.tried).toEqual(expect.arrayContaining(points));
    expect(told[0]?.step).toBe("the least fleet that holds");
  });

  it("ends with nothing at the first run that it does not get", async () => {
    let runs = 0;
    const stopping = (variant: Scenario, seed: number) => {
      runs += 1;
      return Promise.resolve(runs < 30 ? outcome(variant, seed) : undefined);
    };
    expect(await planOf(scenario, ALL, stopping, () => undefined)).toBeUndefined();
  });

  it("breaks with what breaks in a run", async () => {
    await expect(
      planOf(
        scenario,
        ALL,
        () => Promise.reject(new Error("broke")),
        () => undefined,
      ),
    ).rejects.toThrow("broke");
  });
});

describe("a sweep in the page's worker", () => {
  const setting = { path: "fleet.max", from: 1, to: 5, count: 5, runs: 3 };

  it("gives every value its runs, and says why a value is not allowed", async () => {
    const points = await sweepOf(scenario, setting, run, () => undefined);
    expect(points?.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5]);
    expect(points?.map(({ outcomes }) => outcomes.length)).toEqual([0, 3, 3, 3, 3]);
    expect(points?.map(({ held }) => held)).toEqual([false, false, false, true, true]);
    expect(points?.[0]?.faults.join()).toMatch(/fleet\.m/);
    expect(points?.[1]?.outcomes).toEqual([1, 2, 3].map((seed) => outcome({ ...scenario, fleet: { ...scenario.fleet, max: 2 } }, seed)));
  });

  it("goes from the least value to the greatest, whichever was named first", async () => {
    const points = await sweepOf(scenario, { ...setting, from: 5, to: 2, count: 4 }, run, () => undefined);
    expect(points?.map(({ value }) => value)).toEqual([2, 3, 4, 5]);
  });

  it("tells the points as they come, in the order of their values, and keeps what it told when it is stopped", async () => {
    const told: SweepProgress[] = [];
    const stopping = (variant: Scenario, seed: number) => Promise.resolve(variant.fleet.max < 5 ? outcome(variant, seed) : undefined);
    expect(await sweepOf(scenario, setting, stopping, (progress) => told.push(structuredClone(progress)))).toBeUndefined();
    const last: readonly SweepPoint[] = told.at(-1)?.points ?? [];
    expect(last.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });
});
