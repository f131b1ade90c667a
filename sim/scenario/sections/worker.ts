import { z } from "zod";
import { ASG_GUIDE, SQS_GUIDE, integer, number } from "./kit.ts";

const heartbeat = z
  .strictObject({
    everySec: number({ min: 0.1, max: 43_200, default: 30, title: "Every", unit: "s" }),
    extendToSec: integer({ min: 1, max: 43_200, default: 60, title: "Extend to", unit: "s" }),
    maxSec: integer({
      min: 1,
      max: 43_200,
      default: 3600,
      title: "At most",
      unit: "s",
      description: "No more heartbeats this long after the receive; SQS itself stops at 12 hours.",
    }),
  })
  .meta({ title: "Heartbeat", source: `${SQS_GUIDE}/sqs-visibility-timeout.html` });

const circuitBreaker = z
  .strictObject({
    failures: integer({
      min: 1,
      max: 10_000,
      default: 5,
      title: "Opens after",
      unit: "failures",
      description: "Jobs in a row that failed because of the downstream.",
    }),
    openSec: number({
      min: 0.1,
      max: 3600,
      default: 30,
      title: "Open for",
      unit: "s",
      description: "No receives for this long; then probes.",
    }),
    probes: integer({
      min: 1,
      max: 100,
      default: 1,
      title: "Probes",
      unit: "jobs",
      description: "Jobs that are tried then and have all to end well before the worker receives as before.",
    }),
  })
  .meta({ title: "Circuit breaker", description: "Each worker stops receiving while what its jobs need is down; empty for none." });

const batchLoop = z
  .strictObject({
    pauseSec: number({
      min: 0,
      max: 3600,
      default: 0,
      title: "Pause",
      unit: "s",
      description: "From the end of a batch, an empty one too, to the next receive.",
    }),
  })
  .meta({
    title: "Batch loops",
    description:
      "A worker as it is often written: each slot is a loop that receives a batch, works it one message after the other, deletes each, pauses and receives again. Delete linger and receives at a time do not apply; empty for the worker that keeps its slots full.",
  });

export const worker = z
  .strictObject({
    slots: integer({
      min: 1,
      max: 1000,
      default: 4,
      title: "Slots per instance",
      unit: "jobs",
      description:
        "Jobs that run at the same time in one instance; in a Lambda function as many messages of its batch as the handler works at the same time.",
    }),
    maxMessagesPerReceive: integer({
      min: 1,
      max: 10,
      default: 10,
      title: "Messages per receive",
      unit: "messages",
      source: `${SQS_GUIDE}/quotas-messages.html`,
    }),
    concurrentReceives: integer({ min: 1, max: 16, default: 1, title: "Receives at a time", unit: "calls" }),
    waitTimeSec: integer({
      min: 0,
      max: 20,
      default: 20,
      title: "Long poll",
      unit: "s",
      source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
    }),
    deleteLingerSec: number({
      min: 0,
      max: 60,
      default: 0.2,
      title: "Delete linger",
      unit: "s",
      description: "How long a finished message may wait to share a batched delete.",
    }),
    heartbeat: heartbeat.nullable().default(null),
    retryDelaySec: z.int().min(0).max(43_200).nullable().default(null).meta({
      title: "Retry delay",
      unit: "s",
      description: "Visibility given to a message whose job failed; empty leaves it to its visibility timeout.",
    }),
    circuitBreaker: circuitBreaker.nullable().default(null),
    batchLoop: batchLoop.nullable().default(null),
    receiveBackOffFirstSec: number({ min: 0.01, max: 60, default: 0.2, title: "First back-off", unit: "s" }),
    receiveBackOffMaxSec: number({ min: 0.01, max: 900, default: 20, title: "Longest back-off", unit: "s" }),
    drainLimitSec: integer({
      min: 0,
      max: 7200,
      default: 120,
      title: "Drain limit",
      unit: "s",
      description:
        "Time to finish running jobs before the instance is stopped. A terminate hook waits for its own time instead, and a Fargate task for its stop timeout.",
      source: `${ASG_GUIDE}/lifecycle-hooks.html`,
    }),
  })
  .prefault({})
  .meta({ title: "Worker" });
