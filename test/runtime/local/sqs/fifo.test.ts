import { describe, expect, it } from "vitest";
import { GroupNumbers } from "../../../../runtime/local/sqs/group-numbers.ts";
import { SqsRig } from "./sqs-rig.ts";

const inGroup = (group: string, dedup: string) => ({ MessageGroupId: group, MessageDeduplicationId: dedup });

describe("a FIFO queue", () => {
  it("hands each group out in order, and nothing of a group that has messages in flight", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo");
    for (const [body, group] of [
      ["a1", "a"],
      ["a2", "a"],
      ["b1", "b"],
      ["a3", "a"],
    ] as const)
      await rig.send(url, body, inGroup(group, body));
    const [first] = await rig.receive(url, { MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe("a1");
    expect(await rig.bodies(url)).toEqual(["b1"]);
    expect(await rig.bodies(url)).toEqual([]);
    await rig.delete(url, first);
    expect(await rig.bodies(url)).toEqual(["a2", "a3"]);
  });

  it("answers a repeated send as it did the first, and delivers it once in five minutes", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo", { ContentBasedDeduplication: "true" });
    const first = await rig.send(url, "same", { MessageGroupId: "a" });
    expect(first["SequenceNumber"]).toMatch(/^\d{20}$/);
    expect(await rig.send(url, "same", { MessageGroupId: "b" })).toEqual(first);
    expect(await rig.send(url, "same", inGroup("a", "own"))).not.toEqual(first);
    const held = await rig.receive(url);
    expect(held).toHaveLength(2);
    for (const message of held) await rig.delete(url, message);
    expect(await rig.send(url, "same", { MessageGroupId: "a" })).toEqual(first);
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
    rig.clock.advance(300_000);
    const again = await rig.send(url, "same", { MessageGroupId: "a" });
    expect(again["MessageId"]).not.toBe(first["MessageId"]);
    expect(String(again["SequenceNumber"]) > String(first["SequenceNumber"])).toBe(true);
    expect(await rig.counts(url)).toEqual([1, 0, 0]);
  });

  it("deduplicates within each group when it is told to", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo", { DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" });
    await rig.send(url, "1", inGroup("a", "d"));
    await rig.send(url, "2", inGroup("b", "d"));
    await rig.send(url, "3", inGroup("b", "d"));
    expect((await rig.bodies(url)).sort()).toEqual(["1", "2"]);
  });

  it.each([
    ["no group", { MessageDeduplicationId: "d" }, "MissingParameter"],
    ["no deduplication id", { MessageGroupId: "a" }, "InvalidParameterValue"],
    ["a delay of its own", { ...inGroup("a", "d"), DelaySeconds: 1 }, "InvalidParameterValue"],
    ["a group that is too long", inGroup("a".repeat(129), "d"), "InvalidParameterValue"],
    ["a space in the deduplication id", inGroup("a", "a b"), "InvalidParameterValue"],
  ])("refuses a message with %s", async (_, message, code) => {
    const rig = new SqsRig();
    expect(await rig.refusal("SendMessage", { QueueUrl: await rig.create("jobs.fifo"), MessageBody: "x", ...message })).toBe(code);
  });

  it("refuses a handle whose timeout has ended, whoever holds the message by then", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo", { VisibilityTimeout: "5" });
    await rig.send(url, "x", inGroup("a", "d"));
    const [message] = await rig.receive(url);
    const held = { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle };
    rig.clock.advance(5_000);
    expect(await rig.refusal("DeleteMessage", held)).toBe("InvalidParameterValue");
    const [again] = await rig.receive(url);
    expect(await rig.refusal("DeleteMessage", held)).toBe("InvalidParameterValue");
    await rig.delete(url, again);
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
    await rig.delete(url, message);
  });

  it("answers a repeated receive attempt with the same messages", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo");
    await rig.send(url, "x", inGroup("a", "d"));
    const first = await rig.receive(url, { ReceiveRequestAttemptId: "try" });
    expect(await rig.receive(url, { ReceiveRequestAttemptId: "try" })).toEqual(first);
    expect(await rig.receive(url, { ReceiveRequestAttemptId: "other" })).toEqual([]);
    expect(await rig.refusal("ReceiveMessage", { QueueUrl: await rig.create("plain"), ReceiveRequestAttemptId: "try" })).toBe(
      "InvalidParameterValue",
    );
  });

  it("lets 300 calls of an action through in a second, a batch being one", async () => {
    const rig = new SqsRig();
    const QueueUrl = await rig.create("jobs.fifo");
    for (let call = 0; call < 299; call += 1) await rig.send(QueueUrl, "x", inGroup("a", `d${call}`));
    const entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: "x", ...inGroup("a", `e${index}`) }));
    await rig.ask("SendMessageBatch", { QueueUrl, Entries: entries });
    expect(await rig.refusal("SendMessage", { QueueUrl, MessageBody: "x", ...inGroup("a", "f") })).toBe("ThrottlingException");
    expect(await rig.counts(QueueUrl)).toEqual([309, 0, 0]);
    await rig.receive(QueueUrl);
    rig.clock.advance(10);
    await rig.send(QueueUrl, "x", inGroup("a", "f"));
  });

  it("has a high-throughput mode, with 300 calls a second for each group", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs.fifo", { DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" });
    for (let call = 0; call < 300; call += 1) await rig.send(url, "x", inGroup("a", `d${call}`));
    expect(await rig.refusal("SendMessage", { QueueUrl: url, MessageBody: "x", ...inGroup("a", "f") })).toBe("ThrottlingException");
    await rig.send(url, "x", inGroup("b", "d"));
  });
});

describe("the numbers of groups", () => {
  it("are used again once nothing remembers the group, and not before", () => {
    let now = 0;
    const groups = new GroupNumbers(() => now);
    expect([groups.enter("a"), groups.enter("b"), groups.enter("a")]).toEqual([0, 1, 0]);
    groups.leave(0);
    groups.leave(0);
    now = 300_000;
    expect(groups.enter("c")).toBe(2);
    expect(groups.enter("a")).toBe(0);
    groups.leave(1);
    groups.leave(0);
    now = 600_001;
    expect(groups.enter("d")).toBe(1);
    expect(groups.enter("a")).toBe(0);
    expect(groups.enter("b")).toBe(3);
  });
});
