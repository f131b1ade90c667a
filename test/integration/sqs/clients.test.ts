import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Consumer } from "sqs-consumer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attributeOf, newQueue, startLocalAws, until, type LocalAws } from "./local-aws.ts";

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.defects).toEqual([]);
});

describe("sqs-consumer", () => {
  it("handles every message once, tries failed ones again, and stops in good order", async () => {
    const queueUrl = await newQueue(aws.client, "jobs", { VisibilityTimeout: "20" });
    for (let batch = 0; batch < 10; batch += 1) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `${batch * 10 + index}` }));
      await aws.client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
    const handled = new Map<string, number>();
    const consumer = Consumer.create({
      queueUrl,
      sqs: aws.client,
      batchSize: 10,
      waitTimeSeconds: 20,
      heartbeatInterval: 5,
      visibilityTimeout: 20,
      terminateVisibilityTimeout: true,
      handleMessage: (message) => {
        const body = message.Body ?? "";
        const times = (handled.get(body) ?? 0) + 1;
        handled.set(body, times);
        return body.endsWith("7") && times === 1 ? Promise.reject(new Error("failed once")) : Promise.resolve(message);
      },
    });
    const errors: Error[] = [];
    consumer.on("error", (error) => errors.push(error));
    consumer.start();
    await until(async () => handled.size === 100 && Number(await attributeOf(aws.client, queueUrl, "ApproximateNumberOfMessages")) === 0);
    await until(async () => Number(await attributeOf(aws.client, queueUrl, "ApproximateNumberOfMessagesNotVisible")) === 0);
    const stopped = new Promise((resolve) => consumer.once("stopped", resolve));
    consumer.stop({ abort: true });
    await stopped;
    expect([...handled.values()].filter((times) => times === 2)).toHaveLength(10);
    expect([...handled.values()].filter((times) => times === 1)).toHaveLength(90);
    expect(errors).toEqual([]);
    await until(() => aws.waitingPolls() === 0);
  });
});

const run = promisify(execFile);
const hasCli = await run("aws", ["--version"]).then(
  () => true,
  () => false,
);
if (!hasCli) process.stdout.write("\nThe aws command is not on PATH: its tests are skipped.\n");

describe.skipIf(!hasCli)("the aws command", () => {
  const cli = async (...words: string[]): Promise<Record<string, unknown>> => {
    const environment = {
      ...process.env,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_PAGER: "",
    };
    const { stdout } = await run("aws", [...words, "--output", "json", "--endpoint-url", aws.host.url], { env: environment });
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  };

  it("works a queue", async () => {
    const { QueueUrl } = await cli("sqs", "create-queue", "--queue-name", "jobs", "--attributes", "VisibilityTimeout=60");
    const url = String(QueueUrl);
    const attributes = JSON.stringify({ kind: { DataType: "String", StringValue: "payment" } });
    const { MD5OfMessageAttributes } = await cli(
      "sqs",
      "send-message",
      "--queue-url",
      url,
      "--message-body",
      "a ü",
      "--message-attributes",
      attributes,
    );
    const { Messages } = await cli(
      "sqs",
      "receive-message",
      "--queue-url",
      url,
      "--attribute-names",
      "All",
      "--message-attribute-names",
      "All",
    );
    expect(Messages).toMatchObject([{ Body: "a ü", MD5OfMessageAttributes, Attributes: { ApproximateReceiveCount: "1" } }]);
    const [{ ReceiptHandle }] = Messages as [{ ReceiptHandle: string }];
    await cli("sqs", "delete-message", "--queue-url", url, "--receipt-handle", ReceiptHandle);
    const { Attributes } = await cli("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All");
    expect(Attributes).toMatchObject({ VisibilityTimeout: "60", ApproximateNumberOfMessagesNotVisible: "0" });
    await expect(cli("sqs", "purge-queue", "--queue-url", `${url}x`)).rejects.toThrow(/NonExistentQueue|QueueDoesNotExist/);
  });

  it("publishes to a topic", async () => {
    const url = await newQueue(aws.client, "jobs");
    const { TopicArn } = await cli("sns", "create-topic", "--name", "events");
    const arn = await attributeOf(aws.client, url, "QueueArn");
    await cli(
      "sns",
      "subscribe",
      "--topic-arn",
      String(TopicArn),
      "--protocol",
      "sqs",
      "--notification-endpoint",
      arn,
      "--attributes",
      "RawMessageDelivery=true",
    );
    await cli("sns", "publish", "--topic-arn", String(TopicArn), "--message", "hello");
    const { Messages } = await cli("sqs", "receive-message", "--queue-url", url);
    expect(Messages).toMatchObject([{ Body: "hello" }]);
  });
});
