import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../../sim/core/worker/circuit-breaker.ts";
import { WorkerWorld } from "../../../support/worker-world.ts";

const DOWN = { isDownstream: true };
const OWN = { isDownstream: false };
const settings = { failures: 3, openMs: 30_000, probes: 2 };

describe("a circuit breaker", () => {
  it("opens after so many failures of the downstream in a row", () => {
    const breaker = new CircuitBreaker(settings, 4);
    expect(breaker.startsLeft).toBe(Infinity);
    expect([breaker.jobFailed(0, true), breaker.jobFailed(1, true)]).toEqual([false, false]);
    expect(breaker.jobFailed(2, true)).toBe(true);
    expect(breaker).toMatchObject({ state: "open", startsLeft: 0 });
  });

  it("begins to count anew after a job that ended well, and takes no notice of jobs that failed by themselves", () => {
    const breaker = new CircuitBreaker(settings, 4);
    breaker.jobFailed(0, true);
    breaker.jobFailed(0, true);
    breaker.jobFailed(0, false);
    breaker.jobSucceeded(0);
    breaker.jobFailed(0, true);
    breaker.jobFailed(0, true);
    breaker.jobFailed(0, false);
    expect(breaker.state).toBe("closed");
    expect(breaker.jobFailed(0, true)).toBe(true);
  });

  it("closes when all probes have ended well, and not before", () => {
    const breaker = halfOpen();
    expect(breaker.startsLeft).toBe(2);
    breaker.jobStarted(0);
    breaker.jobStarted(1);
    expect(breaker.startsLeft).toBe(0);
    breaker.jobSucceeded(1);
    expect(breaker).toMatchObject({ state: "half-open", startsLeft: 0 });
    breaker.jobSucceeded(0);
    expect(breaker).toMatchObject({ state: "closed", startsLeft: Infinity });
  });

  it("opens again when a probe meets the fault, however the other one ended", () => {
    const breaker = halfOpen();
    breaker.jobStarted(0);
    breaker.jobStarted(1);
    breaker.jobSucceeded(0);
    expect(breaker.jobFailed(1, true)).toBe(true);
    expect(breaker.state).toBe("open");
  });

  it("tries another probe in place of one that failed by itself", () => {
    const breaker = halfOpen();
    breaker.jobStarted(0);
    breaker.jobStarted(1);
    expect(breaker.jobFailed(0, false)).toBe(false);
    expect(breaker).toMatchObject({ state: "half-open", startsLeft: 1 });
  });

  it("learns nothing from jobs that were started before it opened", () => {
    const breaker = halfOpen();
    breaker.jobSucceeded(3);
    breaker.jobSucceeded(2);
    expect(breaker.jobFailed(1, true)).toBe(false);
    expect(breaker).toMatchObject({ state: "half-open", startsLeft: 2 });
  });

  function halfOpen(): CircuitBreaker {
    const breaker = new CircuitBreaker(settings, 4);
    for (let failure = 0; failure < 3; failure += 1) breaker.jobFailed(0, true);
    breaker.wokeUp();
    return breaker;
  }
});

describe("a worker with a circuit breaker", () => {
  it("stops receiving while the downstream is down, tries so many jobs, and goes on as before when they end well", () => {
    const world = opened();
    expect(world.asked()).toEqual(["leaveToExpire m3", "wakeAt 30000: circuit-breaker"]);
    world.pass(29_999);
    expect(world.asked()).toEqual([]);
    world.pass(1);
    expect(world.asked()).toEqual(["receive 0: 2"]);
    world.deliver(0, 2);
    expect(world.asked()).toEqual(["startJob m5", "startJob m6"]);
    world.finish("m5");
    expect(world.asked()).toEqual(["deleteBatch m5"]);
    world.finish("m6");
    expect(world.asked()).toEqual(["deleteBatch m6", "receive 0: 3"]);
  });

  it("asks for the rest of its probes after an answer that brought fewer", () => {
    const world = opened();
    world.pass(30_000);
    world.asked();
    world.deliver(0, 0);
    expect(world.asked()).toEqual(["receive 0: 2"]);
    world.deliver(0, 1);
    expect(world.asked()).toEqual(["startJob m5", "receive 0: 1"]);
  });

  it("waits as long again when a probe fails", () => {
    const world = opened();
    world.pass(30_000);
    world.deliver(0, 1);
    world.asked();
    world.fail("m5", DOWN);
    expect(world.asked()).toEqual(["leaveToExpire m5", "endReceive 0", "wakeAt 60000: circuit-breaker"]);
  });

  it("ends the receives under way when it opens, and gives back what they bring nevertheless", () => {
    const world = new WorkerWorld({ slots: 4, circuitBreaker: settings });
    world.deliver(0, 3);
    world.asked();
    for (const message of ["m1", "m2"]) world.fail(message, DOWN);
    world.asked();
    world.fail("m3", DOWN);
    expect(world.asked()).toEqual(["leaveToExpire m3", "endReceive 0", "wakeAt 30000: circuit-breaker"]);
    world.deliver(0, 1);
    expect(world.asked()).toEqual(["releaseBatch m4 for 0"]);
    expect(world.running).toEqual([]);
  });

  it("finishes and deletes what it runs while it is open", () => {
    const world = opened();
    world.asked();
    world.finish("m4");
    expect(world.asked()).toEqual(["deleteBatch m4"]);
  });

  it("does not open for jobs that fail by themselves", () => {
    const world = new WorkerWorld({ slots: 1, circuitBreaker: { ...settings, failures: 1 } });
    world.deliver(0, 1);
    world.asked();
    world.fail("m1", OWN);
    expect(world.asked()).toEqual(["leaveToExpire m1", "receive 0: 1"]);
  });

  it("drains while it is open, and stops when the last job has ended", () => {
    const world = opened();
    world.drain();
    world.finish("m4");
    world.settleDelete();
    expect(world.stopped).toBe(true);
  });

  it("keeps its contract whatever fails, and never stops asking for good", () => {
    const acts = fc.array(fc.tuple(fc.constantFrom("deliver", "finish", "fail", "down", "pass"), fc.nat()), { maxLength: 200 });
    fc.assert(
      fc.property(
        acts,
        fc.record({ failures: fc.integer({ min: 1, max: 4 }), probes: fc.integer({ min: 1, max: 4 }) }),
        (steps, breaker) => {
          const world = new WorkerWorld({ slots: 5, concurrentReceives: 2, circuitBreaker: { ...breaker, openMs: 1000 } });
          for (const [act, pick] of steps) {
            const message = world.running[pick % Math.max(1, world.running.length)];
            const call = [...world.receives.keys()][pick % Math.max(1, world.receives.size)];
            if (act === "deliver" && call !== undefined) world.deliver(call, pick % ((world.receives.get(call) ?? 0) + 1));
            if (act === "finish" && message !== undefined) world.finish(message);
            if (act === "fail" && message !== undefined) world.fail(message, OWN);
            if (act === "down" && message !== undefined) world.fail(message, DOWN);
            if (act === "pass") world.pass(pick % 3000);
          }
          // The downstream is well again: before long every slot is asked for.
          for (let round = 0; round < 20; round += 1) {
            for (const call of [...world.receives.keys()]) world.deliver(call, 1);
            for (const message of world.running) world.finish(message);
            world.pass(1000);
          }
          for (const call of [...world.receives.keys()]) world.deliver(call, 0);
          expect([...world.receives.values()].reduce((sum, most) => sum + most, 0)).toBe(5);
        },
      ),
    );
  });

  /** With four messages, of which three have failed and one still runs. */
  function opened(): WorkerWorld {
    const world = new WorkerWorld({ slots: 4, circuitBreaker: settings });
    world.deliver(0, 4);
    for (const message of ["m1", "m2"]) {
      world.fail(message, DOWN);
      for (const call of [...world.receives.keys()]) world.deliver(call, 0);
    }
    for (const call of [...world.receives.keys()]) world.failReceive(call);
    world.asked();
    world.fail("m3", DOWN);
    return world;
  }
});
