/**
 * Chooses the rows that a chart needs to look the same as with all of them: the first, the last, and in each of equally
 * long stretches those where a column is lowest and highest. Peaks therefore survive, at their true time and height.
 * All columns share the chosen rows, so that they can be stacked and read off together.
 */
export function rowsToShow(columns: readonly Float64Array[], atMost: number): Uint32Array {
  const rows = columns[0]?.length ?? 0;
  if (rows <= atMost) return Uint32Array.from({ length: rows }, (_, row) => row);

  const perStretch = 2 * columns.length;
  const stretches = Math.max(1, Math.floor((atMost - 2) / perStretch));
  const inner = rows - 2;
  const chosen = new Uint32Array(stretches * perStretch + 2);
  let count = 0;
  chosen[count++] = 0;
  const picked: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = 1 + Math.floor((stretch * inner) / stretches);
    const to = 1 + Math.floor(((stretch + 1) * inner) / stretches);
    picked.length = 0;
    for (const column of columns) pickExtremes(column, from, to, picked);
    picked.sort((a, b) => a - b);
    for (const row of picked) if (row !== chosen[count - 1]) chosen[count++] = row;
  }
  chosen[count++] = rows - 1;
  return chosen.slice(0, count);
}

/** The values of `column` at `rows`. */
export function take(column: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) taken[i] = column[rows[i] as number] as number;
  return taken;
}

function pickExtremes(column: Float64Array, from: number, to: number, into: number[]): void {
  if (from >= to) return;
  let lowest = from;
  let highest = from;
  for (let row = from + 1; row < to; row += 1) {
    const value = column[row] as number;
    if (value < (column[lowest] as number)) lowest = row;
    if (value > (column[highest] as number)) highest = row;
  }
  into.push(lowest, highest);
}
