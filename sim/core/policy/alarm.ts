import type { AlarmState, Datapoint } from "./policy.ts";

export type { AlarmState } from "./policy.ts";

/**
 * A CloudWatch alarm: M datapoints of the newest N beyond a threshold (CloudWatch User Guide, alarm-evaluation).
 *
 * Think of a doctor who wants three bad readings in a row before acting, and who looks a little further back in the file
 * when a reading is missing. Only when the file holds too few readings altogether does it matter what a missing one is
 * taken for.
 *
 * The awkward cases (alarms-and-missing-data):
 * - **The range looked at is longer than N**: 5 periods for N = 3, hence N + 2 here; the rule for other N is not
 *   published. As long as it holds N real datapoints, the newest N decide and gaps do not matter.
 * - **With fewer, gaps count as the alarm says**: `breaching` and `not-breaching` fill them; `ignore` keeps the state;
 *   `missing` keeps it too, and without any datapoint at all gives insufficient-data.
 * - **Too few to alarm, and yet**: with `missing`, when everything found breaches and the oldest of it lies at least M
 *   periods back, the state is alarm (`- - X - -` for M = 3); when it is younger, the alarm waits, so that a datapoint
 *   that is merely the first to arrive does not set it off (`- - - X -`). AWS tells this rule with two examples; that a
 *   datapoint within bounds anywhere in the range ends the matter as `ok` is our reading of them.
 *
 * Scaling actions repeat each minute while the alarm lasts. That is up to the policies, and to the period: an alarm is
 * evaluated every minute, with a period of 10 or 30 s every 10 s ({@link evaluateEveryMs}).
 */
export interface Alarm {
  readonly comparison: Comparison;
  readonly threshold: number;
  /** Datapoints that must breach (M), of the newest `evaluationPeriods` (N). */
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly periodMs: number;
  /** What a gap is taken for; `missing` when absent, as in CloudWatch. */
  readonly missing?: MissingData;
}

export type Comparison = "above" | "at-or-above" | "below" | "at-or-below";

export type MissingData = "missing" | "ignore" | "breaching" | "not-breaching";

/** State of `alarm` at `now`, given its state before and the datapoints published so far, oldest first. */
export function evaluateAlarm(alarm: Alarm, before: AlarmState, metric: readonly Datapoint[], now: number): AlarmState {
  const { datapointsToAlarm, evaluationPeriods, periodMs, missing = "missing" } = alarm;
  const range = evaluationPeriods + EXTRA_PERIODS;
  let found = 0;
  let breaching = 0;
  /** Periods back from now, 1 for the last complete one. */
  let oldestBreaching = 0;
  for (let index = metric.length - 1; index >= 0 && found < evaluationPeriods; index -= 1) {
    const point = metric[index] as Datapoint;
    const periodsBack = Math.floor((now - point.at) / periodMs);
    if (periodsBack > range) break;
    found += 1;
    if (!isBreaching(alarm, point.value)) continue;
    breaching += 1;
    oldestBreaching = periodsBack;
  }
  if (breaching >= datapointsToAlarm) return "alarm";
  if (found === evaluationPeriods) return "ok";
  if (missing === "not-breaching") return "ok";
  if (missing === "breaching") return breaching + evaluationPeriods - found >= datapointsToAlarm ? "alarm" : "ok";
  if (found === 0) return missing === "ignore" ? before : "insufficient-data";
  if (breaching < found) return "ok";
  return missing === "missing" && oldestBreaching >= datapointsToAlarm ? "alarm" : before;
}

function isBreaching({ comparison, threshold }: Alarm, value: number): boolean {
  switch (comparison) {
    case "above":
      return value > threshold;
    case "at-or-above":
      return value >= threshold;
    case "below":
      return value < threshold;
    case "at-or-below":
      return value <= threshold;
  }
}

/** Every minute; every 10 s for periods below a minute (CloudWatch User Guide, alarm-evaluation). */
export function evaluateEveryMs(periodMs: number): number {
  return periodMs < MINUTE_MS ? 10_000 : MINUTE_MS;
}

/** Alarm actions of the scaling kind repeat once a minute while the state lasts (CloudWatch User Guide, AlarmThatSendsEmail). */
export const ACTION_REPEATS_MS = 60_000;

/** Periods that an alarm of N = `evaluationPeriods` looks at. */
export function rangeOf({ evaluationPeriods }: Alarm): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

const MINUTE_MS = 60_000;
/** "Example: 5 points for N = 3" (alarms-and-missing-data). */
const EXTRA_PERIODS = 2;
