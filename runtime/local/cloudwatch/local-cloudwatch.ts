import { realClock, type WakeClock } from "../wake-clock.ts";
import { RealCalendar } from "../real-calendar.ts";
import type { AwsRecord, AwsService } from "../service.ts";
import { readAlarm } from "./alarm-definition.ts";
import { alarmOperations } from "./alarm-operations.ts";
import { Alarms, type AlarmEvent, type LiveAlarm } from "./alarms.ts";
import { fieldsOf } from "./errors.ts";
import { metricOperations } from "./metric-operations.ts";
import { newestOf, readQueries, type MetricQuery } from "./metric-queries.ts";
import { MetricStore } from "./metric-store.ts";
import { OwnMetrics, type GroupFigures, type PublicationSettings, type QueueFigures } from "./own-metrics.ts";
import type { PeriodRules } from "./periods.ts";

export interface LocalCloudWatchOptions {
  /** Default: the machine's. */
  readonly clock?: WakeClock;
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /**
   * How long AWS's minute lasts here, milliseconds, in whole seconds; see {@link PeriodRules}. Default: 60,000, as on AWS. A
   * shorter one lets a loop be closed in seconds; then any whole number of seconds is a period.
   */
  readonly minuteMs?: number;
  /** Periods begin at multiples of their length after this instant, milliseconds since 1970. Default: 0, as on AWS. */
  readonly originMs?: number;
  /** When within a minute alarms are evaluated, 0 to below 1. Default: 47/60. On AWS each alarm has a second of its own. */
  readonly evaluatedAt?: number;
  /** Default: readable after 45 s, nothing slips, and queues sleep after six hours. */
  readonly publication?: Partial<PublicationSettings>;
  /** From PutMetricData to its datapoint being readable, milliseconds. Default: 0. */
  readonly putLagMs?: number;
  /** What SQS tells of its queues. Default: there are none. */
  readonly queueFigures?: () => readonly QueueFigures[];
  /** What Auto Scaling tells of the groups whose metrics are collected. Default: there are none. */
  readonly groupFigures?: () => readonly GroupFigures[];
  /** Carries out alarm actions that are policies of Auto Scaling, and says what came of it. Default: they fail. */
  readonly scale?: (policyArn: string, event: AlarmEvent) => string;
  /** Publishes to a topic. Default: such actions fail. */
  readonly notify?: (topicArn: string, notification: { readonly subject: string; readonly message: string }) => void;
}

/**
 * CloudWatch on this machine: metrics, metric math, and alarms that are evaluated by the simulator's own rules and act.
 *
 * Everything is in memory and ends with the process. What differs from AWS is told in `docs/local-fleet.md`.
 */
export class LocalCloudWatch {
  readonly service: AwsService;
  readonly alarmArnPrefix: string;

  private readonly calendar: RealCalendar;
  private readonly store: MetricStore;
  private readonly alarms: Alarms;
  private readonly own: OwnMetrics;
  private readonly rules: PeriodRules;
  private readonly options: LocalCloudWatchOptions;

  constructor(options: LocalCloudWatchOptions = {}) {
    const {
      clock = realClock(),
      accountId = "000000000000",
      region = "us-east-1",
      minuteMs = MINUTE_MS,
      originMs = 0,
      putLagMs = 0,
    } = options;
    this.options = options;
    this.rules = { minuteMs };
    this.store = new MetricStore({ minuteMs, originMs });
    this.alarmArnPrefix = `arn:aws:cloudwatch:${region}:${accountId}`;
    this.alarms = new Alarms({
      store: this.store,
      rules: this.rules,
      act: (action, event) => this.act(action, event),
      arnPrefix: this.alarmArnPrefix,
    });
    this.own = new OwnMetrics({ store: this.store, settings: { ...USUAL_PUBLICATION, ...options.publication }, minuteMs });
    this.calendar = new RealCalendar(clock, (kind, _subject, now) => this.happens(kind, now));
    this.scheduleFirst(originMs);
    const settle = () => this.settle();
    const { store, rules, alarms } = this;
    this.service = {
      name: "monitoring",
      protocol: "json-1.0",
      version: "GraniteServiceVersion20100801",
      operations: { ...metricOperations({ store, rules, putLagMs, settle }), ...alarmOperations({ alarms, rules, settle }) },
    };
  }

  /** Puts an alarm from within this process, as PutMetricAlarm with these fields would. */
  putAlarm(input: AwsRecord): void {
    this.alarms.put(readAlarm(fieldsOf(input), this.rules), this.settle());
  }

  alarm(name: string): LiveAlarm | undefined {
    return this.alarms.get(name);
  }

  deleteAlarm(name: string): void {
    this.alarms.delete(name, this.settle());
  }

  /** Reads queries as those of an alarm or of GetMetricData. */
  readQueries(list: readonly AwsRecord[]): readonly MetricQuery[] {
    return readQueries(list.map(fieldsOf), this.rules);
  }

  /** The newest datapoints of the query that returns data, oldest first, as an alarm would see them now. */
  newest(queries: readonly MetricQuery[], periods: number): readonly { readonly at: number; readonly value: number }[] {
    const now = this.settle();
    const watched = queries.find(({ returnsData }) => returnsData);
    if (watched === undefined) return [];
    return newestOf(watched.id, { queries, store: this.store, periodMs: watched.periodMs, periods, now }).slice(-periods);
  }

  /** Lets nothing happen any more by itself. */
  stop(): void {
    this.calendar.stop();
  }

  private settle(): number {
    const now = this.calendar.settle();
    this.store.settle(now);
    return now;
  }

  /** Those due at once come in this order: what has ended is published before anybody looks at it. */
  private scheduleFirst(originMs: number): void {
    const { minuteMs } = this.rules;
    // Strictly later than now: a minute that ends right now was nobody's.
    const next = (everyMs: number, offsetMs: number) => {
      const from = originMs + offsetMs;
      return from + Math.max(0, Math.floor((this.calendar.now - from) / everyMs) + 1) * everyMs;
    };
    const offsetMs = Math.round((this.options.evaluatedAt ?? USUAL_EVALUATION) * minuteMs);
    this.calendar.scheduleControl(next(minuteMs, minuteMs), EVENT.minuteEnded, 0);
    this.calendar.scheduleControl(next(minuteMs / 6, offsetMs), EVENT.quickAlarmsDue, 0);
    this.calendar.scheduleControl(next(minuteMs, offsetMs), EVENT.alarmsDue, 0);
  }

  private happens(kind: number, now: number): void {
    const { minuteMs } = this.rules;
    this.store.settle(now);
    if (kind === EVENT.minuteEnded) {
      const { queueFigures, groupFigures } = this.options;
      this.calendar.scheduleControl(now + minuteMs, kind, 0);
      this.own.minuteEnded(queueFigures?.() ?? [], groupFigures?.() ?? [], now);
      return;
    }
    const everyMs = kind === EVENT.alarmsDue ? minuteMs : minuteMs / 6;
    this.calendar.scheduleControl(now + everyMs, kind, 0);
    this.alarms.evaluate(everyMs, now);
  }

  private act(action: string, event: AlarmEvent): string {
    const { scale, notify } = this.options;
    if (action.includes(":autoscaling:") && scale !== undefined) return scale(action, event);
    if (action.includes(":sns:") && notify !== undefined) {
      notify(action, notificationOf(event));
      return "published";
    }
    throw new Error("Nobody here takes actions of this kind.");
  }
}

/** As CloudWatch writes to a topic, as far as it concerns whoever reads it. */
function notificationOf({ alarm, alarmArn, before, state, reason, at }: AlarmEvent) {
  const [, , , region = "", accountId = ""] = alarmArn.split(":");
  return {
    subject: `${state}: "${alarm.name}" in ${region}`,
    message: JSON.stringify({
      AlarmName: alarm.name,
      AlarmDescription: alarm.described["AlarmDescription"] ?? null,
      AWSAccountId: accountId,
      NewStateValue: state,
      NewStateReason: reason,
      StateChangeTime: new Date(at).toISOString(),
      Region: region,
      AlarmArn: alarmArn,
      OldStateValue: before,
      OKActions: alarm.actions.OK,
      AlarmActions: alarm.actions.ALARM,
      InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
      Trigger: alarm.described,
    }),
  };
}

const EVENT = { minuteEnded: 0, quickAlarmsDue: 1, alarmsDue: 2 } as const;
const MINUTE_MS = 60_000;
const USUAL_EVALUATION = 47 / 60;
/** As the simulator's scenarios have them, but for the slips: those are asked for. */
const USUAL_PUBLICATION: PublicationSettings = {
  lagMs: 45_000,
  irregularProbability: 0,
  sleepAfterMs: 6 * 3_600_000,
  wakeWithinMs: 900_000,
  seed: 1,
};
