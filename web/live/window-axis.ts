import type { MeasuredRow, RunWindow, Scenario } from "../../sim/index.ts";
import type { Drawn } from "../chart/charts.ts";
import { clockOf, type Clock } from "../chart/clock.ts";
import { chartsOf, type ChartedColumns } from "../worker/charted.ts";
import type { ChartColumns, ChartName, Charts } from "../worker/sim-api.ts";

/** Where a window of a scenario lies on the clock that people read. */
export interface WindowAxis {
  readonly clock: Clock;
  /** What the clock shows when the run begins, milliseconds on the charts. */
  readonly startMs: number;
  readonly endMs: number;
}

/** @param scenario As it is in its window: a recording has its date by itself, other traffic the time of the whole. */
export function windowAxis(scenario: Scenario, { fromSec, forSec }: Pick<RunWindow, "fromSec" | "forSec">): WindowAxis {
  const clock = clockOf(scenario);
  const startMs = clock.kind === "recording" ? 0 : fromSec * 1000;
  return { clock, startMs, endMs: startMs + forSec * 1000 };
}

/** What was measured, as charts show it. */
export function measuredCharts(rows: readonly MeasuredRow[], { startMs }: WindowAxis): Charts {
  const column = (name: keyof MeasuredRow) => Float64Array.from(rows, (row) => row[name]);
  const columns: ChartedColumns = {
    timeMs: column("timeMs"),
    arrivalRatePerSec: column("arrivalRatePerSec"),
    throughputPerSec: column("throughputPerSec"),
    backlog: column("backlog"),
    inFlight: column("inFlight"),
    ageOfOldestMs: column("ageOfOldestMs"),
    inService: column("inService"),
    warming: column("warming"),
    pending: column("pending"),
    draining: column("draining"),
    desired: column("desired"),
  };
  return chartsOf(columns, startMs, MOST_POINTS);
}

/** Charts of a run from its beginning, moved to where its window lies. */
export function movedCharts(charts: Charts, { startMs }: WindowAxis): Charts {
  const moved = (name: ChartName): ChartColumns => ({ ...charts[name], timeMs: charts[name].timeMs.map((at) => at + startMs) });
  return { traffic: moved("traffic"), backlog: moved("backlog"), age: moved("age"), capacity: moved("capacity") };
}

/** The charts of a window: what is shown over what it is compared with, both on the same axes. */
export function drawnOf(scenario: Scenario, axis: WindowAxis, shown: Charts, compared: Charts | undefined): Drawn {
  return {
    view: { charts: shown },
    base: compared === undefined ? undefined : { charts: compared },
    scenario,
    clock: axis.clock,
    bands: undefined,
    range: { fromMs: axis.startMs, toMs: axis.endMs },
  };
}

const MOST_POINTS = 2000;
