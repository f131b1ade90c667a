import { pageOf, type RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { cloudWatchError, fieldsOf } from "./errors.ts";
import { evaluateQueries, metricRecord, readDimensions, readMetric, readQueries } from "./metric-queries.ts";
import { merged, setOf, statisticOf, STATISTICS, type MetricId, type MetricStore, type StatisticSet } from "./metric-store.ts";
import { readPeriodMs, type PeriodRules } from "./periods.ts";

interface MetricParts {
  readonly store: MetricStore;
  readonly rules: PeriodRules;
  /** From a put to its datapoint being readable, milliseconds. */
  readonly putLagMs: number;
  readonly settle: () => number;
}

export function metricOperations(parts: MetricParts): Record<string, AwsOperation> {
  return {
    PutMetricData: (input) => putMetricData(fieldsOf(input), parts),
    GetMetricData: (input) => getMetricData(fieldsOf(input), parts),
    GetMetricStatistics: (input) => getMetricStatistics(fieldsOf(input), parts),
    ListMetrics: (input) => listMetrics(fieldsOf(input), parts),
  };
}

/** All of the data or none of it is taken. */
function putMetricData(fields: RequestFields, { store, putLagMs, settle }: MetricParts): AwsRecord {
  const now = settle();
  const namespace = fields.text("Namespace", { longest: 255 });
  if (namespace.startsWith("AWS/")) throw fields.invalid("Namespace", `is "${namespace}": those that begin with AWS/ are AWS's own`);
  const data = fields.list("MetricData");
  if (data.length > MOST_METRICS) throw fields.invalid("MetricData", `has ${data.length} entries, and may have ${MOST_METRICS}`);
  const samples = data.map((datum) => readDatum(datum, namespace, now));
  for (const { metric, sample } of samples) store.put(metric, { ...sample, readableAt: now + putLagMs }, now);
  return {};
}

function readDatum(datum: RequestFields, namespace: string, now: number) {
  const metric: MetricId = { namespace, name: datum.text("MetricName", { longest: 255 }), dimensions: readDimensions(datum) };
  const at = datum.optionalInstant("Timestamp") ?? now;
  if (at < now - OLDEST_MS || at > now + LATEST_MS) {
    throw datum.invalid("Timestamp", `is ${new Date(at).toISOString()}, and has to be at most two weeks ago and two hours ahead`);
  }
  const resolution = datum.optionalWhole("StorageResolution") ?? 60;
  if (resolution !== 1 && resolution !== 60) throw datum.invalid("StorageResolution", `is ${resolution}, and has to be 1 or 60`);
  const unit = datum.optionalText("Unit") ?? "None";
  return { metric, sample: { at, set: readSet(datum), unit, isHighResolution: resolution === 1 } };
}

function readSet(datum: RequestFields): StatisticSet {
  const given = ["Value", "Values", "StatisticValues"].filter((name) => datum.has(name));
  if (given.length > 1) {
    throw cloudWatchError(
      "InvalidParameterCombinationException",
      `A datum has one of Value, Values and StatisticValues, not ${given.join(" and ")}.`,
    );
  }
  if (datum.has("Value")) return setOf(datum.number("Value", VALUE_RANGE));
  if (datum.has("StatisticValues")) {
    const set = datum.structure("StatisticValues");
    return {
      count: set.number("SampleCount", { min: Number.MIN_VALUE }),
      sum: set.number("Sum", VALUE_RANGE),
      minimum: set.number("Minimum", VALUE_RANGE),
      maximum: set.number("Maximum", VALUE_RANGE),
    };
  }
  const values = datum.numbers("Values");
  if (values.length === 0) throw datum.missing("Value");
  if (values.length > MOST_VALUES) throw datum.invalid("Values", `has ${values.length} entries, and may have ${MOST_VALUES}`);
  const counts = datum.has("Counts") ? datum.numbers("Counts") : values.map(() => 1);
  if (counts.length !== values.length) throw datum.invalid("Counts", `has ${counts.length} entries, and Values has ${values.length}`);
  return values.map((value, index) => setOf(value, counts[index])).reduce(merged);
}

function getMetricData(fields: RequestFields, { store, rules, settle }: MetricParts): AwsRecord {
  settle();
  const list = fields.list("MetricDataQueries");
  if (list.length > MOST_QUERIES) throw fields.invalid("MetricDataQueries", `has ${list.length} entries, and may have ${MOST_QUERIES}`);
  const queries = readQueries(list, rules);
  const { fromMs, toMs } = readSpan(fields);
  const newestFirst =
    (fields.optionalOneOf("ScanBy", ["TimestampDescending", "TimestampAscending"]) ?? "TimestampDescending") === "TimestampDescending";
  const most = fields.optionalWhole("MaxDatapoints", { min: 1, max: MOST_DATAPOINTS }) ?? MOST_DATAPOINTS;
  const found = evaluateQueries(queries, store, { fromMs, toMs });
  return {
    MetricDataResults: queries
      .filter(({ returnsData }) => returnsData)
      .map(({ id, label }) => {
        const points = [...(found.get(id) ?? [])];
        if (newestFirst) points.reverse();
        const page = points.slice(0, most);
        return {
          Id: id,
          Label: label,
          Timestamps: page.map(({ at }) => new Date(at)),
          Values: page.map(({ value }) => value),
          StatusCode: page.length < points.length ? "PartialData" : "Complete",
        };
      }),
    Messages: [],
  };
}

function getMetricStatistics(fields: RequestFields, { store, rules, settle }: MetricParts): AwsRecord {
  settle();
  const metric = readMetric(fields);
  const periodMs = readPeriodMs(fields, "Period", rules);
  const span = readSpan(fields);
  if (fields.has("ExtendedStatistics")) throw fields.invalid("ExtendedStatistics", "are not supported by the embedded AWS");
  const asked = fields.texts("Statistics");
  const statistics = STATISTICS.filter((statistic) => asked.includes(statistic));
  if (statistics.length === 0 || statistics.length < new Set(asked).size) {
    throw fields.invalid("Statistics", `is [${asked.join(", ")}], and has to be some of ${STATISTICS.join(", ")}`);
  }
  const unit = fields.optionalText("Unit");
  const periods = store.periods(metric, { ...span, periodMs, unit });
  if (periods.length > MOST_STATISTICS) {
    throw cloudWatchError(
      "InvalidParameterCombinationException",
      `There are ${periods.length} datapoints, and one call returns ${MOST_STATISTICS}.`,
    );
  }
  return {
    Label: metric.name,
    Datapoints: periods.map(({ at, set }) => ({
      Timestamp: new Date(at),
      ...Object.fromEntries(statistics.map((statistic) => [statistic, statisticOf(set, statistic)])),
      Unit: store.unitOf(metric),
    })),
  };
}

function listMetrics(fields: RequestFields, { store, settle }: MetricParts): AwsRecord {
  const now = settle();
  const namespace = fields.optionalText("Namespace");
  const name = fields.optionalText("MetricName");
  const filters = fields.list("Dimensions").map((filter) => ({ name: filter.text("Name"), value: filter.optionalText("Value") }));
  const isRecent = fields.optionalOneOf("RecentlyActive", ["PT3H"]) !== undefined;
  const metrics = store
    .list()
    .filter(({ newestAt }) => !isRecent || newestAt >= now - RECENT_MS)
    .map(({ metric }) => metric)
    .filter((metric) => (namespace === undefined || metric.namespace === namespace) && (name === undefined || metric.name === name))
    .filter(({ dimensions }) =>
      filters.every((filter) =>
        dimensions.some((dimension) => dimension.name === filter.name && (filter.value ?? dimension.value) === dimension.value),
      ),
    );
  const { page, NextToken } = pageOf(metrics, fields, { most: MOST_LISTED });
  return { Metrics: page.map(metricRecord), NextToken };
}

function readSpan(fields: RequestFields): { fromMs: number; toMs: number } {
  const fromMs = fields.instant("StartTime");
  const toMs = fields.instant("EndTime");
  if (fromMs >= toMs) {
    throw cloudWatchError("InvalidParameterCombinationException", "The parameter StartTime must be less than the parameter EndTime.");
  }
  return { fromMs, toMs };
}

/** PutMetricData and GetMetricData (API reference; cloudwatch_limits). */
const MOST_METRICS = 1000;
const MOST_VALUES = 150;
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;
const MOST_STATISTICS = 1440;
const MOST_LISTED = 500;
const VALUE_RANGE = { min: -(2 ** 360), max: 2 ** 360 };
const OLDEST_MS = 14 * 86_400_000;
const LATEST_MS = 2 * 3_600_000;
const RECENT_MS = 3 * 3_600_000;
