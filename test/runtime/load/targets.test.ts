import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../runtime/aws/errors.ts";
import type { OutgoingMessage } from "../../../runtime/aws/queue-sender.ts";
import { ApiTarget } from "../../../runtime/local/load/api-target.ts";
import { jsonBodies, templateBodies } from "../../../runtime/local/load/body.ts";
import { QueueTarget } from "../../../runtime/local/load/queue-target.ts";
import type { LoadMessage } from "../../../runtime/local/load/target.ts";
import { pause } from "../../../runtime/pause.ts";
import { settled, SteppedClock } from "../../support/stepped-clock.ts";

function message(number: number, more: Partial<LoadMessage> = {}): LoadMessage {
  return { number, at: 0, className: "all", serviceMs: 250, sizeBytes: 0, failedAttempts: 0, group: undefined, ...more };
}

/** A queue target over a sender that keeps what it is given. */
function queueTarget(
  options: { isFifo?: boolean; callMs?: number; fails?: (batch: readonly OutgoingMessage[]) => (AwsFailure | undefined)[] } = {},
) {
  const { isFifo = false, callMs = 0, fails } = options;
  const clock = new SteppedClock();
  const batches: { readonly at: number; readonly messages: readonly OutgoingMessage[] }[] = [];
  let calls = 0;
  let mostCalls = 0;
  const sender = {
    async sendBatch(messages: readonly OutgoingMessage[]) {
      batches.push({ at: clock.now(), messages });
      calls += 1;
      mostCalls = Math.max(mostCalls, calls);
      await pause(clock, callMs);
      calls -= 1;
      return fails?.(messages) ?? [];
    },
    close: () => undefined,
  };
  const target = new QueueTarget({ sender, bodies: jsonBodies("r1", true), isFifo, run: "r1", clock });
  return { clock, batches, target, mostCalls: () => mostCalls };
}

const throttled = new AwsFailure({ operation: "SendMessageBatch", kind: "throttled", code: "RequestThrottled", message: "slow down" });

describe("a queue as the target", () => {
  it("shares calls: ten at once, and fewer after a few milliseconds", async () => {
    const { clock, batches, target } = queueTarget();
    const answers = Array.from({ length: 13 }, (_, number) => target.send(message(number)));
    await settled();
    expect(batches.map(({ messages }) => messages.length)).toEqual([10]);
    await clock.pass(4);
    expect(batches.map(({ at, messages }) => [at, messages.length])).toEqual([
      [0, 10],
      [4, 3],
    ]);
    await clock.pass(1);
    expect(await Promise.all(answers)).toEqual(Array(13).fill("ok"));
  });

  it("says of each message what became of it, also when the whole call failed", async () => {
    const partly = queueTarget({
      fails: ([first, ...others]) => [first === undefined ? undefined : throttled, ...others.map(() => undefined)],
    });
    const answers = [partly.target.send(message(0)), partly.target.send(message(1))];
    await partly.clock.pass(10);
    expect(await Promise.all(answers)).toEqual(["RequestThrottled", "ok"]);
    const wholly = queueTarget({
      fails: () => {
        throw throttled;
      },
    });
    const answer = wholly.target.send(message(0));
    await wholly.clock.pass(10);
    expect(await answer).toBe("RequestThrottled");
  });

  it("keeps calls below SQS's size, and their number within bounds", async () => {
    const { clock, batches, target, mostCalls } = queueTarget({ callMs: 100 });
    const answers = Array.from({ length: 400 }, (_, number) => target.send(message(number, { sizeBytes: 100_000 })));
    await clock.pass(2000);
    await Promise.all(answers);
    expect(Math.max(...batches.map(({ messages }) => messages.reduce((sum, { body }) => sum + body.length, 0)))).toBeLessThan(262_144);
    expect(mostCalls()).toBe(32);
    expect(batches.flatMap(({ messages }) => messages)).toHaveLength(400);
  });

  it("names groups, and on a FIFO queue tells messages of this run from those of another", async () => {
    const { clock, batches, target } = queueTarget({ isFifo: true });
    void target.send(message(7, { group: 3 }));
    void target.send(message(8));
    await clock.pass(10);
    expect(batches[0]?.messages).toMatchObject([
      { groupId: "3", deduplicationId: "r1-7" },
      { groupId: "0", deduplicationId: "r1-8" },
    ]);
  });
});

describe("an API as the target", () => {
  const target = (post: (url: string, init: RequestInit) => Promise<Response>) =>
    new ApiTarget({ url: "http://api.example/jobs", bodies: jsonBodies("r1", false), headers: { "X-Api-Key": "k" }, post });

  it("posts one message a request, with the headers it is given", async () => {
    const seen: RequestInit[] = [];
    const code = await target((_, init) => {
      seen.push(init);
      return Promise.resolve(new Response("{}", { status: 202 }));
    }).send(message(4));
    expect(code).toBe("ok");
    expect(seen[0]).toMatchObject({ method: "POST", headers: { "X-Api-Key": "k", "Content-Type": "application/json" } });
    expect(JSON.parse(seen[0]?.body as string)).toEqual({ run: "r1", number: 4, class: "all" });
  });

  it("calls an error by its status, or by what the system says", async () => {
    expect(await target(() => Promise.resolve(new Response("", { status: 503 }))).send(message(0))).toBe("HTTP 503");
    const refused = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
    expect(await target(() => Promise.reject(refused)).send(message(0))).toBe("ECONNREFUSED");
  });
});

describe("bodies", () => {
  it("say in emulation how long the job takes and how many attempts fail, poison for ever", () => {
    const body = jsonBodies("r1", true);
    expect(JSON.parse(body(message(1, { serviceMs: 12.5, failedAttempts: 2 })))).toMatchObject({ serviceTimeMs: 12.5, failedAttempts: 2 });
    expect(JSON.parse(body(message(1, { failedAttempts: Infinity })))).toMatchObject({ failedAttempts: 1_000_000 });
  });

  it("are filled up to the size of the message, and no longer when they need more", () => {
    const body = jsonBodies("r1", true);
    expect(body(message(1, { sizeBytes: 2048 }))).toHaveLength(2048);
    expect(() => void JSON.parse(body(message(1, { sizeBytes: 2048 })))).not.toThrow();
    expect(body(message(1, { sizeBytes: 10 })).length).toBeGreaterThan(10);
  });

  it("are made from a template, which names only what there is", () => {
    const text = '{"id":"{{run}}-{{number}}","ms":{{serviceTimeMs}},"tenant":"{{group}}"}';
    expect(JSON.parse(templateBodies("r1", text)(message(9, { group: 2 })))).toEqual({ id: "r1-9", ms: 250, tenant: "2" });
    expect(() => templateBodies("r1", "{{nummer}}")).toThrow("{{nummer}}");
  });
});
