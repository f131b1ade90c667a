import { describe, expect, it } from "vitest";
import { backOffMs } from "../../../../sim/core/worker/back-off.ts";
import { WorkerWorld } from "../../../support/worker-world.ts";

const settings = { receiveBackOffFirstMs: 200, receiveBackOffMaxMs: 20_000 };

describe("the back-off", () => {
  it("doubles up to the maximum, shortened by at most half", () => {
    const fullMs = [200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000];
    fullMs.forEach((full, index) => {
      const wait = backOffMs(settings, index + 1, 7);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
      expect(Number.isInteger(wait)).toBe(true);
    });
    expect(backOffMs(settings, 1_000_000, 7)).toBeLessThanOrEqual(20_000);
  });

  it("is the same for the same worker, and differs between workers and between failures", () => {
    expect(backOffMs(settings, 8, 7)).toBe(backOffMs(settings, 8, 7));
    const ofWorkers = Array.from({ length: 100 }, (_, seed) => backOffMs(settings, 8, seed));
    expect(new Set(ofWorkers).size).toBeGreaterThan(95);
    const ofFailures = Array.from({ length: 100 }, (_, failures) => backOffMs(settings, failures + 8, 7));
    expect(new Set(ofFailures).size).toBeGreaterThan(95);
  });

  it("spreads workers evenly over the upper half of the wait", () => {
    const tenths = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 10_000; seed += 1) {
      const wait = backOffMs(settings, 8, seed);
      tenths[Math.min(9, Math.floor((wait - 10_000) / 1000))]! += 1;
    }
    // Each is binomial with mean 1,000 and standard deviation 30; the seeds are fixed.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(135);
  });
});

describe("a worker whose receives fail", () => {
  it("waits before it asks again, longer with each failure in a row", () => {
    const world = new WorkerWorld({ slots: 1 });
    const waits: number[] = [];
    for (let failure = 0; failure < 10; failure += 1) {
      world.failReceive(0);
      expect(world.receives.size).toBe(0);
      const before = world.now;
      world.step();
      waits.push(world.now - before);
      expect(world.receives.size).toBe(1);
    }
    expect(waits).toEqual(waits.map((_, index) => backOffMs(settings, index + 1, 7)));
    expect(waits[0]).toBeLessThan(waits[3]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
  });

  it("begins anew with the first wait after a receive that succeeded, even an empty one", () => {
    const world = new WorkerWorld({ slots: 1 });
    for (let failure = 0; failure < 5; failure += 1) {
      world.failReceive(0);
      world.step();
    }
    world.deliver(0, 0);
    const before = world.now;
    world.failReceive(0);
    world.step();
    expect(world.now - before).toBe(backOffMs(settings, 1, 7));
  });

  it("does not ask again when a slot frees before the wait is over", () => {
    const world = new WorkerWorld({ slots: 2 });
    world.deliver(0, 1);
    world.failReceive(0);
    world.finish("m1");
    expect(world.receives.size).toBe(0);
    world.step();
    expect([...world.receives.values()]).toEqual([2]);
  });

  it("goes on with the jobs and deletes that it has", () => {
    const world = new WorkerWorld({ slots: 2 });
    world.deliver(0, 1);
    world.failReceive(0);
    world.finish("m1");
    expect(world.deletes).toEqual([["m1"]]);
  });
});
