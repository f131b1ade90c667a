import { describe, expect, it } from "vitest";
import { ec2World } from "./fleet-world.ts";

describe("a warm pool", () => {
  it("fills up to the maximum less what is desired, and stops what has booted", () => {
    const world = ec2World({ settings: { max: 5 }, pool: {} });
    expect(world.fleet.standing().warmPool).toBe(3);
    world.runTo(100);
    expect(world.life(2)).toEqual([
      ["warmed-launching", 0],
      ["warmed-pending", 5],
      ["warmed-stopped", 85],
    ]);
    expect(world.capacity()).toMatchObject({ desired: 2, pending: 0, inService: 2 });
    expect(world.fleet.standing()).toEqual({ booting: 0, warmPool: 3, onDemand: 2, spot: 0, stored: 3 });
    // 80 s of boot each, then only their volumes.
    expect(world.fleet.usage(1_000_000)).toMatchObject({ onDemandMs: 2_000_000 + 3 * 80_000, storedMs: 2_000_000 + 3 * 995_000 });
  });

  it.each([
    ["stopped", 1000 + 5 + 30, 1000 + 5 + 30 + 15],
    ["hibernated", 1000 + 5 + 30, 1000 + 5 + 30],
    ["running", 1000 + 5, 1000 + 5],
  ] as const)("of %s instances gives one to a scale-out", (state, inServiceSec, workingSec) => {
    const world = ec2World({ settings: { max: 4 }, applicationSec: 15, pool: { state } });
    world.runTo(1000).want(3);
    world.runTo(1100);
    expect(world.life(2).slice(-2)).toEqual([
      ["in-service", inServiceSec],
      ["working", workingSec],
    ]);
  });

  it("that is empty means a cold start", () => {
    const world = ec2World({ settings: { max: 10 }, pool: { maxPrepared: 3 } });
    world.runTo(1000).want(5);
    world.runTo(1200);
    expect(world.fleet.records.map(({ cause }) => cause)).toEqual(["initial", "initial", "warm-pool", "scale-out", "scale-out"]);
    expect(world.life(3).at(-1)).toEqual(["working", 1085]);
  });

  it("shrinks when the group grows into it, and fills up again", () => {
    const world = ec2World({ settings: { max: 6 }, pool: { minSize: 1 } });
    world.runTo(1000).want(6);
    expect(world.fleet.standing().warmPool).toBe(1);
    world.runTo(2000).want(2);
    world.runTo(3000);
    expect(world.fleet.standing().warmPool).toBe(4);
    expect(world.capacity()).toMatchObject({ inService: 2, terminating: 0 });
  });

  it("takes instances back from a scale-in where they are reused", () => {
    const world = ec2World({ settings: { max: 4, initial: 4 }, pool: { reuse: true } });
    world.runTo(100).want(2);
    world.runTo(300);
    const returned = world.fleet.records.filter(({ stages }) => stages.at(-1)?.stage === "warmed-stopped");
    expect(returned.map(({ number, endCause }) => [number, endCause])).toContainEqual([0, undefined]);
    expect(world.fleet.standing().warmPool).toBe(2);
  });
});
