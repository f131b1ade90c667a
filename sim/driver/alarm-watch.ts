import { evaluateAlarm, evaluateEveryMs, rangeOf, type Alarm } from "../core/policy/alarm.ts";
import { evaluateMetric, type MetricExpression, type PeriodStatistic } from "../core/policy/metric-math.ts";
import type { AlarmState, Datapoint, Published } from "../core/policy/policy.ts";
import { condition, rounded } from "../core/policy/target-alarms.ts";
import type { AlarmSummary, AlarmTransition } from "../measure/result.ts";
import type { MetricFeed } from "../model/metric-feed.ts";

/**
 * Operators' alarms on a time line: evaluates each on what is published by then, and keeps every change of state.
 *
 * An alarm starts without data, as a new one does. It tells its topic when it goes off, not while it lasts (CloudWatch
 * User Guide, AlarmThatSendsEmail); without a topic, or with its actions disabled, it goes off and nobody hears of it.
 */
export class AlarmWatch {
  /** In order; of a very long run only the first 100,000. */
  readonly transitions: AlarmTransition[] = [];

  private readonly feed: MetricFeed;
  private readonly atSecond: number;
  private readonly watched: Watched[];

  constructor(options: { alarms: readonly OperatorAlarm[]; feed: MetricFeed; atSecond: number }) {
    this.feed = options.feed;
    this.atSecond = options.atSecond;
    this.watched = options.alarms.map((alarm) => ({ alarm, state: "insufficient-data", since: 0, alarmMs: 0, wentOff: 0 }));
  }

  /** When the alarms are to be evaluated first, milliseconds; undefined when there are none. */
  get firstAt(): number | undefined {
    return this.watched.length === 0 ? undefined : (this.atSecond * SEC) % this.everyMs;
  }

  /** Evaluates the alarms whose turn it is; returns when the next is due. */
  evaluate(now: number): number {
    const published = this.feed.history(now);
    for (const watched of this.watched) {
      const everyMs = evaluateEveryMs(watched.alarm.rule.periodMs);
      if ((now - this.atSecond * SEC) % everyMs === 0) this.evaluateOne(watched, published, now);
    }
    return now + this.everyMs;
  }

  /** In the order of the scenario. */
  summaries(endMs: number): AlarmSummary[] {
    return this.watched.map(({ alarm, state, since, alarmMs, wentOff }) => ({
      name: alarm.name,
      state,
      wentOff,
      inAlarmMs: alarmMs + (state === "alarm" ? endMs - since : 0),
      isSilent: alarm.notifies === undefined,
    }));
  }

  private get everyMs(): number {
    return this.watched.reduce((least, { alarm }) => Math.min(least, evaluateEveryMs(alarm.rule.periodMs)), Infinity);
  }

  private evaluateOne(watched: Watched, published: Published, now: number): void {
    const { alarm, state: from } = watched;
    const { rule, metric, statistic } = alarm;
    const everyMs = evaluateEveryMs(rule.periodMs);
    const endsAt = Math.floor(now / everyMs) * everyMs;
    const series = evaluateMetric(metric, published, { periodMs: rule.periodMs, periods: rangeOf(rule), endsAt, statistic });
    const to = evaluateAlarm(rule, from, series, now);
    if (to === from) return;
    if (from === "alarm") watched.alarmMs += now - watched.since;
    watched.state = to;
    watched.since = now;
    if (to === "alarm") watched.wentOff += 1;
    if (this.transitions.length >= MOST_TRANSITIONS) return;
    const datapoints = series.slice(-rule.evaluationPeriods);
    const told = to === "alarm" ? alarm.notifies : undefined;
    this.transitions.push({ at: now, alarm: alarm.name, from, to, datapoints, text: sentence(alarm, to, datapoints), told });
  }
}

/** An alarm of people's own. */
export interface OperatorAlarm {
  readonly name: string;
  readonly rule: Alarm;
  readonly metric: MetricExpression;
  readonly statistic: PeriodStatistic;
  /** Who hears of it when it goes off; undefined for nobody. */
  readonly notifies: string | undefined;
}

/** Datapoints of each metric that the alarms look back over, of a feed with this period. */
export function datapointsNeeded(alarms: readonly OperatorAlarm[], periodMs: number): number {
  return alarms.reduce((most, { rule }) => Math.max(most, Math.ceil(((rangeOf(rule) + 1) * rule.periodMs) / periodMs)), 0);
}

interface Watched {
  readonly alarm: OperatorAlarm;
  state: AlarmState;
  since: number;
  alarmMs: number;
  wentOff: number;
}

/** "visible: 1200, 1350, 1500; 3 of 3 above 1000." */
function sentence({ metric, rule }: OperatorAlarm, to: AlarmState, datapoints: readonly Datapoint[]): string {
  if (datapoints.length === 0) return `${metric.text} has no datapoint in ${rangeOf(rule)} periods; it alarms at ${condition(rule)}.`;
  const seen = datapoints.map(({ value }) => rounded(value)).join(", ");
  return `${metric.text} is ${seen}; ${to === "alarm" ? condition(rule) : `not ${condition(rule)}`}.`;
}

const SEC = 1000;
const MOST_TRANSITIONS = 100_000;
