import type { AwsOperation, AwsRecord } from "../service.ts";
import { optionalText, recordsOf, requiredText, textMapOf, textsOf } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";
import { pageOf } from "./paging.ts";
import { checkTopicAttribute, type Topic, type Topics } from "./topics.ts";

/** Topics themselves: making, finding, setting and tagging them. */
export function topicOperations(topics: Topics, accountId: string): Record<string, AwsOperation> {
  const topicOf = (input: AwsRecord) => topics.topic(requiredText(input, "TopicArn"));
  const tagged = (input: AwsRecord) => topics.topic(requiredText(input, "ResourceArn"));
  return {
    CreateTopic: (input) => {
      const topic = topics.create(optionalText(input, "Name") ?? "", textMapOf(input, "Attributes"));
      addTags(topic, input);
      return { TopicArn: topic.arn };
    },
    DeleteTopic: (input) => {
      topics.delete(requiredText(input, "TopicArn"));
      return {};
    },
    ListTopics: (input) => {
      const { page, NextToken } = pageOf(topics.all(), input);
      return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), NextToken };
    },
    GetTopicAttributes: (input) => ({ Attributes: attributesOf(topicOf(input), accountId) }),
    SetTopicAttributes: (input) => {
      const topic = topicOf(input);
      const name = requiredText(input, "AttributeName");
      checkTopicAttribute(name, topic.isFifo, false);
      topic.attributes.set(name, optionalText(input, "AttributeValue") ?? "");
      return {};
    },
    TagResource: (input) => {
      addTags(tagged(input), input);
      return {};
    },
    UntagResource: (input) => {
      const { tags } = tagged(input);
      for (const key of textsOf(input, "TagKeys")) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input) => ({ Tags: [...tagged(input).tags].map(([Key, Value]) => ({ Key, Value })) }),
  };
}

const MAX_TAGS = 50;

function addTags(topic: Topic, input: AwsRecord): void {
  const given = recordsOf(input, "Tags").map((tag) => [requiredText(tag, "Key"), optionalText(tag, "Value") ?? ""] as const);
  const after = new Map([...topic.tags, ...given]);
  if (after.size > MAX_TAGS) throw invalidParameter(`Tags Reason: ${after.size} tags are more than ${MAX_TAGS}`);
  for (const [key, value] of given) topic.tags.set(key, value);
}

function attributesOf(topic: Topic, accountId: string): Map<string, string> {
  return new Map([
    ["TopicArn", topic.arn],
    ["Owner", accountId],
    ["SubscriptionsConfirmed", String(topic.subscriptions.size)],
    ["SubscriptionsPending", "0"],
    ["SubscriptionsDeleted", String(topic.unsubscribed)],
    ["DisplayName", ""],
    ...topic.attributes,
  ]);
}
