import { describe, expect, it } from "vitest";
import { SqsRig } from "./sqs-rig.ts";

/** Receives until all of it has died. */
async function letDie(rig: SqsRig, url: string): Promise<void> {
  for (let counts = await rig.counts(url); counts[0]! + counts[1]! > 0; counts = await rig.counts(url)) {
    await rig.receive(url, { VisibilityTimeout: 1 });
    rig.clock.advance(1_000);
  }
}

describe.each(["jobs", "jobs.fifo"])("dead letters of %s", (name) => {
  const group = (dedup: string) => (name.endsWith(".fifo") ? { MessageGroupId: "g", MessageDeduplicationId: dedup } : {});

  it("go to the queue of the policy at the receive after the last, and tell where from", async () => {
    const rig = new SqsRig();
    const { url, deadUrl, arn } = await rig.withDeadLetters(name, 2);
    const { MessageId } = await rig.send(url, "a", group("a"));
    await letDie(rig, url);
    const [dead] = await rig.receive(deadUrl);
    expect(dead).toMatchObject({ MessageId, Body: "a", Attributes: { DeadLetterQueueSourceArn: arn, ApproximateReceiveCount: "3" } });
    await rig.delete(deadUrl, dead);
    expect(await rig.counts(deadUrl)).toEqual([0, 0, 0]);
  });

  it("follow a policy that is set, changed and taken away later", async () => {
    const rig = new SqsRig();
    const { url, deadUrl } = await rig.withDeadLetters(name, 1);
    await rig.ask("SetQueueAttributes", { QueueUrl: url, Attributes: { RedrivePolicy: "" } });
    await rig.send(url, "a", group("a"));
    for (let time = 0; time < 3; time += 1) {
      expect(await rig.bodies(url, { VisibilityTimeout: 1 })).toEqual(["a"]);
      rig.clock.advance(1_000);
    }
    const deadLetterTargetArn = await rig.attribute(deadUrl, "QueueArn");
    await rig.ask("SetQueueAttributes", {
      QueueUrl: url,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: "4" }) },
    });
    expect(await rig.bodies(url, { VisibilityTimeout: 1 })).toEqual(["a"]);
    rig.clock.advance(1_000);
    expect(await rig.bodies(url)).toEqual([]);
    expect(await rig.bodies(deadUrl)).toEqual(["a"]);
  });

  it("go back where they came from, as new messages, at the rate asked for", async () => {
    const rig = new SqsRig();
    const { url, deadUrl, deadArn } = await rig.withDeadLetters(name, 1);
    const { MessageId } = await rig.send(url, "a", group("a"));
    for (let more = 0; more < 9; more += 1) await rig.send(url, "more", group(`m${more}`));
    await letDie(rig, url);
    const { TaskHandle } = await rig.ask("StartMessageMoveTask", { SourceArn: deadArn, MaxNumberOfMessagesPerSecond: 4 });
    expect(TaskHandle).toEqual(expect.any(String));
    expect(await rig.refusal("StartMessageMoveTask", { SourceArn: deadArn })).toBe("UnsupportedOperation");
    rig.clock.advance(1_000);
    expect(await rig.counts(url)).toEqual([5, 0, 0]);
    expect(await rig.ask("ListMessageMoveTasks", { SourceArn: deadArn })).toMatchObject({
      Results: [
        {
          TaskHandle,
          Status: "RUNNING",
          ApproximateNumberOfMessagesMoved: 5,
          ApproximateNumberOfMessagesToMove: 10,
          MaxNumberOfMessagesPerSecond: 4,
        },
      ],
    });
    rig.clock.advance(2_000);
    const { Results } = await rig.ask("ListMessageMoveTasks", { SourceArn: deadArn });
    expect(Results).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 10 }]);
    expect((Results as object[])[0]).not.toHaveProperty("TaskHandle");
    const [moved] = (await rig.receive(url)).filter(({ Body }) => Body === "a");
    expect(moved?.Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
    expect(moved?.Attributes).not.toHaveProperty("DeadLetterQueueSourceArn");
    expect(moved?.MessageId).not.toBe(MessageId);
    expect(await rig.counts(deadUrl)).toEqual([0, 0, 0]);
  });
});

describe("a redrive policy", () => {
  it("is refused to a queue of the other type, to itself, and where the target does not allow it", async () => {
    const rig = new SqsRig();
    const { url, deadUrl, deadArn, arn } = await rig.withDeadLetters("jobs", 2);
    const fifo = await rig.create("other.fifo");
    const policyTo = (deadLetterTargetArn: string | undefined) => ({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }),
    });
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: fifo, Attributes: policyTo(deadArn) })).toBe("InvalidParameterValue");
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: url, Attributes: policyTo(arn) })).toBe("InvalidParameterValue");
    const allow = (policy: object) =>
      rig.ask("SetQueueAttributes", { QueueUrl: deadUrl, Attributes: { RedriveAllowPolicy: JSON.stringify(policy) } });
    await allow({ redrivePermission: "byQueue", sourceQueueArns: [arn] });
    await rig.ask("SetQueueAttributes", { QueueUrl: url, Attributes: policyTo(deadArn) });
    const other = await rig.create("other");
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: other, Attributes: policyTo(deadArn) })).toBe("InvalidParameterValue");
    await allow({ redrivePermission: "denyAll" });
    expect(await rig.refusal("SetQueueAttributes", { QueueUrl: url, Attributes: policyTo(deadArn) })).toBe("InvalidParameterValue");
    await expect(allow({ redrivePermission: "some" })).rejects.toThrow("allowAll, denyAll or byQueue");
    expect(await rig.ask("ListDeadLetterSourceQueues", { QueueUrl: deadUrl })).toEqual({ queueUrls: [url] });
  });

  it("leads nowhere while its target is deleted, and there again when it is back", async () => {
    const rig = new SqsRig();
    const { url, deadUrl } = await rig.withDeadLetters("jobs", 1);
    await rig.send(url, "a");
    await rig.ask("DeleteQueue", { QueueUrl: deadUrl });
    for (let time = 0; time < 2; time += 1) {
      expect(await rig.bodies(url, { VisibilityTimeout: 1 })).toEqual(["a"]);
      rig.clock.advance(1_000);
    }
    rig.clock.advance(60_000);
    await rig.create("jobs-dead");
    expect(await rig.bodies(url)).toEqual([]);
    expect(await rig.bodies(deadUrl)).toEqual(["a"]);
  });
});

describe("a move task", () => {
  it("can be cancelled while it runs, and leaves the rest", async () => {
    const rig = new SqsRig();
    const { url, deadUrl, deadArn } = await rig.withDeadLetters("jobs", 1);
    for (const body of ["a", "b", "c"]) await rig.send(url, body);
    await letDie(rig, url);
    const { TaskHandle } = await rig.ask("StartMessageMoveTask", { SourceArn: deadArn, MaxNumberOfMessagesPerSecond: 1 });
    rig.clock.advance(1_000);
    expect(await rig.ask("CancelMessageMoveTask", { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 2 });
    rig.clock.advance(10_000);
    expect([await rig.counts(url), await rig.counts(deadUrl)]).toEqual([
      [2, 0, 0],
      [1, 0, 0],
    ]);
    expect(await rig.refusal("CancelMessageMoveTask", { TaskHandle })).toBe("UnsupportedOperation");
    expect(await rig.refusal("CancelMessageMoveTask", { TaskHandle: "x" })).toBe("ResourceNotFoundException");
  });

  it("fails at a message that did not die anywhere, and when its destination goes away", async () => {
    const rig = new SqsRig();
    const { deadUrl, deadArn } = await rig.withDeadLetters("jobs", 1);
    for (const body of ["sent here", "and here"]) await rig.send(deadUrl, body);
    await rig.ask("StartMessageMoveTask", { SourceArn: deadArn });
    const status = async () => (await rig.ask("ListMessageMoveTasks", { SourceArn: deadArn }))["Results"];
    expect(await status()).toMatchObject([{ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" }]);
    const elsewhere = await rig.create("elsewhere");
    const DestinationArn = await rig.attribute(elsewhere, "QueueArn");
    await rig.ask("StartMessageMoveTask", { SourceArn: deadArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    await rig.ask("DeleteQueue", { QueueUrl: elsewhere });
    rig.clock.advance(1_000);
    expect(await status()).toMatchObject([{ Status: "FAILED", FailureReason: "AWS.SimpleQueueService.NonExistentQueue" }]);
    expect(await rig.counts(deadUrl)).toEqual([1, 0, 0]);
  });

  it("starts at dead-letter queues only, and does not lead from a queue to itself", async () => {
    const rig = new SqsRig();
    const { arn, deadArn } = await rig.withDeadLetters("jobs", 1);
    expect(await rig.refusal("StartMessageMoveTask", { SourceArn: arn })).toBe("InvalidParameterValue");
    expect(await rig.refusal("StartMessageMoveTask", { SourceArn: `${arn}x` })).toBe("ResourceNotFoundException");
    expect(await rig.refusal("StartMessageMoveTask", { SourceArn: deadArn, DestinationArn: deadArn })).toBe("InvalidParameterValue");
    expect(await rig.refusal("StartMessageMoveTask", { SourceArn: deadArn, MaxNumberOfMessagesPerSecond: 501 })).toBe(
      "InvalidParameterValue",
    );
  });
});
