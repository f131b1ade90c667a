import type { AwsOperation, AwsRecord } from "../service.ts";
import { sqsError } from "./errors.ts";
import { requiredText, textMapOf, textsOf } from "./input.ts";
import type { SqsParts } from "./parts.ts";
import { withoutPermission, withPermission } from "./permissions.ts";

/** What a queue is labelled with: tags, and statements of its policy. */
export function labelOperations({ queues, settle }: SqsParts): Record<string, AwsOperation> {
  const queueOf = (input: AwsRecord) => queues.ofUrl(requiredText(input, "QueueUrl"));
  return {
    TagQueue: (input) => {
      const queue = queueOf(input);
      const tags = checkedTags(Object.fromEntries(queue.tags), textMapOf(input, "Tags"));
      for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
      return {};
    },
    UntagQueue: (input) => {
      const queue = queueOf(input);
      for (const key of textsOf(input, "TagKeys")) queue.tags.delete(key);
      return {};
    },
    ListQueueTags: (input) => {
      const { tags } = queueOf(input);
      return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) };
    },
    AddPermission: (input) => {
      const now = settle();
      const queue = queueOf(input);
      const accounts = textsOf(input, "AWSAccountIds");
      const permission = { label: requiredText(input, "Label"), accounts, actions: textsOf(input, "Actions") };
      queues.setAttributes(queue, { Policy: withPermission(queue.attribute("Policy"), queue.arn, permission) }, now);
      return {};
    },
    RemovePermission: (input) => {
      const now = settle();
      const queue = queueOf(input);
      queues.setAttributes(queue, { Policy: withoutPermission(queue.attribute("Policy"), requiredText(input, "Label")) }, now);
      return {};
    },
  };
}

const MAX_TAGS = 50;

/** The tags given, if they fit together with those there are (sqs-queue-tags). */
export function checkedTags(present: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>) {
  const count = Object.keys({ ...present, ...given }).length;
  if (count > MAX_TAGS) throw sqsError("InvalidParameterValue", `Too many tags added for queue: ${count} of ${MAX_TAGS}.`);
  for (const [key, value] of Object.entries(given)) {
    const isFit = key.length >= 1 && key.length <= 128 && value.length <= 256 && !/^aws:/i.test(key);
    if (!isFit)
      throw sqsError("InvalidParameterValue", `The tag ${key} is invalid: 1 to 128 characters without aws: in front, 256 in its value.`);
  }
  return given;
}
