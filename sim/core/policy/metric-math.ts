import { assertNever } from "../assert.ts";
import type { Datapoint, Observation } from "./policy.ts";

/**
 * CloudWatch's metric math, as far as scaling needs it (CloudWatch User Guide, using-metric-math): what a policy watches
 * is not a metric but an expression over several, evaluated anew each time over everything published so far.
 *
 * `parseMetric` (metric-parse.ts) makes an expression from text:
 * `IF(FILL(inService, 0) > 0, (FILL(visible, REPEAT) + FILL(inFlight, REPEAT)) / inService, IF(visible + inFlight > 0, 1, 0))`.
 *
 * Between series the arithmetic is done period by period, with rules of its own for gaps:
 * - **A missing operand counts as 0** as long as another one is there; with none there is no result. A constant is no
 *   datapoint: `visible + 1` has none where `visible` has none.
 * - **x ÷ 0 drops the datapoint**, hence so does x ÷ missing. This is how a group at 0 instances loses its
 *   `visible / inService`, its alarm its data, and the group its only way back.
 * - **FILL(m, 0)** fills every gap. FILL(m, REPEAT) repeats the last datapoint, FILL(m, LINEAR) draws a line between the
 *   neighbours; before the first datapoint, and for LINEAR after the last, nothing can be filled.
 * - **IF(c, a, b)** has a result only where `c` has.
 *
 * The awkward case: the newest period is the newest in which *any* metric of the expression has a datapoint. When
 * `inService` is published before `visible`, the newest `FILL(visible, 0)` is a 0 that the next minute takes back.
 * CloudWatch warns of alarms on such filled datapoints; it is the same here.
 */
export interface MetricExpression {
  /** As it was written. */
  readonly text: string;
  /** The metrics that it names. */
  readonly names: readonly string[];
  readonly root: MetricNode;
}

export type MetricNode =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "metric"; readonly name: string }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: MetricNode; readonly right: MetricNode }
  | { readonly kind: "fill"; readonly of: MetricNode; readonly by: number | "REPEAT" | "LINEAR" }
  | { readonly kind: "if"; readonly condition: MetricNode; readonly then: MetricNode; readonly otherwise: MetricNode };

export type BinaryOperator = "+" | "-" | "*" | "/" | ">" | ">=" | "<" | "<=" | "==" | "!=" | "AND" | "OR";

/** What a policy watches: its own expression, else the scaling metric that the driver shows. */
export function watched(
  metric: MetricExpression | undefined,
  observation: Observation,
  periodMs: number,
  periods: number,
): readonly Datapoint[] {
  if (metric === undefined || observation.published === undefined) return observation.metric;
  return evaluateMetric(metric, observation.published, { periodMs, periods });
}

/** The newest `periods` periods of the expression, oldest first; periods without a result are left out. */
export function evaluateMetric(expression: MetricExpression, published: MetricSeries, window: MetricWindow): Datapoint[] {
  const { periodMs, periods, endsAt, statistic = "newest" } = window;
  let newest = -Infinity;
  for (const name of expression.names) newest = Math.max(newest, published[name]?.at(-1)?.at ?? -Infinity);
  if (newest === -Infinity) return [];
  const end = endsAt ?? (Math.floor(newest / periodMs) + 1) * periodMs;
  const first = end - periods * periodMs;
  const grid: Grid = { published, first, periodMs, periods, statistic };
  const values = evaluate(expression.root, grid);
  const result: Datapoint[] = [];
  for (let period = 0; period < periods; period += 1) {
    const value = values[period] as number;
    if (Number.isFinite(value)) result.push({ at: first + period * periodMs, value });
  }
  return result;
}

/** Datapoints by the name of their metric, each oldest first. */
export type MetricSeries = Readonly<Partial<Record<string, readonly Datapoint[]>>>;

/** The periods that an expression is evaluated over. */
export interface MetricWindow {
  readonly periodMs: number;
  readonly periods: number;
  /** End of the last period, milliseconds; that of the newest datapoint when absent. */
  readonly endsAt?: number;
  /** What several datapoints of a metric within one period come to; the newest when absent. */
  readonly statistic?: PeriodStatistic;
}

export type PeriodStatistic = "newest" | "average" | "minimum" | "maximum" | "sum";

interface Grid {
  readonly published: MetricSeries;
  /** Start of the first period. */
  readonly first: number;
  readonly periodMs: number;
  readonly periods: number;
  readonly statistic: PeriodStatistic;
}

/** One value a period, NaN for none. */
function evaluate(node: MetricNode, grid: Grid): Float64Array {
  switch (node.kind) {
    case "number":
      return new Float64Array(grid.periods).fill(node.value);
    case "metric":
      return seriesOf(node.name, grid);
    case "binary":
      return combined(node, grid);
    case "fill":
      return filled(evaluate(node.of, grid), node.by);
    case "if":
      return chosen(node, grid);
    default:
      return assertNever(node);
  }
}

function seriesOf(name: string, { published, first, periodMs, periods, statistic }: Grid): Float64Array {
  const values = new Float64Array(periods).fill(NaN);
  const counts = new Int32Array(periods);
  const points = published[name] ?? [];
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const { at, value } = points[index] as Datapoint;
    const period = Math.floor((at - first) / periodMs);
    if (period < 0) break;
    if (period >= periods) continue;
    const count = (counts[period] as number) + 1;
    counts[period] = count;
    values[period] = count === 1 ? value : merged(values[period] as number, value, count, statistic);
  }
  return values;
}

/** Takes one more datapoint of a period, the newer ones first, into what the period comes to. */
function merged(soFar: number, value: number, count: number, statistic: PeriodStatistic): number {
  switch (statistic) {
    case "newest":
      return soFar;
    case "average":
      return soFar + (value - soFar) / count;
    case "minimum":
      return Math.min(soFar, value);
    case "maximum":
      return Math.max(soFar, value);
    case "sum":
      return soFar + value;
    default:
      return assertNever(statistic);
  }
}

function combined(node: MetricNode & { kind: "binary" }, grid: Grid): Float64Array {
  const left = evaluate(node.left, grid);
  const right = evaluate(node.right, grid);
  const leftMatters = !isConstant(node.left);
  const rightMatters = !isConstant(node.right);
  for (let period = 0; period < grid.periods; period += 1) {
    const a = left[period] as number;
    const b = right[period] as number;
    const found = (leftMatters && !Number.isNaN(a)) || (rightMatters && !Number.isNaN(b)) || (!leftMatters && !rightMatters);
    left[period] = found ? operate(node.operator, Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b) : NaN;
  }
  return left;
}

function operate(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? NaN : a / b;
    case ">":
      return a > b ? 1 : 0;
    case ">=":
      return a >= b ? 1 : 0;
    case "<":
      return a < b ? 1 : 0;
    case "<=":
      return a <= b ? 1 : 0;
    case "==":
      return a === b ? 1 : 0;
    case "!=":
      return a === b ? 0 : 1;
    case "AND":
      return a !== 0 && b !== 0 ? 1 : 0;
    case "OR":
      return a !== 0 || b !== 0 ? 1 : 0;
    default:
      return assertNever(operator);
  }
}

function filled(values: Float64Array, by: number | "REPEAT" | "LINEAR"): Float64Array {
  let before = -1;
  for (let period = 0; period < values.length; period += 1) {
    const value = values[period] as number;
    if (typeof by === "number") {
      if (Number.isNaN(value)) values[period] = by;
    } else if (by === "REPEAT") {
      if (Number.isNaN(value) && period > 0) values[period] = values[period - 1] as number;
    } else if (!Number.isNaN(value)) {
      if (before >= 0) drawLine(values, before, period);
      before = period;
    }
  }
  return values;
}

function drawLine(values: Float64Array, from: number, to: number): void {
  const start = values[from] as number;
  const rise = ((values[to] as number) - start) / (to - from);
  for (let period = from + 1; period < to; period += 1) values[period] = start + rise * (period - from);
}

function chosen(node: MetricNode & { kind: "if" }, grid: Grid): Float64Array {
  const condition = evaluate(node.condition, grid);
  const then = evaluate(node.then, grid);
  const otherwise = evaluate(node.otherwise, grid);
  for (let period = 0; period < grid.periods; period += 1) {
    const value = condition[period] as number;
    condition[period] = Number.isNaN(value) ? NaN : ((value === 0 ? otherwise[period] : then[period]) as number);
  }
  return condition;
}

function isConstant(node: MetricNode): boolean {
  switch (node.kind) {
    case "number":
      return true;
    case "metric":
      return false;
    case "binary":
      return isConstant(node.left) && isConstant(node.right);
    case "fill":
      return isConstant(node.of);
    case "if":
      return isConstant(node.condition) && isConstant(node.then) && isConstant(node.otherwise);
    default:
      return assertNever(node);
  }
}
