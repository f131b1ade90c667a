import { describe, expect, it } from "vitest";
import { DriverWorld, failing, taken } from "../../support/driver-world.ts";
import { settled } from "../../support/stepped-clock.ts";

describe("what the driver pays for `receive`", () => {
  it("asks the queue with the worker's settings", async () => {
    const world = new DriverWorld({ slots: 3 }, { waitTimeSec: 7, visibilityTimeoutSec: 45 });
    await settled();
    expect(world.receives.map(({ request }) => request)).toEqual([{ maxMessages: 3, waitTimeSec: 7, visibilityTimeoutSec: 45 }]);
  });

  it("hands messages over, and asks again for the slots that are left", async () => {
    const world = new DriverWorld({ slots: 4 });
    expect(await world.deliver(3)).toEqual([...world.handlers.keys()]);
    expect(world.receives.map(({ request }) => request.maxMessages)).toEqual([1]);
  });

  it("asks again at once after an empty answer", async () => {
    const world = new DriverWorld();
    await world.deliver(0);
    expect(world.receives).toHaveLength(1);
    expect(world.telemetry.counts.receives).toEqual({ messages: 0, empty: 1, failed: 0, ended: 0 });
  });

  it("tells of a failure whatever its kind, so that the worker backs off", async () => {
    for (const kind of ["throttled", "denied", "missing", "timed-out"] as const) {
      const world = new DriverWorld({ receiveBackOffFirstMs: 1000 });
      await taken(world.receives).fail(kind);
      expect(world.driver.isFailingToReceive).toBe(true);
      expect(world.receives).toHaveLength(0);
      await world.clock.pass(1000);
      expect(world.receives).toHaveLength(1);
      expect(world.telemetry.counts.awsFailures).toEqual({ [kind]: 1 });
      await world.deliver(0);
      expect(world.driver.isFailingToReceive).toBe(false);
    }
  });
});

describe("what the driver pays for `endReceive`", () => {
  it("waits for the answer where hanging up goes unnoticed, and gives back what comes", async () => {
    const world = new DriverWorld();
    await world.drain();
    expect(world.receives[0]?.signal.aborted).toBe(false);
    expect(world.hasStopped).toBe(false);
    const ids = await world.deliver(2);
    expect(world.visibilities).toMatchObject([{ ids, visibilitySec: 0 }]);
    expect(world.handlers.size).toBe(0);
  });

  it("hangs up where that is noticed", async () => {
    const world = new DriverWorld({}, { hangsUp: true });
    await world.drain();
    expect(world.receives).toHaveLength(0);
    expect(world.hasStopped).toBe(true);
    expect(world.telemetry.counts.receives).toMatchObject({ failed: 0, ended: 1 });
  });
});

describe("what the driver pays for `startJob`", () => {
  it("deletes the message whose handler has answered", async () => {
    const world = new DriverWorld();
    const [one, two] = await world.deliver(2);
    await world.finish(one!);
    await world.finish(two!, { kind: "done" });
    expect(world.deletes.map(({ ids }) => ids)).toEqual([[one], [two]]);
  });

  it("leaves the message of a failed job to expire, or releases it after the delay that the handler names", async () => {
    const world = new DriverWorld();
    const [one, two] = await world.deliver(2);
    await world.finish(one!, { kind: "failed" });
    await world.finish(two!, { kind: "failed", retryDelaySec: 90 });
    expect(world.telemetry.counts.leftToExpire).toBe(1);
    expect(world.visibilities).toMatchObject([{ ids: [two], visibilitySec: 90 }]);
    expect(world.deletes).toEqual([]);
  });

  it("lets failures of the downstream open the circuit breaker, and no others", async () => {
    const world = new DriverWorld({ slots: 2, circuitBreaker: { failures: 2, openMs: 5000, probes: 1 } });
    await taken(world.receives).answer([world.newMessage(), world.newMessage()]);
    await world.finish("m1", { kind: "failed", isDownstream: true });
    await world.finish("m2", { kind: "failed" });
    expect(world.receives).toHaveLength(1);
    await world.deliver(1);
    await world.finish("m3", { kind: "failed", isDownstream: true });
    expect(world.receives).toHaveLength(1);
    await world.deliver(0);
    expect(world.receives).toHaveLength(0);
    await world.clock.pass(5000);
    expect(world.receives.map(({ request }) => request.maxMessages)).toEqual([1]);
  });
});

describe("what the driver pays for `deleteBatch`", () => {
  it("tries again what failed and may succeed, and that alone", async () => {
    const world = new DriverWorld({ deleteLingerMs: 100 });
    const ids = await world.deliver(4);
    for (const id of ids) await world.finish(id);
    await world.clock.pass(100);
    const batch = taken(world.deletes);
    await batch.answer([...failing(batch, ["m2"], "throttled"), ...failing(batch, ["m3"], "stale")]);
    await world.clock.pass(300);
    expect(world.deletes.map((call) => call.ids)).toEqual([["m2"]]);
    expect(world.telemetry.counts.deletes).toEqual({ settled: 2, retried: 1, lost: 1 });
    await taken(world.deletes).answer([]);
    await world.clock.pass(60_000);
    expect(world.deletes).toEqual([]);
    expect(world.telemetry.counts.deletes).toEqual({ settled: 3, retried: 1, lost: 1 });
  });

  it("tries the whole batch again when the call was lost, and not when it was refused", async () => {
    const world = new DriverWorld();
    const ids = await world.deliver(1);
    await world.finish(ids[0]!);
    await taken(world.deletes).fail("timed-out");
    await world.clock.pass(1000);
    expect(world.deletes.map((call) => call.ids)).toEqual([ids]);
    await taken(world.deletes).fail("denied");
    await world.clock.pass(60_000);
    expect(world.deletes).toEqual([]);
    expect(world.telemetry.counts.deletes).toEqual({ settled: 0, retried: 1, lost: 1 });
  });
});

describe("what the driver pays for `extendBatch`", () => {
  const heartbeat = { everyMs: 10_000, extendToMs: 60_500, maxMs: 100_000 };

  it("extends running jobs, in whole seconds that are not too few", async () => {
    const world = new DriverWorld({ heartbeat });
    const ids = await world.deliver(2);
    await world.clock.pass(10_000);
    expect(world.visibilities).toMatchObject([{ ids, visibilitySec: 61 }]);
  });

  it("tries an extension again soon that failed and may succeed", async () => {
    const world = new DriverWorld({ heartbeat });
    await world.deliver(2);
    await world.clock.pass(10_000);
    const batch = taken(world.visibilities);
    await batch.answer([...failing(batch, ["m1"], "server"), ...failing(batch, ["m2"], "stale")]);
    await world.clock.pass(1000);
    expect(world.visibilities.map(({ ids }) => ids)).toEqual([["m1"]]);
    expect(world.telemetry.counts.extensions).toEqual({ settled: 0, retried: 1, lost: 1 });
  });
});

describe("what the driver pays for `releaseBatch`", () => {
  it("does not try again: the visibility timeout brings the message back", async () => {
    const world = new DriverWorld({ retryDelayMs: 5000 });
    const [id] = await world.deliver(1);
    await world.finish(id!, { kind: "failed" });
    await taken(world.visibilities).fail("throttled");
    await world.clock.pass(60_000);
    expect(world.visibilities).toEqual([]);
    expect(world.telemetry.counts.releases).toEqual({ settled: 0, retried: 0, lost: 1 });
  });
});

describe("what the driver pays for `stopped`", () => {
  it("is done when deletes and releases are answered, not before", async () => {
    const world = new DriverWorld({ slots: 2 }, { hangsUp: true });
    const [one, two] = await world.deliver(2);
    await world.drain();
    await world.finish(one!);
    await world.finish(two!, { kind: "failed", retryDelaySec: 3 });
    expect(world.driver.phase).toBe("draining");
    await taken(world.deletes).answer([]);
    expect(world.driver.phase).toBe("stopped");
    expect(world.hasStopped).toBe(false);
    await taken(world.visibilities).answer([]);
    expect(world.hasStopped).toBe(true);
  });

  it("leaves no timer behind but the time limits of handlers that were given up", async () => {
    const world = new DriverWorld({ slots: 2, heartbeat: { everyMs: 1000, extendToMs: 3000, maxMs: 9000 } }, { hangsUp: true });
    const [one] = await world.deliver(1);
    await world.drain();
    await world.finish(one!);
    await taken(world.deletes).answer([]);
    expect(world.clock.nextAt).toBe(Infinity);
  });
});

describe("a defect", () => {
  it("is told, once the queue throws what is no failure of AWS", async () => {
    const world = new DriverWorld();
    const [id] = await world.deliver(1);
    world.deleteBatch = () => Promise.reject(new TypeError("a bug"));
    await world.finish(id!);
    expect(world.defects).toMatchObject([{ message: "a bug" }]);
  });

  it("is told, when the worker's own contract is broken", async () => {
    const world = new DriverWorld({ slots: 1 });
    await taken(world.receives).answer([world.newMessage(), world.newMessage()]);
    expect(world.defects).toMatchObject([{ name: "AssertionError" }]);
  });
});
