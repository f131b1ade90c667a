import {
  BESIDE_WHAT,
  besideCells,
  besideReasons,
  curvesText,
  formatCount,
  formatDuration,
  formatNumber,
  UNKNOWN,
  type Beside,
  type Scenario,
} from "../../sim/index.ts";
import { isPageBuilt, pagePath } from "../ingest/page.ts";
import { GROUP_NAME } from "../local/run/local-parts.ts";
import type { LocalRun } from "../local/run/local-run.ts";
import type { Tally } from "../local/load/tally.ts";
import type { Measurement } from "../local/run/measurement.ts";
import type { PolicyAnswer } from "../local/autoscaling/scaling-policies.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";

/** Where everything is, and for a pipeline what to try. */
export function openingText({ parts, system }: LocalRun, controller: "aws" | "headroom"): string {
  const by = controller === "aws" ? "the embedded Auto Scaling's policies" : "the scenario's policy";
  const lines = [
    `The embedded AWS is at ${parts.host.url}, and the queue at ${parts.queueUrl}. The group, ${GROUP_NAME}, is scaled by ${by}. Ctrl-C stops it.`,
  ];
  if (parts.api === undefined || system === undefined) return lines.join("\n");
  lines.push(`The API of ${system.pipeline.name} is at ${parts.api.url}, and says what it takes at ${parts.api.url}/openapi.json.`);
  lines.push(
    ...pageLines(system.pipeline, parts.api.url),
    ...system.places.map((place) => `${place}.`),
    "To try it:",
    `  ${parts.api.curl}`,
  );
  return lines.join("\n");
}

function pageLines({ name, page }: Pipeline, apiUrl: string): string[] {
  if (page === undefined) return [];
  const address = `${apiUrl}${pagePath(page)}`;
  return [
    isPageBuilt(page)
      ? `The page of ${name} is at ${address}.`
      : `The page of ${name} is not built: run \`npm run build\`, and then it is at ${address}.`,
  ];
}

/** What a pipeline's API and stores came to; nothing for a scenario alone. To be asked while they are still there. */
export async function systemTextOf({ apiTraffic, system }: LocalRun): Promise<string> {
  if (system === undefined) return "";
  const contents = await system.contents();
  const lines = [
    ...(apiTraffic === undefined ? [] : [answersText(apiTraffic.tally)]),
    ...(contents.length === 0 ? [] : [`The stores held ${contents.join(", ")}.`]),
  ];
  return `\n${lines.join("\n")}\n`;
}

function answersText({ sent, taken, gaveUp, failed }: Tally): string {
  const refused = [...failed].map(([code, count]) => `, ${formatNumber(count)} ended with ${code}`).join("");
  const left = gaveUp === 0 ? "" : `, ${formatNumber(gaveUp)} callers gave up`;
  return `Of ${formatNumber(sent)} requests the API took ${formatNumber(taken)}${refused}${left}.`;
}

/** What a local run came to, for a person at a terminal. */
export function measuredText(scenario: Scenario, { rows, latencyMs, forMs }: Measurement, answers: readonly PolicyAnswer[]): string {
  const last = rows.at(-1);
  const changes = answers.filter(({ before, desired }) => before !== desired);
  const quantile = (share: number) => (latencyMs.count === 0 ? UNKNOWN : formatDuration(latencyMs.quantile(share)));
  const lines = [
    scenario.name,
    "",
    `Ran ${formatDuration(forMs)}; ${formatCount(last?.queue.sent ?? 0, "message")} sent, ${formatNumber(last?.queue.deleted ?? 0)} done, ${formatNumber(last?.deadLetters ?? 0)} dead-lettered.`,
    `Latency p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, p99 ${quantile(0.99)}.`,
    `${formatCount(last?.ready ?? 0, "instance")} at the end, ${formatNumber(last?.desired ?? 0)} desired.`,
    "",
    changes.length === 0 ? "Nothing was scaled." : "Decisions",
    ...changes.map(
      ({ at, before, desired, reason }) => `  ${new Date(at).toISOString().slice(11, 19)}  ${before} → ${desired}  ${reason.text}`,
    ),
  ];
  return `\n${lines.join("\n")}\n`;
}

/** Measured beside simulated, and what is left between them. */
export function validationText(beside: Beside): string {
  const rows = beside.comparisons.map((comparison) => [comparison.figure, ...besideCells(comparison)]);
  const table = [["", "measured", "simulated", "error"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = [
    `Measured beside simulated. ${BESIDE_WHAT}`,
    "",
    ...table.map((cells) =>
      cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("   "),
    ),
    "",
    curvesText(beside),
    "",
    "What is left between them:",
    ...besideReasons(beside).map((reason) => `  ${reason}`),
  ];
  return `\n${lines.join("\n")}\n`;
}
