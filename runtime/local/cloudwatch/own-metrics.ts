import { QueueMinutes, RandomStream } from "../../../sim/index.ts";
import { setOf, type MetricStore } from "./metric-store.ts";

/** How and when AWS publishes the metrics of its own services. Times in milliseconds. */
export interface PublicationSettings {
  /** From the end of a minute to its datapoint being readable. */
  readonly lagMs: number;
  /** Chance that a minute's figures of a queue slip into the next minute. */
  readonly irregularProbability: number;
  /** A queue untouched for so long has no metrics; 0 for one that never sleeps. */
  readonly sleepAfterMs: number;
  /** The first figures of a queue that wakes come later by up to so much. */
  readonly wakeWithinMs: number;
  /** Of what chance does here, a whole number. */
  readonly seed: number;
}

/** What SQS tells of one queue: gauges, and counters since the queue was made. */
export interface QueueFigures {
  readonly queueName: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly ageOfOldestMs: number;
  readonly sent: number;
  readonly received: number;
  readonly deleted: number;
  readonly emptyReceives: number;
}

/** What Auto Scaling tells of one group whose metrics are collected. */
export interface GroupFigures {
  readonly groupName: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly pending: number;
  readonly inService: number;
  readonly terminating: number;
}

/**
 * Publishes, at the end of each minute, what SQS and Auto Scaling tell CloudWatch of themselves, by the names and with the
 * delays and quirks of theirs (monitoring-using-cloudwatch, sqs-available-cloudwatch-metrics, ec2-auto-scaling-metrics).
 */
export class OwnMetrics {
  private readonly store: MetricStore;
  private readonly settings: PublicationSettings;
  private readonly minuteMs: number;
  private readonly queues = new Map<string, Watched>();

  constructor(options: { store: MetricStore; settings: PublicationSettings; minuteMs: number }) {
    this.store = options.store;
    this.settings = options.settings;
    this.minuteMs = options.minuteMs;
  }

  /** The minute that ends at `now`. */
  minuteEnded(queues: readonly QueueFigures[], groups: readonly GroupFigures[], now: number): void {
    for (const figures of queues) this.queueMinute(figures, now);
    for (const name of [...this.queues.keys()]) if (!queues.some(({ queueName }) => queueName === name)) this.queues.delete(name);
    for (const figures of groups) this.groupMinute(figures, now);
  }

  private queueMinute(figures: QueueFigures, now: number): void {
    const { queueName, visible, inFlight, delayed, sent, received, deleted, emptyReceives } = figures;
    const watched = this.watched(queueName, now);
    const { before } = watched;
    const counted = {
      sent: sent - before.sent,
      received: received - before.received,
      deleted: deleted - before.deleted,
      emptyReceives: emptyReceives - before.emptyReceives,
    };
    watched.before = { sent, received, deleted, emptyReceives };
    const isTouched = visible + inFlight + delayed > 0 || Object.values(counted).some((count) => count > 0);
    const values: QueueValues = {
      ApproximateNumberOfMessagesVisible: visible,
      ApproximateNumberOfMessagesNotVisible: inFlight,
      ApproximateNumberOfMessagesDelayed: delayed,
      ApproximateAgeOfOldestMessage: Math.floor(figures.ageOfOldestMs / 1000),
      NumberOfMessagesSent: counted.sent,
      NumberOfMessagesReceived: counted.received,
      NumberOfMessagesDeleted: counted.deleted,
      NumberOfEmptyReceives: counted.emptyReceives,
    };
    const minute = watched.minutes.sampled(values, isTouched, now);
    if (minute === undefined) return;
    for (const published of minute.slipped === undefined ? [minute.figures] : [minute.slipped, minute.figures]) {
      for (const [name, value] of Object.entries(published)) {
        const unit = name === "ApproximateAgeOfOldestMessage" ? "Seconds" : "Count";
        this.publish(
          { namespace: "AWS/SQS", name, dimension: { name: "QueueName", value: queueName }, value, unit },
          minute.notBefore,
          now,
        );
      }
    }
  }

  private groupMinute({ groupName, min, max, desired, pending, inService, terminating }: GroupFigures, now: number): void {
    const values = {
      GroupMinSize: min,
      GroupMaxSize: max,
      GroupDesiredCapacity: desired,
      GroupPendingInstances: pending,
      GroupInServiceInstances: inService,
      GroupTerminatingInstances: terminating,
      GroupTotalInstances: pending + inService + terminating,
    };
    const dimension = { name: "AutoScalingGroupName", value: groupName };
    for (const [name, value] of Object.entries(values))
      this.publish({ namespace: "AWS/AutoScaling", name, dimension, value, unit: "None" }, 0, now);
  }

  private publish(
    metric: { namespace: string; name: string; dimension: { name: string; value: string }; value: number; unit: string },
    notBefore: number,
    now: number,
  ): void {
    const { namespace, name, dimension, value, unit } = metric;
    const readableAt = Math.max(now + this.settings.lagMs, notBefore);
    const sample = { at: now - this.minuteMs, set: setOf(value), unit, isHighResolution: false };
    this.store.put({ namespace, name, dimensions: [dimension] }, { ...sample, readableAt }, now);
  }

  private watched(queueName: string, now: number): Watched {
    let watched = this.queues.get(queueName);
    if (watched === undefined) {
      const minutes = new QueueMinutes<QueueValues>(this.settings, new RandomStream(this.settings.seed, `metrics of ${queueName}`));
      // A queue that has just been made is awake.
      minutes.sampled({}, true, now - this.minuteMs);
      watched = { minutes, before: { sent: 0, received: 0, deleted: 0, emptyReceives: 0 } };
      this.queues.set(queueName, watched);
    }
    return watched;
  }
}

type QueueValues = Readonly<Record<string, number>>;

interface Watched {
  readonly minutes: QueueMinutes<QueueValues>;
  before: { readonly sent: number; readonly received: number; readonly deleted: number; readonly emptyReceives: number };
}
