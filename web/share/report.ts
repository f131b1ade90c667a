import { formatNumber, formatUsd, type Scenario } from "../../sim/index.ts";
import { clockOf, momentText } from "../chart/clock.ts";
import { changesOf } from "../chart/marks.ts";
import { summaryOf, type Form } from "../settings/arrangement.ts";
import { tellFigures } from "../verdict/figures.ts";
import type { Estimated, RunView } from "../worker/sim-api.ts";

/** Decisions listed; the rest is counted. */
const MOST_DECISIONS = 60;

interface Given {
  readonly scenario: Scenario;
  readonly view: RunView;
  readonly estimated: Estimated | undefined;
  readonly form: Form;
}

/** A run as a Markdown document: what was asked, what came out, how sure that is, and what was decided when. */
export function reportOf(given: Given): string {
  const { scenario, view, estimated } = given;
  const runs = estimated === undefined ? "One run." : `Means of ${String(estimated.runs)} runs with 95 % intervals; the rest is of run 1.`;
  return [
    `# ${line(scenario.name)}`,
    ...(scenario.lesson === "" ? [] : [line(scenario.lesson)]),
    `**${line((estimated?.verdict ?? view.verdict).sentence)}**`,
    `${runs} Seed ${String(view.seed)}, digest \`${view.digest}\`: the same scenario and seed give the same bytes everywhere.`,
    "## Figures",
    figures(given),
    "## Settings",
    settings(given),
    "## Scaling decisions",
    decisions(given),
    "## Bill of this run",
    bill(view),
    "",
  ].join("\n\n");
}

function figures({ scenario, view, estimated }: Given): string {
  const told = tellFigures({ scenario, figures: view.figures, estimates: estimated?.estimates, base: undefined });
  return table(
    ["Figure", "Value", "± 95 %"],
    told.map(({ label, value, after, spread }) => [label, `${value}${after === "" ? "" : ` ${after}`}`, spread.replace(/^± /, "")]),
  );
}

function settings({ scenario, form }: Given): string {
  const rows = form.sections.map((section) => [section.title, summaryOf(section, scenario)]).filter(([, summary]) => summary !== "");
  return table(["Section", "In short"], rows);
}

function decisions({ scenario, view }: Given): string {
  const changes = changesOf(view.decisions);
  if (changes.length === 0) return "The policy changed nothing.";
  const clock = clockOf(scenario);
  const rows = changes
    .slice(0, MOST_DECISIONS)
    .map(({ at, before, desired, reason, limitedBy }) => [
      momentText(clock, at),
      `${String(before)} → ${String(desired)}`,
      reason.text,
      limitedBy ?? "",
    ]);
  const more = changes.length - MOST_DECISIONS;
  return table(["Time", "Instances", "Reason", "Limited by"], rows) + (more > 0 ? `\n\nAnd ${formatNumber(more)} more.` : "");
}

function bill({ summary }: RunView): string {
  const { lines, totalUsd, perMonthUsd, perMillionMessagesUsd } = summary.cost;
  return table(
    ["Item", "Quantity", "Cost"],
    [
      ...lines.map(({ item, quantity, unit, usd }) => [item, `${formatNumber(quantity)} ${unit}`, formatUsd(usd)]),
      ["In all", "", formatUsd(totalUsd)],
      ["A month of 730 hours", "", formatUsd(perMonthUsd)],
      ["A million messages", "", formatUsd(perMillionMessagesUsd)],
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map((cell) => line(cell ?? "")).join(" | ")} |`);
  return lines.join("\n");
}

/** On one line, and without what Markdown or HTML would take for its own: names come from files and links of strangers. */
function line(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|#]/g, (mark) => `\\${mark}`);
}
