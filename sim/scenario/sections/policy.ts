import { z } from "zod";
import { alarmFields, metric } from "./alarm-fields.ts";
import { ASG_GUIDE, integer, number } from "./kit.ts";

const AAS_GUIDE = "https://docs.aws.amazon.com/autoscaling/application/userguide";
const KEDA_DOCS = "https://keda.sh/docs/latest/scalers/aws-sqs/";
const HPA_DOCS = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";

const target = number({
  min: 0.01,
  max: 1_000_000,
  default: 100,
  title: "Target",
  unit: "messages/instance",
  description: "Value of the metric to keep; with the usual metric the backlog per instance.",
  source: `${ASG_GUIDE}/as-using-sqs-queue.html`,
});

const warmUpSec = integer({
  min: 0,
  max: 3600,
  default: 300,
  title: "Warm-up",
  unit: "s",
  source: `${ASG_GUIDE}/ec2-auto-scaling-default-instance-warmup.html`,
});

const lowShare = (byDefault: number, description: string, source: string) =>
  number({ min: 0.1, max: 1, default: byDefault, title: "Low threshold", unit: "of target", description, source });

const disableScaleIn = z.boolean().default(false).meta({ title: "Never scale in" });

const ec2TargetTracking = z
  .strictObject({
    kind: z.literal("ec2-target-tracking"),
    target,
    metric,
    warmUpSec,
    lowShare: lowShare(
      0.7,
      "The low alarm's threshold. EC2 uses 0.70 today, by observation; AWS does not publish it.",
      `${ASG_GUIDE}/as-scaling-target-tracking.html`,
    ),
    scaleIn: z.enum(["proportional", "one-at-a-time"]).default("proportional").meta({
      title: "Scale-in",
      description: "How far one scale-in goes. AWS calls it gradual and does not publish the arithmetic.",
    }),
    disableScaleIn,
  })
  .meta({ title: "EC2 target tracking" });

const cooldown = (title: string, description: string) =>
  integer({
    min: 0,
    max: 3600,
    default: 300,
    title,
    unit: "s",
    description,
    source: `${AAS_GUIDE}/target-tracking-scaling-policy-overview.html`,
  });

const ecsTargetTracking = z
  .strictObject({
    kind: z.literal("ecs-target-tracking"),
    target,
    metric,
    lowShare: lowShare(
      0.9,
      "The low alarm's threshold. Application Auto Scaling uses 0.90, by observation.",
      `${AAS_GUIDE}/target-tracking-scaling-policy-overview.html`,
    ),
    scaleOutCooldownSec: cooldown("Scale-out cooldown", "No further scale-out for so long, unless a larger one is called for."),
    scaleInCooldownSec: cooldown("Scale-in cooldown", "No further scale-in for so long; a scale-out ends it."),
    disableScaleIn,
  })
  .meta({ title: "ECS target tracking" });

const adjusting = {
  adjustmentType: z.enum(["change", "exact", "percent"]).default("change").meta({
    title: "Adjustment",
    description: "change: by so many instances. exact: to so many. percent: by a share of the group.",
  }),
  minMagnitude: integer({
    min: 0,
    max: 10_000,
    default: 0,
    title: "At least",
    unit: "instances",
    description: "Least number of instances that a percentage comes to.",
  }),
};

const adjustment = z.int().min(-10_000).max(10_000).meta({ title: "By", unit: "instances or %" });
const bound = (title: string) =>
  z
    .number()
    .min(-1e12)
    .max(1e12)
    .nullable()
    .default(null)
    .meta({ title, unit: "beyond the threshold", description: "Empty for no bound." });

const step = z
  .strictObject({
    kind: z.literal("step"),
    warmUpSec,
    rules: z
      .array(
        z.strictObject({
          ...alarmFields,
          ...adjusting,
          aggregation: z.enum(["average", "minimum", "maximum"]).default("average").meta({ title: "Aggregation" }),
          steps: z
            .array(z.strictObject({ lower: bound("From"), upper: bound("To"), adjustment }))
            .min(1)
            .max(20)
            .meta({ title: "Steps" }),
        }),
      )
      .min(1)
      .max(10)
      .meta({
        title: "Rules",
        description: "Each is a step scaling policy with its alarm.",
        source: `${ASG_GUIDE}/as-scaling-simple-step.html`,
      }),
  })
  .meta({ title: "Step scaling" });

const simple = z
  .strictObject({
    kind: z.literal("simple"),
    cooldownSec: integer({
      min: 0,
      max: 3600,
      default: 300,
      title: "Cooldown",
      unit: "s",
      description: "From the end of the last launch or termination until the next answer.",
      source: `${ASG_GUIDE}/ec2-auto-scaling-scaling-cooldowns.html`,
    }),
    rules: z
      .array(z.strictObject({ ...alarmFields, ...adjusting, adjustment }))
      .min(1)
      .max(10)
      .meta({ title: "Rules", description: "Each is a simple scaling policy with its alarm." }),
  })
  .meta({ title: "Simple scaling" });

const limit = (title: string) =>
  z.int().min(0).max(10_000).nullable().default(null).meta({ title, unit: "instances", description: "Empty to leave it." });

const scheduled = z
  .strictObject({
    kind: z.literal("scheduled"),
    startsAt: z
      .union([z.literal(""), z.iso.datetime()])
      .default("")
      .meta({
        title: "Run starts at",
        description: "Date and time of the run's start; empty for that of the recorded traffic, else Monday, 5 January 2026, 00:00 UTC.",
      }),
    actions: z
      .array(
        z.strictObject({
          cron: z.string().min(1).max(200).meta({ title: "When", description: "Five fields: minute, hour, day, month, day of the week." }),
          zone: z
            .string()
            .min(1)
            .max(40)
            .default("UTC")
            .meta({ title: "Time zone", description: "UTC, an offset as +05:30, or a known zone as Europe/Zurich." }),
          min: limit("Minimum"),
          max: limit("Maximum"),
          desired: limit("Desired"),
        }),
      )
      .min(1)
      .max(125)
      .meta({ title: "Actions", source: `${ASG_GUIDE}/ec2-auto-scaling-scheduled-scaling.html` }),
  })
  .meta({ title: "Scheduled" });

const PREDICTIVE = `${ASG_GUIDE}/predictive-scaling-policy-overview.html`;

const predictive = z
  .strictObject({
    kind: z.literal("predictive"),
    hourlyHistory: z.array(z.number().min(0).max(1e12)).max(336).default([]).meta({
      title: "History",
      unit: "messages",
      description: "Messages that arrived in each hour before the run, oldest first; a forecast needs 24. Counting goes on in the run.",
      source: PREDICTIVE,
    }),
    messagesPerInstanceHour: number({ min: 0.001, max: 1e9, default: 7200, title: "Load per instance", unit: "messages/h" }),
    schedulingBufferSec: integer({ min: 0, max: 3599, default: 300, title: "Ahead by", unit: "s", source: PREDICTIVE }),
    mode: z.enum(["forecast-and-scale", "forecast-only"]).default("forecast-and-scale").meta({ title: "Mode" }),
    maxCapacityBreach: z.enum(["honor", "increase"]).default("honor").meta({ title: "Above the maximum", source: PREDICTIVE }),
    maxCapacityBufferShare: number({ min: 0, max: 1, default: 0, title: "Beyond the forecast", unit: "of the forecast" }),
  })
  .meta({ title: "Predictive" });

const kedaHpa = z
  .strictObject({
    kind: z.literal("keda-hpa"),
    queueLength: number({ min: 0.01, max: 1_000_000, default: 5, title: "Queue length", unit: "messages/instance", source: KEDA_DOCS }),
    activationQueueLength: number({ min: 0, max: 1_000_000, default: 0, title: "Activation", unit: "messages", source: KEDA_DOCS }),
    scaleOnInFlight: z.boolean().default(true).meta({ title: "Count those in flight", source: KEDA_DOCS }),
    pollingSec: integer({ min: 1, max: 3600, default: 30, title: "Polls every", unit: "s", source: KEDA_DOCS }),
    cooldownSec: integer({ min: 0, max: 86_400, default: 300, title: "Cooldown to zero", unit: "s", source: KEDA_DOCS }),
    hpaEverySec: integer({ min: 1, max: 600, default: 15, title: "Autoscaler every", unit: "s", source: HPA_DOCS }),
    toleranceShare: number({ min: 0, max: 1, default: 0.1, title: "Tolerance", unit: "of what runs", source: HPA_DOCS }),
    stabilisationSec: integer({ min: 0, max: 3600, default: 300, title: "Scale-in stabilisation", unit: "s", source: HPA_DOCS }),
  })
  .meta({ title: "KEDA and HPA" });

const exactBacklog = z
  .strictObject({
    kind: z.literal("exact-backlog"),
    target,
    scaleInBelowShare: number({ min: 0, max: 1, default: 0.5, title: "Scale in below", unit: "of target" }),
    warmUpSec: integer({
      min: 0,
      max: 3600,
      default: 0,
      title: "Warm-up",
      unit: "s",
      description: "No scale-in while an instance is younger than this.",
    }),
    cooldownSec: integer({
      min: 0,
      max: 3600,
      default: 0,
      title: "Scale-in cooldown",
      unit: "s",
      description: "No scale-in until this long after the last change.",
    }),
    maxStep: integer({
      min: 0,
      max: 10_000,
      default: 0,
      title: "Largest step",
      unit: "instances",
      description: "Instances added or removed at one review; 0 for no limit.",
    }),
  })
  .meta({ title: "Exact backlog" });

const headroom = z
  .strictObject({
    kind: z.literal("headroom"),
    limitSec: z
      .number()
      .min(0.01)
      .max(1_209_600)
      .nullable()
      .default(null)
      .meta({ title: "Age to hold", unit: "s", description: "Empty for the limit of the objective; its percentile holds here too." }),
    expectedServiceSec: number({
      min: 0.001,
      max: 43_200,
      default: 1,
      title: "Expected job",
      unit: "s",
      description: "Until workers report how long their jobs take.",
    }),
    expectedLaunchSec: number({
      min: 1,
      max: 3600,
      default: 120,
      title: "Expected launch",
      unit: "s",
      description: "Until launches have shown how long they take.",
    }),
    launchPrice: number({
      min: 0,
      max: 100,
      default: 5,
      title: "Price of a launch",
      unit: "launch delays",
      description: "How long the fleet must be able to do without an instance before it is given up.",
    }),
    reviewSec: integer({ min: 5, max: 300, default: 30, title: "Reviews every", unit: "s" }),
  })
  .meta({ title: "Headroom" });

const single = [ec2TargetTracking, exactBacklog, headroom, ecsTargetTracking, step, simple, scheduled, predictive, kedaHpa] as const;

const composition = z
  .strictObject({
    kind: z.literal("composition"),
    policies: z
      .array(z.discriminatedUnion("kind", [...single]))
      .min(1)
      .max(50)
      .meta({
        title: "Policies",
        description: "The group grows to the largest that any wants, and shrinks when all want it.",
        source: `${ASG_GUIDE}/as-scale-based-on-demand.html`,
      }),
  })
  .meta({ title: "Several policies" });

const none = z.strictObject({ kind: z.literal("none") }).meta({
  title: "None",
  description:
    "For a Lambda function, whose event source mapping follows the queue by itself. A fleet keeps its size when minimum and maximum are the same.",
});

export const policy = z
  .discriminatedUnion("kind", [...single, composition, none])
  .prefault({ kind: "ec2-target-tracking" })
  .meta({ title: "Policy" });
