import type { Columns } from "../../sim/index.ts";
import { BAND_COLUMNS, type BandColumn, type Envelope } from "./sim-api.ts";

/** Stretches of time for which the least and the greatest value are kept: about one for each three pixels of a chart. */
const STRETCHES = 400;

/** The least and the greatest values of a run, stretch by stretch. */
export function envelopeOf(columns: Columns): Envelope {
  const rows = columns.timeMs.length;
  const stretches = Math.max(1, Math.min(STRETCHES, rows));
  const firstRow = (stretch: number) => Math.floor((stretch * rows) / stretches);
  const timeMs = Float64Array.from({ length: stretches + 1 }, (_, stretch) => columns.timeMs[Math.min(rows - 1, firstRow(stretch))] ?? 0);
  return { timeMs, values: eachColumn((name) => extremesOf(columns[name], stretches, firstRow)) };
}

/** The envelope of the envelopes: what all runs stayed within. All are of the same scenario, and so of the same stretches. */
export function bandsOf(envelopes: readonly Envelope[]): Envelope {
  const [first] = envelopes;
  const timeMs = first?.timeMs ?? new Float64Array();
  const size = Math.max(0, timeMs.length - 1);
  return {
    timeMs,
    values: eachColumn((name) => {
      const low = new Float64Array(size).fill(Infinity);
      const high = new Float64Array(size).fill(-Infinity);
      for (const { values } of envelopes) {
        for (let i = 0; i < size; i += 1) {
          low[i] = Math.min(low[i] as number, values[name].low[i] as number);
          high[i] = Math.max(high[i] as number, values[name].high[i] as number);
        }
      }
      return { low, high };
    }),
  };
}

function extremesOf(column: Float64Array, stretches: number, firstRow: (stretch: number) => number) {
  const low = new Float64Array(stretches);
  const high = new Float64Array(stretches);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    let least = Infinity;
    let greatest = -Infinity;
    for (let row = firstRow(stretch); row < firstRow(stretch + 1); row += 1) {
      const value = column[row] as number;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    low[stretch] = least;
    high[stretch] = greatest;
  }
  return { low, high };
}

function eachColumn<T>(make: (name: BandColumn) => T): Record<BandColumn, T> {
  return Object.fromEntries(BAND_COLUMNS.map((name) => [name, make(name)])) as Record<BandColumn, T>;
}
