import { describe, expect, it } from "vitest";
import { SqsRig } from "./sqs-rig.ts";

describe("making queues", () => {
  it("returns the queue that is there, if it has what is asked for", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs", { VisibilityTimeout: "60" });
    expect(url).toBe("http://127.0.0.1:4566/000000000000/jobs");
    expect(await rig.create("jobs")).toBe(url);
    expect(await rig.create("jobs", { VisibilityTimeout: "60", DelaySeconds: "0" })).toBe(url);
    expect(await rig.refusal("CreateQueue", { QueueName: "jobs", Attributes: { VisibilityTimeout: "61" } })).toBe("QueueNameExists");
  });

  it.each([
    ["a name with a space", { QueueName: "a b" }, "InvalidParameterValue"],
    ["a name that is too long", { QueueName: "a".repeat(81) }, "InvalidParameterValue"],
    ["a FIFO queue without its ending", { QueueName: "a", Attributes: { FifoQueue: "true" } }, "InvalidParameterValue"],
    ["the ending without a FIFO queue", { QueueName: "a.fifo" }, "InvalidParameterValue"],
    ["no name", {}, "MissingParameter"],
    ["an unknown attribute", { QueueName: "a", Attributes: { Colour: "red" } }, "InvalidAttributeName"],
    ["a FIFO attribute of a standard queue", { QueueName: "a", Attributes: { ContentBasedDeduplication: "true" } }, "InvalidAttributeName"],
    ["a value out of range", { QueueName: "a", Attributes: { VisibilityTimeout: "43201" } }, "InvalidAttributeValue"],
    ["a value that is no number", { QueueName: "a", Attributes: { DelaySeconds: "1.5" } }, "InvalidAttributeValue"],
    ["a policy that is no JSON", { QueueName: "a", Attributes: { RedrivePolicy: "{" } }, "InvalidAttributeValue"],
    [
      "a dead-letter queue that does not exist",
      {
        QueueName: "a",
        Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:b","maxReceiveCount":3}' },
      },
      "InvalidParameterValue",
    ],
  ])("refuses %s", async (_, input, code) => {
    const rig = new SqsRig();
    expect(await rig.refusal("CreateQueue", input)).toBe(code);
    expect(await rig.ask("ListQueues")).toEqual({ QueueUrls: [] });
  });

  it("keeps a name for 60 s after its queue was deleted", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "lost");
    await rig.ask("DeleteQueue", { QueueUrl: url });
    expect(await rig.refusal("SendMessage", { QueueUrl: url, MessageBody: "x" })).toBe("QueueDoesNotExist");
    rig.clock.advance(59_999);
    expect(await rig.refusal("CreateQueue", { QueueName: "jobs" })).toBe("QueueDeletedRecently");
    rig.clock.advance(1);
    await rig.create("jobs");
    expect(await rig.bodies(url)).toEqual([]);
  });

  it("finds a queue by its URL, whatever name of this machine is in it, and by nothing else", async () => {
    const rig = new SqsRig();
    await rig.create("jobs");
    expect(await rig.attribute("http://sqs.localhost:1/000000000000/jobs", "QueueArn")).toBe("arn:aws:sqs:us-east-1:000000000000:jobs");
    for (const QueueUrl of ["jobs", "http://127.0.0.1:4566/111111111111/jobs", "http://127.0.0.1:4566/000000000000/job"]) {
      expect(await rig.refusal("PurgeQueue", { QueueUrl })).toBe("QueueDoesNotExist");
    }
    expect(await rig.ask("GetQueueUrl", { QueueName: "jobs" })).toEqual({ QueueUrl: "http://127.0.0.1:4566/000000000000/jobs" });
    expect(await rig.refusal("GetQueueUrl", { QueueName: "jobs", QueueOwnerAWSAccountId: "111111111111" })).toBe("QueueDoesNotExist");
  });
});

describe("listing queues", () => {
  it("goes by the beginning of the name, and page by page when asked", async () => {
    const rig = new SqsRig();
    for (const name of ["b2", "a1", "b1", "b3"]) await rig.create(name);
    const names = (answer: unknown) => (answer as { QueueUrls: string[] }).QueueUrls.map((url) => url.split("/").at(-1));
    expect(names(await rig.ask("ListQueues", { QueueNamePrefix: "b" }))).toEqual(["b1", "b2", "b3"]);
    const first = await rig.ask("ListQueues", { MaxResults: 3 });
    expect(names(first)).toEqual(["a1", "b1", "b2"]);
    const rest = await rig.ask("ListQueues", { MaxResults: 3, NextToken: first["NextToken"] });
    expect(names(rest)).toEqual(["b3"]);
    expect(rest["NextToken"]).toBeUndefined();
    expect(await rig.refusal("ListQueues", { NextToken: "~" })).toBe("InvalidParameterValue");
  });
});

describe("attributes", () => {
  it("are told with their defaults", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo");
    const { Attributes } = await rig.ask("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["All"] });
    expect(Attributes).toMatchObject({
      VisibilityTimeout: "30",
      MessageRetentionPeriod: "345600",
      MaximumMessageSize: "1048576",
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      CreatedTimestamp: "1000",
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo",
    });
    expect(await rig.refusal("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["Colour"] })).toBe("InvalidAttributeName");
  });

  it("hold from the next call on when they are set", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.ask("SetQueueAttributes", {
      QueueUrl: url,
      Attributes: { VisibilityTimeout: "5", DelaySeconds: "2", MaximumMessageSize: "1024" },
    });
    await rig.send(url, "a");
    expect(await rig.counts(url)).toEqual([0, 0, 1]);
    rig.clock.advance(2_000);
    expect(await rig.bodies(url)).toEqual(["a"]);
    rig.clock.advance(5_000);
    expect(await rig.counts(url)).toEqual([1, 0, 0]);
    expect(await rig.refusal("SendMessage", { QueueUrl: url, MessageBody: "b".repeat(1025) })).toBe("InvalidParameterValue");
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: url, Attributes: { FifoQueue: "true" } })).toBe("InvalidAttributeName");
  });

  it("keep what was there when one of them is refused", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: url, Attributes: { VisibilityTimeout: "5", DelaySeconds: "901" } })).toBe(
      "InvalidAttributeValue",
    );
    expect(await rig.attribute(url, "VisibilityTimeout")).toBe("30");
  });

  it("expire messages that are there already when the retention gets shorter", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "a");
    rig.clock.advance(100_000);
    await rig.ask("SetQueueAttributes", { QueueUrl: url, Attributes: { MessageRetentionPeriod: "60" } });
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
  });
});

describe("purging", () => {
  it("empties the queue, what is in flight too, and is refused for 60 s after", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    for (const body of ["a", "b", "c"]) await rig.send(url, body);
    await rig.receive(url, { MaxNumberOfMessages: 1 });
    await rig.ask("PurgeQueue", { QueueUrl: url });
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
    expect(await rig.refusal("PurgeQueue", { QueueUrl: url })).toBe("PurgeQueueInProgress");
    rig.clock.advance(60_000);
    await rig.ask("PurgeQueue", { QueueUrl: url });
  });
});

describe("labels", () => {
  it("adds, lists and removes tags", async () => {
    const rig = new SqsRig();
    const { QueueUrl } = await rig.ask("CreateQueue", { QueueName: "jobs", tags: { team: "payments" } });
    await rig.ask("TagQueue", { QueueUrl, Tags: { stage: "dev", team: "orders" } });
    expect(await rig.ask("ListQueueTags", { QueueUrl })).toEqual({ Tags: { team: "orders", stage: "dev" } });
    await rig.ask("UntagQueue", { QueueUrl, TagKeys: ["team", "other"] });
    expect(await rig.ask("ListQueueTags", { QueueUrl })).toEqual({ Tags: { stage: "dev" } });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, ""]));
    expect(await rig.refusal("TagQueue", { QueueUrl, Tags: many })).toBe("InvalidParameterValue");
    expect(await rig.refusal("TagQueue", { QueueUrl, Tags: { "aws:x": "" } })).toBe("InvalidParameterValue");
  });

  it("keeps permissions in the policy", async () => {
    const rig = new SqsRig();
    const QueueUrl = await rig.create("jobs");
    const permission = { QueueUrl, Label: "partner", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] };
    await rig.ask("AddPermission", permission);
    expect(JSON.parse((await rig.attribute(QueueUrl, "Policy")) ?? "")).toMatchObject({
      Statement: [{ Sid: "partner", Principal: { AWS: ["arn:aws:iam::111111111111:root"] }, Action: ["SQS:SendMessage"] }],
    });
    expect(await rig.refusal("AddPermission", permission)).toBe("InvalidParameterValue");
    await rig.ask("RemovePermission", { QueueUrl, Label: "partner" });
    expect(await rig.attribute(QueueUrl, "Policy")).toBeUndefined();
    expect(await rig.refusal("RemovePermission", { QueueUrl, Label: "partner" })).toBe("InvalidParameterValue");
  });
});
