import { formatCount, formatDuration, formatNumber, formatRate, type Histogram } from "../../../sim/index.ts";
import type { Tally } from "./tally.ts";

/** What a run of load came to, for programs. Times in milliseconds, rates a second. */
export interface LoadReport {
  readonly target: string;
  /** From the first message to the last answer. */
  readonly durationMs: number;
  readonly due: number;
  readonly sent: number;
  readonly taken: number;
  /** By code; AWS's, `HTTP 503`, or the system's. */
  readonly failed: Readonly<Record<string, number>>;
  /** Users whose patience ended. */
  readonly gaveUp: number;
  /** Neither answered nor given up when the run ended. */
  readonly unanswered: number;
  readonly duePerSec: number;
  readonly takenPerSec: number;
  /** From the time at which a message was due to its answer. */
  readonly latencyMs: Percentiles;
  /** From its send. */
  readonly callMs: Percentiles;
  /** How far sends were behind their schedule. */
  readonly behindMs: Percentiles;
}

export interface Percentiles {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** @param plannedMs What the run was to take, or took until it was stopped. */
export function loadReport(tally: Tally, target: string, plannedMs: number): LoadReport {
  const { due, sent, taken, gaveUp } = tally;
  const failed = Object.fromEntries([...tally.failed].sort((a, b) => b[1] - a[1]));
  const answered = taken + [...tally.failed.values()].reduce((sum, count) => sum + count, 0);
  const spanMs = tally.lastAnswerAt - tally.firstDueAt;
  const durationMs = Math.max(plannedMs, Number.isFinite(spanMs) ? spanMs : 0);
  return {
    target,
    durationMs,
    due,
    sent,
    taken,
    failed,
    gaveUp,
    unanswered: sent - answered - gaveUp,
    duePerSec: perSec(due, plannedMs),
    takenPerSec: perSec(taken, durationMs),
    latencyMs: percentiles(tally.latencyUs),
    callMs: percentiles(tally.callUs),
    behindMs: percentiles(tally.behindUs),
  };
}

/** The same for a person. Ends with a line break. */
export function loadReportText(report: LoadReport): string {
  const { target, due, sent, taken, failed, gaveUp, unanswered, duePerSec, takenPerSec, latencyMs, callMs, behindMs } = report;
  const errors = Object.entries(failed).map(([code, count]) => `  ${formatNumber(count)} × ${code}`);
  const isBehind = behindMs.p99 > FAR_BEHIND_MS;
  const rows = [
    ["", "mean", "p50", "p90", "p95", "p99", "p99.9", "worst"],
    row("latency, from when it was due", latencyMs),
    row("call, from when it was sent", callMs),
    row("behind schedule", behindMs),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const table = rows.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
  return `${[
    `${target}, ${formatDuration(report.durationMs)}`,
    `${formatCount(due, "message")} due (${formatRate(duePerSec)}), ${formatNumber(sent)} sent, ${formatNumber(taken)} taken (${formatRate(takenPerSec)})`,
    ...(gaveUp > 0 ? [`${formatCount(gaveUp, "user")} gave up`] : []),
    ...(unanswered > 0 ? [`${formatNumber(unanswered)} still unanswered at the end`] : []),
    ...(errors.length > 0 ? ["Errors", ...errors] : ["No errors"]),
    "",
    ...table,
    ...(isBehind ? ["", "The generator could not keep to its schedule: this machine, or its connections, were the limit."] : []),
  ].join("\n")}\n`;
}

function row(name: string, { mean, p50, p90, p95, p99, p999, max }: Percentiles): string[] {
  return [name, ...[mean, p50, p90, p95, p99, p999, max].map((ms) => formatDuration(ms))];
}

function percentiles(histogram: Histogram): Percentiles {
  const at = (share: number) => histogram.quantile(share) / 1000;
  return {
    mean: histogram.mean / 1000,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: histogram.count === 0 ? NaN : histogram.max / 1000,
  };
}

function perSec(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0;
}

/** A timer of Node's is late by a few milliseconds on a busy machine. */
const FAR_BEHIND_MS = 50;
