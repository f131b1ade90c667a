import type { AwsOperation, AwsRecord } from "../service.ts";
import { queueDoesNotExist, sqsError } from "./errors.ts";
import { optionalText, requiredText, textMapOf, textsOf } from "./input.ts";
import type { LocalQueue } from "./local-queue.ts";
import { pageOf } from "./paging.ts";
import { checkedTags } from "./label-operations.ts";
import type { SqsParts } from "./parts.ts";
import { isAttributeName, type DerivedAttribute } from "./queue-attributes.ts";

/** Queues themselves: making, finding, setting and emptying them. */
export function queueOperations({ queues, accountId, settle }: SqsParts): Record<string, AwsOperation> {
  const queueOf = (input: AwsRecord) => queues.ofUrl(requiredText(input, "QueueUrl"));
  return {
    CreateQueue: (input) => {
      const now = settle();
      const tags = checkedTags({}, { ...textMapOf(input, "tags"), ...textMapOf(input, "Tags") });
      return { QueueUrl: queues.create(requiredText(input, "QueueName"), textMapOf(input, "Attributes"), tags, now).url };
    },
    DeleteQueue: (input) => {
      const now = settle();
      queues.delete(queueOf(input), now);
      return {};
    },
    GetQueueUrl: (input) => {
      const owner = optionalText(input, "QueueOwnerAWSAccountId") ?? accountId;
      const queue = owner === accountId ? queues.ofName(requiredText(input, "QueueName")) : undefined;
      if (queue === undefined) throw queueDoesNotExist();
      return { QueueUrl: queue.url };
    },
    ListQueues: (input) => {
      const prefix = optionalText(input, "QueueNamePrefix") ?? "";
      const { page, NextToken } = pageOf(
        queues.all().filter(({ name }) => name.startsWith(prefix)),
        input,
      );
      return { QueueUrls: page.map(({ url }) => url), ...NextToken };
    },
    ListDeadLetterSourceQueues: (input) => {
      const { page, NextToken } = pageOf(queues.sourcesOf(queueOf(input)), input);
      return { queueUrls: page.map(({ url }) => url), ...NextToken };
    },
    GetQueueAttributes: (input) => {
      settle();
      return attributesOf(queueOf(input), textsOf(input, "AttributeNames"));
    },
    SetQueueAttributes: (input) => {
      const now = settle();
      queues.setAttributes(queueOf(input), textMapOf(input, "Attributes"), now);
      return {};
    },
    PurgeQueue: (input) => {
      const now = settle();
      const queue = queueOf(input);
      if (queue.model.purge(now)) return {};
      throw sqsError("PurgeQueueInProgress", `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`);
    },
  };
}

function attributesOf(queue: LocalQueue, asked: readonly string[]): AwsRecord {
  for (const name of asked)
    if (name !== "All" && !isAttributeName(name)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  if (asked.length === 0) return {};
  const { visible, delayed, inFlight } = queue.model;
  const derived: Record<DerivedAttribute, string> = {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    QueueArn: queue.arn,
  };
  const all = { ...derived, ...queue.attributes };
  if (asked.includes("All")) return { Attributes: all };
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name))) };
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
