import { describe, expect, it } from "vitest";
import { WorkerWorld } from "../../../support/worker-world.ts";

describe("a worker that deletes", () => {
  it("deletes each message at once when it does not linger", () => {
    const world = new WorkerWorld({ slots: 2, deleteLingerMs: 0 });
    world.deliver(0, 2);
    world.asked();
    world.finish("m1");
    world.finish("m2");
    expect(world.asked().filter((line) => line.startsWith("delete"))).toEqual(["deleteBatch m1", "deleteBatch m2"]);
  });

  it("gathers ten messages for one call", () => {
    const world = new WorkerWorld({ slots: 10, deleteLingerMs: 500 });
    const messages = world.deliver(0, 10);
    messages.slice(0, 9).forEach((message) => world.finish(message));
    expect(world.deletes).toEqual([]);
    world.finish("m10");
    expect(world.deletes.map((batch) => [...batch].sort())).toEqual([[...messages].sort()]);
  });

  it("lets the first finished message linger no longer than it may", () => {
    const world = new WorkerWorld({ slots: 4, deleteLingerMs: 500 });
    world.deliver(0, 4);
    world.finish("m1");
    world.pass(499);
    world.finish("m2");
    expect(world.deletes).toEqual([]);
    world.pass(1);
    expect(world.deletes).toEqual([["m1", "m2"]]);
  });

  it("asks for one wake-up a batch", () => {
    const world = new WorkerWorld({ slots: 4, deleteLingerMs: 500 });
    world.deliver(0, 4);
    world.asked();
    world.running.forEach((message) => world.finish(message));
    expect(world.asked().filter((line) => line.startsWith("wakeAt"))).toEqual(["wakeAt 500: delete-linger"]);
    world.pass(500);
    world.deliver(0, 1);
    world.finish("m5");
    expect(world.asked()).toContain("wakeAt 1000: delete-linger");
  });

  it("does not mind a wake-up that finds nothing to delete", () => {
    const world = new WorkerWorld({ slots: 10, deleteLingerMs: 500 });
    world.deliver(0, 10).forEach((message) => world.finish(message));
    expect(world.deletes).toHaveLength(1);
    world.pass(500);
    expect(world.deletes).toHaveLength(1);
  });

  it("tries again what was refused, after a moment, and only that", () => {
    for (const deleteLingerMs of [0, 500]) {
      const world = new WorkerWorld({ slots: 3, deleteLingerMs });
      world.deliver(0, 3).forEach((message) => world.finish(message));
      world.pass(500);
      while (world.deletes.length > 0) world.settleDelete(world.deletes[0]!.filter((message) => message === "m2"));
      expect(world.deletes).toEqual([]);
      world.pass(500);
      expect(world.deletes).toEqual([["m2"]]);
      world.settleDelete();
      expect(world.outcomes.get("m2")).toBe("deleted");
      expect(world.holding).toBe(0);
    }
  });

  it("sends what was refused in batches of ten at most, together with what was finished meanwhile", () => {
    const world = new WorkerWorld({ slots: 20, concurrentReceives: 2, deleteLingerMs: 500 });
    world.deliver(0, 10);
    world.deliver(1, 10);
    world.running.forEach((message) => world.finish(message));
    expect(world.deletes.map((batch) => batch.length)).toEqual([10, 10]);
    world.settleDelete(world.deletes[0]);
    world.settleDelete(world.deletes[0]);
    world.pass(500);
    expect(world.deletes.map((batch) => batch.length)).toEqual([10, 10]);
    world.settleDelete();
    world.settleDelete();
    expect(world.outcomes.size).toBe(20);
  });

  it("gives the message of a failed job the retry delay", () => {
    const world = new WorkerWorld({ slots: 2, retryDelayMs: 9000 });
    world.deliver(0, 2);
    world.asked();
    world.fail("m1");
    expect(world.asked()).toEqual(["releaseBatch m1 for 9000", "receive 0: 1"]);
    expect(world.outcomes.get("m1")).toBe("released");
  });

  it("gives it back at once with a retry delay of 0", () => {
    const world = new WorkerWorld({ slots: 1, retryDelayMs: 0 });
    world.deliver(0, 1);
    world.asked();
    world.fail("m1");
    expect(world.asked()[0]).toBe("releaseBatch m1 for 0");
  });

  it("leaves it to its visibility timeout without one", () => {
    const world = new WorkerWorld({ slots: 1 });
    world.deliver(0, 1);
    world.fail("m1");
    expect(world.outcomes.get("m1")).toBe("left");
  });
});
