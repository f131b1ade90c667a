import { evaluateMetric, parseMetric, type Datapoint, type MetricExpression } from "../../../sim/index.ts";
import type { RequestFields } from "../request-fields.ts";
import { cloudWatchError } from "./errors.ts";
import { STATISTICS, statisticOf, type Dimension, type MetricId, type MetricStore, type Statistic } from "./metric-store.ts";
import { readPeriodMs, type PeriodRules } from "./periods.ts";

/** What GetMetricData or an alarm looks at: a metric's statistic, or an expression over other queries. */
export type MetricQuery = StatQuery | ExpressionQuery;

interface CommonQuery {
  readonly id: string;
  readonly label: string;
  readonly returnsData: boolean;
  readonly periodMs: number;
}

export interface StatQuery extends CommonQuery {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly unit: string | undefined;
}

export interface ExpressionQuery extends CommonQuery {
  readonly expression: MetricExpression;
}

/** Reads the queries of a request, in an order in which each follows those that it uses. */
export function readQueries(list: readonly RequestFields[], periods: PeriodRules): readonly MetricQuery[] {
  const ids = list.map((fields) => readId(fields));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw cloudWatchError("InvalidParameterValueException", `Two queries have the id ${twice}.`);
  const done = new Map<string, MetricQuery>();
  let left = list.map((fields, index) => ({ id: ids[index] as string, fields, expression: readExpression(fields, ids) }));
  while (left.length > 0) {
    const ready = left.filter(({ expression }) => expression === undefined || expression.names.every((name) => done.has(name)));
    if (ready.length === 0) {
      const circle = left.map(({ id }) => id).join(", ");
      throw cloudWatchError("InvalidParameterValueException", `The expressions of ${circle} refer to each other in a circle.`);
    }
    for (const { id, fields, expression } of ready) done.set(id, readQuery(id, { fields, expression, done, periods }));
    left = left.filter(({ id }) => !done.has(id));
  }
  return [...done.values()];
}

/** The metric that is named by the usual three fields. */
export function readMetric(fields: RequestFields): MetricId {
  return {
    namespace: fields.text("Namespace", { longest: 255 }),
    name: fields.text("MetricName", { longest: 255 }),
    dimensions: readDimensions(fields),
  };
}

export function readDimensions(fields: RequestFields): readonly Dimension[] {
  const list = fields.list("Dimensions");
  if (list.length > MOST_DIMENSIONS) throw fields.invalid("Dimensions", `has ${list.length} entries, and may have ${MOST_DIMENSIONS}`);
  return list
    .map((dimension) => ({ name: dimension.text("Name", { longest: 255 }), value: dimension.text("Value", { longest: 1024 }) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As clients are told of it. */
export function metricRecord({ namespace, name, dimensions }: MetricId) {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value })),
  };
}

export interface QueryWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of an expression, only its newest so many periods; all from `fromMs` on when absent. */
  readonly newestPeriods?: number;
}

/** Datapoints of every query, by id, oldest first. */
export function evaluateQueries(
  queries: readonly MetricQuery[],
  store: MetricStore,
  window: QueryWindow,
): Map<string, readonly Datapoint[]> {
  const results = new Map<string, readonly Datapoint[]>();
  for (const query of queries) {
    results.set(query.id, "metric" in query ? evaluateStat(query, store, window) : evaluateExpression(query, { store, window, results }));
  }
  return results;
}

/** The newest datapoints of a query as an alarm sees them: of periods that have ended, and of an expression so many. */
export function newestOf(
  id: string,
  about: { queries: readonly MetricQuery[]; store: MetricStore; periodMs: number; periods: number; now: number },
): readonly Datapoint[] {
  const { queries, store, periodMs, periods, now } = about;
  const window = { fromMs: now - 2 * periods * periodMs - LONGEST_LAG_MS, toMs: now - periodMs + 1, newestPeriods: periods };
  return evaluateQueries(queries, store, window).get(id) ?? [];
}

function evaluateStat({ metric, statistic, unit, periodMs }: StatQuery, store: MetricStore, { fromMs, toMs }: QueryWindow): Datapoint[] {
  const periods = store.periods(metric, { fromMs, toMs, periodMs, unit });
  return periods.map(({ at, set }) => ({ at, value: statisticOf(set, statistic) }));
}

function evaluateExpression(
  { expression, periodMs }: ExpressionQuery,
  { store, window, results }: { store: MetricStore; window: QueryWindow; results: ReadonlyMap<string, readonly Datapoint[]> },
): Datapoint[] {
  // The evaluator counts periods from 0, the store from its origin.
  const shiftMs = store.startOf(window.fromMs, periodMs);
  const series = Object.fromEntries(
    expression.names.map((name) => [name, (results.get(name) ?? []).map(({ at, value }) => ({ at: at - shiftMs, value }))]),
  );
  const newest = Math.max(...Object.values(series).map((points) => points.at(-1)?.at ?? -Infinity));
  if (newest === -Infinity) return [];
  const periods = Math.min(window.newestPeriods ?? Infinity, Math.floor(newest / periodMs) + 1);
  return evaluateMetric(expression, series, { periodMs, periods }).map(({ at, value }) => ({ at: at + shiftMs, value }));
}

function readId(fields: RequestFields): string {
  const id = fields.text("Id", { longest: 255 });
  if (!/^[a-z]\w*$/.test(id)) throw fields.invalid("Id", `is "${id}", and has to be a small letter followed by letters, digits and _`);
  return id;
}

function readExpression(fields: RequestFields, ids: readonly string[]): MetricExpression | undefined {
  const text = fields.optionalText("Expression", { longest: 2048 });
  if (text === undefined) return undefined;
  if (fields.has("MetricStat")) {
    throw cloudWatchError("InvalidParameterCombinationException", "A query has either an Expression or a MetricStat, not both.");
  }
  const parsed = parseMetric(text, ids);
  if (!parsed.ok) throw fields.invalid("Expression", `is "${text}", which at ${parsed.fault.at} ${parsed.fault.problem}`);
  return parsed.expression;
}

function readQuery(
  id: string,
  about: { fields: RequestFields; expression: MetricExpression | undefined; done: ReadonlyMap<string, MetricQuery>; periods: PeriodRules },
): MetricQuery {
  const { fields, expression, done, periods } = about;
  const returnsData = fields.flag("ReturnData", true);
  if (expression !== undefined) {
    const longest = Math.max(...expression.names.map((name) => done.get(name)?.periodMs ?? 0));
    const periodMs = fields.has("Period") ? readPeriodMs(fields, "Period", periods) : longest;
    return { id, label: fields.optionalText("Label") ?? id, returnsData, periodMs, expression };
  }
  if (!fields.has("MetricStat")) throw fields.missing("MetricStat");
  const stat = fields.structure("MetricStat");
  const metric = readMetric(stat.structure("Metric"));
  return {
    id,
    label: fields.optionalText("Label") ?? metric.name,
    returnsData,
    periodMs: readPeriodMs(stat, "Period", periods),
    metric,
    statistic: stat.oneOf("Stat", STATISTICS),
    unit: stat.optionalText("Unit"),
  };
}

const MOST_DIMENSIONS = 30;
/** A metric may be published so much later: that of a queue that wakes up. */
const LONGEST_LAG_MS = 900_000;
