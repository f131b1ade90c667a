import { ACTION_REPEATS_MS, evaluateAlarm, rangeOf, type Alarm } from "./alarm.ts";
import type { AlarmReport, AlarmState, Datapoint } from "./policy.ts";

/**
 * The two alarms behind every target tracking policy, and when their actions run.
 *
 * High: three datapoints of three above the target. Low: fifteen of fifteen below a share of it, 0.70 on EC2 Auto Scaling
 * and 0.90 in Application Auto Scaling. All observed on live accounts; AWS publishes none of it, says that it may change
 * (as-scaling-target-tracking), and since November 2024 tunes it by itself, which is not modelled. Missing data is
 * treated as missing.
 *
 * An action runs when its alarm begins and then once a minute while it lasts. With a period below a minute the alarms are
 * looked at every ten seconds, so that the first action comes sooner, but the repeats keep their minute.
 */
export class TargetAlarms {
  readonly high: Alarm;
  readonly low: Alarm;

  constructor(settings: { target: number; lowShare: number; periodMs: number }) {
    const { target, lowShare, periodMs } = settings;
    this.high = { comparison: "above", threshold: target, datapointsToAlarm: 3, evaluationPeriods: 3, periodMs };
    this.low = { comparison: "below", threshold: target * lowShare, datapointsToAlarm: 15, evaluationPeriods: 15, periodMs };
  }

  /** Periods that an expression has to be evaluated over. */
  get periods(): number {
    return rangeOf(this.low);
  }

  evaluate(before: AlarmPair, metric: readonly Datapoint[], now: number): AlarmPair {
    const high = evaluateAlarm(this.high, before.high, metric, now);
    const low = evaluateAlarm(this.low, before.low, metric, now);
    const began = (high === "alarm" && before.high !== "alarm") || (low === "alarm" && before.low !== "alarm");
    const holds = high === "alarm" || low === "alarm";
    const acts = holds && (began || now - before.actedAt >= ACTION_REPEATS_MS);
    return { high, low, actedAt: acts ? now : before.actedAt };
  }

  report({ high, low }: AlarmPair): AlarmReport[] {
    return [
      { name: "high", state: high, threshold: this.high.threshold, condition: condition(this.high) },
      { name: "low", state: low, threshold: this.low.threshold, condition: condition(this.low) },
    ];
  }
}

export interface AlarmPair {
  readonly high: AlarmState;
  readonly low: AlarmState;
  /** When an alarm's action last ran, milliseconds. */
  readonly actedAt: number;
}

export const NO_ALARMS: AlarmPair = { high: "insufficient-data", low: "insufficient-data", actedAt: -Infinity };

/** "3 of 3 above 100". */
export function condition({ datapointsToAlarm, evaluationPeriods, comparison, threshold }: Alarm): string {
  return `${datapointsToAlarm} of ${evaluationPeriods} ${comparison.replaceAll("-", " ")} ${rounded(threshold)}`;
}

/** To two decimals, for sentences. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
