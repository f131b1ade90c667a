import { z } from "zod";
import { ASG_GUIDE, EC2_GUIDE, ECS_GUIDE, duration, integer, number } from "./kit.ts";

/** The parts of a fleet that not every scenario has. */

const heartbeatTimeoutSec = integer({
  min: 30,
  max: 7200,
  default: 3600,
  title: "Heartbeat timeout",
  unit: "s",
  description: "How long the instance waits for its hook to be completed.",
});
const HOOKS = `${ASG_GUIDE}/lifecycle-hooks.html`;

export const launchHook = z
  .strictObject({
    heartbeatTimeoutSec,
    defaultResult: z.enum(["abandon", "continue"]).default("abandon").meta({
      title: "At the timeout",
      description: "abandon: the instance is terminated and replaced. continue: it goes into service as it is.",
    }),
  })
  .meta({
    title: "Launch hook",
    description: "Holds an instance out of service until its worker is ready. Without it, in service means only that EC2 runs.",
    source: HOOKS,
  });

export const terminateHook = z
  .strictObject({
    heartbeatTimeoutSec,
    sendsHeartbeats: z.boolean().default(false).meta({
      title: "Heartbeats",
      description: "The draining worker asks for more time, up to 48 hours or 100 timeouts, whichever is less.",
    }),
    abandoned: z
      .enum(["terminate", "retain"])
      .default("terminate")
      .meta({
        title: "At the timeout",
        description:
          "terminate: the instance goes, whatever it still does. retain: it stays as it is, billed and no part of the group, until an operator ends it.",
        source: `${ASG_GUIDE}/instance-lifecycle-policy.html`,
      }),
  })
  .meta({
    title: "Terminate hook",
    description:
      "Lets a worker drain as long as the hook waits, instead of the worker's drain limit. Spot interruptions do not wait for it.",
    source: HOOKS,
  });

export const health = z
  .strictObject({
    graceSec: integer({
      min: 0,
      max: 7200,
      default: 0,
      title: "Grace period",
      unit: "s",
      description: "From InService on, an impaired instance is not replaced yet; one that does not run is. The console proposes 300.",
      source: `${ASG_GUIDE}/health-check-grace-period.html`,
    }),
    detectionSec: number({
      min: 1,
      max: 3600,
      default: 180,
      title: "Time to notice",
      unit: "s",
      description: "From the impairment of an instance to its replacement: AWS waits a few minutes for it to recover.",
      source: `${ASG_GUIDE}/health-checks-overview.html`,
    }),
    failedPerDay: number({
      min: 0,
      max: 0.99,
      default: 0,
      title: "Failures",
      unit: "of instances a day",
      description: "They stop running, and are replaced at once.",
    }),
    impairedPerDay: number({
      min: 0,
      max: 0.99,
      default: 0,
      title: "Impairments",
      unit: "of instances a day",
      description: "They hang: nothing works, and it takes a while to be noticed. A Fargate task ends at once.",
    }),
  })
  .prefault({})
  .meta({ title: "Health" });

export const maintenance = z
  .strictObject({
    minHealthyPercent: integer({ min: 0, max: 100, default: 100, title: "Healthy at least", unit: "%" }),
    maxHealthyPercent: integer({ min: 100, max: 200, default: 110, title: "Healthy at most", unit: "%" }),
  })
  .meta({
    title: "Maintenance policy",
    description: "Whether an impaired instance is ended only after its replacement is in service. Has no say in scale-ins.",
    source: `${ASG_GUIDE}/ec2-auto-scaling-instance-maintenance-policy.html`,
  });

export const warmPool = z
  .strictObject({
    state: z.enum(["stopped", "running", "hibernated"]).default("stopped").meta({
      title: "State",
      description: "Stopped and hibernated instances are billed for their volumes only.",
    }),
    minSize: integer({ min: 0, max: 10_000, default: 0, title: "At least", unit: "instances" }),
    maxPrepared: z.int().min(0).max(10_000).nullable().default(null).meta({
      title: "Prepared in all",
      unit: "instances",
      description: "Instances of the group and its pool together; empty for the maximum of the group.",
    }),
    reuse: z.boolean().default(false).meta({ title: "Reuse", description: "A scale-in returns instances to the pool." }),
    start: duration({
      title: "Start",
      description: "From the start call to InService, for a stopped or hibernated instance. 15 to 40 s is usual; not documented by AWS.",
    }).prefault({ kind: "uniform", minSec: 15, maxSec: 40 }),
  })
  .meta({ title: "Warm pool", source: `${ASG_GUIDE}/ec2-auto-scaling-warm-pools.html` });

export const spot = z
  .strictObject({
    share: number({ min: 0, max: 1, default: 0.5, title: "Share", unit: "of instances" }),
    interruptedPerDay: number({
      min: 0,
      max: 0.99,
      default: 0.05,
      title: "Interruptions",
      unit: "of instances a day",
      description: "Not published by AWS; pools differ by the hour.",
    }),
    noticeSec: integer({
      min: 0,
      max: 120,
      default: 120,
      title: "Notice",
      unit: "s",
      description: "Time to drain. Given on a best-effort basis; neither hooks nor protection lengthen it.",
      source: `${EC2_GUIDE}/spot-instance-termination-notices.html`,
    }),
    earlyShare: number({
      min: 0,
      max: 1,
      default: 0.5,
      title: "Early recommendations",
      unit: "of interruptions",
      description: "Whose rebalance recommendation comes before the notice, and not with it. Not published by AWS.",
    }),
    earliestSec: integer({ min: 0, max: 86_400, default: 1200, title: "Earlier by up to", unit: "s" }),
    capacityRebalancing: z
      .boolean()
      .default(false)
      .meta({
        title: "Capacity rebalancing",
        description: "A recommendation launches a replacement at once; the group may exceed its maximum by 10 % meanwhile. EC2 only.",
        source: `${ASG_GUIDE}/ec2-auto-scaling-capacity-rebalancing.html`,
      }),
  })
  .meta({ title: "Spot" });

/** Read only where `terminationPolicy` names one of the function's. */
export const terminationFunction = z
  .strictObject({
    answer: duration({
      title: "Answer",
      description: "From the call to the answer, in which the function asks the workers. Auto Scaling waits for no more than 2 s.",
    }).prefault({ kind: "lognormal", medianSec: 0.3, p95Sec: 1.5 }),
    failureProbability: number({ min: 0, max: 1, default: 0, title: "Errors", unit: "of calls" }),
    retrySec: number({
      min: 1,
      max: 3600,
      default: 60,
      title: "Called again after",
      unit: "s",
      description: "When it has failed, was too slow, or named too few. Not documented by AWS.",
    }),
  })
  .prefault({})
  .meta({ title: "Termination function", source: `${ASG_GUIDE}/lambda-custom-termination-policy.html` });

const THROTTLING = `${ECS_GUIDE}/throttling.html`;

export const task = z
  .strictObject({
    vcpu: z
      .literal([0.25, 0.5, 1, 2, 4, 8, 16])
      .default(0.25)
      .meta({ title: "Size", unit: "vCPU", source: `${ECS_GUIDE}/task-cpu-memory-error.html` }),
    memoryGb: number({ min: 0.5, max: 120, default: 0.5, title: "Memory", unit: "GB", source: `${ECS_GUIDE}/task-cpu-memory-error.html` }),
    architecture: z.enum(["x86", "arm"]).default("x86").meta({ title: "Architecture" }),
    storageGb: integer({ min: 20, max: 200, default: 20, title: "Storage", unit: "GB", description: "20 GB are free." }),
    start: duration({
      title: "Start",
      description: "From the launch to RUNNING. An image of 413 MB took 53 to 62 s; small ones are quicker.",
    }).prefault({ kind: "lognormal", medianSec: 45, p95Sec: 75 }),
    attachSec: number({
      min: 0,
      max: 120,
      default: 8,
      title: "Network interface",
      unit: "s",
      description: "The part of the start before the image is pulled, from when on the task is billed. AWS says “several seconds”.",
      source: `${ECS_GUIDE}/task-recommendations.html`,
    }),
    stopTimeoutSec: integer({
      min: 2,
      max: 120,
      default: 30,
      title: "Stop timeout",
      unit: "s",
      description: "From SIGTERM to SIGKILL: the time a worker has to finish its jobs.",
      source: `${ECS_GUIDE}/task_definition_parameters.html`,
    }),
    protectedForSec: integer({
      min: 60,
      max: 172_800,
      default: 7200,
      title: "Protected for",
      unit: "s",
      description: "How long after its start a job protects its task from scale-in, where tasks are protected while busy.",
      source: `${ECS_GUIDE}/task-scale-in-protection.html`,
    }),
    launchBurst: integer({ min: 1, max: 10_000, default: 100, title: "Launches at once", unit: "tasks", source: THROTTLING }),
    launchesPerSec: number({ min: 0.1, max: 1000, default: 20, title: "Launches", unit: "tasks/s", source: THROTTLING }),
    launchesPerMinute: integer({
      min: 1,
      max: 10_000,
      default: 500,
      title: "Launches a minute",
      unit: "tasks",
      description: "For one service: 500 in the large Regions, 125 in others, eu-central-2 among them.",
      source: "https://docs.aws.amazon.com/general/latest/gr/ecs-service.html",
    }),
  })
  .prefault({})
  .meta({ title: "Fargate task" });

export const apiLimits = z
  .strictObject({
    launchBurst: integer({ min: 1, max: 100_000, default: 1000, title: "Launches at once", unit: "instances" }),
    launchesPerSec: number({
      min: 0.1,
      max: 1000,
      default: 2,
      title: "Launches",
      unit: "instances/s",
      description: "Once the burst is used up.",
    }),
    desiredBurst: integer({ min: 1, max: 1000, default: 10, title: "Changes at once", unit: "calls" }),
    desiredPerSec: number({
      min: 0.001,
      max: 1000,
      default: 1,
      title: "Changes",
      unit: "calls/s",
      description: "SetDesiredCapacity: the rate is not published; 1 to 2 a second is safe.",
    }),
  })
  .prefault({})
  .meta({ title: "Limits of the API", source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html" });
