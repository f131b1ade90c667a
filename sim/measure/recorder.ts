import { COLUMN_NAMES, type Columns, type ColumnName } from "./result.ts";

/** Values of one row, without its time. */
export type Row = Record<Exclude<ColumnName, "timeMs">, number>;

/** Collects the rows of a result in columns. */
export class Recorder {
  private readonly columns: Record<ColumnName, Float64Array>;
  private rows = 0;

  /** @param expectedRows How many rows the run will have; more are taken too. */
  constructor(expectedRows: number) {
    this.columns = Object.fromEntries(COLUMN_NAMES.map((name) => [name, new Float64Array(expectedRows)])) as Record<
      ColumnName,
      Float64Array
    >;
  }

  add(timeMs: number, row: Row): void {
    if (this.rows === this.columns.timeMs.length) this.grow();
    this.columns.timeMs[this.rows] = timeMs;
    for (const name of Object.keys(row) as (keyof Row)[]) this.columns[name][this.rows] = row[name];
    this.rows += 1;
  }

  finished(): Columns {
    return Object.fromEntries(COLUMN_NAMES.map((name) => [name, this.columns[name].slice(0, this.rows)])) as Columns;
  }

  private grow(): void {
    for (const name of COLUMN_NAMES) {
      const column = new Float64Array(this.rows * 2 + 16);
      column.set(this.columns[name]);
      this.columns[name] = column;
    }
  }
}
