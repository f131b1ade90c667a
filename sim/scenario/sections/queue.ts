import { z } from "zod";
import { SQS_API, SQS_GUIDE, integer, number } from "./kit.ts";

const groups = z
  .strictObject({
    count: integer({ min: 1, max: 1_000_000, default: 100, title: "Groups", unit: "groups" }),
    hotShare: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Hot group",
      unit: "of messages",
      description: "Share of the messages that belongs to one group; the others are spread evenly. 0 spreads them over all.",
      source: `${SQS_GUIDE}/avoid-backlog-with-the-same-message-group-id.html`,
    }),
    hotFromSec: number({ min: 0, max: 31_622_400, default: 0, title: "Hot from", unit: "s" }),
    hotForSec: number({ min: 0, max: 31_622_400, default: 31_622_400, title: "Hot for", unit: "s" }),
  })
  .meta({ title: "Message groups" });

const fifo = z
  .strictObject({
    callsPerSec: integer({
      min: 0,
      max: 70_000,
      default: 300,
      title: "Calls",
      unit: "per s and action",
      description: "Sends, receives and deletes each. 300; in high-throughput mode 2,400 to 70,000 by Region. 0 for no limit.",
      source: `${SQS_GUIDE}/quotas-messages.html`,
    }),
    groupCallsPerSec: integer({
      min: 0,
      max: 70_000,
      default: 0,
      title: "Sends to a group",
      unit: "per s",
      description: "About 300 in high-throughput mode; 0 for no limit of its own.",
      source: `${SQS_GUIDE}/high-throughput-fifo.html`,
    }),
    messagesPerSend: integer({
      min: 1,
      max: 10,
      default: 1,
      title: "Messages per send",
      unit: "messages",
      description: "Batching by the producers.",
    }),
  })
  .prefault({})
  .meta({ title: "FIFO limits" });

const chances = z
  .strictObject({
    duplicateProbability: number({
      min: 0,
      max: 0.1,
      default: 1e-5,
      title: "Duplicates",
      unit: "of receives and deletes",
      description: "A message handed to two consumers, or delivered again after its delete. Rare, says AWS; how rare is not documented.",
      source: `${SQS_GUIDE}/standard-queues-at-least-once-delivery.html`,
    }),
    disorderProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Disorder",
      unit: "of messages",
      description: "A message that overtakes up to ten others. Order is best effort; how good is not documented.",
      source: `${SQS_GUIDE}/standard-queues.html`,
    }),
    falseEmptyProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "False empty long polls",
      unit: "of polls",
      description: "For a wait of 1 s; less with longer ones. Possible, but how often is not documented.",
      source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
    }),
    shortPollSeesLeast: number({
      min: 0,
      max: 1,
      default: 0.3,
      title: "Short poll sees, at least",
      unit: "of messages",
      description:
        "Share of the messages that a short poll finds when there are hardly any; that it asks some of the servers only is documented, the share is not.",
      source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
    }),
    shortPollSeesMost: number({
      min: 0,
      max: 1,
      default: 0.8,
      title: "Short poll sees, at most",
      unit: "of messages",
      description: "The same just below 1,000 messages, from where on it fills its batch.",
      source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
    }),
  })
  .prefault({})
  .meta({ title: "Chances of a standard queue" });

export const queue = z
  .strictObject({
    type: z
      .enum(["standard", "fifo"])
      .default("standard")
      .meta({
        title: "Type",
        description: "A standard queue whose messages have groups is a fair queue: its groups are tenants, and noisy ones wait.",
        source: `${SQS_GUIDE}/sqs-queue-types.html`,
      }),
    groups: groups.nullable().default(null),
    fifo,
    chances,
    visibilityTimeoutSec: integer({
      min: 0,
      max: 43_200,
      default: 30,
      title: "Visibility timeout",
      unit: "s",
      source: `${SQS_GUIDE}/sqs-visibility-timeout.html`,
    }),
    receiveVisibilityTimeoutSec: z
      .int()
      .min(0)
      .max(43_200)
      .nullable()
      .default(null)
      .meta({
        title: "Visibility asked for",
        unit: "s",
        description: "VisibilityTimeout of the workers' receives, in place of the queue's own.",
        source: `${SQS_API}/API_ReceiveMessage.html`,
      }),
    maxReceiveCount: integer({
      min: 0,
      max: 1000,
      default: 3,
      title: "Receives before the DLQ",
      unit: "receives",
      description: "A message received this often goes to the dead-letter queue at its next receive; 0 for no dead-letter queue.",
      source: `${SQS_GUIDE}/sqs-dead-letter-queues.html`,
    }),
    retentionSec: integer({
      min: 60,
      max: 1_209_600,
      default: 345_600,
      title: "Retention",
      unit: "s",
      source: `${SQS_GUIDE}/quotas-messages.html`,
    }),
    deadLetterRetentionSec: integer({
      min: 60,
      max: 1_209_600,
      default: 1_209_600,
      title: "Retention of the DLQ",
      unit: "s",
      description: "Counts from the send; for a FIFO queue from the move.",
      source: `${SQS_GUIDE}/sqs-dead-letter-queues.html`,
    }),
    delaySec: integer({ min: 0, max: 900, default: 0, title: "Delivery delay", unit: "s", source: `${SQS_GUIDE}/sqs-delay-queues.html` }),
    inFlightQuota: integer({
      min: 1,
      max: 10_000_000,
      default: 120_000,
      title: "In flight, at most",
      unit: "messages",
      description: "Beyond it a short poll of a standard queue fails and all others find nothing.",
      source: `${SQS_GUIDE}/quotas-queues.html`,
    }),
    noisyWindowSec: number({
      min: 1,
      max: 3600,
      default: 60,
      title: "Noisy neighbours, window",
      unit: "s",
      description: "How long a fair queue's recent share of processing time looks back, once to twice this; not documented.",
      source: `${SQS_GUIDE}/sqs-fair-queues-detailed.html`,
    }),
    receiveLatencySec: number({
      min: 0,
      max: 10,
      default: 0.01,
      title: "Receive latency",
      unit: "s",
      description: "From a message being there to the worker having it. 5 to 20 ms is usual; not documented by AWS.",
    }),
    deleteLatencySec: number({ min: 0, max: 10, default: 0.01, title: "Delete latency", unit: "s" }),
  })
  .prefault({})
  .meta({ title: "Queue" });
