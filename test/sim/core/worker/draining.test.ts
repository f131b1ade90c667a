import { describe, expect, it } from "vitest";
import { WorkerWorld } from "../../../support/worker-world.ts";

describe("a worker that is told to drain", () => {
  it("stops at once when it has nothing", () => {
    const world = new WorkerWorld({ slots: 1 });
    world.failReceive(0);
    world.asked();
    world.drain();
    expect(world.asked()).toEqual(["stopped"]);
  });

  it("ends its receives, and stops when they are answered", () => {
    const world = new WorkerWorld({ slots: 20, concurrentReceives: 2 });
    world.asked();
    world.drain();
    expect(world.asked()).toEqual(["endReceive 0", "endReceive 1"]);
    world.deliver(0, 0);
    expect(world.stopped).toBe(false);
    world.failReceive(1);
    expect(world.stopped).toBe(true);
  });

  it("gives messages that arrive nevertheless back at once, unstarted", () => {
    const world = new WorkerWorld({ slots: 4 });
    world.drain();
    world.asked();
    world.deliver(0, 3);
    expect(world.asked()).toEqual(["releaseBatch m1 m2 m3 for 0", "stopped"]);
  });

  it("finishes what runs, deletes it without lingering, and stops when that is settled", () => {
    const world = new WorkerWorld({ slots: 2, deleteLingerMs: 5000 });
    world.deliver(0, 2);
    world.drain();
    world.asked();
    world.finish("m2");
    world.finish("m1");
    expect(world.asked()).toEqual(["deleteBatch m2", "deleteBatch m1"]);
    world.settleDelete();
    expect(world.stopped).toBe(false);
    world.settleDelete();
    expect(world.asked()).toEqual(["stopped"]);
  });

  it("deletes at once what was still lingering", () => {
    const world = new WorkerWorld({ slots: 2, deleteLingerMs: 5000 });
    world.deliver(0, 2);
    world.finish("m1");
    expect(world.deletes).toEqual([]);
    world.drain();
    expect(world.deletes).toEqual([["m1"]]);
  });

  it("tries a refused delete again soon, however long it would linger otherwise", () => {
    const world = new WorkerWorld({ slots: 2, deleteLingerMs: 60_000 });
    world.deliver(0, 2);
    world.finish("m1");
    world.drain();
    world.deliver(0, 0);
    world.finish("m2");
    world.settleDelete(["m1"]);
    world.settleDelete();
    expect(world.stopped).toBe(false);
    world.pass(200);
    expect(world.deletes).toEqual([["m1"]]);
    world.settleDelete();
    expect(world.stopped).toBe(true);
  });

  it("gives the message of a job that fails back, and stops", () => {
    const world = new WorkerWorld({ slots: 1, retryDelayMs: 0 });
    world.deliver(0, 1);
    world.drain();
    world.asked();
    world.fail("m1");
    expect(world.asked()).toEqual(["releaseBatch m1 for 0", "stopped"]);
  });

  it("asks for nothing more when slots free or a back-off ends", () => {
    const world = new WorkerWorld({ slots: 3 });
    world.deliver(0, 2);
    world.failReceive(0);
    world.drain();
    world.asked();
    world.finish("m1");
    world.pass(60_000);
    expect(world.asked()).toEqual(["deleteBatch m1"]);
  });

  it("stops without any message ever having come", () => {
    const world = new WorkerWorld();
    world.drain();
    world.deliver(0, 0);
    expect(world.stopped).toBe(true);
    expect(world.outcomes.size).toBe(0);
  });

  it("is stopped once, and not moved by what comes later", () => {
    const heartbeat = { everyMs: 1000, extendToMs: 2000, maxMs: 60_000 };
    const world = new WorkerWorld({ slots: 2, deleteLingerMs: 500, heartbeat });
    world.deliver(0, 1);
    world.pass(1000);
    expect(world.extensions).toEqual([["m1"]]);
    world.drain();
    world.drain();
    world.deliver(0, 0);
    world.finish("m1");
    world.settleDelete();
    expect(world.stopped).toBe(true);
    world.asked();
    world.settleExtension(["m1"]);
    world.drain();
    for (const reason of [0, 1, 2] as const) world.worker.timerFired(reason, world.now + 1);
    world.pass(120_000);
    expect(world.asked()).toEqual([]);
  });
});
