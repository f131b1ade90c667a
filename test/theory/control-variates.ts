import { studentQuantile, type Interval } from "../../sim/measure/confidence.ts";

/**
 * The mean of independent replications with its interval, after what chance is known to have done is taken off.
 *
 * A run that happened to have more arrivals than the rate says has also waited longer. The excess of arrivals is known,
 * since the rate is; so the line through the replications is drawn, and read off where there is no excess. A control is
 * such an excess, one number a replication, whose expectation is 0. Least squares of the values on the controls: the
 * intercept is the mean, and its standard error the interval's. Source: Nelson 1990, "Control variate remedies",
 * https://doi.org/10.1287/opre.38.6.974.
 *
 * @param controls Each as long as `values`. One that is the same in all replications says nothing and is left out.
 */
export function controlledInterval(values: readonly number[], controls: readonly (readonly number[])[], level: number): Interval {
  const telling = controls.filter((control) => control.some((value) => value !== control[0]));
  const rows = values.map((_, index) => [1, ...telling.map((control) => control[index]! / scaleOf(control))]);
  const width = telling.length + 1;
  const freedom = values.length - width;
  if (freedom < 1) throw new Error(`${values.length} replications do not suffice for ${telling.length} controls`);
  const products = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const inverse = inverted(products);
  const projected = Array.from({ length: width }, (_, i) => rows.reduce((sum, row, index) => sum + row[i]! * values[index]!, 0));
  const line = inverse.map((row) => row.reduce((sum, value, j) => sum + value * projected[j]!, 0));
  const squares = rows.reduce((sum, row, index) => {
    const fitted = row.reduce((total, value, j) => total + value * line[j]!, 0);
    return sum + (values[index]! - fitted) ** 2;
  }, 0);
  const mean = line[0]!;
  const halfWidth = studentQuantile(level, freedom) * Math.sqrt((squares / freedom) * inverse[0]![0]!);
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth };
}

/** So that all columns are of one size, and the inverse keeps its digits. */
function scaleOf(control: readonly number[]): number {
  return Math.sqrt(control.reduce((sum, value) => sum + value * value, 0) / control.length);
}

/** By Gauss and Jordan, for a symmetric positive definite matrix. */
export function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const pivot = rows.slice(column).reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    const head = pivot[column]!;
    if (head === 0) throw new Error("the matrix has no inverse");
    pivot.forEach((value, j) => (pivot[j] = value / head));
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column]!;
      if (factor !== 0) row.forEach((value, j) => (row[j] = value - factor * pivot[j]!));
    }
  }
  return rows.map((row) => row.slice(size));
}
