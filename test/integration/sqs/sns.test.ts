import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, type Message } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../runtime/local/raw-client.ts";
import { attributeOf, newQueue, startLocalAws, type LocalAws } from "./local-aws.ts";

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.defects).toEqual([]);
});

async function topic(name: string, attributes: Record<string, string> = {}): Promise<string> {
  return (await aws.snsClient.send(new CreateTopicCommand({ Name: name, Attributes: attributes }))).TopicArn ?? "";
}

/** A queue that subscribes to a topic. */
async function subscriber(
  TopicArn: string,
  name: string,
  Attributes: Record<string, string> = {},
): Promise<{ url: string; subscription: string }> {
  const url = await newQueue(aws.client, name);
  const Endpoint = await attributeOf(aws.client, url, "QueueArn");
  const { SubscriptionArn = "" } = await aws.snsClient.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
  return { url, subscription: SubscriptionArn };
}

async function received(url: string): Promise<Message[]> {
  const { Messages = [] } = await aws.client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

describe("publishing", () => {
  it("puts an envelope into each queue that subscribes, and the bare message where that is asked for", async () => {
    const TopicArn = await topic("events");
    const [wrapped, raw] = [await subscriber(TopicArn, "wrapped"), await subscriber(TopicArn, "raw", { RawMessageDelivery: "true" })];
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "a<b" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
    };
    const { MessageId } = await aws.snsClient.send(
      new PublishCommand({ TopicArn, Message: "hello\r\n&", Subject: "greeting", MessageAttributes }),
    );
    const [envelope] = await received(wrapped.url);
    expect(JSON.parse(envelope?.Body ?? "")).toMatchObject({
      Type: "Notification",
      MessageId,
      TopicArn,
      Subject: "greeting",
      Message: "hello\r\n&",
      MessageAttributes: { kind: { Type: "String", Value: "a<b" }, bytes: { Type: "Binary", Value: "AQI=" } },
    });
    expect(await received(raw.url)).toMatchObject([{ Body: "hello\r\n&", MessageAttributes }]);
  });

  it("obeys filters on attributes and on bodies, which may change", async () => {
    const TopicArn = await topic("events");
    const byAttribute = await subscriber(TopicArn, "by-attribute", { RawMessageDelivery: "true", FilterPolicy: '{"kind":["order"]}' });
    const byBody = await subscriber(TopicArn, "by-body", {
      RawMessageDelivery: "true",
      FilterPolicyScope: "MessageBody",
      FilterPolicy: '{"order":{"amount":[{"numeric":[">",100]}]}}',
    });
    const kinds = { kind: { DataType: "String", StringValue: "order" } };
    const messages = [JSON.stringify({ order: { amount: 200 } }), JSON.stringify({ order: { amount: 50 } })];
    for (const Message of messages) await aws.snsClient.send(new PublishCommand({ TopicArn, Message, MessageAttributes: kinds }));
    await aws.snsClient.send(new PublishCommand({ TopicArn, Message: messages[0] }));
    expect((await received(byAttribute.url)).map(({ Body }) => Body)).toEqual(messages);
    expect((await received(byBody.url)).map(({ Body }) => Body)).toEqual([messages[0], messages[0]]);
    await aws.snsClient.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: byBody.subscription,
        AttributeName: "FilterPolicy",
        AttributeValue: '{"other":["x"]}',
      }),
    );
    await aws.snsClient.send(new PublishCommand({ TopicArn, Message: messages[0] }));
    expect(await received(byBody.url)).toEqual([]);
  });

  it("reports batches entry by entry", async () => {
    const TopicArn = await topic("events");
    const { url } = await subscriber(TopicArn, "jobs", { RawMessageDelivery: "true" });
    const PublishBatchRequestEntries = [
      { Id: "a", Message: "1" },
      { Id: "b", Message: "" },
      { Id: "c", Message: '{"default":"3","sqs":"three"}', MessageStructure: "json" },
    ];
    const { Successful, Failed } = await aws.snsClient.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(["a", "c"]);
    expect(Failed).toMatchObject([{ Id: "b", Code: "InvalidParameter", SenderFault: true }]);
    expect((await received(url)).map(({ Body }) => Body)).toEqual(["1", "three"]);
  });

  it("keeps order and drops repetitions on a FIFO topic", async () => {
    const TopicArn = await topic("events.fifo", { FifoTopic: "true" });
    const { url } = await subscriber(TopicArn, "jobs.fifo", { RawMessageDelivery: "true" });
    const publish = (Message: string, MessageDeduplicationId: string) =>
      aws.snsClient.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g", MessageDeduplicationId }));
    const first = await publish("1", "d1");
    expect(await publish("1", "d1")).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await publish("2", "d2");
    expect(await received(url)).toMatchObject([
      { Body: "1", Attributes: { MessageGroupId: "g", MessageDeduplicationId: "d1" } },
      { Body: "2", Attributes: { MessageGroupId: "g" } },
    ]);
  });

  it("sends what could not be delivered to the subscription's dead-letter queue", async () => {
    const TopicArn = await topic("events");
    const deadUrl = await newQueue(aws.client, "dead");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await attributeOf(aws.client, deadUrl, "QueueArn") });
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:nowhere";
    await aws.snsClient.send(
      new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes: { RedrivePolicy, RawMessageDelivery: "true" } }),
    );
    await aws.snsClient.send(new PublishCommand({ TopicArn, Message: "lost" }));
    expect(await received(deadUrl)).toMatchObject([{ Body: "lost" }]);
  });
});

describe("topics and subscriptions", () => {
  it("are made once, listed, set and unmade", async () => {
    const { snsClient } = aws;
    const TopicArn = await topic("events");
    expect(await topic("events")).toBe(TopicArn);
    const { subscription } = await subscriber(TopicArn, "jobs");
    expect((await snsClient.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    for (const list of [new ListSubscriptionsCommand({}), new ListSubscriptionsByTopicCommand({ TopicArn })]) {
      expect((await snsClient.send(list as ListSubscriptionsCommand)).Subscriptions).toMatchObject([
        { SubscriptionArn: subscription, Protocol: "sqs", TopicArn },
      ]);
    }
    await snsClient.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: "Events & more" }));
    expect((await snsClient.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({
      DisplayName: "Events & more",
      SubscriptionsConfirmed: "1",
    });
    expect((await snsClient.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }))).Attributes).toMatchObject({
      RawMessageDelivery: "false",
      TopicArn,
    });
    await snsClient.send(
      new TagResourceCommand({
        ResourceArn: TopicArn,
        Tags: [
          { Key: "a", Value: "b" },
          { Key: "c", Value: "d" },
        ],
      }),
    );
    await snsClient.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ["c"] }));
    expect((await snsClient.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([{ Key: "a", Value: "b" }]);
    await snsClient.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
    expect((await snsClient.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
    await snsClient.send(new DeleteTopicCommand({ TopicArn }));
    await expect(snsClient.send(new PublishCommand({ TopicArn, Message: "x" }))).rejects.toThrow(NotFoundException);
  });

  it("come in pages of 100", async () => {
    for (let index = 0; index < 101; index += 1) await topic(`t${index}`);
    const { Topics, NextToken } = await aws.snsClient.send(new ListTopicsCommand({}));
    expect(Topics).toHaveLength(100);
    expect((await aws.snsClient.send(new ListTopicsCommand({ NextToken }))).Topics).toHaveLength(1);
  });

  it("can be left by the link in an envelope", async () => {
    const TopicArn = await topic("events");
    const { url } = await subscriber(TopicArn, "jobs");
    await aws.snsClient.send(new PublishCommand({ TopicArn, Message: "x" }));
    const { UnsubscribeURL } = JSON.parse((await received(url))[0]?.Body ?? "") as { UnsubscribeURL: string };
    expect((await ask(UnsubscribeURL, { method: "GET" })).status).toBe(200);
    expect((await aws.snsClient.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it.each([
    ["another protocol", { Protocol: "email", Endpoint: "a@b" }],
    ["an endpoint that is no queue", { Protocol: "sqs", Endpoint: "queue" }],
    ["a FIFO queue behind a standard topic", { Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:000000000000:a.fifo" }],
    ["a filter that is no JSON", { Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:000000000000:a", Attributes: { FilterPolicy: "{" } }],
    ["an unknown attribute", { Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:000000000000:a", Attributes: { Colour: "red" } }],
  ])("refuses %s", async (_, given) => {
    const TopicArn = await topic("events");
    await expect(aws.snsClient.send(new SubscribeCommand({ TopicArn, ...given }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});
