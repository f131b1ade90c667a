import { z } from "zod";
import { PROCESSES } from "../../model/processes.ts";
import { ASG_GUIDE, ECS_GUIDE, SQS_API, SQS_GUIDE, integer } from "./kit.ts";

const at = {
  atSec: z.number().min(0).max(31_622_400).meta({ title: "At", unit: "s", description: "Virtual time since the start of the run." }),
};

const instances = (title: string, description: string) =>
  z.int().min(0).max(10_000).nullable().default(null).meta({ title, unit: "instances", description });

const resize = z
  .strictObject({
    kind: z.literal("resize"),
    ...at,
    min: instances("Minimum", "Empty to leave it."),
    max: instances("Maximum", "Empty to leave it."),
    desired: instances("Desired", "Brought within the limits; empty to leave it, as far as the limits allow."),
  })
  .meta({ title: "Change of the group's size", source: `${ASG_GUIDE}/ec2-auto-scaling-capacity-limits.html` });

const process = z.enum(PROCESSES).meta({
  title: "Process",
  description:
    "launch, terminate, replace-unhealthy, az-rebalance, alarm-notification and scheduled-actions on EC2; dynamic-scaling-in, dynamic-scaling-out and scheduled-scaling on ECS.",
});
const PROCESSES_PAGE = `${ASG_GUIDE}/as-suspend-resume-processes.html`;

const deploy = z
  .strictObject({
    kind: z.literal("deploy"),
    ...at,
    maxPercent: integer({
      min: 101,
      max: 200,
      default: 200,
      title: "Tasks at most",
      unit: "% of desired",
      description: "New tasks are started before old ones are stopped, so far beyond the desired number.",
    }),
  })
  .meta({
    title: "Deployment",
    description: "Replaces every task by a new one. Until that is done no policy scales the service in. Fargate only.",
    source: `${ECS_GUIDE}/service-auto-scaling.html`,
  });

const percentOf = (bounds: { readonly min: number; readonly max: number }, title: string, description: string) =>
  z.int().min(bounds.min).max(bounds.max).nullable().default(null).meta({ title, unit: "% of desired", description });

const instanceRefresh = z
  .strictObject({
    kind: z.literal("instance-refresh"),
    ...at,
    minHealthyPercent: percentOf(
      { min: 0, max: 100 },
      "Healthy at least",
      "In service, healthy and warm. Empty for that of the maintenance policy, or 90. With 100 a replacement is launched before an instance is ended.",
    ),
    maxHealthyPercent: percentOf({ min: 100, max: 200 }, "Healthy at most", "Empty for that of the maintenance policy, or 100."),
    protectedInstances: z.enum(["wait", "ignore", "refresh"]).default("wait").meta({
      title: "Protected instances",
      description:
        "Those that are protected from scale-ins: the refresh waits for them, up to an hour; leaves them as they are; or replaces them too.",
    }),
  })
  .meta({
    title: "Instance refresh",
    description: "Replaces every instance by a new one, a part of the group at a time. EC2 only.",
    source: `${ASG_GUIDE}/instance-refresh-overview.html`,
  });

const redrive = z
  .strictObject({
    kind: z.literal("redrive"),
    ...at,
    perSec: integer({ min: 1, max: 500, default: 500, title: "Speed", unit: "messages/s" }),
  })
  .meta({
    title: "Redrive",
    description: "Moves the dead letters back to the queue, as new messages.",
    source: `${SQS_API}/API_StartMessageMoveTask.html`,
  });

const cancelRedrive = z
  .strictObject({ kind: z.literal("cancel-redrive"), ...at })
  .meta({ title: "End of a redrive", source: `${SQS_API}/API_CancelMessageMoveTask.html` });

const purge = z
  .strictObject({
    kind: z.literal("purge"),
    ...at,
    queue: z.enum(["main", "dead-letters"]).default("dead-letters").meta({ title: "Queue" }),
  })
  .meta({ title: "Purge", description: "Everything in the queue is gone.", source: `${SQS_API}/API_PurgeQueue.html` });

const attribute = (title: string, unit: string, min: number, max: number) =>
  z.int().min(min).max(max).nullable().default(null).meta({ title, unit, description: "Empty to leave it." });

const setQueue = z
  .strictObject({
    kind: z.literal("set-queue"),
    ...at,
    visibilityTimeoutSec: attribute("Visibility timeout", "s", 0, 43_200),
    retentionSec: attribute("Retention", "s", 60, 1_209_600),
    delaySec: attribute("Delivery delay", "s", 0, 900),
    maxReceiveCount: attribute("Receives before the DLQ", "receives", 0, 1000),
    effectiveAfterSec: integer({
      min: 0,
      max: 900,
      default: 60,
      title: "Takes effect after",
      unit: "s",
      description: "SQS needs up to a minute, for the retention up to 15.",
      source: `${SQS_API}/API_SetQueueAttributes.html`,
    }),
  })
  .meta({ title: "Change of the queue", source: `${SQS_GUIDE}/sqs-configure-queue-parameters.html` });

const suspend = z.strictObject({ kind: z.literal("suspend"), ...at, process }).meta({ title: "Suspension", source: PROCESSES_PAGE });
const resume = z.strictObject({ kind: z.literal("resume"), ...at, process }).meta({ title: "Resumption", source: PROCESSES_PAGE });

const endRetained = z.strictObject({ kind: z.literal("end-retained"), ...at }).meta({
  title: "End of what is retained",
  description: "Every instance that the terminate hook has retained by then is terminated.",
  source: `${ASG_GUIDE}/manage-retained-instances.html`,
});

/** What operators do by hand in the middle of a run. */
export const acts = z
  .array(
    z.discriminatedUnion("kind", [resize, deploy, instanceRefresh, suspend, resume, endRetained, redrive, cancelRedrive, purge, setQueue]),
  )
  .max(1000)
  .default([])
  .meta({ title: "Operators' acts", description: "What is done by hand to the group and its queues, in mid-run." });
