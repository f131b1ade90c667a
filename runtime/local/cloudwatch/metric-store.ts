/**
 * Datapoints of all metrics, each the statistics of what was put into its second or minute. Times are milliseconds since
 * 1970; periods begin at multiples of their length after the origin.
 */
export class MetricStore {
  private readonly minuteMs: number;
  private readonly originMs: number;
  private readonly metrics = new Map<string, Stored>();
  /** Put, but not readable yet. */
  private waiting: Waiting[] = [];

  /** @param minuteMs Resolution of standard metrics: 60,000 on AWS. @param originMs 0 on AWS. */
  constructor({ minuteMs, originMs }: { minuteMs: number; originMs: number }) {
    this.minuteMs = minuteMs;
    this.originMs = originMs;
  }

  put(metric: MetricId, { readableAt, ...sample }: Sample & { readonly readableAt: number }, now: number): void {
    if (readableAt <= now) this.add(metric, sample);
    else this.waiting.push({ metric, sample, readableAt });
  }

  /** Makes readable what has become so by `now`. */
  settle(now: number): void {
    if (this.waiting.length === 0) return;
    const ready = this.waiting.filter(({ readableAt }) => readableAt <= now);
    if (ready.length === 0) return;
    this.waiting = this.waiting.filter(({ readableAt }) => readableAt > now);
    for (const { metric, sample } of ready) this.add(metric, sample);
  }

  /** One set for each period that has any, with the start of the period, oldest first; of those that begin in the span. */
  periods(metric: MetricId, span: Span): PeriodStatistics[] {
    const stored = this.metrics.get(keyOf(metric));
    if (stored === undefined || (span.unit !== undefined && span.unit !== stored.unit)) return [];
    const periods: PeriodStatistics[] = [];
    for (const { at, set } of stored.points) {
      const start = this.startOf(at, span.periodMs);
      if (start < span.fromMs || start >= span.toMs) continue;
      const last = periods.at(-1);
      if (last?.at === start) last.set = merged(last.set, set);
      else periods.push({ at: start, set });
    }
    return periods;
  }

  unitOf(metric: MetricId): string | undefined {
    return this.metrics.get(keyOf(metric))?.unit;
  }

  list(): readonly { readonly metric: MetricId; readonly newestAt: number }[] {
    return [...this.metrics.values()].map(({ metric, points }) => ({ metric, newestAt: points.at(-1)?.at ?? -Infinity }));
  }

  startOf(at: number, periodMs: number): number {
    return Math.floor((at - this.originMs) / periodMs) * periodMs + this.originMs;
  }

  private add(metric: MetricId, { at, set, unit, isHighResolution }: Sample): void {
    const key = keyOf(metric);
    let stored = this.metrics.get(key);
    if (stored === undefined) this.metrics.set(key, (stored = { metric, unit, points: [] }));
    stored.unit = unit;
    const start = this.startOf(at, isHighResolution ? SECOND_MS : this.minuteMs);
    insert(stored.points, start, set);
    dropOld(stored.points);
  }
}

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** In order of their names. */
  readonly dimensions: readonly Dimension[];
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Sample {
  readonly at: number;
  readonly set: StatisticSet;
  readonly unit: string;
  /** Kept by the second instead of by the minute. */
  readonly isHighResolution: boolean;
}

export interface PeriodStatistics {
  readonly at: number;
  set: StatisticSet;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodMs: number;
  /** Only of a metric in this unit. */
  readonly unit?: string | undefined;
}

interface Stored {
  readonly metric: MetricId;
  unit: string;
  readonly points: PeriodStatistics[];
}

interface Waiting {
  readonly metric: MetricId;
  readonly sample: Sample;
  readonly readableAt: number;
}

export const STATISTICS = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] as const;
export type Statistic = (typeof STATISTICS)[number];

export function statisticOf({ count, sum, minimum, maximum }: StatisticSet, statistic: Statistic): number {
  switch (statistic) {
    case "SampleCount":
      return count;
    case "Sum":
      return sum;
    case "Average":
      return sum / count;
    case "Minimum":
      return minimum;
    case "Maximum":
      return maximum;
  }
}

/** Of one value, put `count` times. */
export function setOf(value: number, count = 1): StatisticSet {
  return { count, sum: value * count, minimum: value, maximum: value };
}

export function merged(a: StatisticSet, b: StatisticSet): StatisticSet {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, dimensions.map((dimension) => [dimension.name, dimension.value])]);
}

/** Keeps the points in order of time; nearly always it is the newest that is added or completed. */
function insert(points: PeriodStatistics[], at: number, set: StatisticSet): void {
  let index = points.length;
  while (index > 0 && (points[index - 1] as PeriodStatistics).at > at) index -= 1;
  const same = points[index - 1];
  if (same?.at === at) same.set = merged(same.set, set);
  else points.splice(index, 0, { at, set });
}

function dropOld(points: PeriodStatistics[]): void {
  if (points.length > MOST_POINTS + SPARE_POINTS) points.splice(0, points.length - MOST_POINTS);
}

const SECOND_MS = 1000;
/** Of a metric: three hours by the second, as on AWS, or a week by the minute, which is less than there. */
const MOST_POINTS = 10_800;
const SPARE_POINTS = 1000;
