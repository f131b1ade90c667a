import { meanSec } from "../kernel/distributions.ts";
import type { Scenario } from "../scenario/schema.ts";
import { formatCount, formatDuration, formatMoment, formatNumber, formatUsdPerMonth, startOfRunMs, timeOfDay } from "./format.ts";
import type { Result } from "./result.ts";

/** Does it hold? One sentence that a person would say. */
export interface Verdict {
  readonly held: boolean;
  /** Starts with "Holds:", "Misses:" or "Cannot hold:"; ends with a full stop. */
  readonly sentence: string;
}

/**
 * Judges a run and says why. Every cause named is read off the run's own columns; where they prove none, none is named.
 *
 * - "Holds: the oldest message stays under 5 min (p99 41 s), for about $412 / month, with 9 of 10 instances at the peak."
 * - "Misses: messages wait up to 6 min 20 s at 09:12 (p99 5 min 40 s; the limit is 5 min), because …"
 * - "Cannot hold: 60 messages/s of 3 s need 180 slots; the maximum is 40." This needs no simulation: by Little's law the
 *   jobs running on average are the rate times the mean service time, and the fleet at its maximum has fewer slots.
 */
export function verdict(result: Result): Verdict {
  const { objective, messages } = result.summary;
  if (messages.sent === 0) return { held: objective.held, sentence: "Holds: no message arrived." };
  if (objective.held) return { held: true, sentence: holds(result) };
  return { held: false, sentence: cannotHold(result) ?? misses(result) };
}

function holds(result: Result): string {
  const { summary, scenario } = result;
  const { objective, inService, cost } = summary;
  const limit = formatDuration(objective.limitMs);
  const figures = `p${String(scenario.objective.percentile)} ${formatDuration(objective.measuredMs)}`;
  const share = `${String(scenario.objective.percentile)} %`;
  const worst = scenario.objective.measure === "age" ? summary.ageOfOldestMs.max : summary.latencyMs.max;
  const always = worst <= objective.limitMs;
  const atWorst = always ? "" : `, at worst ${formatDuration(worst)}`;
  const what =
    scenario.objective.measure === "age"
      ? `the oldest message stays under ${limit}${always ? "" : ` ${share} of the time`}`
      : `${always ? "all" : share} of the messages are done within ${limit}`;
  const money = `for about ${formatUsdPerMonth(cost.perMonthUsd)}`;
  const capacity = `with ${formatNumber(inService.max)} of ${formatCount(scenario.fleet.max, "instance")} at the peak`;
  return `Holds: ${what} (${figures}${atWorst}), ${money}, ${capacity}${losses(result)}.`;
}

function cannotHold({ scenario, summary }: Result): string | undefined {
  const ratePerSec = summary.messages.sent / (summary.durationMs / 1000);
  const need = slotsNeeded(scenario, ratePerSec);
  return need <= slotsAtMost(scenario) ? undefined : `Cannot hold: ${needAndMaximum(scenario, ratePerSec)}.`;
}

function misses(result: Result): string {
  const { summary, scenario } = result;
  const { objective } = summary;
  const measured = `p${String(scenario.objective.percentile)} ${formatDuration(objective.measuredMs)}`;
  const limit = `the limit is ${formatDuration(objective.limitMs)}`;
  const what =
    scenario.objective.measure === "age"
      ? `messages wait up to ${formatDuration(summary.ageOfOldestMs.max)} ${moment(summary.worstAgeAtMs, scenario)} (${measured}; ${limit})`
      : `messages take up to ${formatDuration(summary.latencyMs.max)} (${measured}; ${limit})`;
  return `Misses: ${what}${causeOf(result)}${losses(result)}.`;
}

function losses({ summary, scenario }: Result): string {
  const { dead, expired } = summary.messages;
  const parts = [
    ...(dead > 0 ? [`${formatCount(dead, "message")} went to the dead-letter queue`] : []),
    ...(expired > 0 ? [`${formatCount(expired, "message")} expired after ${formatDuration(scenario.queue.retentionSec * 1000)}`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(" and ")}`;
}

/**
 * Why messages waited, from the worst sample back to the moment their wait began. The causes are tried from the one that
 * no policy could mend to the one that only the policy could. A clause that goes on after "Misses: …"; empty for none.
 */
function causeOf(result: Result): string {
  const { columns, scenario } = result;
  const worst = rowOfWorstAge(result);
  if (worst === undefined) return "";
  const onset = rowWhereWaitBegan(result, worst);
  const at = (column: "timeMs" | "backlog" | "inService", row: number) => columns[column][row] ?? NaN;

  const ratePerSec = meanOf(columns.arrivalRatePerSec, onset + 1, worst);
  if (slotsNeeded(scenario, ratePerSec) > slotsAtMost(scenario)) {
    return `, because from ${clockTime(at("timeMs", onset), scenario) ?? formatDuration(at("timeMs", onset))} on ${needAndMaximum(scenario, ratePerSec)}`;
  }
  if (at("backlog", worst) < at("inService", worst) * scenario.worker.slots) return thoughFewWaited(result, at("backlog", worst));
  return `, because ${causeInCapacity(result, onset, worst)}`;
}

/** What the fleet and the policy did between the rows at which the wait began and was longest. */
function causeInCapacity({ columns, scenario }: Result, onset: number, worst: number): string {
  const { desired, inService, timeMs } = columns;
  const maximum = formatCount(scenario.fleet.max, "instance");
  const sinceOnset = (row: number) => formatDuration((timeMs[row] ?? NaN) - (timeMs[onset] ?? NaN));
  const before = desired[onset] ?? NaN;

  if ((inService[onset] ?? NaN) >= scenario.fleet.max) return `the maximum of ${maximum} was in service already`;
  const lowered = firstRow(desired, onset, worst, (value) => value < before);
  if (lowered !== undefined) {
    return `the policy went from ${formatNumber(before)} to ${formatCount(desired[lowered] ?? NaN, "instance")} ${sinceOnset(lowered)} after the wait began`;
  }
  const asked = firstRow(desired, onset, worst, (value) => value > before);
  const grown = firstRow(inService, onset, worst, (value) => value > (inService[onset] ?? NaN));
  if (grown !== undefined) {
    const decided = asked === undefined ? "" : ` (the decision for it took ${sinceOnset(asked)})`;
    return `the first new instance came into service ${sinceOnset(grown)} after the wait began${decided}`;
  }
  if (asked !== undefined) {
    return `no new instance was in service yet, ${sinceOnset(worst)} after the wait began (the decision for one took ${sinceOnset(asked)})`;
  }
  return `the policy asked for no more than ${formatNumber(before)} of ${maximum}`;
}

/** With fewer visible messages than slots, the oldest is hardly one that found no slot: it was hidden, or its job takes long. */
function thoughFewWaited({ summary, scenario }: Result, visible: number): string {
  const { failedJobs, duplicateJobs } = summary.messages;
  const timeout = formatDuration(scenario.queue.visibilityTimeoutSec * 1000);
  const delay = scenario.worker.retryDelaySec === null ? timeout : formatDuration(scenario.worker.retryDelaySec * 1000);
  const facts = [
    ...(failedJobs > 0 ? [`${formatCount(failedJobs, "attempt")} failed, and a message stays hidden for ${delay} after that`] : []),
    ...(duplicateJobs > 0 ? [`${formatCount(duplicateJobs, "job")} outlived the visibility timeout of ${timeout} and ran again`] : []),
  ];
  const waiting = visible === 0 ? "no message was" : visible === 1 ? "only 1 message was" : `only ${formatCount(visible, "message")} were`;
  return `, though ${waiting} visible then${facts.length === 0 ? "" : `: ${facts.join("; ")}`}`;
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

/** The last row before the worst at which the oldest message was younger than a tenth of the worst age; else the first. */
function rowWhereWaitBegan({ columns }: Result, worst: number): number {
  const young = (columns.ageOfOldestMs[worst] ?? 0) / 10;
  let row = worst;
  while (row > 0 && (columns.ageOfOldestMs[row] ?? 0) >= young) row -= 1;
  return row;
}

function firstRow(column: Float64Array, after: number, to: number, holds: (value: number) => boolean): number | undefined {
  for (let row = after + 1; row <= to; row += 1) if (holds(column[row] ?? NaN)) return row;
  return undefined;
}

function meanOf(column: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row <= to; row += 1) sum += column[row] ?? NaN;
  return sum / (to - from + 1);
}

/** Slots busy on average at this rate (Little's law), retries left out: never more than are needed. */
function slotsNeeded(scenario: Scenario, ratePerSec: number): number {
  return ratePerSec * meanSec(scenario.work.serviceTime);
}

function slotsAtMost({ fleet, worker }: Scenario): number {
  return fleet.max * worker.slots;
}

function needAndMaximum(scenario: Scenario, ratePerSec: number): string {
  const service = formatDuration(meanSec(scenario.work.serviceTime) * 1000);
  const need = formatNumber(Math.ceil(slotsNeeded(scenario, ratePerSec)));
  return `${formatNumber(ratePerSec)} messages/s of ${service} need ${need} slots; the maximum is ${formatNumber(slotsAtMost(scenario))}`;
}

/** "at 09:12", "on day 3 at 09:12", "on 2014-04-11 at 09:12", or, where the traffic has no hours, "after 9 h 12 min". */
function moment(atMs: number, scenario: Scenario): string {
  const clock = clockTime(atMs, scenario);
  if (clock === undefined) return `after ${formatDuration(atMs)}`;
  return `${clock.includes(" ") ? "on" : "at"} ${clock}`;
}

/** "09:12", "day 3 at 09:12", "2014-04-11 at 09:12"; undefined for traffic that knows neither the date nor the hour. */
function clockTime(atMs: number, scenario: Scenario): string | undefined {
  const start = startOfRunMs(scenario);
  if (start !== undefined) {
    const [day = "", time = ""] = formatMoment(atMs, start).split(" ");
    return `${day} at ${time.slice(0, 5)}`;
  }
  if (!("peakAtHour" in scenario.traffic)) return undefined;
  const day = Math.floor(atMs / 86_400_000);
  const time = timeOfDay(atMs, { seconds: false });
  return day === 0 ? time : `day ${String(day + 1)} at ${time}`;
}
