import { formatDuration, type Result } from "../../sim/index.ts";
import type { Sketch } from "./sim-api.ts";

/** Stretches of a sketch: about one for each three pixels of a card. */
const STRETCHES = 72;

export function sketchOf({ columns, scenario, summary }: Result): Sketch {
  const { objective } = scenario;
  return {
    held: summary.objective.held,
    objective: `p${String(objective.percentile)} ${objective.measure} ${formatDuration(summary.objective.measuredMs)}`,
    backlog: greatestOf(columns.backlog),
    inService: greatestOf(columns.inService),
  };
}

function greatestOf(column: Float64Array): number[] {
  const stretches = Math.min(STRETCHES, column.length);
  return Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.floor((stretch * column.length) / stretches);
    const to = Math.floor(((stretch + 1) * column.length) / stretches);
    let greatest = 0;
    for (let row = from; row < to; row += 1) greatest = Math.max(greatest, column[row] as number);
    return greatest;
  });
}
