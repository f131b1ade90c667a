import { closedFormsOf, verdict, type Columns, type Result, type Summary } from "../../sim/index.ts";
import { chartsOf } from "./charted.ts";
import { latencyShapeOf } from "./latency-shape.ts";
import type { Part } from "./preview.ts";
import { eventsOf } from "./run-events.ts";
import type { Charts, Figures, RunView } from "./sim-api.ts";

/** Points a series at most: about two for each pixel of a wide chart; while the hand moves, one, so that drawing keeps up. */
const MOST_POINTS = 2000;
const MOST_POINTS_MOVING = 800;

/** Makes of a result what the page shows of it: decimated columns, figures, sentence, decisions. */
export function viewOf(result: Result, part: Pick<Part, "fromMs" | "whole">, tookMs: number, { moving = false } = {}): RunView {
  const { summary } = result;
  const { fromMs, whole } = part;
  return {
    seed: result.seed,
    digest: result.digest,
    fromMs,
    toMs: fromMs + summary.durationMs,
    whole,
    rows: result.columns.timeMs.length,
    charts: chartsOf(result.columns, fromMs, moving ? MOST_POINTS_MOVING : MOST_POINTS),
    summary,
    figures: figuresOf(summary),
    verdict: verdict(result),
    decisions: fromMs === 0 ? result.decisions : result.decisions.map((decision) => ({ ...decision, at: decision.at + fromMs })),
    events: eventsOf(result, part),
    bill: summary.cost.lines,
    latency: latencyShapeOf(result.latencyMs),
    closedForms: closedFormsOf(result),
    tookMs,
  };
}

/** The charts of a part of a run, with all the rows of that part that they can show. */
export function detailOf({ columns }: Result, fromMs: number, toMs: number): Charts {
  const from = Math.max(0, columns.timeMs.findIndex((time) => time >= fromMs) - 1);
  const end = columns.timeMs.findIndex((time) => time > toMs);
  const to = end === -1 ? columns.timeMs.length : end + 1;
  const part = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.subarray(from, to)]));
  return chartsOf(part as Columns, 0, MOST_POINTS);
}

/** What can be handed to the page without a copy. */
export function transferablesOf(charts: Charts): ArrayBuffer[] {
  const arrays = Object.values(charts).flatMap((chart) => [chart.timeMs, ...Object.values(chart.values)]);
  return arrays.map((array) => array.buffer as ArrayBuffer);
}

export function figuresOf(summary: Summary): Figures {
  return {
    measuredMs: summary.objective.measuredMs,
    worstAgeMs: summary.ageOfOldestMs.max,
    latencyP50Ms: summary.latencyMs.p50,
    latencyP95Ms: summary.latencyMs.p95,
    latencyP99Ms: summary.latencyMs.p99,
    deadOrLost: summary.messages.dead + summary.messages.expired,
    costPerMonthUsd: summary.cost.perMonthUsd,
    peakInstances: summary.inService.max,
  };
}
