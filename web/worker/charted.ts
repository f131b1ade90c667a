import type { Columns } from "../../sim/index.ts";
import { rowsToShow, take } from "./decimate.ts";
import { CHART_COLUMNS, type ChartColumn, type ChartColumns, type ChartName, type Charts } from "./sim-api.ts";

/** What the charts show of a run, and its times. */
export type ChartedColumns = Pick<Columns, ChartColumn | "timeMs">;

/**
 * The columns of a run as charts show them.
 *
 * @param fromMs Where the run begins on the charts.
 * @param mostPoints Of a series.
 */
export function chartsOf(columns: ChartedColumns, fromMs: number, mostPoints: number): Charts {
  const chart = (name: ChartName) => chartOf(columns, name, fromMs, mostPoints);
  return { traffic: chart("traffic"), backlog: chart("backlog"), age: chart("age"), capacity: chart("capacity") };
}

function chartOf(columns: ChartedColumns, chart: ChartName, fromMs: number, mostPoints: number): ChartColumns {
  const names: readonly ChartColumn[] = CHART_COLUMNS[chart];
  const rows = rowsToShow(
    names.map((name) => columns[name]),
    mostPoints,
  );
  const timeMs = take(columns.timeMs, rows);
  if (fromMs !== 0) for (let i = 0; i < timeMs.length; i += 1) timeMs[i] = (timeMs[i] as number) + fromMs;
  const values: Partial<Record<ChartColumn, Float64Array>> = {};
  for (const name of names) values[name] = take(columns[name], rows);
  return { timeMs, values };
}
