import { z } from "zod";

/** What the sections of the schema are built from. */

// Zod would compile its checks with `new Function`, which the page's Content-Security-Policy rightly refuses.
z.config({ jitless: true });

export const SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide";
export const SQS_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference";
export const ASG_GUIDE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide";
export const EC2_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide";
export const ECS_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
export const LAMBDA_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg";
export const CW_GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring";

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

export const number = ({ min, max, default: fallback, ...meta }: NumberField) => z.number().min(min).max(max).default(fallback).meta(meta);

export const integer = ({ min, max, default: fallback, ...meta }: NumberField) => z.int().min(min).max(max).default(fallback).meta(meta);

const VARIATION = "Standard deviation over the mean.";

/** Name of a message class. */
export const CLASS_NAME = z.string().min(1).max(40);

/** Made once, so that the JSON Schema can name each kind once, however many fields have it. */
const DURATION_KINDS = [
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
  z.strictObject({
    kind: z.literal("gamma"),
    meanSec: z.number().min(0.001).max(86_400).meta({ title: "Mean", unit: "s" }),
    variation: z.number().min(0.01).max(10).meta({ title: "Variation", unit: "× mean", description: VARIATION }),
  }),
  z.strictObject({
    kind: z.literal("hyper-exponential"),
    meanSec: z.number().min(0.001).max(86_400).meta({ title: "Mean", unit: "s" }),
    variation: z.number().min(1).max(20).meta({ title: "Variation", unit: "× mean", description: VARIATION }),
  }),
  z.strictObject({
    kind: z.literal("weibull"),
    meanSec: z.number().min(0.001).max(86_400).meta({ title: "Mean", unit: "s" }),
    shape: z
      .number()
      .min(0.2)
      .max(20)
      .meta({ title: "Shape", unit: "(power)", description: "Below 1 for a long tail, above 1 for a bell." }),
  }),
  z.strictObject({
    kind: z.literal("pareto"),
    minSec: z.number().min(0.001).max(86_400).meta({ title: "Shortest", unit: "s" }),
    shape: z.number().min(1.05).max(100).meta({
      title: "Tail index",
      unit: "(power)",
      description: "The lower, the longer the tail; at 2 and below the spread has no bound. No time is above 24.8 days.",
    }),
  }),
  z.strictObject({
    kind: z.literal("histogram"),
    edgesSec: z
      .array(z.number().min(0).max(86_400))
      .min(2)
      .max(1001)
      .meta({ title: "Edges", unit: "s", description: "Edges of the bins, ascending; times are spread evenly within a bin." }),
    weights: z
      .array(z.number().min(0).max(1e12))
      .min(1)
      .max(1000)
      .meta({ title: "Counts", unit: "jobs", description: "How many of the times measured fell into each bin: one fewer than edges." }),
  }),
] as const;

/** A length of time that varies: how long a job takes, how long a launch takes. */
export const duration = (meta: FieldMeta) => z.discriminatedUnion("kind", DURATION_KINDS).meta({ ...meta });
