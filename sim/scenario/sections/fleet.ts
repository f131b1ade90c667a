import { z } from "zod";
import { ASG_GUIDE, duration, integer, number } from "./kit.ts";
import { lambda } from "./lambda.ts";
import { apiLimits, health, launchHook, maintenance, spot, task, terminateHook, terminationFunction, warmPool } from "./fleet-parts.ts";

/** On-demand Linux prices in us-east-1, dollars an hour: see `sim/model/instance-prices.ts` for the source. */
export const INSTANCE_TYPES = ["t3.small", "t3.medium", "c7g.large", "m7i.large"] as const;

export const fleet = z
  .strictObject({
    platform: z.enum(["ec2", "fargate", "lambda"]).default("ec2").meta({
      title: "Platform",
      description:
        "ec2: an EC2 Auto Scaling group of instances. fargate: an ECS service whose tasks run on Fargate. lambda: a function that an event source mapping feeds from the queue; an instance is an execution environment, the minimum is 0, and no policy applies.",
    }),
    instanceType: z.enum(INSTANCE_TYPES).default("t3.medium").meta({ title: "Instance type" }),
    min: integer({ min: 0, max: 10_000, default: 2, title: "Minimum", unit: "instances" }),
    max: integer({
      min: 0,
      max: 10_000,
      default: 10,
      title: "Maximum",
      unit: "instances",
      description: "Of a Lambda function its mapping's maximum concurrency, 2 to 1,000; 1,250, what a mapping reaches, for none.",
    }),
    initial: z
      .int()
      .min(0)
      .max(10_000)
      .nullable()
      .default(null)
      .meta({ title: "At the start", unit: "instances", description: "In service when the run starts; empty for the minimum." }),
    activityDelaySec: number({
      min: 0,
      max: 600,
      default: 5.5,
      title: "Decision to launch",
      unit: "s",
      description: "From the decision to the start of the scaling activity.",
    }),
    launchCallSec: number({
      min: 0,
      max: 120,
      default: 0,
      title: "Launch call",
      unit: "s",
      description: "How long the launch call takes, before billing begins. About 6 s as observed, which the default of Pending includes.",
    }),
    pending: duration({ title: "Pending", description: "From the launch call to InService." }).prefault({
      kind: "lognormal",
      medianSec: 23,
      p95Sec: 46,
    }),
    boot: duration({
      title: "Boot",
      description: "From InService to the worker's first receive, or to the start of the application.",
    }).prefault({
      kind: "lognormal",
      medianSec: 60,
      p95Sec: 90,
    }),
    application: duration({
      title: "Application start",
      description:
        "From there to the worker's first receive, where Boot does not include it. An instance from a stopped warm pool needs it again.",
    }).prefault({ kind: "constant", sec: 0 }),
    speedSpread: number({
      min: 0,
      max: 2,
      default: 0,
      title: "Uneven speed",
      unit: "× mean",
      description:
        "Standard deviation, over the mean, of the factor by which an instance lengthens service times (lognormal); 0 when all are alike.",
    }),
    zones: integer({
      min: 1,
      max: 6,
      default: 1,
      title: "Availability Zones",
      unit: "zones",
      description: "Launches go to the zone with fewest instances, scale-ins take from the one with most.",
      source: `${ASG_GUIDE}/ec2-auto-scaling-availability-zone-balanced.html`,
    }),
    zoneStrategy: z
      .enum(["balanced-best-effort", "balanced-only"])
      .default("balanced-best-effort")
      .meta({
        title: "Without capacity",
        description: "balanced-best-effort: a launch goes to another zone. balanced-only: it waits for its own.",
        source: `${ASG_GUIDE}/ec2-auto-scaling-availability-zone-balanced.html`,
      }),
    terminationPolicy: z
      .enum([
        "default",
        "oldest-instance",
        "newest-instance",
        "closest-to-next-instance-hour",
        "allocation-strategy",
        "fewest-busy-slots",
        "idle-only",
      ])
      .default("default")
      .meta({
        title: "Scale-in takes",
        description:
          "Of what was bought too much of, within the fullest zone. default: closest to its next instance hour, as with AWS's OldestLaunchTemplate: all have one template. fewest-busy-slots and idle-only: a function of yours asks the workers first; the others know nothing of them. Fargate stops an arbitrary task.",
        source: `${ASG_GUIDE}/ec2-auto-scaling-termination-policies.html`,
      }),
    terminationFunction,
    protection: z
      .enum(["none", "while-busy", "all"])
      .default("none")
      .meta({
        title: "Scale-in protection",
        description:
          "while-busy: a worker protects its instance as long as a job runs. all: every instance in service, so that the group cannot shrink.",
        source: `${ASG_GUIDE}/ec2-auto-scaling-instance-protection.html`,
      }),
    launchHook: launchHook.nullable().default(null),
    terminateHook: terminateHook.nullable().default(null),
    health,
    maintenance: maintenance.nullable().default(null),
    warmPool: warmPool.nullable().default(null),
    spot: spot.nullable().default(null),
    task,
    lambda,
    volumeGb: number({
      min: 0,
      max: 16_384,
      default: 8,
      title: "Volume",
      unit: "GB",
      description: "gp3 volume of each EC2 instance. 8 GB is the root volume of Amazon Linux 2023.",
    }),
    publicAddress: z.boolean().default(false).meta({
      title: "Public address",
      description: "Each instance or task has a public IPv4 address, billed by the hour; otherwise it needs a NAT gateway or endpoints.",
    }),
    apiLimits,
    backOffFirstSec: number({
      min: 1,
      max: 3600,
      default: 30,
      title: "First retry of a launch",
      unit: "s",
      description: "After a launch that failed for lack of capacity; doubles with each failure in a row. Not documented by AWS.",
    }),
    backOffMaxSec: number({ min: 1, max: 86_400, default: 600, title: "Longest wait for a retry", unit: "s" }),
    launchesGivenUpAfterSec: integer({
      min: 0,
      max: 31_622_400,
      default: 86_400,
      title: "Launches given up after",
      unit: "s",
      description:
        "AWS may suspend the launches of a group that has tried for over 24 hours without a success; only resuming them helps. 0 for never.",
      source: `${ASG_GUIDE}/as-suspend-resume-processes.html`,
    }),
  })
  .prefault({})
  .meta({ title: "Fleet", source: `${ASG_GUIDE}/ec2-auto-scaling-lifecycle.html` });
