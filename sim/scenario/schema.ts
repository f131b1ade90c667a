import { z } from "zod";

/**
 * The scenario: one JSON document that says everything about a fleet and its traffic. The browser, the command line,
 * the runtime and the Terraform export all read it through this one schema.
 *
 * Every field ends in its unit, has a default and a range, and names the page that its range or default comes from
 * (`source`). Descriptions are what the form, the JSON Schema and the docs show.
 */

const SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide";
const ASG_GUIDE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide";
const CW_GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring";

/** What the form and the faults know of a field besides its range. */
export interface FieldMeta {
  readonly title: string;
  readonly unit?: string;
  readonly description?: string;
  readonly source?: string;
}

interface NumberField extends FieldMeta {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

const number = ({ min, max, default: fallback, ...meta }: NumberField) => z.number().min(min).max(max).default(fallback).meta(meta);
const integer = ({ min, max, default: fallback, ...meta }: NumberField) => z.int().min(min).max(max).default(fallback).meta(meta);

/** A length of time that varies: how long a job takes, how long a launch takes. */
const duration = (meta: FieldMeta) =>
  z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("constant"), sec: z.number().min(0).max(86_400).meta({ title: "Time", unit: "s" }) }),
      z.strictObject({ kind: z.literal("exponential"), meanSec: z.number().min(0.001).max(86_400).meta({ title: "Mean", unit: "s" }) }),
      z.strictObject({
        kind: z.literal("uniform"),
        minSec: z.number().min(0).max(86_400).meta({ title: "Shortest", unit: "s" }),
        maxSec: z.number().min(0).max(86_400).meta({ title: "Longest", unit: "s" }),
      }),
      z.strictObject({
        kind: z.literal("lognormal"),
        medianSec: z.number().min(0.001).max(86_400).meta({ title: "Median", unit: "s" }),
        p95Sec: z.number().min(0.001).max(864_000).meta({ title: "95th percentile", unit: "s" }),
      }),
    ])
    .meta(meta);

const scale = number({
  min: 0.001,
  max: 100_000,
  default: 1,
  title: "Scale",
  unit: "×",
  description: "Multiplies every rate or count of the traffic.",
});

const objective = z
  .strictObject({
    measure: z.enum(["age", "latency"]).default("age").meta({
      title: "Measure",
      description: "age: of the oldest message, as sampled over time. latency: from send to delete, of each message.",
    }),
    percentile: number({ min: 50, max: 99.99, default: 99, title: "Percentile", unit: "%" }),
    limitSec: number({
      min: 0.01,
      max: 1_209_600,
      default: 60,
      title: "Limit",
      unit: "s",
      description: "The objective holds when the percentile of the measure stays at or below this.",
    }),
  })
  .prefault({})
  .meta({ title: "Objective" });

const run = z
  .strictObject({
    durationSec: integer({ min: 60, max: 31_622_400, default: 86_400, title: "Duration", unit: "s", description: "Virtual time simulated." }),
    sampleEverySec: integer({ min: 1, max: 3600, default: 60, title: "Sample every", unit: "s", description: "Time between two rows of the result." }),
  })
  .prefault({})
  .meta({ title: "Run" });

const traffic = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("poisson"),
        ratePerSec: number({ min: 0, max: 100_000, default: 10, title: "Arrival rate", unit: "messages/s" }),
        scale,
      })
      .meta({ title: "Steady (Poisson)" }),
    z
      .strictObject({
        kind: z.literal("daily"),
        baseRatePerSec: number({ min: 0, max: 100_000, default: 2, title: "Base rate", unit: "messages/s" }),
        peakRatePerSec: number({ min: 0, max: 100_000, default: 50, title: "Rate at the peak", unit: "messages/s" }),
        peakAtHour: number({ min: 0, max: 24, default: 9, title: "Peak at", unit: "h" }),
        peakWidthHours: number({ min: 0.05, max: 24, default: 1, title: "Peak width", unit: "h", description: "Width of the peak at half its height." }),
        scale,
      })
      .meta({ title: "Daily peak (Poisson)" }),
    z
      .strictObject({
        kind: z.literal("counts"),
        name: z.string().max(200).default("recorded counts").meta({ title: "Recording" }),
        /** ISO time of the first interval, for the time axis; empty for elapsed time. */
        startsAt: z.union([z.literal(""), z.iso.datetime()]).default("").meta({ title: "Starts at" }),
        intervalSec: z.number().min(1).max(86_400).meta({ title: "Interval", unit: "s" }),
        counts: z
          .array(z.number().min(0).max(1e9))
          .min(1)
          .max(1_000_000)
          .meta({ title: "Messages in each interval", unit: "messages" }),
        scale,
      })
      .meta({ title: "Recorded counts" }),
  ])
  .prefault({ kind: "poisson" })
  .meta({ title: "Traffic" });

const work = z
  .strictObject({
    serviceTime: duration({ title: "Service time", description: "How long one job takes in its slot." }).prefault({ kind: "exponential", meanSec: 0.5 }),
    failureProbability: number({ min: 0, max: 1, default: 0, title: "Failures", unit: "of attempts", description: "Chance that an attempt fails." }),
    poisonProbability: number({ min: 0, max: 1, default: 0, title: "Poison messages", unit: "of messages", description: "Chance that a message fails at every attempt." }),
  })
  .prefault({})
  .meta({ title: "Work" });

const queue = z
  .strictObject({
    visibilityTimeoutSec: integer({ min: 0, max: 43_200, default: 30, title: "Visibility timeout", unit: "s", source: `${SQS_GUIDE}/sqs-visibility-timeout.html` }),
    maxReceiveCount: integer({
      min: 0,
      max: 1000,
      default: 3,
      title: "Receives before the DLQ",
      unit: "receives",
      description: "A message received this often goes to the dead-letter queue at its next receive; 0 for no dead-letter queue.",
      source: `${SQS_GUIDE}/sqs-dead-letter-queues.html`,
    }),
    retentionSec: integer({ min: 60, max: 1_209_600, default: 345_600, title: "Retention", unit: "s", source: `${SQS_GUIDE}/quotas-messages.html` }),
    delaySec: integer({ min: 0, max: 900, default: 0, title: "Delivery delay", unit: "s", source: `${SQS_GUIDE}/sqs-delay-queues.html` }),
    receiveLatencySec: number({ min: 0, max: 10, default: 0.01, title: "Receive latency", unit: "s", description: "From a message being there to the worker having it. 5 to 20 ms is usual; not documented by AWS." }),
    deleteLatencySec: number({ min: 0, max: 10, default: 0.01, title: "Delete latency", unit: "s" }),
  })
  .prefault({})
  .meta({ title: "Queue" });

const heartbeat = z
  .strictObject({
    everySec: number({ min: 0.1, max: 43_200, default: 30, title: "Every", unit: "s" }),
    extendToSec: integer({ min: 1, max: 43_200, default: 60, title: "Extend to", unit: "s" }),
    maxSec: integer({ min: 1, max: 43_200, default: 3600, title: "At most", unit: "s", description: "No more heartbeats this long after the receive; SQS itself stops at 12 hours." }),
  })
  .meta({ title: "Heartbeat", source: `${SQS_GUIDE}/sqs-visibility-timeout.html` });

const worker = z
  .strictObject({
    slots: integer({ min: 1, max: 1000, default: 4, title: "Slots per instance", unit: "jobs", description: "Jobs that run at the same time in one instance." }),
    maxMessagesPerReceive: integer({ min: 1, max: 10, default: 10, title: "Messages per receive", unit: "messages", source: `${SQS_GUIDE}/quotas-messages.html` }),
    concurrentReceives: integer({ min: 1, max: 16, default: 1, title: "Receives at a time", unit: "calls" }),
    waitTimeSec: integer({ min: 0, max: 20, default: 20, title: "Long poll", unit: "s", source: `${SQS_GUIDE}/sqs-short-and-long-polling.html` }),
    deleteLingerSec: number({ min: 0, max: 60, default: 0.2, title: "Delete linger", unit: "s", description: "How long a finished message may wait to share a batched delete." }),
    heartbeat: heartbeat.nullable().default(null),
    retryDelaySec: z
      .int()
      .min(0)
      .max(43_200)
      .nullable()
      .default(null)
      .meta({ title: "Retry delay", unit: "s", description: "Visibility given to a message whose job failed; empty leaves it to its visibility timeout." }),
    receiveBackOffFirstSec: number({ min: 0.01, max: 60, default: 0.2, title: "First back-off", unit: "s" }),
    receiveBackOffMaxSec: number({ min: 0.01, max: 900, default: 20, title: "Longest back-off", unit: "s" }),
    drainLimitSec: integer({ min: 0, max: 7200, default: 120, title: "Drain limit", unit: "s", description: "Time to finish running jobs before the instance is stopped.", source: `${ASG_GUIDE}/lifecycle-hooks.html` }),
  })
  .prefault({})
  .meta({ title: "Worker" });

/** On-demand Linux prices in us-east-1, dollars an hour: see `sim/model/prices.ts` for the sources. */
export const INSTANCE_TYPES = ["t3.small", "t3.medium", "c7g.large", "m7i.large"] as const;

const fleet = z
  .strictObject({
    instanceType: z.enum(INSTANCE_TYPES).default("t3.medium").meta({ title: "Instance type" }),
    min: integer({ min: 0, max: 10_000, default: 2, title: "Minimum", unit: "instances" }),
    max: integer({ min: 0, max: 10_000, default: 10, title: "Maximum", unit: "instances" }),
    initial: z.int().min(0).max(10_000).nullable().default(null).meta({ title: "At the start", unit: "instances", description: "In service when the run starts; empty for the minimum." }),
    activityDelaySec: number({ min: 0, max: 600, default: 5.5, title: "Decision to launch", unit: "s", description: "From the decision to the start of the scaling activity." }),
    pending: duration({ title: "Pending", description: "From the launch call to InService." }).prefault({ kind: "lognormal", medianSec: 23, p95Sec: 46 }),
    boot: duration({ title: "Boot", description: "From InService to the worker's first receive." }).prefault({ kind: "lognormal", medianSec: 60, p95Sec: 90 }),
  })
  .prefault({})
  .meta({ title: "Fleet", source: `${ASG_GUIDE}/ec2-auto-scaling-lifecycle.html` });

const target = number({ min: 0.1, max: 1_000_000, default: 100, title: "Target", unit: "messages/instance", description: "Backlog per instance to keep.", source: `${ASG_GUIDE}/as-using-sqs-queue.html` });

const policy = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("ec2-target-tracking"),
        target,
        warmUpSec: integer({ min: 0, max: 3600, default: 300, title: "Warm-up", unit: "s", source: `${ASG_GUIDE}/ec2-auto-scaling-default-instance-warmup.html` }),
        lowShare: number({
          min: 0.1,
          max: 1,
          default: 0.7,
          title: "Low threshold",
          unit: "of target",
          description: "The low alarm's threshold. EC2 uses 0.70 today, by observation; AWS does not publish it.",
          source: `${ASG_GUIDE}/as-scaling-target-tracking.html`,
        }),
        disableScaleIn: z.boolean().default(false).meta({ title: "Never scale in" }),
      })
      .meta({ title: "EC2 target tracking" }),
    z
      .strictObject({
        kind: z.literal("exact-backlog"),
        target,
        scaleInBelowShare: number({ min: 0, max: 1, default: 0.5, title: "Scale in below", unit: "of target" }),
        warmUpSec: integer({ min: 0, max: 3600, default: 0, title: "Warm-up", unit: "s", description: "No scale-in while an instance is younger than this." }),
        cooldownSec: integer({ min: 0, max: 3600, default: 0, title: "Scale-in cooldown", unit: "s", description: "No scale-in until this long after the last change." }),
        maxStep: integer({ min: 0, max: 10_000, default: 0, title: "Largest step", unit: "instances", description: "Instances added or removed at one review; 0 for no limit." }),
      })
      .meta({ title: "Exact backlog" }),
  ])
  .prefault({ kind: "ec2-target-tracking" })
  .meta({ title: "Policy" });

const metrics = z
  .strictObject({
    periodSec: z
      .literal([10, 30, 60])
      .default(60)
      .meta({ title: "Period", unit: "s", source: `${CW_GUIDE}/publishingMetrics.html` }),
    lagSec: number({ min: 0, max: 900, default: 45, title: "Lag", unit: "s", description: "From the end of a period to its datapoint being readable. 15 to 120 s is usual; not documented by AWS." }),
    evaluationSecond: integer({ min: 0, max: 59, default: 47, title: "Evaluated at second", unit: "s", description: "Second of the minute at which the alarms are evaluated." }),
  })
  .prefault({})
  .meta({ title: "Metrics" });

const faults = z
  .strictObject({
    receiveErrorProbability: number({ min: 0, max: 1, default: 0, title: "Failed receives", unit: "of calls" }),
  })
  .prefault({})
  .meta({ title: "Faults" });

const money = z
  .strictObject({
    instancePerHourUsd: z.number().min(0).max(1000).nullable().default(null).meta({ title: "Instance price", unit: "$/h", description: "Empty for the list price of the instance type in us-east-1." }),
    sqsPerMillionRequestsUsd: number({ min: 0, max: 1000, default: 0.4, title: "SQS requests", unit: "$/million", source: "https://aws.amazon.com/sqs/pricing/" }),
  })
  .prefault({})
  .meta({ title: "Money" });

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    version: z.literal(1).meta({ title: "Version of the format" }),
    name: z.string().min(1).max(120).meta({ title: "Name" }),
    lesson: z.string().max(1000).default("").meta({ title: "What it teaches" }),
    objective,
    run,
    traffic,
    work,
    queue,
    worker,
    fleet,
    policy,
    metrics,
    faults,
    money,
  })
  .meta({ title: "Headroom scenario" });

/** A scenario with every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as people write it: fields that have a default may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

export type Traffic = Scenario["traffic"];
export type DurationSpec = Scenario["work"]["serviceTime"];
export type PolicySpec = Scenario["policy"];
