import type { Datapoint, MetricName, Published } from "../../sim/core/policy/policy.ts";
import type { SeriesPoint, SeriesQuery, SeriesWindow } from "../aws/cloudwatch.ts";
import { isReadable, queryOf, type GaugeStatistic, type MetricOwners, type ReadableMetric } from "../metrics/aws-metrics.ts";

/** Reads metrics as CloudWatch has published them. */
export interface SeriesReader {
  readSeries(queries: readonly SeriesQuery[], window: SeriesWindow): Promise<SeriesPoint[][]>;
}

/**
 * The metrics that a policy's expressions name, as published by now, in the policy's time.
 *
 * With a period of a minute all of them are CloudWatch's. With a shorter one, SQS and the group have no such metrics: then
 * the scaler meters queue and group itself once a period ({@link sampled}), as the simulator takes it that a process of
 * one's own does; what cannot be read off (sent, deleted, age) stays CloudWatch's by the minute, and an expression has to
 * FILL it.
 */
export class PublishedMetrics {
  private readonly options: PublishedMetricsOptions;
  private readonly own: Partial<Record<MetricName, Datapoint[]>> = {};
  private latest: Published = {};

  constructor(options: PublishedMetricsOptions) {
    this.options = options;
  }

  /** Whether it has to be given samples. */
  get isOwn(): boolean {
    return this.options.periodSec < MINUTE_SEC;
  }

  /** Takes figures of the period that ends at `now`. */
  sampled(figures: Partial<Record<MetricName, number>>, now: number): void {
    const periodMs = this.options.periodSec * 1000;
    const at = Math.floor(now / periodMs) * periodMs - periodMs;
    for (const [name, value] of Object.entries(figures) as [MetricName, number][]) {
      if (!this.options.names.includes(name)) continue;
      const points = (this.own[name] ??= []).filter((point) => point.at !== at);
      this.own[name] = [...points, { at, value }].slice(-PERIODS_SHOWN);
    }
  }

  /** As published by `now`, milliseconds since the origin. When the call fails, what was read before, which grows old. */
  async read(now: number, failed: (error: unknown) => void): Promise<Published> {
    const { names, reader } = this.options;
    const asked = names.filter(isReadable).filter((name) => !this.isOwn || !OWN_NAMES.has(name));
    if (asked.length > 0) {
      try {
        this.latest = await this.fromCloudWatch(reader, asked, now);
      } catch (error) {
        failed(error);
      }
    }
    return { ...this.latest, ...this.own };
  }

  private async fromCloudWatch(reader: SeriesReader, names: readonly ReadableMetric[], now: number): Promise<Published> {
    const { owners, statistic, originEpochMs, periodSec } = this.options;
    const readPeriodSec = Math.max(MINUTE_SEC, periodSec);
    const periodMs = readPeriodSec * 1000;
    const until = Math.floor(now / periodMs) * periodMs;
    const window = {
      fromEpochMs: originEpochMs + until - PERIODS_SHOWN * periodMs,
      toEpochMs: originEpochMs + until,
      periodSec: readPeriodSec,
    };
    const series = await reader.readSeries(
      names.map((name) => queryOf(name, owners, statistic)),
      window,
    );
    return Object.fromEntries(
      names.map((name, index) => [
        name,
        (series[index] ?? [])
          .map(({ atEpochMs, value }): Datapoint => ({ at: atEpochMs - originEpochMs, value }))
          // A period that is not over yet is no datapoint to an alarm.
          .filter(({ at, value }) => at < until && Number.isFinite(value))
          .slice(-PERIODS_SHOWN),
      ]),
    );
  }
}

export interface PublishedMetricsOptions {
  readonly reader: SeriesReader;
  /** What the policy asks for. */
  readonly names: readonly MetricName[];
  readonly owners: MetricOwners;
  readonly statistic: GaugeStatistic;
  /** 10, 30 or 60. */
  readonly periodSec: number;
  readonly originEpochMs: number;
}

/** What a scaler can meter itself. */
const OWN_NAMES: ReadonlySet<MetricName> = new Set<MetricName>([
  "visible",
  "inFlight",
  "delayed",
  "inService",
  "running",
  "desired",
  "busyShare",
]);

const MINUTE_SEC = 60;
/** As far back as an observation shows (sim/core/policy/policy.ts). */
const PERIODS_SHOWN = 32;
