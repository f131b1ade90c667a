import type { AlarmState } from "../core/policy/policy.ts";
import { isoInstant } from "../scenario/civil-time.ts";
import { startOfRunMs } from "./format.ts";
import { Histogram } from "./histogram.ts";
import { MEASURED_COLUMNS, type MeasuredRow } from "./measured-run.ts";
import { COLUMN_NAMES, type AlarmTransition, type ColumnName, type Columns, type Result } from "./result.ts";

/**
 * A result as JSON and as CSV, in pieces, because a long run makes more text than one string should hold. The same
 * result gives the same bytes.
 */

/**
 * The whole result as one JSON object: every part of it under its own name, columns and records one a line, histograms by
 * their filled buckets. What is not a number is null. Ends with a line break.
 */
export function* resultJson(result: Result): Generator<string> {
  for (const [index, [name, part]] of Object.entries(result).entries()) {
    yield `${index === 0 ? "{\n" : ",\n"}${JSON.stringify(name)}: `;
    if (Array.isArray(part)) yield* listJson(part as unknown[]);
    else if (part === result.columns) yield* columnsJson(result.columns);
    else yield toJson(part);
  }
  yield "\n}\n";
}

function* columnsJson(columns: Columns): Generator<string> {
  for (const [index, name] of COLUMN_NAMES.entries()) {
    yield `${index === 0 ? "{" : ","}\n${JSON.stringify(name)}: ${JSON.stringify(Array.from(columns[name]))}`;
  }
  yield "\n}";
}

function* listJson(list: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [index, record] of list.entries()) yield `${index === 0 ? "\n" : ",\n"}${toJson(record)}`;
  yield "\n]";
}

/** What is undefined is null, not absent, so that all records of a list have the same fields. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (inner instanceof Histogram) return { count: inner.count, mean: inner.mean, max: inner.max, buckets: inner.filled() };
    return inner === undefined ? null : inner;
  });
}

/**
 * The columns as CSV (RFC 4180), one row each sample; a figure that is not known is left blank. Recordings have the
 * clock time in front; the operators' alarms come last, each with its state at that time.
 */
export function* resultCsv({ columns, scenario, alarms: transitions }: Result): Generator<string> {
  const start = startOfRunMs(scenario);
  const states = new AlarmStates(scenario.alarms, transitions);
  const alarmHeadings = scenario.alarms.map(({ name }) => quoted(`alarm: ${name}`));
  yield `${[...(start === undefined ? [] : ["time (UTC)"]), ...COLUMN_NAMES.map(heading), ...alarmHeadings].join(",")}\r\n`;
  const rows = columns.timeMs.length;
  let lines = "";
  for (let row = 0; row < rows; row += 1) {
    if (start !== undefined) lines += `${isoInstant(start + (columns.timeMs[row] ?? 0))},`;
    const cells = COLUMN_NAMES.map((name) => cell(columns[name][row]));
    lines += `${[...cells, ...states.at(columns.timeMs[row] ?? 0)].join(",")}\r\n`;
    if (lines.length > PIECE || row === rows - 1) {
      yield lines;
      lines = "";
    }
  }
}

/** The rows of a measured run as CSV, with the headings of a result. */
export function measuredCsv(rows: readonly MeasuredRow[]): string {
  const lines = rows.map((row) => MEASURED_COLUMNS.map((name) => cell(row[name])).join(","));
  return [MEASURED_COLUMNS.map(heading).join(","), ...lines, ""].join("\r\n");
}

/** The alarms' states as time goes on. */
class AlarmStates {
  private readonly transitions: Result["alarms"];
  private readonly byName: Map<string, AlarmState>;
  private next = 0;

  constructor(alarms: Result["scenario"]["alarms"], transitions: Result["alarms"]) {
    this.transitions = transitions;
    this.byName = new Map(alarms.map(({ name }) => [name, "insufficient-data"]));
  }

  /** In the order of the scenario; asked for later and later times. */
  at(timeMs: number): Iterable<AlarmState> {
    for (; (this.transitions[this.next]?.at ?? Infinity) <= timeMs; this.next += 1) {
      const { alarm, to } = this.transitions[this.next] as AlarmTransition;
      this.byName.set(alarm, to);
    }
    return this.byName.values();
  }
}

/** A field that may hold anything. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Units of the columns whose names do not end in one. */
const UNITS: Readonly<Record<Exclude<ColumnName, `${string}${"Ms" | "PerSec" | "Usd"}`>, string>> = {
  backlog: "messages",
  inFlight: "messages",
  delayed: "messages",
  desired: "instances",
  pending: "instances",
  inService: "instances",
  warming: "instances",
  draining: "instances",
  metric: "messages/instance",
  booting: "instances",
  warmPool: "instances",
  spot: "instances",
};

function heading(name: ColumnName): string {
  return name in UNITS ? `${name} (${UNITS[name as keyof typeof UNITS]})` : name;
}

/** Characters. */
const PIECE = 65_536;

function cell(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "" : String(value);
}
