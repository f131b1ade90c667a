import { describe, expect, it } from "vitest";
import { createLog } from "../../../runtime/log.ts";
import { Departure, type Departed } from "../../../runtime/worker/departure.ts";
import { DriverWorld, taken } from "../../support/driver-world.ts";

function departing(world: DriverWorld, limitMs = 120_000) {
  const { driver, jobs, clock } = world;
  const departure = new Departure({ driver, jobs, clock, log: createLog("silent", "test"), limitMs });
  const seen: { departed?: Departed } = {};
  void departure.departed.then((departed) => (seen.departed = departed));
  return { departure, seen };
}

describe("a worker that has to go", () => {
  it("has gone when its jobs have ended and its deletes are answered", async () => {
    const world = new DriverWorld({ slots: 1 });
    const { departure, seen } = departing(world);
    await world.deliver(1);
    departure.begin("a test");
    await world.clock.pass(60_000);
    await world.finish("m1");
    expect(seen.departed).toBeUndefined();
    await taken(world.deletes).answer([]);
    expect(seen.departed).toEqual({ jobsGivenUp: 0, isComplete: true });
    expect(world.clock.nextAt).toBe(Infinity);
  });

  it("gives back what has not ended when the time is up, and waits for that to be answered", async () => {
    const world = new DriverWorld({ slots: 2 });
    const { departure, seen } = departing(world);
    await world.deliver(1);
    await world.deliver(1);
    departure.begin("a test");
    await world.clock.pass(119_999);
    expect(world.visibilities).toEqual([]);
    await world.clock.pass(1);
    expect(world.visibilities.map(({ ids, visibilitySec }) => [ids, visibilitySec])).toEqual([
      [["m1"], 0],
      [["m2"], 0],
    ]);
    await taken(world.visibilities).answer([]);
    expect(seen.departed).toBeUndefined();
    await taken(world.visibilities).answer([]);
    expect(seen.departed).toEqual({ jobsGivenUp: 2, isComplete: true });
  });

  it("hangs up on receives when the time is up", async () => {
    const world = new DriverWorld({ slots: 2 });
    const { departure, seen } = departing(world, 3000);
    departure.begin("a test");
    await world.clock.pass(3000);
    expect(seen.departed).toEqual({ jobsGivenUp: 0, isComplete: true });
  });

  it("goes all the same when nobody answers", async () => {
    const world = new DriverWorld({ slots: 1 });
    const { departure, seen } = departing(world);
    await world.deliver(1);
    await world.finish("m1");
    departure.begin("a test");
    await world.clock.pass(124_999);
    expect(seen.departed).toBeUndefined();
    await world.clock.pass(1);
    expect(seen.departed).toEqual({ jobsGivenUp: 0, isComplete: false });
  });

  it("may be given less time by a second reason, never more", async () => {
    const world = new DriverWorld({ slots: 1 });
    const { departure } = departing(world);
    await world.deliver(1);
    departure.begin("the first", 50_000);
    departure.begin("an easier one", 90_000);
    departure.begin("a harder one", 10_000);
    await world.clock.pass(10_000);
    expect(world.visibilities).toHaveLength(1);
  });
});
