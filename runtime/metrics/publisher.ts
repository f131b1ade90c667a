import type { PublishedFigure, SeriesPoint, SeriesQuery, SeriesWindow } from "../aws/cloudwatch.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { pause } from "../pause.ts";
import { inServiceIds, type ScalableGroup } from "../scaler/scalable-group.ts";
import { ownDimensions, queryOf, type MetricOwners } from "./aws-metrics.ts";
import { figuresOf } from "./figures.ts";
import { OWN_METRICS, OWN_NAMESPACE, unitOf, type OwnMetric } from "./metric-names.ts";
import type { DepthReader } from "./queue-depth.ts";
import type { WorkerWatch } from "./worker-watch.ts";

/**
 * Publishes the metrics that AWS's own policies need and AWS does not publish: once a period, a second before its end, so
 * that the figures belong to the period that ends, and are there when the alarms look at it.
 *
 * Nothing stops it: what cannot be read is left out, and what cannot be published is published anew in the next period.
 * Two publishers do no harm: policies take the average, and of two samples that is one.
 */
export class MetricsPublisher {
  private readonly parts: PublisherParts;

  constructor(parts: PublisherParts) {
    this.parts = parts;
  }

  /** Publishes until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, epochMs, periodSec } = this.parts;
    const periodMs = periodSec * 1000;
    for (;;) {
      const untilMs = periodMs - ((epochMs() + AHEAD_MS) % periodMs);
      await pause(clock, untilMs, signal);
      if (signal.aborted) return;
      await this.publish();
    }
  }

  /** Reads and publishes once. Never throws. */
  async publish(): Promise<void> {
    const { cloudWatch, log, owners, periodSec, epochMs } = this.parts;
    const at = epochMs();
    const figures = figuresOf(await this.read(at));
    const dimensions = ownDimensions(owners);
    const published = (Object.keys(figures) as OwnMetric[]).map((metric): PublishedFigure => ({
      metricName: OWN_METRICS[metric],
      dimensions,
      value: figures[metric] ?? 0,
      unit: unitOf(metric),
      isHighResolution: periodSec < 60,
    }));
    if (published.length === 0) return;
    try {
      await cloudWatch.publish(OWN_NAMESPACE, published, at);
      log.debug({ figures }, "published");
    } catch (error) {
      log.warn({ err: error, figures }, "could not be published");
    }
  }

  private async read(at: number) {
    const { group, queue, workers } = this.parts;
    const [view, depth, ageSec] = await Promise.all([
      this.orUndefined("group", () => group.describe()),
      this.orUndefined("queue", () => queue.depth()),
      this.orUndefined("age", () => this.readAgeSec(at)),
    ]);
    const ids = inServiceIds(view?.instances ?? []);
    const figures = workers === undefined || ids.length === 0 ? undefined : await this.orUndefined("workers", () => workers.look(ids, at));
    return { depth, inService: view === undefined ? undefined : ids.length, busyShare: figures?.busyShare, ageSec };
  }

  /** The newest that there is; undefined when there is none of the last minutes: the queue sleeps. */
  private async readAgeSec(at: number): Promise<number | undefined> {
    const window = { fromEpochMs: at - AGE_LOOK_BACK_MS, toEpochMs: at, periodSec: 60 };
    const [points = []] = await this.parts.cloudWatch.readSeries([queryOf("age", this.parts.owners, "Maximum")], window);
    return points.at(-1)?.value;
  }

  private async orUndefined<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.parts.log.warn({ err: error, what }, "could not be read");
      return undefined;
    }
  }
}

export interface PublisherParts {
  readonly group: Pick<ScalableGroup, "describe">;
  readonly queue: DepthReader;
  /** Undefined when their pages cannot be reached: then there is no busy share. */
  readonly workers: Pick<WorkerWatch, "look"> | undefined;
  readonly cloudWatch: MetricStore;
  readonly owners: MetricOwners;
  /** 10, 30 or 60. */
  readonly periodSec: number;
  readonly clock: Clock;
  /** The time of day, milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly log: Logger;
}

/** CloudWatch, as far as it is needed. */
export interface MetricStore {
  readSeries(queries: readonly SeriesQuery[], window: SeriesWindow): Promise<SeriesPoint[][]>;
  publish(namespace: string, figures: readonly PublishedFigure[], atEpochMs: number): Promise<void>;
}

const AHEAD_MS = 1000;
const AGE_LOOK_BACK_MS = 300_000;
