import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLog } from "../../../runtime/log.ts";
import { emulate } from "../../../runtime/worker/emulate.ts";
import type { HandlerAnswer } from "../../../runtime/worker/handler.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the handler answers, and after how many milliseconds. */
async function emulated(body: string, { attempt = 1, attributes = {}, abortAfterMs = Infinity } = {}) {
  const message = { id: "m1", body, attributes, groupId: undefined, sentAt: 0 };
  const controller = new AbortController();
  if (abortAfterMs < Infinity) setTimeout(() => controller.abort(new Error("too late")), abortAfterMs);
  const startedAt = Date.now();
  const answer = (async (): Promise<HandlerAnswer> =>
    emulate(message, { attempt, slot: 0, deadline: 0, log: createLog("silent", "test"), signal: controller.signal }))();
  const settledAt = answer.then(
    (outcome) => ({ outcome, afterMs: Date.now() - startedAt }),
    (error: unknown) => ({ thrown: (error as Error).message, afterMs: Date.now() - startedAt }),
  );
  await vi.runAllTimersAsync();
  return settledAt;
}

describe("the emulating handler", () => {
  it("takes the time that the message says, an attribute before the body", async () => {
    expect(await emulated('{"serviceTimeMs":1500}')).toEqual({ outcome: { kind: "done" }, afterMs: 1500 });
    expect(await emulated('{"serviceTimeMs":1500}', { attributes: { serviceTimeMs: "20" } })).toMatchObject({ afterMs: 20 });
    expect(await emulated("{}")).toMatchObject({ outcome: { kind: "done" } });
  });

  it("fails the attempts that the message says, after their time", async () => {
    const body = '{"serviceTimeMs":10,"failedAttempts":2,"isDownstream":true}';
    for (const attempt of [1, 2]) {
      expect(await emulated(body, { attempt })).toMatchObject({ outcome: { kind: "failed", isDownstream: true }, afterMs: 10 });
    }
    expect(await emulated(body, { attempt: 3 })).toMatchObject({ outcome: { kind: "done" } });
  });

  it("wakes up when it is to stop", async () => {
    expect(await emulated('{"serviceTimeMs":60000}', { abortAfterMs: 200 })).toEqual({ thrown: "too late", afterMs: 200 });
  });

  it("refuses what is no time and no JSON", async () => {
    expect(await emulated('{"serviceTimeMs":-1}')).toMatchObject({ thrown: expect.stringContaining("serviceTimeMs is -1") as string });
    expect(await emulated("hello")).toMatchObject({ thrown: expect.stringContaining("JSON") as string });
  });
});
