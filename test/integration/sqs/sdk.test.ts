import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  MessageNotInflight,
  OverLimit,
  PurgeQueueCommand,
  PurgeQueueInProgress,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attributeOf, newQueue, startLocalAws, until, type LocalAws } from "./local-aws.ts";

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws({ inFlightQuota: 20 });
});

afterEach(async () => {
  await aws.close();
  expect(aws.defects).toEqual([]);
});

describe("the AWS SDK", () => {
  it("sends, receives and deletes, and finds its checksums right", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    const body = "héllo \u{1f600} <&> \r\n";
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "ü" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 1]) },
      count: { DataType: "Number.int", StringValue: "12" },
    };
    const { MessageId } = await aws.client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    const { Messages } = await aws.client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"], WaitTimeSeconds: 1 }),
    );
    expect(Messages).toMatchObject([{ MessageId, Body: body, MessageAttributes, Attributes: { ApproximateReceiveCount: "1" } }]);
    await aws.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessagesNotVisible")).toBe("0");
  });

  it("works in batches, with failures by entry", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `${index}` }));
    expect((await aws.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Successful).toHaveLength(10);
    const { Messages = [] } = await aws.client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => Body)).toEqual(Entries.map(({ MessageBody }) => MessageBody));
    const handles = Messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle: index === 3 ? "wrong" : ReceiptHandle }));
    const changed = await aws.client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 60 })) }),
    );
    const deleted = await aws.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    for (const { Successful, Failed } of [changed, deleted]) {
      expect(Successful).toHaveLength(9);
      expect(Failed).toMatchObject([{ Id: "m3", SenderFault: true, Code: "ReceiptHandleIsInvalid" }]);
    }
  });

  it("is given errors of its own classes", async () => {
    const { client } = aws;
    const QueueUrl = await newQueue(client, "jobs");
    await expect(client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}x`, MessageBody: "a" }))).rejects.toThrow(QueueDoesNotExist);
    await expect(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "x" }))).rejects.toThrow(ReceiptHandleIsInvalid);
    for (let count = 0; count < 21; count += 1) await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await client.send(receive);
    await client.send(receive);
    await expect(client.send(receive)).rejects.toThrow(OverLimit);
    const held = { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle };
    await client.send(new ChangeMessageVisibilityCommand({ ...held, VisibilityTimeout: 0 }));
    await expect(client.send(new ChangeMessageVisibilityCommand({ ...held, VisibilityTimeout: 1 }))).rejects.toThrow(MessageNotInflight);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toThrow(PurgeQueueInProgress);
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }))).rejects.toMatchObject({
      name: "InvalidParameterValue",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("administers queues", async () => {
    const { client } = aws;
    const QueueUrl = await newQueue(client, "jobs");
    expect((await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(QueueUrl);
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl]);
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: "b" } }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ a: "b" });
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  });

  it("redrives dead letters", async () => {
    const { client } = aws;
    const [QueueUrl, deadUrl] = [await newQueue(client, "jobs"), await newQueue(client, "jobs-dead")];
    const SourceArn = await attributeOf(client, deadUrl, "QueueArn");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: SourceArn, maxReceiveCount: 1 });
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    expect((await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadUrl }))).queueUrls).toEqual([QueueUrl]);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
    const receive = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 });
    await client.send(receive);
    await client.send(receive);
    expect(await attributeOf(client, deadUrl, "ApproximateNumberOfMessages")).toBe("1");
    const { TaskHandle } = await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await until(async () => (await attributeOf(client, QueueUrl, "ApproximateNumberOfMessages")) === "1");
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 }]);
    await expect(client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({ name: "UnsupportedOperation" });
  });
});

describe("polls over HTTP", () => {
  it("wait, many at a time, and share what comes", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    const polls = Array.from({ length: 20 }, () => aws.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
    await until(() => aws.waitingPolls() === 20);
    const Entries = (from: number) => Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `${from + index}` }));
    for (const from of [0, 10]) await aws.client.send(new SendMessageBatchCommand({ QueueUrl, Entries: Entries(from) }));
    const bodies = (await Promise.all(polls)).flatMap(({ Messages = [] }) => Messages.map(({ Body }) => Number(Body)));
    expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it("swallow nothing when they are aborted", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    const abort = new AbortController();
    const aborted = Array.from({ length: 5 }, () =>
      aws.client
        .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: abort.signal })
        .catch((error: unknown) => error),
    );
    const survivor = aws.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ["All"] }));
    await until(() => aws.waitingPolls() === 6);
    abort.abort();
    expect(await Promise.all(aborted)).toMatchObject(Array(5).fill({ name: "AbortError" }));
    await until(() => aws.waitingPolls() === 1);
    await aws.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
    expect((await survivor).Messages).toMatchObject([{ Body: "a", Attributes: { ApproximateReceiveCount: "1" } }]);
  });

  it("end when the server closes", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    const poll = aws.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).catch((error: unknown) => error);
    await until(() => aws.waitingPolls() === 1);
    await aws.host.close();
    expect(await poll).toBeInstanceOf(Error);
    aws = await startLocalAws();
  });
});

describe("counts over HTTP", () => {
  it("move while nobody polls", async () => {
    const QueueUrl = await newQueue(aws.client, "jobs");
    await aws.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a", DelaySeconds: 1 }));
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessagesDelayed")).toBe("1");
    await until(async () => (await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessages")) === "1");
    await aws.client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }));
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessages")).toBe("0");
    await until(async () => (await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessages")) === "1");
  });
});
