import { slotsPerInstance, type Scenario } from "../../sim/index.ts";
import { rowAt } from "../chart/charts.ts";
import type { ChartColumn, ChartName, RunView } from "../worker/sim-api.ts";

/** The whole system at one moment of a run. */
export interface SystemState {
  readonly arrivalRatePerSec: number;
  readonly throughputPerSec: number;
  readonly backlog: number;
  /** Of the greatest backlog of the run, 0 to 1. */
  readonly backlogShare: number;
  readonly ageOfOldestMs: number;
  readonly inFlight: number;
  readonly desired: number;
  /** One for each instance that there is, the ready ones first. */
  readonly boxes: readonly Box[];
  /** Instances beyond those that have a box. */
  readonly moreInstances: number;
}

export interface Box {
  readonly state: "ready" | "warming" | "pending" | "draining";
  readonly slots: number;
  /** Slots that are taken: messages in flight, spread evenly over those that work. */
  readonly busy: number;
}

/** Smaller boxes than these nobody can read. */
const MOST_BOXES = 60;

/** Undefined before the first row of the run. */
export function systemAt(view: RunView, scenario: Scenario, atMs: number): SystemState | undefined {
  const value = (chart: ChartName, column: ChartColumn) => {
    const columns = view.charts[chart];
    const row = rowAt(columns, atMs);
    return row === undefined ? 0 : (columns.values[column]?.[row] ?? 0);
  };
  if (rowAt(view.charts.backlog, atMs) === undefined) return undefined;
  const backlog = value("backlog", "backlog");
  const inFlight = value("backlog", "inFlight");
  const warming = value("capacity", "warming");
  const counts = {
    ready: Math.max(0, value("capacity", "inService") - warming),
    warming,
    pending: value("capacity", "pending"),
    draining: value("capacity", "draining"),
  };
  const boxes = boxesOf(counts, inFlight, slotsPerInstance(scenario));
  return {
    arrivalRatePerSec: value("traffic", "arrivalRatePerSec"),
    throughputPerSec: value("traffic", "throughputPerSec"),
    backlog,
    backlogShare: backlog / Math.max(1, view.summary.backlog.max),
    ageOfOldestMs: value("age", "ageOfOldestMs"),
    inFlight,
    desired: value("capacity", "desired"),
    boxes: boxes.slice(0, MOST_BOXES),
    moreInstances: Math.max(0, boxes.length - MOST_BOXES),
  };
}

/** Instances that work are those ready, warming or draining; each message in flight takes a slot of the one that has most left. */
function boxesOf(counts: Readonly<Record<Box["state"], number>>, inFlight: number, slots: number): Box[] {
  const working = counts.ready + counts.warming + counts.draining;
  const even = working === 0 ? 0 : Math.floor(inFlight / working);
  const extra = working === 0 ? 0 : inFlight - even * working;
  let number = 0;
  const busyOfNext = () => {
    const busy = Math.min(slots, even + (number < extra ? 1 : 0));
    number += 1;
    return busy;
  };
  const box = (state: Box["state"]): Box => ({ state, slots, busy: state === "pending" ? 0 : busyOfNext() });
  const states = ["ready", "warming", "pending", "draining"] as const;
  return states.flatMap((state) => Array.from({ length: Math.round(counts[state]) }, () => box(state)));
}
