import { describe, expect, it } from "vitest";
import { SqsRig } from "./sqs-rig.ts";

/** What a promise has come to by now. */
async function soFar<T>(promise: Promise<T>): Promise<T | "waits"> {
  // Long enough for every promise that is settled to have told those that hang on it.
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve("waits" as const)]);
}

describe("a long poll", () => {
  it("waits for a message, and answers as soon as there is one", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const poll = rig.bodies(url, { WaitTimeSeconds: 20 });
    rig.clock.advance(19_999);
    expect(await soFar(poll)).toBe("waits");
    await rig.send(url, "a");
    expect(await poll).toEqual(["a"]);
  });

  it("answers with nothing when its time is over, which the queue may have set", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs", { ReceiveMessageWaitTimeSeconds: "3" });
    const poll = rig.bodies(url);
    rig.clock.advance(2_999);
    expect(await soFar(poll)).toBe("waits");
    rig.clock.advance(1);
    expect(await soFar(poll)).toEqual([]);
    expect(await rig.bodies(url, { WaitTimeSeconds: 0 })).toEqual([]);
  });

  it("is served in the order of asking, each with what it asked for", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const polls = [1, 2, 3].map(() => rig.bodies(url, { WaitTimeSeconds: 20, MaxNumberOfMessages: 2 }));
    for (const body of ["a", "b"]) await rig.send(url, body);
    expect(await Promise.all(polls.slice(0, 2))).toEqual([["a"], ["b"]]);
    expect(await soFar(polls[2]!)).toBe("waits");
    rig.clock.advance(20_000);
    expect(await polls[2]).toEqual([]);
  });

  it("gets what becomes visible again and what was delayed", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    await rig.send(url, "late", { DelaySeconds: 5 });
    const first = rig.bodies(url, { WaitTimeSeconds: 20, VisibilityTimeout: 10 });
    rig.clock.advance(5_000);
    expect(await first).toEqual(["late"]);
    const second = rig.bodies(url, { WaitTimeSeconds: 20 });
    rig.clock.advance(10_000);
    expect(await second).toEqual(["late"]);
  });

  it("takes nothing once its client has gone", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const client = new AbortController();
    const poll = rig.receive(url, { WaitTimeSeconds: 20 }, client.signal);
    client.abort();
    await rig.send(url, "a");
    expect(await poll).toEqual([]);
    expect(await rig.counts(url)).toEqual([1, 0, 0]);
    const [message] = await rig.receive(url);
    expect(message?.Attributes?.["ApproximateReceiveCount"]).toBe("1");
  });

  it("gives back what its client was no longer there to take", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const client = new AbortController();
    const poll = rig.receive(url, { WaitTimeSeconds: 20 }, client.signal);
    await rig.send(url, "a");
    expect(await rig.counts(url)).toEqual([0, 1, 0]);
    client.abort();
    await poll;
    expect(await rig.counts(url)).toEqual([1, 0, 0]);
  });

  it("ends when its queue is deleted", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs");
    const poll = rig.refusal("ReceiveMessage", { QueueUrl: url, WaitTimeSeconds: 20 });
    await rig.ask("DeleteQueue", { QueueUrl: url });
    expect(await poll).toBe("QueueDoesNotExist");
    rig.clock.advance(20_000);
  });
});

describe("a queue that nobody polls", () => {
  it("moves its counts: delays and timeouts end, messages expire", async () => {
    const rig = new SqsRig();
    const url = await rig.create("jobs", { MessageRetentionPeriod: "60" });
    await rig.send(url, "a", { DelaySeconds: 5 });
    await rig.send(url, "b");
    await rig.receive(url, { VisibilityTimeout: 10 });
    expect(await rig.counts(url)).toEqual([0, 1, 1]);
    rig.clock.advance(5_000);
    expect(await rig.counts(url)).toEqual([1, 1, 0]);
    rig.clock.advance(5_000);
    expect(await rig.counts(url)).toEqual([2, 0, 0]);
    expect(rig.sqs.readings()).toMatchObject([{ queueName: "jobs", visible: 2, sent: 2, received: 1, ageOfOldestMs: 10_000 }]);
    rig.clock.advance(50_000);
    expect(await rig.counts(url)).toEqual([0, 0, 0]);
  });
});
