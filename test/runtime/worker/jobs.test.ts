import { describe, expect, it } from "vitest";
import { createLog } from "../../../runtime/log.ts";
import type { Handler } from "../../../runtime/worker/handler.ts";
import { JobRunner } from "../../../runtime/worker/jobs.ts";
import { DriverWorld, taken } from "../../support/driver-world.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";

const MESSAGE = {
  id: "m1",
  receiptHandle: "r1",
  body: '{"serviceTimeMs":0}',
  receiveCount: 3,
  sentAt: 5,
  groupId: "tenant",
  attributes: {},
};

/** Runs a handler once; how its job ended, as the worker and as the figures have it. */
async function run(handler: Handler, message = MESSAGE) {
  const results: string[] = [];
  const ends: unknown[] = [];
  const jobs = new JobRunner({
    handler,
    timeLimitMs: 60_000,
    clock: new SteppedClock(),
    log: createLog("silent", "test"),
    jobEnded: (result) => results.push(result),
  });
  jobs.start(2, message, (failure) => ends.push(failure));
  await settled();
  return { results, ends };
}

describe("a handler's answer", () => {
  it.each([
    ["nothing", undefined],
    ["done", { kind: "done" }],
  ] as const)("of %s is a job that ended well", async (_, answer) => {
    expect(await run(() => answer)).toEqual({ results: ["done"], ends: [undefined] });
  });

  it("of failed carries its delay and whose fault it was", async () => {
    expect(await run(() => ({ kind: "failed", retryDelaySec: 7, isDownstream: true }))).toEqual({
      results: ["failed-downstream"],
      ends: [{ isDownstream: true, retryDelayMs: 7000 }],
    });
  });

  it.each([
    [
      "a throw",
      () => {
        throw new Error("at once");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("later"))],
    ["a rejection with nothing", () => Promise.reject(undefined as unknown as Error)],
    ["no outcome", (() => ({ kind: "well" })) as unknown as Handler],
    ["a number", (() => 42) as unknown as Handler],
    ["a delay that is none", () => ({ kind: "failed", retryDelaySec: 1.5 })],
    ["a delay beyond twelve hours", () => ({ kind: "failed", retryDelaySec: 43_201 })],
  ] as [string, Handler][])("that is %s is a job that failed by itself", async (_, handler) => {
    expect(await run(handler)).toEqual({ results: ["failed"], ends: [{ isDownstream: false }] });
  });
});

describe("a handler", () => {
  it("is told the message, the attempt, the slot and the deadline, and may log", async () => {
    let told: unknown;
    await run((message, { attempt, slot, deadline, log, signal }) => {
      log.debug({ some: "field" }, "text");
      told = {
        id: message.id,
        body: message.body,
        sentAt: message.sentAt,
        groupId: message.groupId,
        attempt,
        slot,
        aborted: signal.aborted,
      };
      expect(deadline).toBeGreaterThan(Date.now());
      return undefined;
    });
    expect(told).toEqual({ id: "m1", body: MESSAGE.body, sentAt: 5, groupId: "tenant", attempt: 3, slot: 2, aborted: false });
  });

  it("that throws or runs too long does not touch the others", async () => {
    const world = new DriverWorld({ slots: 3 }, { timeLimitMs: 5000 });
    await world.deliver(3);
    await world.throwIn("m1", new Error("broken"));
    await world.clock.pass(4999);
    await world.finish("m2");
    await world.clock.pass(1);
    expect(world.telemetry.counts.jobs).toEqual({ done: 1, failed: 1, "failed-downstream": 0, "timed-out": 1, "given-up": 0 });
    expect(world.deletes.map(({ ids }) => ids)).toEqual([["m2"]]);
  });

  it("whose time is up has its signal aborted, frees its slot, and counts for nothing afterwards", async () => {
    const world = new DriverWorld({ slots: 1 }, { timeLimitMs: 5000 });
    await world.deliver(1);
    const { signal } = world.handlers.get("m1")!.context;
    await world.clock.pass(5000);
    expect(signal.aborted).toBe(true);
    expect(world.jobs.abandoned).toBe(1);
    await world.deliver(1);
    await world.finish("m1");
    expect(world.jobs.abandoned).toBe(0);
    expect(world.deletes).toEqual([]);
    await world.finish("m2");
    expect(world.deletes.map(({ ids }) => ids)).toEqual([["m2"]]);
  });

  it("that first asks for its signal when its time is up finds it aborted", async () => {
    const world = new DriverWorld({ slots: 1 }, { timeLimitMs: 5000 });
    await world.deliver(1);
    const { context } = world.handlers.get("m1")!;
    await world.clock.pass(5000);
    expect(context.signal.aborted).toBe(true);
  });

  it("that is given up has its message visible at once", async () => {
    const world = new DriverWorld({ slots: 2, retryDelayMs: 60_000 }, { hangsUp: true });
    await world.deliver(2);
    await world.drain();
    expect(world.jobs.giveUp()).toBe(2);
    expect(world.visibilities.map(({ ids, visibilitySec }) => [ids, visibilitySec])).toEqual([
      [["m1"], 0],
      [["m2"], 0],
    ]);
    await taken(world.visibilities).answer([]);
    await taken(world.visibilities).answer([]);
    expect(world.hasStopped).toBe(true);
    expect(world.telemetry.counts.jobs["given-up"]).toBe(2);
  });
});
