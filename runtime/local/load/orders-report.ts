import { formatCount, formatDuration, formatNumber, formatRate } from "../../../sim/index.ts";
import type { LoadProfile } from "./profiles.ts";
import type { LoadReport } from "./report.ts";

/** What a profile came to. */
export interface ProfileReport {
  readonly profile: LoadProfile;
  readonly report: LoadReport;
}

/** How many orders a second so many payment places work off, at most. */
export interface Capacity {
  readonly places: number;
  readonly perSec: number;
}

/** Places times the rate of one: what each of them can do in a second, it does not wait for anybody (Little's law). */
export function capacities(paymentTimeSec: number): Capacity[] {
  return PLACES.map((places) => ({ places, perSec: places / paymentTimeSec }));
}

/**
 * The report that the orders system is known by: customers who wait beside customers who do not, what payment places can
 * do, and how many are needed for what was accepted. Ends with a line break.
 */
export function ordersReportText(reports: readonly ProfileReport[], paymentTimeSec: number): string {
  const rows = [
    ["", "users", "sent", "taken", "taken a second", "median answer", "p95", "p99", "refused"],
    ...reports.map(({ profile, report }) => [
      `POST ${profile.path}`,
      String(profile.users),
      formatNumber(report.sent),
      formatNumber(report.taken),
      formatNumber(report.takenPerSec),
      ...[report.callMs.p50, report.callMs.p95, report.callMs.p99].map((ms) => formatDuration(ms)),
      formatNumber(Object.values(report.failed).reduce((sum, count) => sum + count, 0)),
    ]),
  ];
  const errors = reports.flatMap(({ profile, report }) =>
    Object.entries(report.failed).map(([code, count]) => `POST ${profile.path}: ${formatNumber(count)} × ${code}`),
  );
  const table = [
    ["payment places", "orders a second"],
    ...capacities(paymentTimeSec).map(({ places, perSec }) => [String(places), formatNumber(perSec)]),
  ];
  return `${[
    ...aligned(rows),
    ...(errors.length > 0 ? ["", ...errors] : []),
    ...comparison(reports),
    "",
    `What payment places work off, at ${formatDuration(paymentTimeSec * 1000)} a payment`,
    ...aligned(table),
    ...demand(reports, paymentTimeSec),
  ].join("\n")}\n`;
}

function comparison(reports: readonly ProfileReport[]): string[] {
  const [sync, later] = ["/orders/sync", "/orders/async"].map((path) => reports.find(({ profile }) => profile.path === path)?.report);
  if (sync === undefined || later === undefined || sync.taken === 0 || later.taken === 0) return [];
  const times = (ratio: number) => `${formatNumber(ratio)} times`;
  return [
    "",
    `Taken for later: ${times(later.takenPerSec / sync.takenPerSec)} as many a second, each answered in ${formatNumber((later.callMs.p50 / sync.callMs.p50) * 100)}% of the time.`,
  ];
}

/** What is accepted has to be worked off as well: the sum that is forgotten most often. */
function demand(reports: readonly ProfileReport[], paymentTimeSec: number): string[] {
  const accepted = reports.find(({ profile }) => profile.path === "/orders/async")?.report;
  if (accepted === undefined || accepted.taken === 0) return [];
  const places = Math.ceil(accepted.takenPerSec * paymentTimeSec);
  const most = Math.max(...PLACES);
  const growthPerSec = accepted.takenPerSec - most / paymentTimeSec;
  const growth = growthPerSec > 0 ? `; with ${most} the queue grows by ${formatRate(growthPerSec)}` : "";
  return ["", `To work off ${formatRate(accepted.takenPerSec)} as they come, ${formatCount(places, "payment place")} are needed${growth}.`];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
}

const PLACES = [1, 20, 100];
