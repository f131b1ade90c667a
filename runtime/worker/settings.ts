import type { z } from "zod";
import type { WorkerSettings } from "../../sim/core/worker/settings.ts";
import { LOG_LEVELS } from "../log.ts";
import { divisible, PROCESS_SETTINGS, recycleSetting } from "../processes/settings.ts";
import { decimalNumber, oneOf, optional, plainText, webAddress, wholeNumber, withDefault, type SettingsSchema } from "../settings.ts";
import type { QueueSettings } from "./driver.ts";

/**
 * The worker's settings, with their defaults: the one place where they are said. `docs/worker.md` lists them. Those that
 * the simulator has as well correspond to the fields of a scenario's `worker` and have its ranges and defaults, but one:
 * heartbeats are on, because a real job may always take longer than anybody thought.
 */
const shape = {
  QUEUE_URL: webAddress("the queue to work on, as SQS names it"),
  AWS_REGION: optional(plainText("the region of queue and group; taken from QUEUE_URL when that names one")),
  AWS_ENDPOINT_URL: optional(webAddress("where to reach AWS instead of its own address, such as the embedded AWS")),
  HANDLER: plainText("what is done with messages: the name of a pipeline, a file whose default export is a handler, or emulate"),

  SLOTS: withDefault(
    wholeNumber({ min: 1, max: 1000, unit: "jobs", what: "how many jobs run at the same time, in all processes together" }),
    4,
  ),
  CONCURRENT_RECEIVES: withDefault(wholeNumber({ min: 1, max: 16, unit: "calls", what: "how many receives wait at the same time" }), 1),
  MAX_MESSAGES_PER_RECEIVE: withDefault(wholeNumber({ min: 1, max: 10, unit: "messages", what: "the most that one receive asks for" }), 10),
  WAIT_TIME_SEC: withDefault(wholeNumber({ min: 0, max: 20, unit: "seconds", what: "how long a receive waits for a message" }), 20),
  ENDED_RECEIVES: withDefault(
    oneOf(["wait", "hang-up"], "what happens to a receive that is not wanted any more; only a server that notices should be hung up on"),
    "wait",
  ),
  VISIBILITY_TIMEOUT_SEC: optional(
    wholeNumber({
      min: 1,
      max: 43_200,
      unit: "seconds",
      what: "how long a received message stays hidden; the queue decides when it is left out",
    }),
  ),
  HEARTBEAT_EVERY_SEC: withDefault(
    decimalNumber({ min: 0, max: 43_200, unit: "seconds, 0 for no heartbeats", what: "how often a running job's message is hidden anew" }),
    10,
  ),
  HEARTBEAT_EXTEND_TO_SEC: withDefault(
    wholeNumber({ min: 1, max: 43_200, unit: "seconds", what: "for how long a heartbeat hides it" }),
    60,
  ),
  HEARTBEAT_MAX_SEC: withDefault(wholeNumber({ min: 1, max: 43_200, unit: "seconds", what: "how long after its receive at most" }), 3600),
  DELETE_LINGER_MS: withDefault(
    wholeNumber({ min: 0, max: 60_000, unit: "milliseconds", what: "how long a finished message may wait to share a batched delete" }),
    200,
  ),
  RETRY_DELAY_SEC: optional(
    wholeNumber({ min: 0, max: 43_200, unit: "seconds", what: "when a failed message comes back; without it, when its visibility ends" }),
  ),
  RECEIVE_BACK_OFF_FIRST_SEC: withDefault(
    decimalNumber({ min: 0.01, max: 60, unit: "seconds", what: "the wait after a failed receive, doubled with each further one" }),
    0.2,
  ),
  RECEIVE_BACK_OFF_MAX_SEC: withDefault(decimalNumber({ min: 0.01, max: 900, unit: "seconds", what: "the longest such wait" }), 20),
  CIRCUIT_BREAKER_FAILURES: optional(
    wholeNumber({ min: 1, max: 10_000, unit: "jobs", what: "how many downstream failures in a row stop receiving; without it none do" }),
  ),
  CIRCUIT_BREAKER_OPEN_SEC: withDefault(
    decimalNumber({ min: 0.1, max: 3600, unit: "seconds", what: "how long receiving stays stopped then" }),
    30,
  ),
  CIRCUIT_BREAKER_PROBES: withDefault(
    wholeNumber({ min: 1, max: 100, unit: "jobs", what: "how many jobs are tried then and have all to end well" }),
    1,
  ),
  JOB_TIME_LIMIT_SEC: withDefault(
    decimalNumber({ min: 0.1, max: 43_200, unit: "seconds", what: "how long a handler may take before its job counts as failed" }),
    3600,
  ),
  DRAIN_LIMIT_SEC: withDefault(
    wholeNumber({ min: 0, max: 7200, unit: "seconds", what: "how long running jobs may take to end when the worker has to go" }),
    120,
  ),

  AUTO_SCALING_GROUP_NAME: optional(plainText("the group that this instance belongs to")),
  LIFECYCLE_HOOK_NAME: optional(plainText("the group's terminate hook, kept waiting while the worker drains and then completed")),
  LIFECYCLE_HEARTBEAT_SEC: withDefault(
    wholeNumber({ min: 1, max: 3600, unit: "seconds", what: "how often the hook is told to wait on" }),
    15,
  ),
  METADATA_POLL_SEC: withDefault(
    decimalNumber({ min: 0.1, max: 60, unit: "seconds", what: "how often the instance asks whether it has to go" }),
    5,
  ),
  SCALE_IN_PROTECTION: withDefault(
    oneOf(["auto", "on", "off"], "whether the worker is kept from scale-ins while it is busy; auto does so for ECS tasks only"),
    "auto",
  ),
  SCALE_IN_PROTECTION_IDLE_SEC: withDefault(
    wholeNumber({ min: 0, max: 3600, unit: "seconds", what: "how long it has to be idle to lose the protection" }),
    30,
  ),

  ...PROCESS_SETTINGS,
  RECYCLE_AFTER_JOBS: recycleSetting("jobs"),

  METRICS_PORT: withDefault(
    wholeNumber({ min: 0, max: 65_535, unit: "ports, 0 for a free one", what: "where /metrics and its like are" }),
    9090,
  ),
  METRICS_HOST: withDefault(plainText("the address to listen on; 0.0.0.0 lets other machines in"), "127.0.0.1"),
  LOG_LEVEL: withDefault(oneOf(LOG_LEVELS, "what is logged"), "info"),
};

export type WorkerConfiguration = z.output<z.ZodObject<typeof shape>>;

export const WORKER_SETTINGS: SettingsSchema<typeof shape> = {
  shape,
  rules: [
    {
      names: ["QUEUE_URL", "AWS_REGION"],
      objection: (settings) =>
        regionOf(settings) === undefined
          ? `AWS_REGION is not set, and QUEUE_URL names no region: set it to the queue's, such as eu-central-1.`
          : undefined,
    },
    {
      names: ["HEARTBEAT_EVERY_SEC", "VISIBILITY_TIMEOUT_SEC"],
      objection: ({ HEARTBEAT_EVERY_SEC: every, VISIBILITY_TIMEOUT_SEC: visibility = Infinity }) =>
        every >= visibility
          ? `HEARTBEAT_EVERY_SEC is ${every} s, and has to be less than VISIBILITY_TIMEOUT_SEC, which is ${visibility} s: take a third of it, so that one heartbeat may fail.`
          : undefined,
    },
    {
      names: ["HEARTBEAT_EVERY_SEC", "HEARTBEAT_EXTEND_TO_SEC"],
      objection: ({ HEARTBEAT_EVERY_SEC: every, HEARTBEAT_EXTEND_TO_SEC: extendTo }) =>
        every >= extendTo
          ? `HEARTBEAT_EXTEND_TO_SEC is ${extendTo} s, and has to be more than HEARTBEAT_EVERY_SEC, which is ${every} s: take three times that, so that one heartbeat may fail.`
          : undefined,
    },
    {
      names: ["RECEIVE_BACK_OFF_FIRST_SEC", "RECEIVE_BACK_OFF_MAX_SEC"],
      objection: ({ RECEIVE_BACK_OFF_FIRST_SEC: first, RECEIVE_BACK_OFF_MAX_SEC: max }) =>
        first > max
          ? `RECEIVE_BACK_OFF_MAX_SEC is ${max} s, and has to be at least RECEIVE_BACK_OFF_FIRST_SEC, which is ${first} s: raise it, or lower the other.`
          : undefined,
    },
    {
      names: ["LIFECYCLE_HOOK_NAME", "AUTO_SCALING_GROUP_NAME"],
      objection: ({ LIFECYCLE_HOOK_NAME: hook, AUTO_SCALING_GROUP_NAME: group }) =>
        hook !== undefined && group === undefined
          ? "AUTO_SCALING_GROUP_NAME is not set, and LIFECYCLE_HOOK_NAME needs it: set it to the name of the group that has the hook."
          : undefined,
    },
    // Each process is its own worker, and several make what one was planned to be.
    divisible("SLOTS"),
  ],
};

/** The region to sign for: as set, or as the queue's address names it (`sqs.<region>.amazonaws.com`). */
export function regionOf({
  AWS_REGION: region,
  QUEUE_URL: queueUrl,
}: Pick<WorkerConfiguration, "AWS_REGION" | "QUEUE_URL">): string | undefined {
  return region ?? /^sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(new URL(queueUrl).hostname)?.[1];
}

/** What the worker itself is told; milliseconds from here on. */
export function coreSettings(settings: WorkerConfiguration): WorkerSettings {
  return {
    slots: settings.SLOTS,
    maxMessagesPerReceive: settings.MAX_MESSAGES_PER_RECEIVE,
    concurrentReceives: settings.CONCURRENT_RECEIVES,
    deleteLingerMs: settings.DELETE_LINGER_MS,
    heartbeat:
      settings.HEARTBEAT_EVERY_SEC === 0
        ? undefined
        : {
            everyMs: settings.HEARTBEAT_EVERY_SEC * 1000,
            extendToMs: settings.HEARTBEAT_EXTEND_TO_SEC * 1000,
            maxMs: settings.HEARTBEAT_MAX_SEC * 1000,
          },
    receiveBackOffFirstMs: settings.RECEIVE_BACK_OFF_FIRST_SEC * 1000,
    receiveBackOffMaxMs: settings.RECEIVE_BACK_OFF_MAX_SEC * 1000,
    retryDelayMs: settings.RETRY_DELAY_SEC === undefined ? undefined : settings.RETRY_DELAY_SEC * 1000,
    circuitBreaker:
      settings.CIRCUIT_BREAKER_FAILURES === undefined
        ? undefined
        : {
            failures: settings.CIRCUIT_BREAKER_FAILURES,
            openMs: settings.CIRCUIT_BREAKER_OPEN_SEC * 1000,
            probes: settings.CIRCUIT_BREAKER_PROBES,
          },
  };
}

export function queueSettings(settings: WorkerConfiguration): QueueSettings {
  return {
    waitTimeSec: settings.WAIT_TIME_SEC,
    visibilityTimeoutSec: settings.VISIBILITY_TIMEOUT_SEC,
    hangsUp: settings.ENDED_RECEIVES === "hang-up",
  };
}
