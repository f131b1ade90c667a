import { differenceInterval } from "../measure/confidence.ts";
import { formatCount, formatDuration, formatNumber, formatShare, formatSpread, formatUsd } from "../measure/format.ts";
import { fieldAt, kindTitleAt } from "../scenario/fields.ts";
import type { Scenario } from "../scenario/schema.ts";
import { differencesBetween } from "./differences.ts";
import { valueAt } from "./edits.ts";
import type { Plan, RecommendProgress } from "./recommend.ts";
import { figureOf, leastHeldShare, LEVEL, type Trial } from "./trial.ts";

/** A setting that a plan changes, as people read it. */
export interface Change {
  readonly path: string;
  /** "Minimum", "Policy". */
  readonly title: string;
  /** "2", "EC2 target tracking (target 100 messages/instance)". */
  readonly before: string;
  /** With its unit. */
  readonly after: string;
}

/** What has to be set otherwise to come from one scenario to the other. */
export function changesBetween(now: Scenario, planned: Scenario): Change[] {
  return differencesBetween([now, planned]).map(({ path, values: [before, after] }): Change => {
    const field = fieldAt(path.split("."), planned);
    const title = field?.title ?? path;
    if (path === "policy") return { path, title, before: policyText(now), after: policyText(planned) };
    return { path, title, before: valueText(before), after: `${valueText(after)}${unitText(field?.unit, after)}` };
  });
}

/** "EC2 target tracking (target 100 messages/instance)". */
function policyText(scenario: Scenario): string {
  const name = kindTitleAt(["policy"], scenario) ?? scenario.policy.kind;
  const told = ["policy.target", "policy.queueLength", "policy.limitSec"].flatMap((path) => {
    const value = valueAt(scenario, path);
    const field = fieldAt(path.split("."), scenario);
    if (typeof value !== "number" || field === undefined) return [];
    return [`${(field.title ?? path).toLowerCase()} ${formatNumber(value)} ${field.unit ?? ""}`.trim()];
  });
  return told.length === 0 ? name : `${name} (${told.join(", ")})`;
}

/** "2 to 10 instances, EC2 target tracking (target 100 messages/instance)"; "6 instances" of a fleet that never scales. */
export function settingsText(scenario: Scenario): string {
  const { min, max } = scenario.fleet;
  return min === max ? formatCount(min, "instance") : `${formatNumber(min)} to ${formatCount(max, "instance")}, ${policyText(scenario)}`;
}

/** "p99 of the age of the oldest message at most 5 min". */
export function objectiveText({ objective: { percentile, measure, limitSec } }: Scenario): string {
  const what = measure === "age" ? "age of the oldest message" : "latency";
  return `p${String(percentile)} of the ${what} at most ${formatDuration(limitSec * 1000)}`;
}

/** What a search looks into: "the least fleet that holds". */
export function stepText(step: RecommendProgress["step"]): string {
  return STEPS[step];
}

const STEPS: Readonly<Record<RecommendProgress["step"], string>> = {
  "least fleet": "the least fleet that holds",
  settings: "the settings of each policy",
  confirmation: "whether they hold with other random numbers",
  reserve: "how much more traffic it carries",
};

/**
 * What a plan comes to, in a sentence or two:
 *
 * - "The cheapest that holds: Headroom (age to hold 300 s), minimum 1. It held in 20 of 20 runs and costs $49.27 ± 0.4 a
 *   month, $37.54 (43.2 %) less than now."
 * - "The settings as they are are the cheapest found."
 */
export function planSentence(plan: Plan): string {
  const best = plan.proposals[0]?.trial;
  if (best === undefined) return `Nothing that was tried holds the objective${noFleetText(plan)}.`;
  const changes = changesBetween(plan.now.scenario, best.scenario);
  const cost = `${spreadText(best, "costPerMonthUsd", formatUsd)} a month`;
  const held = `held in ${heldText(best)} runs`;
  if (changes.length === 0) return `The settings are the cheapest found as they are: they ${held}, for ${cost}.`;
  const what = changes.map(({ path, title, after }) => (path === "policy" ? after : `${title.toLowerCase()} ${after}`)).join(", ");
  return `The cheapest found that holds: ${what}. It ${held} and costs ${cost}, ${againstNow(plan, best)}.`;
}

/** How sure that is, and how far it reaches. */
export function groundsSentence({ carriesTimes, proposals }: Plan): string {
  const best = proposals[0]?.trial;
  if (best === undefined) return "";
  const sure = `At ${formatShare(LEVEL)} confidence it holds in at least ${formatShare(Math.floor(leastHeldShare(best.outcomes.length) * 100) / 100)} of such runs`;
  if (carriesTimes === undefined) return `${sure}.`;
  if (carriesTimes === 1) return `${sure}; there is no room for more traffic.`;
  return `${sure}, and it carries ${carriesTimes >= 8 ? "8 times this traffic or more" : `about ${formatNumber(Number(carriesTimes.toPrecision(2)))} times this traffic`}.`;
}

/** "20 of 20". */
export function heldText({ outcomes }: Pick<Trial, "outcomes">): string {
  return `${String(outcomes.filter(({ held }) => held).length)} of ${String(outcomes.length)}`;
}

/** "$49.27 ± $0.40". */
export function spreadText(trial: Pick<Trial, "outcomes">, name: Parameters<typeof figureOf>[1], text: (value: number) => string): string {
  const { mean, halfWidth } = figureOf(trial, name);
  const spread = formatSpread(mean, halfWidth, text);
  return spread === "" || spread === "± 0" ? text(mean) : `${text(mean)} ${spread}`;
}

function againstNow({ now }: Plan, best: Trial): string {
  const costs = (trial: Trial) => trial.outcomes.map(({ costPerMonthUsd }) => costPerMonthUsd);
  const { mean } = differenceInterval(costs(now), costs(best), LEVEL);
  const nowUsd = figureOf(now, "costPerMonthUsd").mean;
  const share = nowUsd === 0 ? "" : ` (${formatShare(Math.abs(mean) / nowUsd)})`;
  const difference = mean === 0 ? "as much as now" : `${formatUsd(Math.abs(mean))}${share} ${mean < 0 ? "less" : "more"} than now`;
  return now.held ? difference : `${difference}, which held in ${heldText(now)} runs only`;
}

function noFleetText({ now, leastFixedFleet }: Plan): string {
  if (leastFixedFleet !== undefined) return "";
  const { percentile, measure, limitSec } = now.scenario.objective;
  const most = formatCount(Math.min(10_000, now.scenario.fleet.max * 16), "instance");
  return `: not even ${most} all the time keep the p${String(percentile)} of the ${measure} at ${formatDuration(limitSec * 1000)}`;
}

/** " instances", " instance" of one. */
function unitText(unit: string | undefined, value: unknown): string {
  if (unit === undefined || typeof value !== "number") return "";
  return ` ${value === 1 && /^\w{3,}s$/.test(unit) ? unit.slice(0, -1) : unit}`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
