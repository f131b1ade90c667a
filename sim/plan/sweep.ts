import { exactPow } from "../kernel/exact-math.ts";
import { readScenario } from "../scenario/read.ts";
import type { Fault } from "../scenario/faults.ts";
import { fieldAt } from "../scenario/fields.ts";
import type { Scenario } from "../scenario/schema.ts";
import { withEdits, type Edit } from "./edits.ts";
import type { RunOne, Trial } from "./trial.ts";

/** One setting that a sweep varies. */
export interface Axis {
  /** Dotted, as `policy.target`. */
  readonly path: string;
  /** At least one. */
  readonly values: readonly unknown[];
}

/** A point of a sweep: one value of each axis, and what its runs gave. */
export interface SweptPoint {
  /** In the order of the axes. */
  readonly values: readonly unknown[];
  /** Undefined where the scenario does not allow the values; then `faults` says why. */
  readonly trial: Trial | undefined;
  readonly faults: readonly Fault[];
}

/** A sweep of more points than this is a mistake of the asker's. */
export const MOST_POINTS = 10_000;

export interface SweepOptions {
  readonly run: RunOne;
  readonly seeds: readonly number[];
  /** Told how many runs are done, of how many. */
  readonly told?: (done: number, of: number) => void;
  /** Told of each point as soon as it is known; not in their order. */
  readonly known?: (point: SweptPoint) => void;
}

/**
 * Runs a scenario at every combination of the axes' values, the last axis quickest, with the same seeds at each: points
 * differ by their settings alone.
 */
export async function sweep(scenario: Scenario, axes: readonly Axis[], { run, seeds, told, known }: SweepOptions): Promise<SweptPoint[]> {
  const points = combinations(axes).map((values) => {
    const edits: Edit[] = axes.map(({ path }, index) => ({ path, value: values[index] }));
    return { values, edits, read: readScenario(withEdits(scenario, edits)) };
  });
  const of = points.filter(({ read }) => read.ok).length * seeds.length;
  let done = 0;
  const counted = async (variant: Scenario, seed: number) => {
    const outcome = await run(variant, seed);
    done += 1;
    told?.(done, of);
    return outcome;
  };
  const pointOf = async ({ values, edits, read }: (typeof points)[number]): Promise<SweptPoint> => {
    if (!read.ok) return { values, trial: undefined, faults: read.faults };
    const outcomes = await Promise.all(seeds.map((seed) => counted(read.scenario, seed)));
    const trial = { edits, scenario: read.scenario, outcomes, held: outcomes.every(({ held }) => held) };
    return { values, trial, faults: [] };
  };
  return Promise.all(
    points.map(async (asked) => {
      const point = await pointOf(asked);
      known?.(point);
      return point;
    }),
  );
}

/** How many points the axes span. */
export function pointsOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/**
 * `count` values from `from` to `to` for a field, evenly spaced; in equal ratios where the larger is at least ten times
 * the smaller, as 10, 22, 46, 100. Whole where the field is, and then fewer where several would be the same.
 */
export function spacedValues(scenario: Scenario, path: string, from: number, to: number, count: number): number[] {
  const isWhole = fieldAt(path.split("."), scenario)?.type === "integer";
  const isByRatio = Math.min(from, to) > 0 && Math.max(from / to, to / from) >= 10;
  const values = Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 0 : index / (count - 1);
    const value = isByRatio ? from * exactPow(to / from, share) : from + (to - from) * share;
    return isWhole ? Math.round(value) : Number(value.toPrecision(3));
  });
  return [...new Set(values)];
}

function combinations(axes: readonly Axis[]): unknown[][] {
  return axes.reduce<unknown[][]>((rows, { values }) => rows.flatMap((row) => values.map((value) => [...row, value])), [[]]);
}
