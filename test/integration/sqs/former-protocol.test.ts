import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askQuery } from "../../runtime/local/raw-client.ts";
import { CREDENTIALS, startLocalAws, type LocalAws } from "./local-aws.ts";

let aws: LocalAws;
let client: SQSClient;

beforeEach(async () => {
  aws = await startLocalAws();
  client = olderClient(aws.host.url);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
  expect(aws.defects).toEqual([]);
});

/** A client of SQS that speaks its former protocol, AWS query, which the SDK has for SNS and whose names SQS's schemas still hold. */
function olderClient(endpoint: string): SQSClient {
  const { protocolSettings } = aws.client.config as unknown as { protocolSettings: { errorTypeRegistries: unknown } };
  const settings: object = {
    ...CREDENTIALS,
    endpoint,
    protocol: aws.snsClient.config.protocol.constructor,
    protocolSettings: {
      defaultNamespace: "com.amazonaws.sqs",
      errorTypeRegistries: protocolSettings.errorTypeRegistries,
      version: "2012-11-05",
      xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    },
  };
  return new SQSClient(settings);
}

describe("a client of SQS's former protocol", () => {
  it("sends, receives, changes and deletes", async () => {
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: "jobs", Attributes: { VisibilityTimeout: "60", DelaySeconds: "0" }, tags: { a: "b", c: "d" } }),
    );
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "x<y" },
      raw: { DataType: "Binary", BinaryValue: new Uint8Array([1]) },
    };
    const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a\r\n&ü", MessageAttributes }));
    const Entries = [
      { Id: "x", MessageBody: "b", MessageAttributes },
      { Id: "y", MessageBody: "\u0001" },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful).toMatchObject([{ Id: "x" }]);
    expect(sent.Failed).toMatchObject([{ Id: "y", Code: "InvalidMessageContents", SenderFault: true }]);
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    expect(Messages).toMatchObject([
      { MessageId, Body: "a\r\n&ü", MessageAttributes, Attributes: { ApproximateReceiveCount: "1" } },
      { Body: "b", MessageAttributes },
    ]);
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle, VisibilityTimeout: 100 }));
    const handles = Messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
    expect((await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }))).Successful).toHaveLength(2);
    expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  });

  it("administers queues, and knows errors by their former codes", async () => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "jobs", tags: { a: "b", c: "d" } }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "7" } }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout", "ApproximateNumberOfMessages"] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: "7", ApproximateNumberOfMessages: "0" });
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ c: "d" });
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "j" }))).QueueUrls).toEqual([QueueUrl]);
    await expect(client.send(new PurgeQueueCommand({ QueueUrl: `${QueueUrl ?? ""}x` }))).rejects.toThrow(QueueDoesNotExist);
    const { body } = await askQuery(aws.host.url, { Action: "PurgeQueue", Version: "2012-11-05", QueueUrl: `${QueueUrl ?? ""}x` });
    expect(body).toContain("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
  });

  it("is refused what is malformed", async () => {
    const { body } = await askQuery(aws.host.url, { Action: "CreateQueue", Version: "2012-11-05", QueueName: "jobs", "Attribute.1": "x" });
    expect(body).toContain("<Code>MalformedQueryString</Code>");
  });
});
