import { meanSec } from "../kernel/distributions.ts";
import type { Scenario } from "../scenario/schema.ts";
import { slotsPerInstance } from "../scenario/slots.ts";
import { clockWords } from "./clock-words.ts";
import { formatCount, formatDuration, formatNumber } from "./format.ts";
import { endedAt } from "./instance-end.ts";
import type { EndCause, Result } from "./result.ts";

/**
 * Why messages waited, from the row at which they waited longest back to the one at which their wait began. The causes are
 * tried from the one that no policy could mend to the one that only the policy could. A clause that goes on after what
 * happened, with its comma.
 */
export function causeOfWait(result: Result, worst: number): string {
  const { columns, scenario } = result;
  const onset = rowWhereWaitBegan(result, worst);
  const at = (column: "timeMs" | "backlog" | "inService", row: number) => columns[column][row] ?? NaN;

  const ratePerSec = meanOf(columns.arrivalRatePerSec, onset + 1, worst);
  if (slotsNeeded(scenario, ratePerSec) > slotsAtMost(scenario)) {
    return `, because from ${clockWords(at("timeMs", onset), scenario) ?? formatDuration(at("timeMs", onset))} on ${needAndMaximum(scenario, ratePerSec)}`;
  }
  if (at("backlog", worst) < at("inService", worst) * slotsPerInstance(scenario)) return thoughFewWaited(result, at("backlog", worst));
  return `, because ${scenario.fleet.platform === "lambda" ? causeInMapping(result, onset, worst) : causeInCapacity(result, onset, worst)}`;
}

/** What the event source mapping of a Lambda function did between the rows. */
function causeInMapping({ columns, scenario, refusals }: Result, onset: number, worst: number): string {
  const { desired, timeMs } = columns;
  const [from, to] = [timeMs[onset] ?? NaN, timeMs[worst] ?? NaN];
  if (refusals.some(({ cause, at }) => cause === "concurrency" && at >= from && at <= to))
    return `the function's concurrency of ${formatNumber(scenario.fleet.lambda.concurrencyLimit)} was used up, and the rest throttled`;
  const [before, after] = [desired[onset] ?? NaN, desired[worst] ?? NaN];
  const maximum = formatNumber(scenario.fleet.max);
  if (after >= scenario.fleet.max) return `its maximum concurrency of ${maximum} was at work`;
  if (after < before)
    return `the mapping reads less while invocations fail: it went from ${formatNumber(before)} to ${formatNumber(after)} pollers`;
  return `the mapping adds no more than 300 pollers a minute: it had ${formatNumber(before)} when the wait began and ${formatNumber(after)} of ${maximum} at its worst`;
}

/** What the fleet and the policy did between the rows at which the wait began and was longest. */
function causeInCapacity(result: Result, onset: number, worst: number): string {
  const { columns, scenario } = result;
  const { desired, inService, timeMs } = columns;
  const maximum = formatCount(scenario.fleet.max, "instance");
  const sinceOnset = (row: number) => formatDuration((timeMs[row] ?? NaN) - (timeMs[onset] ?? NaN));
  const before = desired[onset] ?? NaN;

  const lowered = firstRow(desired, onset, worst, (value) => value < before);
  if (lowered !== undefined) {
    return `the policy went from ${formatNumber(before)} to ${formatCount(desired[lowered] ?? NaN, "instance")} ${sinceOnset(lowered)} after the wait began`;
  }
  const lost = causeInLosses(result, onset, worst);
  if (lost !== undefined) return lost;
  if ((inService[onset] ?? NaN) >= scenario.fleet.max) return `the maximum of ${maximum} was in service already`;
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

/** Instances that were taken away for another cause than the policy's, where they were a noticeable part of the fleet. */
function causeInLosses({ columns, instances, scenario }: Result, onset: number, worst: number): string | undefined {
  const from = (columns.timeMs[onset] ?? 0) - NOTICED_WITHIN_MS;
  const to = columns.timeMs[worst] ?? 0;
  const lost = new Map<string, number>();
  for (const record of instances) {
    const at = endedAt(record);
    const words = record.endCause === undefined || at < from || at > to ? undefined : LOSSES[record.endCause];
    if (words !== undefined) lost.set(words, (lost.get(words) ?? 0) + 1);
  }
  const [most] = [...lost].sort(([, one], [, other]) => other - one);
  if (most === undefined || most[1] < (columns.inService[onset] ?? 0) * NOTICEABLE_SHARE) return undefined;
  const [words, count] = most;
  const kind = scenario.fleet.platform === "ec2" ? "instance" : "task";
  return `${formatCount(count, kind)} ${words}`;
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

/** The last row before the worst at which the oldest message was younger than a tenth of the worst age; else the first. */
export function rowWhereWaitBegan({ columns }: Result, worst: number): number {
  const young = (columns.ageOfOldestMs[worst] ?? 0) / 10;
  let row = worst;
  while (row > 0 && (columns.ageOfOldestMs[row] ?? 0) >= young) row -= 1;
  return row;
}

function firstRow(column: Float64Array, after: number, to: number, holds: (value: number) => boolean): number | undefined {
  for (let row = after + 1; row <= to; row += 1) if (holds(column[row] ?? NaN)) return row;
  return undefined;
}

export function meanOf(column: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row <= to; row += 1) sum += column[row] ?? NaN;
  return sum / (to - from + 1);
}

const LOSSES: Readonly<Partial<Record<EndCause, string>>> = {
  deployment: "had to be replaced by new ones meanwhile",
  failed: "failed meanwhile",
  impaired: "had to be replaced for being impaired",
  "zone-outage": "went with a zone",
  "spot-interruption": "went back to Spot",
};
/** A wait begins some time after what causes it. */
const NOTICED_WITHIN_MS = 300_000;
const NOTICEABLE_SHARE = 0.1;

/** Slots busy on average at this rate (Little's law), retries left out: never more than are needed. */
export function slotsNeeded(scenario: Scenario, ratePerSec: number): number {
  return ratePerSec * meanSec(scenario.work.serviceTime);
}

export function slotsAtMost(scenario: Scenario): number {
  return scenario.fleet.max * slotsPerInstance(scenario);
}

export function needAndMaximum(scenario: Scenario, ratePerSec: number): string {
  const service = formatDuration(meanSec(scenario.work.serviceTime) * 1000);
  const need = formatNumber(Math.ceil(slotsNeeded(scenario, ratePerSec)));
  return `${formatNumber(ratePerSec)} messages/s of ${service} need ${need} slots; the maximum is ${formatNumber(slotsAtMost(scenario))}`;
}
