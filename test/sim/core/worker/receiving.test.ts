import { describe, expect, it } from "vitest";
import type { WorkerEffects } from "../../../../sim/core/worker/effects.ts";
import { Worker } from "../../../../sim/core/worker/worker.ts";
import { PLAIN_WORKER, WorkerWorld } from "../../../support/worker-world.ts";

describe("a worker that receives", () => {
  it("asks for as many messages as it has slots, and for no more than a receive may bring", () => {
    expect(new WorkerWorld({ slots: 4 }).asked()).toEqual(["receive 0: 4"]);
    expect(new WorkerWorld({ slots: 25 }).asked()).toEqual(["receive 0: 10"]);
    expect(new WorkerWorld({ slots: 4, maxMessagesPerReceive: 1 }).asked()).toEqual(["receive 0: 1"]);
  });

  it("starts every message at once and asks for the slots that are left", () => {
    const world = new WorkerWorld({ slots: 4 });
    world.asked();
    world.deliver(0, 3);
    expect(world.asked()).toEqual(["startJob m1", "startJob m2", "startJob m3", "receive 0: 1"]);
  });

  it("asks for nothing while every slot is busy", () => {
    const world = new WorkerWorld({ slots: 2 });
    world.deliver(0, 2);
    expect(world.receives.size).toBe(0);
  });

  it("refills each slot as it frees, without waiting for the slowest of the batch", () => {
    const world = new WorkerWorld({ slots: 3 });
    world.deliver(0, 3);
    world.asked();
    world.finish("m2");
    expect(world.asked()).toEqual(["deleteBatch m2", "receive 0: 1"]);
    world.deliver(0, 1);
    world.finish("m4");
    world.deliver(0, 1);
    expect(world.running.sort()).toEqual(["m1", "m3", "m5"]);
  });

  it("refills the slot of a job that has failed", () => {
    const world = new WorkerWorld({ slots: 1 });
    world.deliver(0, 1);
    world.asked();
    world.fail("m1");
    expect(world.asked()).toEqual(["leaveToExpire m1", "receive 0: 1"]);
  });

  it("asks again at once after an empty answer", () => {
    const world = new WorkerWorld({ slots: 2 });
    world.asked();
    world.deliver(0, 0);
    expect(world.asked()).toEqual(["receive 0: 2"]);
  });

  it("never promises one slot to two receives", () => {
    const world = new WorkerWorld({ slots: 15, concurrentReceives: 3 });
    expect(world.asked()).toEqual(["receive 0: 10", "receive 1: 5"]);
    world.deliver(1, 2);
    expect(world.asked()).toEqual(["startJob m1", "startJob m2", "receive 1: 3"]);
    world.finish("m1");
    expect(world.asked()).toEqual(["deleteBatch m1", "receive 2: 1"]);
  });

  it("keeps as many receives under way as it may, and uses a number again when its answer has come", () => {
    const world = new WorkerWorld({ slots: 40, concurrentReceives: 2 });
    expect(world.asked()).toEqual(["receive 0: 10", "receive 1: 10"]);
    world.deliver(0, 10);
    expect(world.asked().at(-1)).toBe("receive 0: 10");
    expect(world.receives.size).toBe(2);
  });

  it("knows how many of its slots are busy", () => {
    const world = new WorkerWorld({ slots: 3 });
    world.deliver(0, 3);
    world.finish("m2");
    expect(world.worker.busySlots).toBe(2);
  });

  it("takes it for an error of its driver to be started twice, to be given too much, or to be told anything twice", () => {
    const worker = new Worker<string>({ ...PLAIN_WORKER, slots: 1 }, heedless, 7);
    worker.started(0);
    expect(() => worker.started(0)).toThrow("starts once");
    worker.messagesReceived(0, ["a"], 1, 0);
    expect(() => worker.messagesReceived(0, ["b"], 1, 0)).toThrow("answered once");
    worker.jobFinished(0, 0);
    expect(() => worker.jobFinished(0, 0)).toThrow("ends once");
    worker.deleteSettled([], 0, 0);
    expect(() => worker.deleteSettled([], 0, 0)).toThrow("settled once");
    expect(() => worker.messagesReceived(0, ["b", "c"], 2, 0)).toThrow("never brings more");
  });
});

function nothing(): void {
  // Whatever is asked for is not done.
}

const heedless: WorkerEffects<string> = {
  receive: nothing,
  endReceive: nothing,
  startJob: nothing,
  deleteBatch: nothing,
  extendBatch: nothing,
  releaseBatch: nothing,
  leaveToExpire: nothing,
  wakeAt: nothing,
  stopped: nothing,
};
