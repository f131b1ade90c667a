import { assertNever } from "../core/assert.ts";
import { METRIC_NAMES, type Datapoint, type MetricName, type Published } from "../core/policy/policy.ts";
import type { RandomStream } from "../kernel/random.ts";

/**
 * Metrics as CloudWatch publishes them: one datapoint a period, readable only after the lag.
 *
 * Which is whose (monitoring-using-cloudwatch, ec2-auto-scaling-metrics):
 * - **The queue's** come once a minute. Once in a while a minute's sample slips into the next one, which then holds two:
 *   added up by `sum`, harmless with `maximum` (observed: justeattakeaway/AwsWatchman#294). A queue that holds nothing
 *   and was not called for six hours sleeps, and has no datapoints at all; when it wakes, the first ones take up to
 *   15 minutes longer.
 * - **The group's**, `inService` (`running` on ECS) and `desired`, come once a minute, always.
 * - **The workers'**, `busyShare`, come each period.
 *
 * With a period below a minute the queue's figures cannot be SQS's own: they are what a metrics process of ours reads off
 * the queue and publishes, so they neither slip nor sleep. The group's stay at their minute, and an expression has to
 * FILL them (ASG User Guide, policy-creating-high-resolution-metrics).
 */
export class MetricFeed {
  /** Rises whenever something more is readable. */
  version = 0;

  private readonly settings: MetricFeedSettings;
  private readonly stream: RandomStream;

  private readonly waiting: Publication[] = [];
  private readonly readable: Record<MetricName, Datapoint[]>;
  private slipped: Sample | undefined;
  private touchedAt = 0;
  private asleep = false;
  /** Datapoints of a queue that is waking are held back until then. */
  private wakesAt = 0;

  constructor(settings: MetricFeedSettings, stream: RandomStream) {
    this.settings = settings;
    this.stream = stream;
    this.readable = Object.fromEntries(METRIC_NAMES.map((name) => [name, []])) as unknown as Record<MetricName, Datapoint[]>;
  }

  /** Takes the figures of the period that ends at `now`. */
  sample(sample: Sample, now: number): void {
    const { periodMs, lagMs } = this.settings;
    const at = now - periodMs;
    const own = periodMs < MINUTE_MS;
    const ready = now + lagMs;
    this.waiting.push({ at, ready, values: workerFigures(sample) });
    if (own) this.waiting.push({ at, ready, values: queueFigures(sample) });
    else this.sampleQueue(sample, at, now);
    if (now % MINUTE_MS === 0) this.waiting.push({ at: now - MINUTE_MS, ready, values: groupFigures(sample) });
  }

  /** What has been published by `now`, by name, oldest first, at most the newest 32 of each. Reused by the next call. */
  published(now: number): Published {
    let kept = 0;
    for (const publication of this.waiting) {
      if (publication.ready > now) {
        this.waiting[kept] = publication;
        kept += 1;
      } else this.publish(publication);
    }
    this.waiting.length = kept;
    return this.readable;
  }

  private publish({ at, values }: Publication): void {
    this.version += 1;
    for (const name of Object.keys(values) as MetricName[]) {
      const value = values[name];
      // A share of nothing is no figure, and CloudWatch takes none that is not finite.
      if (value === undefined || !Number.isFinite(value)) continue;
      const points = this.readable[name];
      points.push({ at, value });
      if (points.length > KEPT) points.shift();
    }
  }

  private sampleQueue(sample: Sample, at: number, now: number): void {
    const { sleepAfterMs, wakeWithinMs, irregularProbability, lagMs } = this.settings;
    if (sample.touched) this.touchedAt = now;
    if (sleepAfterMs > 0 && now - this.touchedAt > sleepAfterMs) {
      this.asleep = true;
      this.slipped = undefined;
      return;
    }
    if (this.asleep) {
      this.asleep = false;
      this.wakesAt = now + Math.round(this.stream.uniform() * wakeWithinMs);
    }
    const before = this.slipped;
    this.slipped = undefined;
    if (before === undefined && irregularProbability > 0 && this.stream.uniform() < irregularProbability) {
      this.slipped = sample;
      return;
    }
    const figures = queueFigures(sample);
    const values = before === undefined ? figures : this.merged(queueFigures(before), figures);
    this.waiting.push({ at, ready: Math.max(now + lagMs, this.wakesAt), values });
  }

  /** Two samples in one period. Counters add up whatever the statistic. */
  private merged(first: Figures, second: Figures): Figures {
    const values: Partial<Record<MetricName, number>> = {};
    for (const name of Object.keys(first) as MetricName[]) {
      const a = first[name] ?? 0;
      const b = second[name] ?? 0;
      values[name] = name === "sent" || name === "deleted" ? a + b : combine(a, b, this.settings.statistic);
    }
    return values;
  }
}

/** Times in milliseconds. */
export interface MetricFeedSettings {
  readonly periodMs: number;
  readonly lagMs: number;
  readonly statistic: Statistic;
  /** Chance that a minute's sample of the queue slips into the next minute. */
  readonly irregularProbability: number;
  /** A queue untouched for so long has no metrics; 0 for one that never sleeps. */
  readonly sleepAfterMs: number;
  readonly wakeWithinMs: number;
}

export type Statistic = "sum" | "maximum" | "average";

/** The figures of a period: gauges at its end, counters over it. */
export interface Sample {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Of the oldest message, seconds. */
  readonly ageSec: number;
  readonly sent: number;
  readonly deleted: number;
  /** Whether the queue holds messages or was called in the period. */
  readonly touched: boolean;
  readonly inService: number;
  readonly desired: number;
  /** NaN when no slot was working. */
  readonly busyShare: number;
}

type Figures = Readonly<Partial<Record<MetricName, number>>>;

interface Publication {
  readonly at: number;
  readonly ready: number;
  readonly values: Figures;
}

function queueFigures({ visible, inFlight, delayed, ageSec, sent, deleted }: Sample): Figures {
  return { visible, inFlight, delayed, age: ageSec, sent, deleted };
}

function groupFigures({ inService, desired }: Sample): Figures {
  return { inService, running: inService, desired };
}

function workerFigures({ busyShare }: Sample): Figures {
  return { busyShare };
}

function combine(a: number, b: number, statistic: Statistic): number {
  switch (statistic) {
    case "sum":
      return a + b;
    case "maximum":
      return Math.max(a, b);
    case "average":
      return (a + b) / 2;
    default:
      return assertNever(statistic);
  }
}

const MINUTE_MS = 60_000;
/** Target tracking looks back over 17 periods. */
const KEPT = 32;
