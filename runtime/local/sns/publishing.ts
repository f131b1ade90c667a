import { hash, randomUUID } from "node:crypto";
import { AwsError, type AwsRecord } from "../service.ts";
import { readMessageAttributes, sizeOfAttributes, type MessageAttributes } from "../sqs/message-attributes.ts";
import { optionalText } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";
import { factsOfAttributes, factsOfBody } from "./filter-policy.ts";
import { deadLetterTargetOf, type Subscription, type Topic } from "./topics.ts";

/** A message as it is published. */
export interface Publication {
  readonly messageId: string;
  /** What queues get. */
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes | undefined;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sizeBytes: number;
}

/** Puts a message into a queue, as SendMessage would; false when there is no such queue. */
export type QueueDelivery = (queueArn: string, message: AwsRecord) => boolean;

export interface DeliveryRoute {
  readonly delivery: QueueDelivery;
  /** Where clients reach this server; links in messages begin with it. */
  readonly endpoint: string;
  readonly now: number;
}

/**
 * Reads a Publish, or an entry of a batch.
 *
 * @throws {AwsError} InvalidParameter
 */
export function readPublication(topic: Topic, entry: AwsRecord): Publication {
  const given = optionalText(entry, "Message") ?? "";
  if (given === "") throw invalidParameter("Empty message");
  const subject = optionalText(entry, "Subject");
  if (subject !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(subject)) throw invalidParameter("Subject");
  const structure = optionalText(entry, "MessageStructure");
  if (structure !== undefined && structure !== "json") throw invalidParameter("MessageStructure");
  const message = structure === "json" ? messageForQueues(given) : given;
  const attributes = readAttributes(entry);
  const sizeBytes = Buffer.byteLength(given) + (attributes === undefined ? 0 : sizeOfAttributes(attributes));
  if (sizeBytes > MAX_BYTES) throw invalidParameter("Message too long");
  return { messageId: randomUUID(), message, subject, attributes, ...readGroup(topic, entry, message), sizeBytes };
}

/** Sends a message to all that subscribe to the topic and whose filter it passes. */
export function deliverToAll(topic: Topic, publication: Publication, route: DeliveryRoute): void {
  const facts = { attributes: factsOfAttributes(publication.attributes ?? {}), body: undefined as ReturnType<typeof factsOfBody> };
  for (const subscription of topic.subscriptions) {
    const { filter } = subscription;
    if (filter !== undefined) {
      const seen = filter.scope === "MessageAttributes" ? facts.attributes : (facts.body ??= factsOfBody(publication.message));
      if (seen === undefined || !filter.passes(seen)) continue;
    }
    deliver(subscription, publication, route);
  }
}

const MAX_BYTES = 262_144;

function deliver(subscription: Subscription, publication: Publication, route: DeliveryRoute): void {
  const { delivery } = route;
  const { groupId, deduplicationId, attributes, message } = publication;
  const isRaw = subscription.attributes.get("RawMessageDelivery") === "true";
  const group = groupId === undefined ? {} : { MessageGroupId: groupId };
  const isToFifo = subscription.endpoint.endsWith(".fifo");
  const sent: AwsRecord = {
    ...group,
    ...(isToFifo && deduplicationId !== undefined ? { MessageDeduplicationId: deduplicationId } : {}),
    ...(isRaw ? { MessageBody: message, MessageAttributes: attributes } : { MessageBody: envelope(subscription, publication, route) }),
  };
  if (isDelivered(delivery, subscription.endpoint, sent)) return;
  const deadLetters = deadLetterTargetOf(subscription.attributes);
  if (deadLetters !== undefined) isDelivered(delivery, deadLetters, sent);
}

/** SNS gives up at once where the fault is the subscriber's (sns-message-delivery-retries, client-side errors). */
function isDelivered(delivery: QueueDelivery, queueArn: string, message: AwsRecord): boolean {
  try {
    return delivery(queueArn, message);
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** What a queue gets without raw delivery (sns-sqs-as-subscriber, sns-verify-signature-of-message). It is not signed. */
function envelope({ arn, topic }: Subscription, publication: Publication, { now, endpoint }: DeliveryRoute): string {
  const { messageId, subject, message, attributes } = publication;
  const shown = Object.entries(attributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: StringValue ?? BinaryValue }] as const;
  });
  return JSON.stringify({
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topic.arn,
    Subject: subject,
    Message: message,
    Timestamp: new Date(now).toISOString(),
    SignatureVersion: "1",
    Signature: "unsigned",
    SigningCertURL: `${endpoint}/unsigned.pem`,
    UnsubscribeURL: `${endpoint}/?Action=Unsubscribe&Version=2010-03-31&SubscriptionArn=${arn}`,
    MessageAttributes: shown.length === 0 ? undefined : Object.fromEntries(shown),
  });
}

function messageForQueues(json: string): string {
  let messages: Record<string, unknown>;
  try {
    messages = JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const { default: byDefault, sqs = byDefault } = messages;
  if (typeof byDefault !== "string") throw invalidParameter("Message Structure - No default entry in JSON message body");
  if (typeof sqs !== "string") throw invalidParameter("Message Structure - the sqs entry must be text");
  return sqs;
}

/** String.Array is a type that SNS has and SQS hands on as it is. */
function readAttributes(entry: AwsRecord): MessageAttributes | undefined {
  try {
    return readMessageAttributes(entry, "MessageAttributes");
  } catch (error) {
    throw error instanceof AwsError ? invalidParameter(`MessageAttributes: ${error.message}`) : error;
  }
}

function readGroup(topic: Topic, entry: AwsRecord, message: string): Pick<Publication, "groupId" | "deduplicationId"> {
  const groupId = optionalText(entry, "MessageGroupId");
  const given = optionalText(entry, "MessageDeduplicationId");
  if (!topic.isFifo) {
    if (given !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (given === undefined && topic.attributes.get("ContentBasedDeduplication") !== "true") {
    throw invalidParameter("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  }
  return { groupId, deduplicationId: given ?? hash("sha256", message) };
}
