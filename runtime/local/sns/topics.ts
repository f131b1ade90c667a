import { randomUUID } from "node:crypto";
import { DedupWindow } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";
import { invalidParameter, subscriptionNotFound, topicNotFound } from "./errors.ts";
import { readFilterPolicy, type Filter, type FilterScope } from "./filter-policy.ts";

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly isFifo: boolean;
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly subscriptions: Set<Subscription>;
  /** Of a FIFO topic: what was published within five minutes. */
  readonly published: DedupWindow;
  /** Subscriptions that were made and unmade. */
  unsubscribed: number;
}

export interface Subscription {
  readonly arn: string;
  readonly topic: Topic;
  /** ARN of the queue. */
  readonly endpoint: string;
  readonly attributes: Map<string, string>;
  /** Undefined for one that lets everything through. */
  filter: { readonly scope: FilterScope; readonly passes: Filter } | undefined;
}

/** The topics of this server and who subscribes to them. */
export class Topics {
  private readonly byArn = new Map<string, Topic>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly prefix: string;

  constructor({ accountId, region }: { accountId: string; region: string }) {
    this.prefix = `arn:aws:sns:${region}:${accountId}:`;
  }

  all(): readonly Topic[] {
    return [...this.byArn.values()];
  }

  allSubscriptions(): readonly Subscription[] {
    return [...this.subscriptions.values()];
  }

  topic(arn: string): Topic {
    const topic = this.byArn.get(arn);
    if (topic === undefined) throw topicNotFound();
    return topic;
  }

  subscription(arn: string): Subscription {
    const subscription = this.subscriptions.get(arn);
    if (subscription === undefined) throw subscriptionNotFound();
    return subscription;
  }

  /** CreateTopic: the topic of that name, if it has what is asked for. */
  create(name: string, attributes: Readonly<Record<string, string>>): Topic {
    const isFifo = attributes["FifoTopic"] === "true";
    if (!/^(?=.{1,256}$)[\w-]+(?:\.fifo)?$/.test(name) || isFifo !== name.endsWith(".fifo")) throw invalidParameter("Topic Name");
    const existing = this.byArn.get(this.prefix + name);
    if (existing !== undefined) return sameAs(existing, attributes);
    for (const attribute of Object.keys(attributes)) checkTopicAttribute(attribute, isFifo, true);
    const topic: Topic = {
      arn: this.prefix + name,
      name,
      isFifo,
      attributes: new Map(Object.entries(attributes)),
      tags: new Map(),
      subscriptions: new Set(),
      published: new DedupWindow("queue"),
      unsubscribed: 0,
    };
    this.byArn.set(topic.arn, topic);
    return topic;
  }

  /** Deleting what is not there succeeds (API reference, DeleteTopic). */
  delete(arn: string): void {
    const topic = this.byArn.get(arn);
    for (const subscription of topic?.subscriptions ?? []) this.subscriptions.delete(subscription.arn);
    this.byArn.delete(arn);
  }

  subscribe(topic: Topic, endpoint: string, attributes: Readonly<Record<string, string>>): Subscription {
    const existing = [...topic.subscriptions].find((subscription) => subscription.endpoint === endpoint);
    if (existing !== undefined) {
      const isSame = Object.entries(attributes).every(([name, value]) => existing.attributes.get(name) === value);
      if (!isSame) throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
      return existing;
    }
    const subscription: Subscription = { arn: `${topic.arn}:${randomUUID()}`, topic, endpoint, attributes: new Map(), filter: undefined };
    setSubscriptionAttributes(subscription, attributes);
    topic.subscriptions.add(subscription);
    this.subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  unsubscribe(arn: string): void {
    const subscription = this.subscriptions.get(arn);
    if (subscription === undefined) return;
    this.subscriptions.delete(arn);
    subscription.topic.subscriptions.delete(subscription);
    subscription.topic.unsubscribed += 1;
  }
}

/** Checks all before it sets any. */
export function setSubscriptionAttributes(subscription: Subscription, changes: Readonly<Record<string, string>>): void {
  const after = new Map(subscription.attributes);
  for (const [name, value] of Object.entries(changes)) {
    if (!SUBSCRIPTION_ATTRIBUTES.has(name)) throw invalidParameter("AttributeName");
    if (name === "RawMessageDelivery" && value !== "true" && value !== "false") {
      throw invalidParameter(`Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
    if (value === "") after.delete(name);
    else after.set(name, value);
  }
  const scope = after.get("FilterPolicyScope") ?? "MessageAttributes";
  if (scope !== "MessageAttributes" && scope !== "MessageBody") throw invalidParameter(`FilterPolicyScope: Invalid value [${scope}].`);
  deadLetterTargetOf(after);
  const policy = after.get("FilterPolicy");
  subscription.filter = policy === undefined ? undefined : { scope, passes: readFilterPolicy(policy, scope) };
  subscription.attributes.clear();
  for (const [name, value] of after) subscription.attributes.set(name, value);
}

/** ARN of the queue that takes what could not be delivered. */
export function deadLetterTargetOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const policy = attributes.get("RedrivePolicy");
  if (policy === undefined) return undefined;
  try {
    const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn?: unknown };
    if (typeof deadLetterTargetArn === "string") return deadLetterTargetArn;
  } catch {
    // As wrong as a policy without a target.
  }
  throw invalidParameter("RedrivePolicy: must be a JSON object with a deadLetterTargetArn");
}

export function checkTopicAttribute(name: string, isFifo: boolean, isNew: boolean): void {
  const isKnown = TOPIC_ATTRIBUTES.has(name) || (isFifo && FIFO_TOPIC_ATTRIBUTES.has(name));
  if (!isKnown || (name === "FifoTopic" && !isNew)) throw invalidParameter("AttributeName");
}

/** Kept and shown; those that bind nobody here (policies, keys, tracing) are told in docs/embedded-aws.md. */
const TOPIC_ATTRIBUTES = new Set([
  "Policy",
  "DisplayName",
  "DeliveryPolicy",
  "KmsMasterKeyId",
  "TracingConfig",
  "SignatureVersion",
  "FifoTopic",
]);
const FIFO_TOPIC_ATTRIBUTES = new Set(["ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy"]);
const SUBSCRIPTION_ATTRIBUTES = new Set(["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy"]);

function sameAs(existing: Topic, attributes: AwsRecord): Topic {
  const isSame = Object.entries(attributes).every(([name, value]) => existing.attributes.get(name) === value);
  if (!isSame) throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  return existing;
}
