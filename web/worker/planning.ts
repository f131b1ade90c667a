import {
  changesBetween,
  contendersOf,
  differencesBetween,
  figureOf,
  FIXED,
  whyNoPlan,
  formatDuration,
  formatFault,
  formatNumber,
  formatUsd,
  groundsSentence,
  heldText,
  planSentence,
  recommend,
  settingsText,
  spacedValues,
  spreadText,
  stepText,
  sweep,
  valueAt,
  type ContenderId,
  type Outcome,
  type Plan,
  type RunOne,
  type Scenario,
  type Trial,
} from "../../sim/index.ts";
import type {
  PlanAnswer,
  PlanProgress,
  Proposed,
  SweepPoint,
  SweepProgress,
  SweepRequest,
  TrialView,
  TriedPoint,
  Way,
} from "./plan-api.ts";

/** Searches and sweeps, with their answers in words: loaded when somebody plans. */

/** Has a variant run; undefined when stopped. */
type RunIfWanted = (variant: Scenario, seed: number) => Promise<Outcome | undefined>;

/** News cross to the page no more often. */
const TELL_EVERY_MS = 100;

/** The ways of scaling that a plan of this scenario can look at. */
export function waysOf(scenario: Scenario): Way[] {
  const fixed = whyNoPlan(scenario) === undefined ? [FIXED] : [];
  return [...contendersOf(scenario), ...fixed].map(({ id, name }) => ({ id, name }));
}

/** The cheapest settings that hold; undefined when stopped. */
export async function planOf(
  scenario: Scenario,
  ways: readonly ContenderId[],
  run: RunIfWanted,
  tell: (progress: PlanProgress) => void,
): Promise<PlanAnswer | undefined> {
  const shown = new Set<Trial>();
  let points: TriedPoint[] = [];
  const often = everySoOften();
  return unlessStopped(async () => {
    const plan = await recommend(scenario, {
      run: runOrStop(run),
      ways,
      told: ({ step, tried, best, newest }) => {
        if (newest !== undefined && !shown.has(newest)) {
          shown.add(newest);
          points.push(pointOf(newest));
        }
        if (!often()) return;
        tell({ step: stepText(step), tried, cheapest: best && spreadText(best, "costPerMonthUsd", formatUsd), points });
        points = [];
      },
    });
    return answerOf(plan);
  });
}

/** Runs the scenario at each of the values, the least first; undefined when stopped: what was known by then was told. */
export async function sweepOf(
  scenario: Scenario,
  { path, from, to, count, runs }: Omit<SweepRequest, "light">,
  run: RunIfWanted,
  tell: (progress: SweepProgress) => void,
): Promise<readonly SweepPoint[] | undefined> {
  const known: SweepPoint[] = [];
  const often = everySoOften();
  let share = 0;
  const values = spacedValues(scenario, path, from, to, count);
  return unlessStopped(async () => {
    const points = await sweep(scenario, [{ path, values }], {
      run: runOrStop(run),
      seeds: Array.from({ length: runs }, (_, index) => index + 1),
      told: (done, of) => {
        share = done / of;
        if (often()) tell({ share, points: known });
      },
      known: (point) => {
        known.push(sweptPoint(point));
        known.sort(byValue);
        tell({ share, points: known });
      },
    });
    return points.map(sweptPoint).sort(byValue);
  });
}

function byValue(one: SweepPoint, other: SweepPoint): number {
  return one.value - other.value;
}

function sweptPoint({ values, trial, faults }: Awaited<ReturnType<typeof sweep>>[number]): SweepPoint {
  return {
    value: Number(values[0]),
    outcomes: trial?.outcomes ?? [],
    held: trial?.held === true,
    faults: faults.map(formatFault),
  };
}

function answerOf(plan: Plan): PlanAnswer {
  const { now, proposals, tried } = plan;
  return {
    sentence: planSentence(plan),
    grounds: groundsSentence(plan),
    ways: proposals.map(({ way, trial }) => ({ ...way, proposal: trial && proposed(now.scenario, trial) })),
    now: viewOf(now),
    tried: tried.map(pointOf),
  };
}

function proposed(now: Scenario, trial: Trial): Proposed {
  const edits = differencesBetween([now, trial.scenario]).map(({ path }) => ({ path, value: valueAt(trial.scenario, path) }));
  return { ...viewOf(trial), edits, changes: changesBetween(now, trial.scenario) };
}

function viewOf(trial: Trial): TrialView {
  return {
    point: pointOf(trial),
    heldIn: heldText(trial),
    cost: spreadText(trial, "costPerMonthUsd", formatUsd),
    measured: spreadText(trial, "measuredMs", formatDuration),
    peak: spreadText(trial, "peakInstances", formatNumber),
  };
}

function pointOf(trial: Trial): TriedPoint {
  return {
    measuredMs: figureOf(trial, "measuredMs").mean,
    costPerMonthUsd: figureOf(trial, "costPerMonthUsd").mean,
    held: trial.held,
    settings: settingsText(trial.scenario),
  };
}

/** Thrown through a search to end it. */
class Stopped extends Error {}

function runOrStop(run: RunIfWanted): RunOne {
  return async (variant, seed) => {
    const outcome = await run(variant, seed);
    if (outcome === undefined) throw new Stopped();
    return outcome;
  };
}

async function unlessStopped<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    throw error;
  }
}

/** Answers true no more than once in {@link TELL_EVERY_MS}. */
function everySoOften(): () => boolean {
  let lastAt = -Infinity;
  return () => {
    const now = performance.now();
    if (now - lastAt < TELL_EVERY_MS) return false;
    lastAt = now;
    return true;
  };
}
