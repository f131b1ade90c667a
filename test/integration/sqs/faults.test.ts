import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient, type Message } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { attributeOf, CREDENTIALS, newQueue, startLocalAws, type LocalAws } from "./local-aws.ts";

let aws: LocalAws;
let QueueUrl: string;

beforeEach(async () => {
  aws = await startLocalAws();
  QueueUrl = await newQueue(aws.client, "jobs");
});

afterEach(async () => {
  await aws.close();
  expect(aws.defects).toEqual([]);
});

/** What a client is told that asks so many times at most. */
async function asking<T>(maxAttempts: number, ask: (client: SQSClient) => Promise<T>): Promise<T> {
  const client = new SQSClient({ ...CREDENTIALS, endpoint: aws.host.url, maxAttempts });
  try {
    return await ask(client);
  } finally {
    client.destroy();
  }
}

const sendTo = (queueUrl: string) => new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "a" });

async function receiveAll(): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await aws.client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}

describe("injected faults", () => {
  it("are such that the SDK tries again and gets through", async () => {
    aws.faults.set([{ operation: "SendMessage", throttledProbability: 0.2, failedProbability: 0.2 }]);
    await asking(20, async (client) => {
      for (let count = 0; count < 20; count += 1) await client.send(sendTo(QueueUrl));
    });
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessages")).toBe("20");
  });

  it("are known to the SDK by their kind", async () => {
    aws.faults.set([{ service: "sqs", throttledProbability: 1 }]);
    await expect(asking(1, (client) => client.send(sendTo(QueueUrl)))).rejects.toMatchObject({
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 400 },
    });
    aws.faults.set([{ service: "sqs", failedProbability: 1 }]);
    await expect(asking(1, (client) => client.send(sendTo(QueueUrl)))).rejects.toMatchObject({
      $fault: "server",
      $metadata: { httpStatusCode: 500 },
    });
    aws.faults.set([]);
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessages")).toBe("0");
  });

  it("lose answers after the deed, so that a retry sends twice and a receive is one that nobody saw", async () => {
    aws.faults.set([{ operation: "SendMessage", lostAnswerProbability: 1 }]);
    await expect(asking(1, (client) => client.send(sendTo(QueueUrl)))).rejects.toThrow(/socket hang up|ECONNRESET/);
    aws.faults.set([{ operation: "ReceiveMessage", lostAnswerProbability: 1 }]);
    await expect(asking(1, (client) => client.send(new ReceiveMessageCommand({ QueueUrl })))).rejects.toThrow(/socket hang up|ECONNRESET/);
    aws.faults.set([]);
    expect(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessagesNotVisible")).toBe("1");
  });

  it("add latency", async () => {
    aws.faults.set([{ operation: "SendMessage", addedLatency: { kind: "constant", sec: 0.2 } }]);
    const startedAt = performance.now();
    await aws.client.send(sendTo(QueueUrl));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
  });
});

describe("injected chances of delivery", () => {
  const chances = {
    duplicateProbability: 0,
    disorderProbability: 0,
    falseEmptyProbability: 0,
    shortPollSeesLeast: 1,
    shortPollSeesMost: 1,
  };

  it("deliver again what was deleted, and put some before others, until they are set to never", async () => {
    aws.sqs.setChances({ ...chances, stream: new RandomStream(1, "delivery"), duplicateProbability: 0.2, disorderProbability: 0.2 });
    for (let count = 0; count < 100; count += 1) await aws.client.send(new SendMessageCommand({ QueueUrl, MessageBody: String(count) }));
    const received = await receiveAll();
    const order = received.map(({ Body }) => Number(Body));
    expect(order.length).toBeGreaterThan(100);
    expect(new Set(order).size).toBe(100);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    for (const { ReceiptHandle } of received) await aws.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const left = Number(await attributeOf(aws.client, QueueUrl, "ApproximateNumberOfMessagesNotVisible"));
    expect(left).toBeGreaterThan(0);
    aws.sqs.setChances(undefined);
    for (let count = 0; count < 50; count += 1) await aws.client.send(new SendMessageCommand({ QueueUrl, MessageBody: String(count) }));
    expect((await receiveAll()).map(({ Body }) => Number(Body))).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
