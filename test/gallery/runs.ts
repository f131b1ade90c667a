import { expect } from "vitest";
import { differenceInterval } from "../../sim/measure/confidence.ts";
import type { Result } from "../../sim/measure/result.ts";
import { gallery } from "../../sim/scenario/gallery/index.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

export function scenarioOf(id: string): Scenario {
  const entry = gallery.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`the gallery has no ${id}`);
  return entry.scenario;
}

/** Runs a scenario of the gallery, as it is or with some of its sections changed. A run as it is is kept. */
export function run(id: string, seed = 1, change?: (scenario: Scenario) => Scenario): Result {
  if (change !== undefined) return simulate(change(scenarioOf(id)), seed);
  const key = `${id} ${seed}`;
  const result = kept.get(key) ?? simulate(scenarioOf(id), seed);
  kept.set(key, result);
  return result;
}

const kept = new Map<string, Result>();

/**
 * So much traffic that every receive of a batch loop brings a full batch, and loops enough, out of step with one another,
 * that a message that is visible again is soon received.
 */
export function inFullBatches(scenario: Scenario, meanSec: number): Scenario {
  const { traffic, fleet, work, worker } = scenario;
  if (traffic.kind !== "poisson") throw new Error("the scenario has other traffic");
  const instances = 20;
  const scale = (1.3 * instances * worker.slots) / meanSec / traffic.ratePerSec;
  return {
    ...scenario,
    traffic: { ...traffic, scale },
    fleet: { ...fleet, min: instances, max: instances },
    work: { ...work, failureProbability: 0, serviceTime: { kind: "uniform", minSec: meanSec - 0.5, maxSec: meanSec + 0.5 } },
  };
}

/** Seeds of paired runs: always the first ones, whatever they give. */
export const SEEDS = [1, 2, 3, 4] as const;

/**
 * The cure does better than what it cures, seed by seed and beyond what chance could do: the 95 % interval of the
 * difference lies above 0. The less of `measure` the better.
 */
export function expectCured(id: string, measure: (result: Result) => number, cured = `${id}-cured`): void {
  const before = SEEDS.map((seed) => measure(run(id, seed)));
  const after = SEEDS.map((seed) => measure(run(cured, seed)));
  const better = differenceInterval(after, before, 0.95);
  expect(better.low, `${id}: ${before.join(", ")}; cured: ${after.join(", ")}`).toBeGreaterThan(0);
}

/** Why nothing was decided otherwise: reasons by code, each once. */
export function reasonsOf({ decisions }: Result): string[] {
  return [...new Set(decisions.map(({ reason }) => reason.code))];
}

export function killed({ instances }: Result): number {
  return instances.filter((instance) => instance.killed).length;
}

export function mostDesired({ columns }: Result): number {
  return columns.desired.reduce((most, value) => Math.max(most, value), 0);
}

/** A column at a moment, which has to be one of its rows. */
export function at({ columns }: Result, column: keyof Result["columns"], sec: number): number {
  const row = columns.timeMs.indexOf(sec * 1000);
  if (row < 0) throw new Error(`there is no row at ${sec} s`);
  return columns[column][row]!;
}

/** When the group was first asked for more than it had, seconds. */
export function firstScaleOutSec({ decisions }: Result): number {
  const first = decisions.find(({ desired, before }) => desired > before);
  return first === undefined ? Infinity : first.at / 1000;
}
