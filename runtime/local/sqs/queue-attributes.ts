import { sqsError } from "./errors.ts";

/**
 * The attributes of a queue that clients may set, as text, with their defaults and ranges (API reference, CreateQueue and
 * SetQueueAttributes).
 */
export type QueueAttributes = Readonly<Record<string, string>>;

/** All that a queue has besides what was given. */
export const DEFAULT_ATTRIBUTES = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
} as const;

export const DEFAULT_FIFO_ATTRIBUTES = {
  ...DEFAULT_ATTRIBUTES,
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
} as const;

/** What GetQueueAttributes can tell besides: read, never set. */
const DERIVED_ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
] as const;
export type DerivedAttribute = (typeof DERIVED_ATTRIBUTES)[number];

/**
 * Checks attributes that a client wants to set.
 *
 * @throws {AwsError} InvalidAttributeName, InvalidAttributeValue
 */
export function checkAttributes(given: QueueAttributes, { isFifo, isNew }: { isFifo: boolean; isNew: boolean }): void {
  for (const [name, value] of Object.entries(given)) {
    const isKnown = Object.hasOwn(VALUES, name);
    if (!isKnown || (FIFO_ONLY.has(name) && !isFifo)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (name === "FifoQueue" && (!isNew || value !== "true")) throw invalidAttribute(name, value, "Modifying queue type is not supported.");
    // Empty takes away what may be missing: policies and keys.
    if (value === "" && MAY_BE_EMPTY.has(name)) continue;
    const allowed = VALUES[name] as Allowed;
    if (!allows(allowed, value)) throw invalidAttribute(name, value, reasonOf(allowed));
  }
  if (given["FifoThroughputLimit"] === "perMessageGroupId" && given["DeduplicationScope"] === "queue") {
    throw invalidAttribute("FifoThroughputLimit", "perMessageGroupId", "It needs DeduplicationScope messageGroup.");
  }
}

export function invalidAttribute(name: string, value: string, reason: string) {
  return sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}: ${value}. Reason: ${reason}`);
}

export function isAttributeName(name: string): boolean {
  return Object.hasOwn(VALUES, name) || (DERIVED_ATTRIBUTES as readonly string[]).includes(name);
}

type Allowed = { readonly min: number; readonly max: number } | { readonly oneOf: readonly string[] } | "json" | "text";

const BOOLEAN: Allowed = { oneOf: ["true", "false"] };
const VALUES: Readonly<Record<string, Allowed>> = {
  VisibilityTimeout: { min: 0, max: 43_200 },
  DelaySeconds: { min: 0, max: 900 },
  MaximumMessageSize: { min: 1024, max: 1_048_576 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20 },
  Policy: "json",
  RedrivePolicy: "json",
  RedriveAllowPolicy: "json",
  KmsMasterKeyId: "text",
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400 },
  SqsManagedSseEnabled: BOOLEAN,
  FifoQueue: BOOLEAN,
  ContentBasedDeduplication: BOOLEAN,
  DeduplicationScope: { oneOf: ["queue", "messageGroup"] },
  FifoThroughputLimit: { oneOf: ["perQueue", "perMessageGroupId"] },
};
const FIFO_ONLY = new Set(["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]);
const MAY_BE_EMPTY = new Set(["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"]);

function allows(allowed: Allowed, value: string): boolean {
  if (allowed === "text") return true;
  if (allowed === "json") return isJsonObject(value);
  if ("oneOf" in allowed) return allowed.oneOf.includes(value);
  return /^\d+$/.test(value) && Number(value) >= allowed.min && Number(value) <= allowed.max;
}

function reasonOf(allowed: Allowed): string {
  if (allowed === "text") return "Must be text.";
  if (allowed === "json") return "Must be a JSON object.";
  return "oneOf" in allowed ? `Must be one of ${allowed.oneOf.join(", ")}.` : `Must be between ${allowed.min} and ${allowed.max}.`;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
