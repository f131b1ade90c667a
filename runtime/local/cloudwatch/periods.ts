import type { RequestFields } from "../request-fields.ts";

/** Which periods there are. */
export interface PeriodRules {
  /**
   * How long AWS's minute lasts here, milliseconds: the period of what SQS and Auto Scaling publish themselves, of metrics of
   * standard resolution, of alarm evaluations, and of the repeats of a scaling action. 60,000 on AWS.
   */
  readonly minuteMs: number;
}

/**
 * Reads a period, given in seconds: 1, 5, 10, 20, 30 or a multiple of 60 (API reference, GetMetricData). Where the minute is
 * shorter than AWS's, any whole number of seconds.
 */
export function readPeriodMs(fields: RequestFields, name: string, { minuteMs }: PeriodRules): number {
  const periodSec = fields.whole(name, { min: 1, max: 86_400 });
  const isAllowed = minuteMs < AWS_MINUTE_MS || SHORT_PERIODS_SEC.includes(periodSec) || periodSec % 60 === 0;
  if (!isAllowed) throw fields.invalid(name, `is ${periodSec} s, and has to be 1, 5, 10, 20, 30 or a multiple of 60 s`);
  return periodSec * 1000;
}

/** How often an alarm is evaluated: each minute, or six times as often when its period is shorter (alarm-evaluation). */
export function evaluationIntervalMs(periodMs: number, { minuteMs }: PeriodRules): number {
  return periodMs < minuteMs ? minuteMs / 6 : minuteMs;
}

const AWS_MINUTE_MS = 60_000;
const SHORT_PERIODS_SEC: readonly number[] = [1, 5, 10, 20, 30];
