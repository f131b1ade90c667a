import type { Scenario } from "../scenario/schema.ts";
import { causeOfWait, needAndMaximum, slotsAtMost, slotsNeeded } from "./cause.ts";
import { momentWords } from "./clock-words.ts";
import { interval } from "./confidence.ts";
import { formatCount, formatDuration, formatNumber, formatSpread, formatUsd } from "./format.ts";
import type { Result } from "./result.ts";

/** Does it hold? One sentence that a person would say. */
export interface Verdict {
  readonly held: boolean;
  /** Starts with "Holds:", "Holds in 3 of 5 runs:", "Misses:" or "Cannot hold:"; ends with a full stop. */
  readonly sentence: string;
}

/** What a verdict over several runs takes from each. */
export interface Outcome {
  readonly held: boolean;
  readonly measuredMs: number;
  /** Of what the objective measures, age or latency. */
  readonly worstMs: number;
  readonly costPerMonthUsd: number;
  readonly peakInstances: number;
  readonly dead: number;
  readonly expired: number;
}

export function outcomeOf({ summary, scenario }: Result): Outcome {
  return {
    held: summary.objective.held,
    measuredMs: summary.objective.measuredMs,
    worstMs: scenario.objective.measure === "age" ? summary.ageOfOldestMs.max : summary.latencyMs.max,
    costPerMonthUsd: summary.cost.perMonthUsd,
    peakInstances: summary.inService.max,
    dead: summary.messages.dead,
    expired: summary.messages.expired,
  };
}

/**
 * Judges a run and says why. Every cause named is read off the run's own columns; where they prove none, none is named.
 *
 * - "Holds: the oldest message stays under 5 min (p99 41 s), for about $412 / month, with 9 of 10 instances at the peak."
 * - "Misses: messages wait up to 6 min 20 s at 09:12 (p99 5 min 40 s; the limit is 5 min), because …"
 * - "Cannot hold: 60 messages/s of 3 s need 180 slots; the maximum is 40." This needs no simulation: by Little's law the
 *   jobs running on average are the rate times the mean service time, and the fleet at its maximum has fewer slots.
 *
 * @param runs Of all runs of the scenario, that of `result` among them: then figures are means with their 95 % intervals,
 *   and what only one run can show (a moment, a cause) is said to be of the run shown. One run alone when left out.
 */
export function verdict(result: Result, runs: readonly Outcome[] = [outcomeOf(result)]): Verdict {
  if (result.summary.messages.sent === 0) return { held: result.summary.objective.held, sentence: "Holds: no message arrived." };
  const held = runs.filter((run) => run.held).length;
  if (held === runs.length) return { held: true, sentence: holds(result, runs) };
  if (held > 0) return { held: false, sentence: holdsSometimes(result, runs, held) };
  return { held: false, sentence: cannotHold(result) ?? misses(result, runs) };
}

function holds({ scenario }: Result, runs: readonly Outcome[]): string {
  const { percentile, measure, limitSec } = scenario.objective;
  const limit = formatDuration(limitSec * 1000);
  const share = `${String(percentile)} %`;
  const always = runs.every(({ worstMs }) => worstMs <= limitSec * 1000);
  const atWorst = always ? "" : `, at worst ${told(runs, "worstMs", formatDuration)}`;
  const what =
    measure === "age"
      ? `the oldest message stays under ${limit}${always ? "" : ` ${share} of the time`}`
      : `${always ? "all" : share} of the messages are done within ${limit}`;
  return `Holds: ${what} (${measured(scenario, runs)}${atWorst}), ${price(scenario, runs)}${losses(scenario, runs)}.`;
}

function holdsSometimes({ scenario }: Result, runs: readonly Outcome[], held: number): string {
  const { percentile, measure, limitSec } = scenario.objective;
  const figure = `p${String(percentile)} ${measure} is ${told(runs, "measuredMs", formatDuration)}`;
  const limit = `the limit is ${formatDuration(limitSec * 1000)}`;
  return `Holds in ${String(held)} of ${String(runs.length)} runs: ${figure}, ${limit}; ${price(scenario, runs)}${losses(scenario, runs)}.`;
}

function cannotHold({ scenario, summary }: Result): string | undefined {
  const ratePerSec = summary.messages.sent / (summary.durationMs / 1000);
  const need = slotsNeeded(scenario, ratePerSec);
  return need <= slotsAtMost(scenario) ? undefined : `Cannot hold: ${needAndMaximum(scenario, ratePerSec)}.`;
}

function misses(result: Result, runs: readonly Outcome[]): string {
  const { summary, scenario } = result;
  const isAge = scenario.objective.measure === "age";
  const limit = `the limit is ${formatDuration(scenario.objective.limitSec * 1000)}`;
  const what = `messages ${isAge ? "wait" : "take"} up to ${told(runs, "worstMs", formatDuration)}`;
  const when = isAge ? momentWords(summary.worstAgeAtMs, scenario) : "";
  const figures = `(${measured(scenario, runs)}; ${limit})`;
  const worst = rowOfWorstAge(result);
  const cause = worst === undefined ? "" : causeOfWait(result, worst);
  const lost = losses(scenario, runs);
  if (runs.length > 1) return `Misses: ${what} ${figures}${lost}; in the run shown${when === "" ? "" : ` ${when}`}${cause}.`;
  return `Misses: ${what}${when === "" ? "" : ` ${when}`} ${figures}${cause}${lost}.`;
}

function measured({ objective }: Scenario, runs: readonly Outcome[]): string {
  return `p${String(objective.percentile)} ${told(runs, "measuredMs", formatDuration)}`;
}

function price({ fleet }: Scenario, runs: readonly Outcome[]): string {
  const peak = told(runs, "peakInstances", formatNumber);
  return `for about ${told(runs, "costPerMonthUsd", formatUsd)} / month, with ${peak} of ${formatCount(fleet.max, "instance")} at the peak`;
}

function losses({ queue }: Scenario, runs: readonly Outcome[]): string {
  const [dead, expired] = [meanOf(runs, "dead"), meanOf(runs, "expired")];
  const parts = [
    ...(dead > 0 ? [`${formatCount(dead, "message")} went to the dead-letter queue`] : []),
    ...(expired > 0 ? [`${formatCount(expired, "message")} expired after ${formatDuration(queue.retentionSec * 1000)}`] : []),
  ];
  return parts.length === 0 ? "" : `; ${runs.length > 1 ? "on average " : ""}${parts.join(" and ")}`;
}

type FigureOf = Exclude<keyof Outcome, "held">;

const LEVEL = 0.95;

/** A figure of all runs: its mean, and its interval where there are several that differ. */
function told(runs: readonly Outcome[], name: FigureOf, text: (value: number) => string): string {
  const values = runs.map((run) => run[name]);
  const { mean, halfWidth } = interval(values, LEVEL);
  const spread = formatSpread(mean, halfWidth, text);
  return spread === "" || spread === "± 0" ? text(mean) : `${text(mean)} ${spread}`;
}

function meanOf(runs: readonly Outcome[], name: FigureOf): number {
  return runs.reduce((sum, run) => sum + run[name], 0) / runs.length;
}

function rowOfWorstAge({ columns }: Result): number | undefined {
  let worst: number | undefined;
  let worstAge = 0;
  for (const [row, age] of columns.ageOfOldestMs.entries()) {
    if (age > worstAge) {
      worst = row;
      worstAge = age;
    }
  }
  return worst;
}
