import {
  formatCount,
  formatDuration,
  formatMoment,
  formatNumber,
  formatShare,
  formatUsd,
  formatUsdPerMonth,
  startOfRunMs,
  verdict,
  type DecisionRecord,
  type Quantiles,
  type Result,
} from "../../sim/index.ts";
import { table, type Row } from "./table.ts";

/**
 * The summary of a run for a person at a terminal: the verdict first, then the figures, then every decision that changed
 * the desired capacity with its reason. Ends with a line break.
 */
export function report(result: Result): string {
  const parts = [
    [result.scenario.name, verdict(result).sentence],
    table(figures(result)),
    ["Times, from the send to …", ...table(times(result), [1, 2, 3, 4, 5])],
    ...classes(result),
    ["Bill", ...table(bill(result), [1])],
    decisions(result),
    ...(result.scenario.alarms.length === 0 ? [] : [alarms(result)]),
    [`Digest ${result.digest}`],
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function figures(result: Result): Row[] {
  const { scenario, summary, seed } = result;
  const { messages, requests, objective } = summary;
  const start = startOfRunMs(scenario);
  const from = start === undefined ? "" : ` from ${formatMoment(0, start)} UTC`;
  const measure = scenario.objective.measure === "age" ? "age of the oldest message" : "latency";
  return [
    ["Run", `${formatDuration(summary.durationMs)}${from}, seed ${seed}`],
    [
      "Objective",
      `p${scenario.objective.percentile} of the ${measure} at most ${formatDuration(objective.limitMs)}; measured ${formatDuration(objective.measuredMs)}`,
    ],
    [
      "Messages",
      `${formatNumber(messages.sent)} sent, ${formatNumber(messages.deleted)} done, ${formatNumber(messages.dead)} dead-lettered, ${formatNumber(messages.expired)} expired`,
    ],
    [
      "Left at the end",
      `${formatNumber(messages.visible)} visible, ${formatNumber(messages.inFlight)} in flight, ${formatNumber(messages.delayed)} delayed`,
    ],
    [
      "Jobs",
      `${formatNumber(messages.failedJobs)} failed, ${formatNumber(messages.duplicateJobs)} done twice; slots busy ${formatShare(summary.busyShare)}`,
    ],
    ["Backlog", `${formatNumber(summary.backlog.mean)} on average, ${formatNumber(summary.backlog.max)} at most`],
    ["In flight", `${formatNumber(summary.inFlight.mean)} on average, ${formatNumber(summary.inFlight.max)} at most`],
    [
      "In service",
      `${formatNumber(summary.inService.mean)} on average, ${formatNumber(summary.inService.max)} at most, of ${scenario.fleet.min} to ${formatCount(scenario.fleet.max, "instance")}`,
    ],
    [
      "Scaling",
      `${formatCount(summary.reviews, "review")}, ${formatCount(summary.launches, "launch", "launches")}, ${formatCount(summary.terminations, "termination")}`,
    ],
    ...retained(result),
    [
      "Requests",
      `${formatNumber(requests.send)} sends, ${formatNumber(requests.receive)} receives (${formatNumber(requests.emptyReceive)} empty), ${formatNumber(requests.deleteBatch)} deletes, ${formatNumber(requests.changeVisibilityBatch)} visibility changes`,
    ],
  ];
}

/** Only where there are any: nobody but an operator ends them. */
function retained({ instances }: Result): Row[] {
  const count = instances.filter(({ stages }) => stages.at(-1)?.stage === "retained").length;
  return count === 0 ? [] : [["Retained", `${formatCount(count, "instance")}, billed until somebody ends them`]];
}

function times({ summary, scenario }: Result): Row[] {
  const row = (name: string, { mean, p50, p95, p99, max }: Quantiles) => [
    name,
    ...[mean, p50, p95, p99, max].map((ms) => formatDuration(ms)),
  ];
  return [
    ["", "mean", "p50", "p95", "p99", "worst"],
    row("first receive", summary.waitMs),
    row("delete", summary.latencyMs),
    [...row("(age of the oldest)", summary.ageOfOldestMs), worstAt(summary.worstAgeAtMs, startOfRunMs(scenario))],
  ];
}

/** What became of the messages of each class; nothing where there is one only. */
function classes({ summary }: Result): string[][] {
  const summaries = summary.workload?.classes;
  if (summaries === undefined) return [];
  const rows = summaries.map(({ name, sent, deleted, dead, expired, left, latencyMs }) => [
    name,
    ...[sent, deleted, dead, expired, left].map((count) => formatNumber(count)),
    formatDuration(latencyMs.p50),
    formatDuration(latencyMs.p99),
  ]);
  const headings = ["", "sent", "done", "dead-lettered", "expired", "left", "latency p50", "p99"];
  return [["Classes", ...table([headings, ...rows], [1, 2, 3, 4, 5, 6, 7])]];
}

function worstAt(atMs: number, startMs: number | undefined): string {
  return Number.isFinite(atMs) ? `at ${formatMoment(atMs, startMs)}` : "";
}

function bill({ summary }: Result): Row[] {
  const { lines, totalUsd, perMonthUsd, perMillionMessagesUsd } = summary.cost;
  return [
    ...lines.map(({ item, quantity, unit, usd }) => [item, formatUsd(usd), `${formatNumber(quantity)} ${unit}`]),
    ["In all", formatUsd(totalUsd), `${formatUsdPerMonth(perMonthUsd)}, ${formatUsd(perMillionMessagesUsd)} / million messages`],
  ];
}

function decisions(result: Result): string[] {
  const changes = [...result.decisions.entries()].filter(([, { desired, before }]) => desired !== before);
  const reviews = formatCount(result.summary.reviews, "review");
  if (changes.length === 0) return [`Decisions: none of ${reviews} changed the desired capacity`];
  const start = startOfRunMs(result.scenario);
  const clock = start === undefined ? "time elapsed" : "time, UTC";
  const title = `Decisions that changed the desired capacity: ${formatNumber(changes.length)} of ${reviews}`;
  const rows = changes.map(([index, decision]) => decisionRow(index, decision, start));
  return [title, ...table([["no.", clock, "instances", "limited by", "reason"], ...rows], [0])];
}

/** Numbered from 1, among all decisions that were kept, so that --why can ask for it. */
function decisionRow(index: number, { at, before, desired, reason, limitedBy }: DecisionRecord, startMs: number | undefined): Row {
  return [String(index + 1), formatMoment(at, startMs), `${before} → ${desired}`, limitedBy ?? UNLIMITED, reason.text];
}

/** Every change of the operators' alarms; one that goes off and tells nobody says so. */
function alarms({ alarms: transitions, scenario }: Result): string[] {
  const title = `Alarms: ${formatCount(transitions.length, "change")} of ${formatCount(scenario.alarms.length, "alarm")}`;
  if (transitions.length === 0) return [title];
  const start = startOfRunMs(scenario);
  const clock = start === undefined ? "time elapsed" : "time, UTC";
  const rows = transitions.map(({ at, alarm, from, to, told, text }) => [
    formatMoment(at, start),
    alarm,
    `${from} → ${to}`,
    to === "alarm" ? (told ?? "nobody") : "",
    text,
  ]);
  return [title, ...table([[clock, "alarm", "state", "tells", "because"], ...rows])];
}

/** Stands where no limit kept a decision from going where the policy wanted. */
const UNLIMITED = "·";
