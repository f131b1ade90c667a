import { isoInstant, parseInstant } from "./civil-time.ts";
import { quote, type Fault, type FaultCode } from "./faults.ts";
import { fieldAt } from "./fields.ts";
import { readScenario, type ReadScenario } from "./read.ts";
import type { Scenario } from "./schema.ts";

/** Messages counted in equal intervals, as a scenario's traffic of kind `counts` wants them. */
export interface RecordedCounts {
  /** Start of the first interval, ISO 8601 in UTC; empty when the file gives elapsed time. */
  readonly startsAt: string;
  readonly intervalSec: number;
  readonly counts: readonly number[];
}

export type ReadCounts =
  | {
      readonly ok: true;
      readonly counts: RecordedCounts;
      /** What was done to the file, one sentence each: gaps filled. */
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads recorded counts from a table `timestamp,value` as CloudWatch exports it, in pieces, so that a large file neither
 * freezes a page nor fills the memory: at most a million rows are kept, whatever comes.
 *
 * - Columns: separated by commas, semicolons or tabs; quotes allowed. A header is optional; of more than two columns
 *   it has to name those meant. After a semicolon or a tab a decimal comma is understood.
 * - Stamps: `2014-04-10 00:04:00`, ISO 8601 with or without a zone (UTC without), or seconds or milliseconds since 1970.
 *   Numbers that would lie before {@link ELAPSED_BELOW_SEC} are elapsed time, not dates.
 * - The interval is the most frequent difference of two stamps. Missing intervals are filled with the mean of their two
 *   neighbours, and a notice says so; stamps between two intervals are faults.
 */
export class CountsCsvReader {
  /** The unfinished last line of the text so far. */
  private rest = "";
  private line = 0;
  /** Inside a line that is too long to be one: wait for its end. */
  private skipping = false;
  private layout: Layout | undefined;
  private rows = 0;
  private stampBefore = -Infinity;
  private readonly stamps = new Numbers();
  private readonly values = new Numbers();
  private readonly lines = new Numbers();
  private readonly faults = new FaultList();

  /** Takes the next piece of the text, of any length. */
  push(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.endLine(this.rest + text.slice(from, end));
      this.rest = "";
      from = end + 1;
    }
    if (this.skipping) return;
    this.rest += text.slice(from);
    if (this.rest.length > LONGEST_LINE) {
      this.skipping = true;
      this.line += 1;
      this.tooLong();
      this.rest = "";
    }
  }

  /** Ends the file and says what it held. */
  finish(): ReadCounts {
    if (this.rest !== "" || this.skipping) this.endLine(this.rest);
    if (this.rows > MOST_ROWS) {
      const problem = `the file has ${String(this.rows)} rows, and a recording has at most ${String(MOST_ROWS)}`;
      this.faults.add({ code: "too-much", problem, mend: "add the counts up over longer intervals, or cut the file" });
    } else if (this.rows === 0 && this.faults.total === 0) {
      const problem = this.line === 0 ? "the file is empty" : "the file has no row of counts";
      this.faults.add({ code: "missing", problem, mend: `give rows of a timestamp and a count, as ${EXAMPLE}` });
    } else if (this.rows === 1 && this.faults.total === 0) {
      const problem = "the file has one row only, so that the length of its interval is not known";
      this.faults.add({ code: "missing", problem, mend: "give two rows or more" });
    }
    if (this.faults.total > 0) return { ok: false, faults: this.faults.list() };
    return this.recording();
  }

  private endLine(raw: string): void {
    if (this.skipping) {
      this.skipping = false;
      return;
    }
    this.line += 1;
    const start = this.line === 1 && raw.startsWith("\uFEFF") ? 1 : 0;
    const text = raw.slice(start, raw.endsWith("\r") ? -1 : undefined);
    if (text.length > LONGEST_LINE) {
      this.tooLong();
    } else if (text.trim() !== "") {
      this.row(text);
    }
  }

  private tooLong(): void {
    this.fault("syntax", `the line is longer than ${String(LONGEST_LINE)} characters`, "check that the file is a table of counts");
  }

  private row(text: string): void {
    if (this.layout === undefined) {
      this.layout = layoutOf(text);
      if (this.layout.isHeader) return;
    }
    this.rows += 1;
    if (this.rows > MOST_ROWS) return;
    if (NO_TEXT.test(text)) {
      this.fault("syntax", "the line is not text", "save the file as text in UTF-8, and unpack it first if it is packed");
      return;
    }
    const { separator, stampColumn, valueColumn } = this.layout;
    const cells = cellsOf(text, separator);
    if (cells === undefined) {
      this.fault("syntax", "a quote is not closed", "close it on the same line");
      return;
    }
    const stampText = cells[stampColumn];
    const valueText = cells[valueColumn];
    if (stampText === undefined || valueText === undefined) {
      this.fault("missing", `the line has no ${stampText === undefined ? "timestamp" : "count"} column`, `write rows as ${EXAMPLE}`);
      return;
    }
    const stamp = this.stampOf(stampText);
    const value = this.valueOf(valueText, separator);
    if (stamp === undefined || value === undefined) return;
    this.stamps.push(stamp);
    this.values.push(value);
    this.lines.push(this.line);
  }

  private stampOf(text: string): number | undefined {
    const stamp = parseStamp(text);
    if (stamp === undefined) {
      const problem = text === "" ? "the timestamp is blank" : `${quote(text)} is not a timestamp`;
      this.fault("wrong-type", problem, `write it as 2014-04-10 00:04:00, or as seconds since 1970`, text);
      return undefined;
    }
    const same = stamp === this.stampBefore;
    if (stamp <= this.stampBefore) {
      const problem = `${quote(text)} is ${same ? "the same time as" : "earlier than"} the row before`;
      this.fault("contradiction", problem, same ? "keep one row for each interval" : "sort the rows by time", text);
    }
    this.stampBefore = stamp;
    return stamp;
  }

  private valueOf(text: string, separator: string): number | undefined {
    if (text === "") {
      this.fault("missing", "the count is blank", "give a number, 0 if nothing came, or remove the row to have it filled");
      return undefined;
    }
    const digits = separator === "," ? text : text.replace(",", ".");
    const value = NUMBER.test(digits) ? Number(digits) : NaN;
    if (!Number.isFinite(value)) {
      this.fault("wrong-type", `${quote(text)} is not a number`, "give a count of messages as a number", text);
      return undefined;
    }
    if (value < 0 || value > GREATEST_COUNT) {
      const bound = value < 0 ? "below 0 messages" : `above ${String(GREATEST_COUNT)} messages, the greatest count allowed`;
      this.fault("out-of-range", `${text} is ${bound}`, `give a count from 0 to ${String(GREATEST_COUNT)} messages`, text);
      return undefined;
    }
    return value;
  }

  private fault(code: FaultCode, problem: string, mend: string, value?: string): void {
    this.faults.add({ code, line: this.line, problem, mend, ...(value === undefined ? {} : { value }) });
  }

  /** Lays the rows on a grid of intervals. */
  private recording(): ReadCounts {
    const first = this.stamps.at(0);
    const intervalMs = this.commonestDifference();
    const intervals = (this.stamps.at(this.rows - 1) - first) / intervalMs + 1;
    this.checkInterval(intervalMs, intervals);
    this.checkGrid(first, intervalMs);
    if (this.faults.total > 0) return { ok: false, faults: this.faults.list() };

    const counts: number[] = [];
    let missing = 0;
    let firstMissing: number | undefined;
    for (let row = 0; row < this.rows; row += 1) {
      const value = this.values.at(row);
      const place = Math.round((this.stamps.at(row) - first) / intervalMs);
      const fill = row === 0 ? 0 : (this.values.at(row - 1) + value) / 2;
      while (counts.length < place) {
        firstMissing ??= first + counts.length * intervalMs;
        missing += 1;
        counts.push(fill);
      }
      counts.push(value);
    }
    const isElapsed = first < ELAPSED_BELOW_SEC * 1000;
    const notices = firstMissing === undefined ? [] : [gapNotice({ missing, of: counts.length, at: firstMissing, isElapsed })];
    return { ok: true, counts: { startsAt: isElapsed ? "" : isoInstant(first), intervalSec: intervalMs / 1000, counts }, notices };
  }

  /** In milliseconds; of two that are as frequent, the shorter. */
  private commonestDifference(): number {
    const times = new Map<number, number>();
    let commonest = Infinity;
    let most = 0;
    for (let row = 1; row < this.rows; row += 1) {
      const difference = this.stamps.at(row) - this.stamps.at(row - 1);
      const count = (times.get(difference) ?? 0) + 1;
      times.set(difference, count);
      if (count > most || (count === most && difference < commonest)) {
        commonest = difference;
        most = count;
      }
    }
    return commonest;
  }

  private checkInterval(intervalMs: number, intervals: number): void {
    const seconds = intervalMs / 1000;
    if (seconds < SHORTEST_INTERVAL_SEC || seconds > LONGEST_INTERVAL_SEC) {
      const problem = `the rows are ${String(seconds)} s apart, and intervals have ${String(SHORTEST_INTERVAL_SEC)} to ${String(LONGEST_INTERVAL_SEC)} s`;
      const mend = seconds < SHORTEST_INTERVAL_SEC ? "add the counts up over longer intervals" : "give counts of shorter intervals";
      this.faults.add({ code: "out-of-range", value: seconds, unit: "s", problem, mend });
    } else if (intervals > MOST_ROWS) {
      const problem = `from the first stamp to the last there are ${String(Math.floor(intervals))} intervals of ${String(seconds)} s, and a recording has at most ${String(MOST_ROWS)}`;
      this.faults.add({ code: "too-much", problem, mend: "check the first and the last stamp, or cut the file" });
    } else if (intervals * seconds > LONGEST_RUN_SEC) {
      const problem = `the recording spans ${String(Math.ceil((intervals * seconds) / 86_400))} days, and a run has at most ${String(LONGEST_RUN_SEC / 86_400)}`;
      this.faults.add({ code: "too-much", problem, mend: "cut the file" });
    }
  }

  private checkGrid(first: number, intervalMs: number): void {
    for (let row = 1; row < this.rows; row += 1) {
      const places = (this.stamps.at(row) - first) / intervalMs;
      if (Math.abs(places - Math.round(places)) * intervalMs <= JITTER_MS) continue;
      const off = (this.stamps.at(row) - first) % intervalMs;
      const problem = `the stamp is ${String(off / 1000)} s past the grid of ${String(intervalMs / 1000)} s intervals that starts at ${isoInstant(first)}`;
      this.faults.add({ code: "contradiction", line: this.lines.at(row), problem, mend: "move it to the start of its interval" });
    }
  }
}

/**
 * The scenario under recorded traffic, `scale` times the recording: it runs as long as the recording, and is sampled so
 * that the result has between a hundred and {@link MOST_SAMPLES} rows. Checked as any scenario is, because a scale or a
 * recording may ask for more than can be simulated.
 */
export function withRecordedCounts(
  scenario: Scenario,
  recorded: RecordedCounts,
  { scale = 1, name = "recorded counts" } = {},
): ReadScenario {
  const span = Math.ceil(recorded.counts.length * recorded.intervalSec);
  const durationSec = Math.min(LONGEST_RUN_SEC, Math.max(SHORTEST_RUN_SEC, span));
  const wanted = Math.min(durationSec / 100, Math.max(scenario.run.sampleEverySec, durationSec / MOST_SAMPLES));
  const sampleEverySec = SAMPLE_STEPS_SEC.find((step) => step >= wanted) ?? 3600;
  return readScenario({
    ...scenario,
    run: { ...scenario.run, durationSec, sampleEverySec },
    traffic: { kind: "counts", name, ...recorded, scale },
  });
}

/** Rows as they are written in faults. */
const EXAMPLE = "2014-04-10 00:04:00,94";
const LONGEST_LINE = 1000;
/** A zero, as in binary files and in UTF-16, or what decoders write for bytes that are no UTF-8. */
const NO_TEXT = /[\0\uFFFD]/;
/** Numbers below this are elapsed seconds: 1973 is before any queue. */
const ELAPSED_BELOW_SEC = 1e8;
/** Stamps may be off by this from rounding. */
const JITTER_MS = 1;
const MOST_SAMPLES = 25_000;
const SAMPLE_STEPS_SEC = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

const RECORDING = { traffic: { kind: "counts" } };
const [MOST_ROWS, GREATEST_COUNT] = [rangeOf(["traffic", "counts"]).max, rangeOf(["traffic", "counts", 0]).max];
const { min: SHORTEST_INTERVAL_SEC, max: LONGEST_INTERVAL_SEC } = rangeOf(["traffic", "intervalSec"]);
const { min: SHORTEST_RUN_SEC, max: LONGEST_RUN_SEC } = rangeOf(["run", "durationSec"]);

function rangeOf(path: readonly (string | number)[]): { min: number; max: number } {
  const { min = 0, max = Infinity } = fieldAt(path, RECORDING) ?? {};
  return { min, max };
}

interface Layout {
  readonly separator: string;
  readonly isHeader: boolean;
  readonly stampColumn: number;
  readonly valueColumn: number;
}

const STAMP_NAMES = /^(?:time|timestamp|date|datetime|date_?time|start|start_?time|ds|ts|period)$/i;
const VALUE_NAMES = /^(?:value|count|counts|sum|samplecount|requests?|requestcount|messages?|arrivals?|n|y)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Told by the first line: the separator, whether it is a header, and which columns it names. */
function layoutOf(text: string): Layout {
  const separator = ["\t", ";"].find((candidate) => text.includes(candidate)) ?? ",";
  const cells = cellsOf(text, separator) ?? [];
  const isHeader = cells.length > 1 && !cells.some((cell) => NUMBER.test(cell) || parseStamp(cell) !== undefined);
  if (!isHeader) return { separator, isHeader, stampColumn: 0, valueColumn: 1 };
  const stampColumn = Math.max(
    0,
    cells.findIndex((cell) => STAMP_NAMES.test(cell)),
  );
  const named = cells.findIndex((cell, column) => column !== stampColumn && VALUE_NAMES.test(cell));
  return { separator, isHeader, stampColumn, valueColumn: named === -1 ? (stampColumn === 0 ? 1 : 0) : named };
}

/** The cells of a line, blanks around them and quotes taken off; undefined when a quote is not closed. */
function cellsOf(line: string, separator: string): string[] | undefined {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (isQuoted && character === '"' && line.charAt(index + 1) === '"') {
      cell += '"';
      index += 1;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else {
      cell += character;
    }
  }
  cells.push(cell.trim());
  return isQuoted ? undefined : cells;
}

/** Milliseconds since 1970, or since the start of the recording for small numbers. */
function parseStamp(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const value = Number(text);
    if (value < 1e11) return Math.round(value * 1000);
    return value < 1e14 ? Math.round(value) : undefined;
  }
  return parseInstant(/^\d{4}\/\d{2}\/\d{2}/.test(text) ? text.replace("/", "-").replace("/", "-") : text);
}

function gapNotice({ missing, of, at, isElapsed }: { missing: number; of: number; at: number; isElapsed: boolean }): string {
  const when = isElapsed ? `${String(at / 1000)} s` : isoInstant(at);
  const [was, were] = missing === 1 ? ["interval was", "It was"] : ["intervals were", "Each was"];
  return `${String(missing)} of ${String(of)} ${was} missing, the first at ${when}. ${were} filled with the mean of the two neighbours in the file.`;
}

/** The first faults and the number of the others. */
class FaultList {
  total = 0;
  private readonly first: Fault[] = [];

  add(fault: Omit<Fault, "path">): void {
    this.total += 1;
    if (this.first.length < LISTED) this.first.push({ path: "", ...fault });
  }

  list(): readonly Fault[] {
    const more = this.total - this.first.length;
    if (more === 0) return this.first;
    const problem = `and ${String(more)} more ${more === 1 ? "fault" : "faults"}`;
    return [...this.first, { code: "more", path: "", problem, mend: "mend the ones above first" }];
  }
}

const LISTED = 20;

/** Numbers in a row, 8 bytes each. */
class Numbers {
  private held = new Float64Array(1024);
  private length = 0;

  at(index: number): number {
    return this.held[index] as number;
  }

  push(value: number): void {
    if (this.length === this.held.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.held);
      this.held = grown;
    }
    this.held[this.length] = value;
    this.length += 1;
  }
}
