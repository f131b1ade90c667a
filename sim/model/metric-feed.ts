import { assertNever } from "../core/assert.ts";
import { METRIC_NAMES, type Datapoint, type MetricName, type Published } from "../core/policy/policy.ts";
import type { RandomStream } from "../kernel/random.ts";
import { QueueMinutes, type QueueMinute, type QueueMinutesSettings } from "./queue-minutes.ts";

/**
 * Metrics as CloudWatch publishes them: one datapoint a period, readable only after the lag.
 *
 * Which is whose (monitoring-using-cloudwatch, ec2-auto-scaling-metrics):
 * - **The queue's** come once a minute, with SQS's quirks ({@link QueueMinutes}): two samples in a minute are added up by
 *   `sum` and harmless with `maximum`, and a queue that sleeps has none. The dead-letter queue is a queue of its own.
 * - **The group's**, `inService` (`running` on ECS) and `desired`, come once a minute, always.
 * - **The workers'**, `busyShare`, come each period.
 *
 * With a period below a minute the queues' figures cannot be SQS's own: they are what a metrics process of ours reads off
 * the queues and publishes, so they neither slip nor sleep. The group's stay at their minute, and an expression has to
 * FILL them (ASG User Guide, policy-creating-high-resolution-metrics).
 */
export class MetricFeed {
  /** Rises whenever something more is readable. */
  version = 0;

  private readonly settings: MetricFeedSettings;
  private readonly queueMinutes: QueueMinutes<Figures>;
  private readonly deadLetterMinutes: QueueMinutes<Figures>;

  private readonly waiting: Publication[] = [];
  private readonly readable = seriesByName();
  private readonly remembered = seriesByName();

  constructor(settings: MetricFeedSettings, streams: { readonly queue: RandomStream; readonly deadLetters: RandomStream }) {
    this.settings = settings;
    this.queueMinutes = new QueueMinutes(settings, streams.queue);
    this.deadLetterMinutes = new QueueMinutes(settings, streams.deadLetters);
  }

  /** Takes the figures of the period that ends at `now`. */
  sample(sample: Sample, now: number): void {
    const { periodMs, lagMs } = this.settings;
    const at = now - periodMs;
    const own = isOwnPeriod(periodMs);
    const ready = now + lagMs;
    const { deadLetters } = sample;
    this.waiting.push({ at, ready, values: workerFigures(sample) });
    if (own) {
      this.waiting.push({ at, ready, values: queueFigures(sample) });
      if (deadLetters !== undefined) this.waiting.push({ at, ready, values: { deadLetters: deadLetters.visible } });
    } else {
      this.publishMinute(this.queueMinutes.sampled(queueFigures(sample), sample.touched, now), at, ready);
      if (deadLetters !== undefined) {
        const figures = { deadLetters: deadLetters.visible };
        this.publishMinute(this.deadLetterMinutes.sampled(figures, deadLetters.touched, now), at, ready);
      }
    }
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

  /** The same with as many of each as the settings remember. Reused by the next call. */
  history(now: number): Published {
    this.published(now);
    return this.remembered;
  }

  private publish({ at, values }: Publication): void {
    this.version += 1;
    for (const name of Object.keys(values) as MetricName[]) {
      const value = values[name];
      // A share of nothing is no figure, and CloudWatch takes none that is not finite.
      if (value === undefined || !Number.isFinite(value)) continue;
      keep(this.readable[name], { at, value }, KEPT);
      if (this.settings.remembers > 0) keep(this.remembered[name], { at, value }, this.settings.remembers);
    }
  }

  private publishMinute(minute: QueueMinute<Figures> | undefined, at: number, ready: number): void {
    if (minute === undefined) return;
    const { figures, slipped, notBefore } = minute;
    const values = slipped === undefined ? figures : this.merged(slipped, figures);
    this.waiting.push({ at, ready: Math.max(ready, notBefore), values });
  }

  /** Two samples in one period. Counters add up whatever the statistic. */
  private merged(first: Figures, second: Figures): Figures {
    const values: Partial<Record<MetricName, number>> = {};
    for (const name of Object.keys(first) as MetricName[]) {
      const a = first[name] ?? 0;
      const b = second[name] ?? 0;
      values[name] = COUNTERS.has(name) ? a + b : combine(a, b, this.settings.statistic);
    }
    return values;
  }
}

/** Times in milliseconds. */
export interface MetricFeedSettings extends QueueMinutesSettings {
  readonly periodMs: number;
  readonly lagMs: number;
  readonly statistic: Statistic;
  /** Datapoints of each metric that {@link MetricFeed.history} goes back; 0 when nobody asks. */
  readonly remembers: number;
}

/** Whether a process of our own publishes the queue's figures: SQS does so once a minute. */
export function isOwnPeriod(periodMs: number): boolean {
  return periodMs < MINUTE_MS;
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
  readonly received: number;
  readonly deleted: number;
  readonly emptyReceives: number;
  /** Whether the queue holds messages or was called in the period. */
  readonly touched: boolean;
  /** Of the dead-letter queue; undefined where there is none. */
  readonly deadLetters: { readonly visible: number; readonly touched: boolean } | undefined;
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

function seriesByName(): Record<MetricName, Datapoint[]> {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, []])) as unknown as Record<MetricName, Datapoint[]>;
}

function keep(points: Datapoint[], point: Datapoint, most: number): void {
  points.push(point);
  if (points.length > most) points.shift();
}

function queueFigures({ visible, inFlight, delayed, ageSec, sent, received, deleted, emptyReceives }: Sample): Figures {
  return { visible, inFlight, delayed, age: ageSec, sent, received, deleted, emptyReceives };
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

const COUNTERS: ReadonlySet<MetricName> = new Set<MetricName>(["sent", "received", "deleted", "emptyReceives"]);
const MINUTE_MS = 60_000;
/** Target tracking looks back over 17 periods. */
const KEPT = 32;
