import type { Alarm } from "../../../sim/index.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { cloudWatchError } from "./errors.ts";
import { readMetric, readQueries, type MetricQuery } from "./metric-queries.ts";
import { STATISTICS } from "./metric-store.ts";
import { readPeriodMs, type PeriodRules } from "./periods.ts";

/** An alarm as it was put: what it watches, by which rule, and whom it tells. */
export interface AlarmDefinition {
  readonly name: string;
  readonly rule: Alarm;
  readonly queries: readonly MetricQuery[];
  /** Id of the query that is held against the threshold. */
  readonly watchedId: string;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  /** The rest of what DescribeAlarms gives back. */
  readonly described: AwsRecord;
}

export const STATE_VALUES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;
export type StateValue = (typeof STATE_VALUES)[number];

/** Reads PutMetricAlarm: on one metric, or on the one query of several that returns data. */
export function readAlarm(fields: RequestFields, periods: PeriodRules): AlarmDefinition {
  const name = fields.text("AlarmName", { longest: 255 });
  const { queries, watchedId, watched } = readWatched(fields, periods);
  const periodMs = queries.find(({ id }) => id === watchedId)?.periodMs ?? periods.minuteMs;
  const evaluationPeriods = fields.whole("EvaluationPeriods", { min: 1, max: MOST_PERIODS });
  const datapointsToAlarm = fields.optionalWhole("DatapointsToAlarm", { min: 1, max: evaluationPeriods }) ?? evaluationPeriods;
  const comparison = fields.oneOf("ComparisonOperator", COMPARISON_OPERATORS);
  const threshold = fields.number("Threshold");
  const missing = fields.optionalOneOf("TreatMissingData", MISSING_DATA) ?? "missing";
  return {
    name,
    rule: {
      comparison: COMPARISONS[comparison],
      threshold,
      datapointsToAlarm,
      evaluationPeriods,
      periodMs,
      missing: missing === "notBreaching" ? "not-breaching" : missing,
    },
    queries,
    watchedId,
    actionsEnabled: fields.flag("ActionsEnabled", true),
    actions: {
      OK: readActions(fields, "OKActions"),
      ALARM: readActions(fields, "AlarmActions"),
      INSUFFICIENT_DATA: readActions(fields, "InsufficientDataActions"),
    },
    described: {
      AlarmDescription: fields.optionalText("AlarmDescription"),
      EvaluationPeriods: evaluationPeriods,
      DatapointsToAlarm: fields.optionalWhole("DatapointsToAlarm"),
      Threshold: threshold,
      ComparisonOperator: comparison,
      TreatMissingData: fields.optionalText("TreatMissingData"),
      ...watched,
    },
  };
}

function readWatched(
  fields: RequestFields,
  periods: PeriodRules,
): { queries: readonly MetricQuery[]; watchedId: string; watched: AwsRecord } {
  for (const unknown of UNSUPPORTED) {
    if (fields.has(unknown)) throw fields.invalid(unknown, "is not supported by the embedded AWS");
  }
  if (!fields.has("Metrics")) return readSingleMetric(fields, periods);
  if (fields.has("MetricName")) {
    throw cloudWatchError("InvalidParameterCombinationException", "An alarm has either a MetricName or Metrics, not both.");
  }
  const queries = readQueries(fields.list("Metrics"), periods);
  const [watched, another] = queries.filter(({ returnsData }) => returnsData);
  if (watched === undefined || another !== undefined) {
    throw cloudWatchError("InvalidParameterValueException", "Exactly one of an alarm's Metrics has to return data.");
  }
  return { queries, watchedId: watched.id, watched: { Metrics: fields.asSent("Metrics") } };
}

function readSingleMetric(fields: RequestFields, periods: PeriodRules) {
  const metric = readMetric(fields);
  const statistic = fields.oneOf("Statistic", STATISTICS);
  const periodMs = readPeriodMs(fields, "Period", periods);
  const unit = fields.optionalText("Unit");
  const query: MetricQuery = { id: SINGLE_ID, label: metric.name, returnsData: true, periodMs, metric, statistic, unit };
  const { namespace, name, dimensions } = metric;
  return {
    queries: [query],
    watchedId: SINGLE_ID,
    watched: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value })),
      Statistic: statistic,
      Period: periodMs / 1000,
      Unit: unit,
    },
  };
}

function readActions(fields: RequestFields, name: string): readonly string[] {
  const actions = fields.texts(name);
  if (actions.length > MOST_ACTIONS) throw fields.invalid(name, `has ${actions.length} entries, and may have ${MOST_ACTIONS}`);
  const strange = actions.find((action) => !action.startsWith("arn:"));
  if (strange !== undefined) throw fields.invalid(name, `has "${strange}", which is no ARN`);
  return actions;
}

const COMPARISONS = {
  GreaterThanThreshold: "above",
  GreaterThanOrEqualToThreshold: "at-or-above",
  LessThanThreshold: "below",
  LessThanOrEqualToThreshold: "at-or-below",
} as const;
const COMPARISON_OPERATORS = Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[];
const MISSING_DATA = ["missing", "ignore", "breaching", "notBreaching"] as const;
/** Percentiles, anomaly detection, and what came with alarms of other kinds. */
const UNSUPPORTED = [
  "ExtendedStatistic",
  "ThresholdMetricId",
  "EvaluationCriteria",
  "EvaluationWindow",
  "WarmUpConfiguration",
  "EvaluationInterval",
];
const SINGLE_ID = "m";
/** Per state (API reference, PutMetricAlarm). */
const MOST_ACTIONS = 5;
/** A day of minutes, beyond which AWS evaluates hourly. */
const MOST_PERIODS = 1440;
