import type { AwsOperation, AwsRecord } from "../service.ts";
import { optionalText, requiredText, textMapOf } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";
import { pageOf } from "./paging.ts";
import { setSubscriptionAttributes, type Subscription, type Topics } from "./topics.ts";

/** Who gets what is published: queues only. */
export function subscriptionOperations(topics: Topics, accountId: string): Record<string, AwsOperation> {
  const shown = ({ arn, endpoint, topic }: Subscription): AwsRecord => {
    return { SubscriptionArn: arn, Owner: accountId, Protocol: "sqs", Endpoint: endpoint, TopicArn: topic.arn };
  };
  const subscriptionOf = (input: AwsRecord) => topics.subscription(requiredText(input, "SubscriptionArn"));
  return {
    Subscribe: (input) => {
      const topic = topics.topic(requiredText(input, "TopicArn"));
      const protocol = requiredText(input, "Protocol");
      if (protocol !== "sqs") throw invalidParameter(`Protocol Reason: ${protocol} is not served here, only sqs`);
      const endpoint = optionalText(input, "Endpoint") ?? "";
      if (!/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+(?:\.fifo)?$/.test(endpoint)) throw invalidParameter("SQS endpoint ARN");
      if (endpoint.endsWith(".fifo") && !topic.isFifo) {
        throw invalidParameter("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
      }
      return { SubscriptionArn: topics.subscribe(topic, endpoint, textMapOf(input, "Attributes")).arn };
    },
    Unsubscribe: (input) => {
      topics.unsubscribe(requiredText(input, "SubscriptionArn"));
      return {};
    },
    ListSubscriptions: (input) => {
      const { page, NextToken } = pageOf(topics.allSubscriptions(), input);
      return { Subscriptions: page.map(shown), NextToken };
    },
    ListSubscriptionsByTopic: (input) => {
      const { subscriptions } = topics.topic(requiredText(input, "TopicArn"));
      const { page, NextToken } = pageOf([...subscriptions], input);
      return { Subscriptions: page.map(shown), NextToken };
    },
    GetSubscriptionAttributes: (input) => {
      const subscription = subscriptionOf(input);
      const fixed = { ...shown(subscription), ConfirmationWasAuthenticated: "true", PendingConfirmation: "false" };
      return { Attributes: new Map([...Object.entries(fixed), ["RawMessageDelivery", "false"], ...subscription.attributes]) };
    },
    SetSubscriptionAttributes: (input) => {
      const name = requiredText(input, "AttributeName");
      setSubscriptionAttributes(subscriptionOf(input), { [name]: optionalText(input, "AttributeValue") ?? "" });
      return {};
    },
  };
}
