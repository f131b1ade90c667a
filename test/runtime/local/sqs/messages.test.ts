import { describe, expect, it } from "vitest";
import { SqsRig } from "./sqs-rig.ts";

describe("a message", () => {
  it("carries its attributes, and tells when and how often", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "a", {
      MessageAttributes: {
        "kind.of": { DataType: "String.x", StringValue: "v" },
        size: { DataType: "Number", StringValue: "1e3" },
        raw: { DataType: "Binary", BinaryValue: "AAE=" },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-2-3" } },
    });
    rig.clock.advance(1_000);
    await rig.receive(url, { VisibilityTimeout: 0 });
    rig.clock.advance(1_000);
    const [message] = await rig.receive(url, { MessageAttributeNames: ["kind.*", "size"] });
    expect(message).toMatchObject({
      Body: "a",
      MD5OfBody: "0cc175b9c0f1b6a831c399e269772661",
      MessageAttributes: { "kind.of": { DataType: "String.x", StringValue: "v" }, size: { DataType: "Number", StringValue: "1e3" } },
      Attributes: {
        SentTimestamp: "1000000",
        ApproximateFirstReceiveTimestamp: "1001000",
        ApproximateReceiveCount: "2",
        AWSTraceHeader: "Root=1-2-3",
        SenderId: "000000000000",
      },
    });
    expect(message?.MessageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("shows only the attributes asked for", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "a", { MessageAttributes: { x: { DataType: "String", StringValue: "v" } } });
    const [message] = await rig.receive(url, { MessageSystemAttributeNames: ["SentTimestamp"] });
    expect(message).not.toHaveProperty("MessageAttributes");
    expect(message?.Attributes).toEqual({ SentTimestamp: "1000000" });
    expect(await rig.refusal("ReceiveMessage", { QueueUrl: url, AttributeNames: ["Colour"] })).toBe("InvalidAttributeName");
  });

  it.each([
    ["no body", {}, "MissingParameter"],
    ["a forbidden character", { MessageBody: "a\u0001" }, "InvalidMessageContents"],
    ["half a character", { MessageBody: "\ud800" }, "InvalidMessageContents"],
    ["a delay above 15 minutes", { MessageBody: "a", DelaySeconds: 901 }, "InvalidParameterValue"],
    ["a body above 1 MiB", { MessageBody: "a".repeat(1_048_577) }, "InvalidParameterValue"],
    [
      "a body that attributes bring above 1 MiB",
      { MessageBody: "a".repeat(1_048_570), MessageAttributes: { x: { DataType: "String", StringValue: "v" } } },
      "InvalidParameterValue",
    ],
    [
      "a type that does not exist",
      { MessageBody: "a", MessageAttributes: { x: { DataType: "Text", StringValue: "v" } } },
      "InvalidParameterValue",
    ],
    ["an empty value", { MessageBody: "a", MessageAttributes: { x: { DataType: "String", StringValue: "" } } }, "InvalidParameterValue"],
    [
      "a number that is none",
      { MessageBody: "a", MessageAttributes: { x: { DataType: "Number", StringValue: "one" } } },
      "InvalidParameterValue",
    ],
    [
      "a reserved name",
      { MessageBody: "a", MessageAttributes: { "AWS.x": { DataType: "String", StringValue: "v" } } },
      "InvalidParameterValue",
    ],
    [
      "a name with a dot at its end",
      { MessageBody: "a", MessageAttributes: { "x.": { DataType: "String", StringValue: "v" } } },
      "InvalidParameterValue",
    ],
    [
      "eleven attributes",
      {
        MessageBody: "a",
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, index) => [`x${index}`, { DataType: "String", StringValue: "v" }]),
        ),
      },
      "InvalidParameterValue",
    ],
    ["a deduplication id on a standard queue", { MessageBody: "a", MessageDeduplicationId: "d" }, "InvalidParameterValue"],
    ["a number where text belongs", { MessageBody: 1 }, "SerializationException"],
  ])("is refused with %s", async (_, message, code) => {
    const rig = new SqsRig();
    const QueueUrl = await rig.create("jobs");
    expect(await rig.refusal("SendMessage", { QueueUrl, ...message })).toBe(code);
    expect(await rig.counts(QueueUrl)).toEqual([0, 0, 0]);
  });

  it("may be as large as 1 MiB, and hold every character that SQS allows", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const bodies = ["a".repeat(1_048_576), "\t\n\r \ud7ff\ue000\ufffd\u{1f600}"];
    for (const body of bodies) await rig.send(url, body);
    expect(await rig.bodies(url)).toEqual(bodies);
  });
});

describe("a receive", () => {
  it.each([
    ["MaxNumberOfMessages", 0],
    ["MaxNumberOfMessages", 11],
    ["WaitTimeSeconds", 21],
    ["VisibilityTimeout", 43_201],
    ["VisibilityTimeout", -1],
  ])("refuses a %s of %i", async (name, value) => {
    const rig = new SqsRig();
    expect(await rig.refusal("ReceiveMessage", { QueueUrl: await rig.create("jobs"), [name]: value })).toBe("InvalidParameterValue");
  });

  it("is refused with too many messages in flight when it does not wait", async () => {
    const rig = new SqsRig({ inFlightQuota: 2 });
    const url = await rig.create("jobs");
    for (const body of ["a", "b", "c"]) await rig.send(url, body);
    const held = await rig.receive(url);
    expect(held).toHaveLength(2);
    expect(await rig.refusal("ReceiveMessage", { QueueUrl: url })).toBe("OverLimit");
    const waiting = rig.bodies(url, { WaitTimeSeconds: 20 });
    await rig.delete(url, held[0]);
    expect(await waiting).toEqual(["c"]);
  });
});

describe("a receipt handle", () => {
  it("is refused when this server has not made it, or for another queue", async () => {
    const rig = new SqsRig();
    const [url, other] = [await rig.create("jobs"), await rig.create("others")];
    await rig.send(url, "a");
    const [message] = await rig.receive(url);
    const { ReceiptHandle = "" } = message ?? {};
    for (const wrong of ["x", `${ReceiptHandle}A`, `B${ReceiptHandle.slice(1)}`, "~".repeat(32)]) {
      expect(await rig.refusal("DeleteMessage", { QueueUrl: url, ReceiptHandle: wrong })).toBe("ReceiptHandleIsInvalid");
    }
    expect(await rig.refusal("DeleteMessage", { QueueUrl: other, ReceiptHandle })).toBe("ReceiptHandleIsInvalid");
    expect(await rig.refusal("DeleteMessage", { QueueUrl: url })).toBe("MissingParameter");
    await rig.delete(url, message);
    await rig.delete(url, message);
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
  });

  it("of an earlier receive deletes nothing, without an error", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs", { VisibilityTimeout: "5" });
    await rig.send(url, "a");
    const [first] = await rig.receive(url);
    rig.clock.advance(5_000);
    await rig.receive(url);
    await rig.delete(url, first);
    expect(await rig.counts(url)).toEqual([0, 1, 0]);
  });

  it("changes the visibility of what is in flight, up to 12 hours from the receive", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "a");
    const [message] = await rig.receive(url);
    const change = { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle };
    await rig.ask("ChangeMessageVisibility", { ...change, VisibilityTimeout: 43_200 });
    rig.clock.advance(1_000);
    expect(await rig.refusal("ChangeMessageVisibility", { ...change, VisibilityTimeout: 43_200 })).toBe("InvalidParameterValue");
    expect(await rig.refusal("ChangeMessageVisibility", change)).toBe("MissingParameter");
    await rig.ask("ChangeMessageVisibility", { ...change, VisibilityTimeout: 0 });
    expect(await rig.counts(url)).toEqual([1, 0, 0]);
    expect(await rig.refusal("ChangeMessageVisibility", { ...change, VisibilityTimeout: 5 })).toBe("MessageNotInflight");
    await rig.delete(url, message);
    expect(await rig.refusal("ChangeMessageVisibility", { ...change, VisibilityTimeout: 5 })).toBe("InvalidParameterValue");
  });
});

describe("a batch", () => {
  it("does what it can, entry by entry", async () => {
    const rig = new SqsRig();
    const QueueUrl = await rig.create("jobs");
    const sent = await rig.ask("SendMessageBatch", {
      QueueUrl,
      Entries: [
        { Id: "good", MessageBody: "a" },
        { Id: "empty", MessageBody: "" },
        { Id: "late", MessageBody: "b", DelaySeconds: 5 },
        { Id: "bad", MessageBody: "\u0000" },
      ],
    });
    expect(sent).toMatchObject({
      Successful: [{ Id: "good", MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" }, { Id: "late" }],
      Failed: [
        { Id: "empty", SenderFault: true, Code: "MissingParameter" },
        { Id: "bad", SenderFault: true, Code: "InvalidMessageContents" },
      ],
    });
    expect(await rig.counts(QueueUrl)).toEqual([1, 0, 1]);
    const [message] = await rig.receive(QueueUrl);
    const Entries = [
      { Id: "a", ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 1 },
      { Id: "b", ReceiptHandle: "wrong", VisibilityTimeout: 1 },
    ];
    for (const operation of ["ChangeMessageVisibilityBatch", "DeleteMessageBatch"]) {
      expect(await rig.ask(operation, { QueueUrl, Entries })).toMatchObject({
        Successful: [{ Id: "a" }],
        Failed: [{ Id: "b", Code: "ReceiptHandleIsInvalid" }],
      });
    }
    expect(await rig.counts(QueueUrl)).toEqual([0, 0, 1]);
  });

  it.each([
    ["without entries", [], "EmptyBatchRequest"],
    ["of eleven", Array.from({ length: 11 }, (_, index) => ({ Id: `m${index}`, MessageBody: "a" })), "TooManyEntriesInBatchRequest"],
    [
      "with an id twice",
      [
        { Id: "a", MessageBody: "a" },
        { Id: "a", MessageBody: "a" },
      ],
      "BatchEntryIdsNotDistinct",
    ],
    ["with an id that does not fit", [{ Id: "a b", MessageBody: "a" }], "InvalidBatchEntryId"],
    [
      "of more than 1 MiB",
      [
        { Id: "a", MessageBody: "a".repeat(600_000) },
        { Id: "b", MessageBody: "a".repeat(600_000) },
      ],
      "BatchRequestTooLong",
    ],
  ])("%s is refused as a whole", async (_, Entries, code) => {
    const rig = new SqsRig();
    const QueueUrl = await rig.create("jobs");
    expect(await rig.refusal("SendMessageBatch", { QueueUrl, Entries })).toBe(code);
    expect(await rig.counts(QueueUrl)).toEqual([0, 0, 0]);
  });
});
