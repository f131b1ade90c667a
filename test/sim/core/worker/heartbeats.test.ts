import { describe, expect, it } from "vitest";
import { WorkerWorld } from "../../../support/worker-world.ts";

const heartbeat = { everyMs: 30_000, extendToMs: 60_000, maxMs: 100_000 };

/** When, and with what, extensions were sent, until `untilMs`; each is answered well. */
function extensions(world: WorkerWorld, untilMs: number): string[] {
  const seen: string[] = [];
  while (Math.min(...world.wakes.values()) <= untilMs && world.step()) {
    for (const batch of world.extensions) seen.push(`${world.now}: ${[...batch].sort().join(" ")}`);
    while (world.extensions.length > 0) world.settleExtension();
  }
  return seen;
}

describe("visibility heartbeats", () => {
  it("extend a running job each interval, and no more once the maximum since its receive is over", () => {
    const world = new WorkerWorld({ heartbeat });
    world.deliver(0, 1);
    expect(extensions(world, 1_000_000)).toEqual(["30000: m1", "60000: m1", "90000: m1"]);
    expect(world.running).toEqual(["m1"]);
  });

  it("beat once more at the maximum itself", () => {
    const world = new WorkerWorld({ heartbeat: { ...heartbeat, maxMs: 60_000 } });
    world.deliver(0, 1);
    expect(extensions(world, 1_000_000)).toEqual(["30000: m1", "60000: m1"]);
  });

  it("share one call between jobs that began together, or within a tenth of the interval", () => {
    const world = new WorkerWorld({ slots: 4, heartbeat });
    world.deliver(0, 2);
    world.pass(3000);
    world.deliver(0, 1);
    world.pass(1);
    world.deliver(0, 1);
    expect(extensions(world, 50_000)).toEqual(["30000: m1 m2 m3", "33001: m4"]);
  });

  it("come in batches of ten at most", () => {
    const world = new WorkerWorld({ slots: 23, concurrentReceives: 3, heartbeat });
    [10, 10, 3].forEach((count, call) => world.deliver(call, count));
    world.pass(30_000);
    expect(world.extensions.map((batch) => batch.length)).toEqual([10, 10, 3]);
  });

  it("are not sent for a job that has ended", () => {
    const world = new WorkerWorld({ slots: 2, heartbeat });
    world.deliver(0, 2);
    world.pass(10_000);
    world.finish("m1");
    expect(extensions(world, 40_000)).toEqual(["30000: m2"]);
    world.fail("m2");
    expect(extensions(world, 1_000_000)).toEqual([]);
  });

  it("begin anew for the next job in the same slot", () => {
    const world = new WorkerWorld({ slots: 1, heartbeat: { ...heartbeat, maxMs: 40_000 } });
    world.deliver(0, 1);
    world.pass(20_000);
    world.finish("m1");
    world.deliver(0, 1);
    expect(extensions(world, 1_000_000)).toEqual(["50000: m2"]);
  });

  it("are tried again a second after a failure, then go on as before", () => {
    const world = new WorkerWorld({ heartbeat });
    world.deliver(0, 2);
    world.pass(30_000);
    world.pass(100);
    world.settleExtension(["m1"]);
    expect(extensions(world, 62_000)).toEqual(["31100: m1", "60000: m1 m2"]);
  });

  it("are tried again also when the one that failed was the last before the maximum", () => {
    const world = new WorkerWorld({ heartbeat: { ...heartbeat, maxMs: 50_000 } });
    world.deliver(0, 1);
    world.pass(30_000);
    world.settleExtension(["m1"]);
    world.pass(1000);
    expect(world.extensions).toEqual([["m1"]]);
  });

  it("are not tried again after the maximum", () => {
    const world = new WorkerWorld({ heartbeat: { ...heartbeat, maxMs: 30_500 } });
    world.deliver(0, 1);
    world.pass(30_000);
    world.settleExtension(["m1"]);
    expect(extensions(world, 1_000_000)).toEqual([]);
  });

  it("are not tried again for a job that has ended meanwhile", () => {
    const world = new WorkerWorld({ heartbeat });
    world.deliver(0, 1);
    world.pass(30_000);
    world.finish("m1");
    world.settleExtension(["m1"]);
    expect(extensions(world, 1_000_000)).toEqual([]);
  });

  it("go on while the worker drains", () => {
    const world = new WorkerWorld({ heartbeat });
    world.deliver(0, 1);
    world.drain();
    expect(extensions(world, 65_000)).toEqual(["30000: m1", "60000: m1"]);
  });

  it("ask for one wake-up at a time, the earliest", () => {
    const world = new WorkerWorld({ slots: 3, heartbeat });
    world.deliver(0, 1);
    world.pass(10_000);
    world.asked();
    world.deliver(0, 1);
    expect(world.asked().filter((line) => line.startsWith("wakeAt"))).toEqual([]);
    expect([...world.wakes.values()]).toEqual([30_000]);
  });
});
