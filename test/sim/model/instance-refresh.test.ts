import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RefreshPreferences } from "../../../sim/model/fleet.ts";
import { ec2World, type Ec2World, type FleetWorld } from "./fleet-world.ts";

const START_SEC = 100;
const USUAL: RefreshPreferences = { protectedInstances: "wait" };

/** A group of so many, and a refresh that begins after 100 s. */
function refreshed(preferences: RefreshPreferences, { settings, ...world }: Ec2World & { settings: { initial: number } }): FleetWorld {
  const group = ec2World({ ...world, settings: { min: 0, max: settings.initial, ...settings } });
  group.runTo(START_SEC);
  expect(group.fleet.refresh(preferences, group.now)).toBe(true);
  return group;
}

/** The least and the most that were in service in any second. */
function watched(world: FleetWorld, untilSec: number): { least: number; most: number } {
  const seen: number[] = [];
  for (let sec = Math.ceil(world.now / 1000); sec <= untilSec; sec += 1) seen.push(world.runTo(sec).capacity().inService);
  return { least: Math.min(...seen), most: Math.max(...seen) };
}

const replaced = (world: FleetWorld) => world.fleet.records.filter(({ endCause }) => endCause === "deployment");

describe("an instance refresh", () => {
  it("replaces every instance once, a tenth of the group at a time", () => {
    const world = refreshed(USUAL, { settings: { initial: 20 } });
    expect(watched(world, 4000)).toEqual({ least: 18, most: 20 });
    expect(replaced(world).map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(world.standing()).toEqual(Array.from({ length: 20 }, (_, number) => 20 + number));
    for (const { cause, insteadOf } of world.fleet.records.slice(20)) expect([cause, (insteadOf ?? -1) < 20]).toEqual(["deployment", true]);
  });

  it("replaces one at a time where a tenth is less than one", () => {
    const world = refreshed(USUAL, { settings: { initial: 3 } });
    expect(watched(world, 3000)).toEqual({ least: 2, most: 3 });
    expect(replaced(world)).toHaveLength(3);
  });

  it("launches first where all have to stay healthy", () => {
    const world = refreshed({ ...USUAL, minHealthyShare: 1 }, { settings: { initial: 4 } });
    expect(watched(world, 3000)).toEqual({ least: 4, most: 5 });
    expect(replaced(world)).toHaveLength(4);
    expect(world.standing()).toHaveLength(4);
  });

  it("launches as many first as may be there beyond the desired capacity", () => {
    const world = refreshed({ ...USUAL, minHealthyShare: 1, maxHealthyShare: 1.5 }, { settings: { initial: 8 } });
    expect(world.capacity().pending).toBe(4);
    expect(watched(world, 3000)).toEqual({ least: 8, most: 12 });
    expect(replaced(world)).toHaveLength(8);
  });

  it("takes the shares of the maintenance policy where it is given none", () => {
    const maintenance = { minHealthyShare: 1, maxHealthyShare: 1.5 };
    const world = refreshed(USUAL, { settings: { initial: 8, maintenance } });
    expect(watched(world, 3000)).toEqual({ least: 8, most: 12 });
  });

  it("replaces all at once where none has to stay", () => {
    const world = refreshed({ ...USUAL, minHealthyShare: 0 }, { settings: { initial: 6 } });
    expect(world.runTo(START_SEC + 10).capacity()).toMatchObject({ inService: 0, pending: 6 });
    expect(world.runTo(600).capacity().inService).toBe(6);
  });

  it("waits until a new one is warm before the next", () => {
    const warmUpSec = 300;
    const world = refreshed(USUAL, { settings: { initial: 2, warmUpMs: warmUpSec * 1000 } });
    world.runTo(3000);
    const [first, second] = replaced(world).map(({ stages }) => stages.find(({ stage }) => stage === "terminating")!.at / 1000);
    const inService = world.life(2).find(([stage]) => stage === "in-service")![1];
    expect(first).toBe(START_SEC);
    // Looked at every 5 seconds.
    expect(second! - inService).toBeGreaterThanOrEqual(warmUpSec);
    expect(second! - inService).toBeLessThanOrEqual(warmUpSec + 5);
  });

  it("leaves what was launched after its start", () => {
    const world = refreshed(USUAL, { settings: { initial: 4, max: 6 } });
    world.runTo(110);
    world.want(6);
    world.runTo(3000);
    expect(replaced(world).map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(world.standing()).toHaveLength(6);
  });

  it("lets each finish what it runs", () => {
    const world = ec2World({ settings: { initial: 2, min: 0, max: 2 } });
    world.drainMs = 5000;
    world.fleet.refresh({ ...USUAL, minHealthyShare: 0 }, 0);
    world.runTo(600);
    expect(world.killed).toEqual([]);
    expect(replaced(world)).toHaveLength(2);
  });

  it("cannot be started twice, nor without an instance", () => {
    const world = refreshed(USUAL, { settings: { initial: 4 } });
    expect(world.fleet.refresh(USUAL, world.now)).toBe(false);
    expect(ec2World({ settings: { initial: 0, min: 0 } }).fleet.refresh(USUAL, 0)).toBe(false);
  });

  it("stands still while launches or terminations are suspended, and goes on", () => {
    const world = ec2World({ settings: { initial: 4, min: 0, max: 4 } });
    world.fleet.suspend("terminate");
    world.fleet.refresh(USUAL, 0);
    world.runTo(1000);
    expect(world.fleet.launches).toBe(0);
    world.fleet.resume("terminate", world.now);
    world.runTo(4000);
    expect(replaced(world)).toHaveLength(4);
  });

  describe("with instances that are protected", () => {
    const busy = { initial: 3, protection: "while-busy" as const };
    const withBusy = (protectedInstances: RefreshPreferences["protectedInstances"], minHealthyShare = 0.9) => {
      const world = ec2World({ settings: { min: 0, max: 3, ...busy } });
      world.busy.set(1, 0);
      world.fleet.refresh({ protectedInstances, minHealthyShare }, 0);
      return world;
    };

    it("waits for them, and goes on as soon as they are free", () => {
      const world = withBusy("wait");
      world.runTo(2000);
      expect(replaced(world).map(({ number }) => number)).toEqual([0, 2]);
      world.busy.clear();
      world.runTo(2500);
      expect(replaced(world).map(({ number }) => number)).toEqual([0, 1, 2]);
    });

    it("gives up after an hour of waiting", () => {
      const world = withBusy("wait");
      world.runTo(6000);
      const [waits, fails] = world.fleet.refusals;
      expect(world.fleet.refusals.map(({ cause }) => cause)).toEqual(["protected", "protected"]);
      expect(waits!.retryAt - waits!.at).toBe(5000);
      expect([fails!.retryAt, fails!.at - waits!.at]).toEqual([Infinity, 3_600_000]);
      world.busy.clear();
      world.runTo(9000);
      expect(replaced(world).map(({ number }) => number)).toEqual([0, 2]);
    });

    it("is no larger than desired after it has given up on one whose replacement is there", () => {
      const world = withBusy("wait", 1);
      // Its replacement has been launched by now.
      world.busy.set(0, 10_000);
      world.runTo(3000);
      expect(world.standing()).toHaveLength(4);
      world.runTo(9000);
      expect(world.standing()).toHaveLength(3);
      expect(world.standing()).toEqual(expect.arrayContaining([0, 1]));
    });

    it("leaves them as they are, or replaces them all the same, where it is told to", () => {
      expect(replaced(withBusy("ignore").runTo(4000)).map(({ number }) => number)).toEqual([0, 2]);
      expect(replaced(withBusy("refresh").runTo(4000)).map(({ number }) => number)).toEqual([0, 1, 2]);
    });
  });

  it("never leaves fewer ready than it has to, replaces all, and ends at the desired capacity, whatever the shares", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 10 }),
        fc.constantFrom(0, 60),
        (initial, tenths, above, warmUpSec) => {
          const minHealthyShare = tenths / 10;
          const maxHealthyShare = 1 + Math.min(above, tenths) / 10;
          const world = ec2World({ settings: { initial, min: 0, max: initial, warmUpMs: warmUpSec * 1000 } });
          world.fleet.refresh({ ...USUAL, minHealthyShare, maxHealthyShare }, 0);
          const { least, most } = watched(world, 4000);
          const promised = Math.ceil(initial * minHealthyShare - 1e-9);
          const isFirst = maxHealthyShare > 1 || minHealthyShare === 1;
          expect(least).toBeGreaterThanOrEqual(isFirst ? promised : Math.min(promised, initial - 1));
          expect(most).toBeLessThanOrEqual(initial + (isFirst ? Math.max(1, Math.floor(initial * (maxHealthyShare - 1) + 1e-9)) : 0));
          expect(replaced(world)).toHaveLength(initial);
          expect(world.standing()).toHaveLength(initial);
        },
      ),
      { numRuns: 60 },
    );
  });
});
