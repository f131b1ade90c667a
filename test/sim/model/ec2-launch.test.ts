import { describe, expect, it } from "vitest";
import { ec2World } from "./fleet-world.ts";

const zone = (fromSec: number, toSec: number, index: number | undefined) => ({
  from: fromSec * 1000,
  until: toSec * 1000,
  zone: index,
  purchase: undefined,
});

describe("a launch", () => {
  it("goes through its stages, and counts as in service before its worker begins", () => {
    const world = ec2World();
    world.want(3);
    expect(world.capacity()).toMatchObject({ desired: 3, pending: 1, inService: 2 });
    world.runTo(84);
    expect(world.life(2)).toEqual([
      ["launching", 0],
      ["pending", 5],
      ["in-service", 25],
    ]);
    expect(world.capacity()).toMatchObject({ pending: 0, inService: 3, warming: 1 });
    expect(world.fleet.standing()).toMatchObject({ booting: 1, onDemand: 3 });
    expect(world.working.size).toBe(2);
    world.runTo(86);
    expect(world.life(2).at(-1)).toEqual(["working", 85]);
    expect(world.working.size).toBe(3);
    expect(world.fleet.launchDelayMs).toEqual({ value: 85_000, at: 85_000 });
  });

  it("warms up from InService on", () => {
    const world = ec2World();
    world.want(3);
    expect(world.runTo(324).capacity().warming).toBe(1);
    expect(world.runTo(325).capacity().warming).toBe(0);
  });

  it("takes as long as its call, and is free until that is answered", () => {
    const world = ec2World({ settings: { launchCallMs: 6_000, initial: 0 } });
    world.want(1);
    world.runTo(60);
    expect(world.life(0)).toEqual([
      ["launching", 0],
      ["requested", 5],
      ["pending", 11],
      ["in-service", 31],
    ]);
    expect(world.fleet.usage(60_000)).toMatchObject({ onDemandMs: 60_000, runningMs: 49_000 });
  });

  it("is called off for nothing while it has not begun", () => {
    const world = ec2World();
    world.want(5);
    world.runTo(3).want(2);
    world.runTo(1000);
    expect(world.capacity()).toMatchObject({ desired: 2, pending: 0, inService: 2, terminating: 0 });
    expect(world.fleet.terminations).toBe(0);
    expect(world.fleet.records.filter(({ endCause }) => endCause === "called-off")).toHaveLength(3);
    expect(world.fleet.usage(1_000_000).onDemandMs).toBe(2_000_000);
  });

  it("waits its turn where the launch calls are limited", () => {
    const world = ec2World({ settings: { initial: 0, launchCalls: { burst: 3, perSec: 2 } } });
    world.want(7);
    world.runTo(100);
    expect([0, 1, 2, 3, 4, 5, 6].map((number) => world.life(number)[1])).toEqual([
      ["pending", 5],
      ["pending", 5],
      ["pending", 5],
      ["pending", 5.5],
      ["pending", 6],
      ["pending", 6.5],
      ["pending", 7],
    ]);
  });
});

describe("a launch hook", () => {
  const hook = (timeoutSec: number, defaultResult: "abandon" | "continue") => ({
    launchHook: { timeoutMs: timeoutSec * 1000, heartbeatTimeoutMs: timeoutSec * 1000, defaultResult },
  });

  it("holds an instance out of service until its worker is ready", () => {
    const world = ec2World({ settings: hook(3600, "abandon") });
    world.want(3);
    expect(world.runTo(84).capacity()).toMatchObject({ pending: 1, inService: 2 });
    world.runTo(85);
    expect(world.capacity()).toMatchObject({ pending: 0, inService: 3 });
    expect(world.life(2).slice(2)).toEqual([
      ["pending-wait", 25],
      ["in-service", 85],
      ["working", 85],
    ]);
  });

  it("abandons an instance that takes too long; the next launches wait longer and longer", () => {
    const world = ec2World({ settings: { ...hook(40, "abandon"), initial: 0 } });
    world.want(1);
    world.runTo(400);
    expect(world.working.size).toBe(0);
    const begun = world.fleet.records.map(({ number }) => world.life(number).find(([stage]) => stage === "pending")?.[1]);
    // Given up 60 s after they began; then 30, 60, 120 s of waiting, the first 5 s of which are the activity's own.
    expect(begun.slice(0, 3)).toEqual([5, 95, 215]);
    expect(world.record(0)).toMatchObject({ endCause: "hook-abandoned" });
    expect(world.fleet.refusals[0]).toMatchObject({ cause: "launch-hook", at: 65_000, retryAt: 95_000 });
  });

  it("may let it into service as it is", () => {
    const world = ec2World({ settings: { ...hook(40, "continue"), initial: 0 } });
    world.want(1);
    world.runTo(100);
    expect(world.life(0).slice(2)).toEqual([
      ["pending-wait", 25],
      ["in-service", 65],
      ["working", 85],
    ]);
  });
});

describe("without capacity", () => {
  it("a launch is tried again after 30 s, then twice as long each time, up to ten minutes", () => {
    const world = ec2World({ settings: { shortages: [zone(0, 3000, undefined)], initial: 0 } });
    world.want(2);
    world.runTo(2500);
    const tries = [...new Set(world.fleet.refusals.map(({ at }) => at / 1000))];
    expect(tries).toEqual([5, 35, 95, 215, 455, 935, 1535, 2135]);
    expect(world.capacity()).toMatchObject({ desired: 2, pending: 0, inService: 0 });
    world.runTo(3500);
    expect(world.capacity()).toMatchObject({ pending: 0, inService: 2 });
  });

  it("a group that only balances keeps trying its own zone", () => {
    const world = ec2World({ settings: { zones: 2, triesOtherZones: false, shortages: [zone(0, 3000, 0)], initial: 0 } });
    world.want(4);
    world.runTo(100);
    expect(world.capacity()).toMatchObject({ desired: 4, pending: 0, inService: 2 });
  });

  it("other zones are tried first", () => {
    const world = ec2World({ settings: { zones: 3, shortages: [zone(0, 3000, 0)], initial: 0 } });
    world.want(6);
    world.runTo(100);
    expect(world.fleet.refusals).toEqual([]);
    expect(world.fleet.records.map(({ zone: where }) => where).sort()).toEqual([1, 1, 1, 2, 2, 2]);
  });
});

it("a scale-out beyond what SetDesiredCapacity allows a second is refused and written down", () => {
  const world = ec2World({ settings: { desiredCalls: { burst: 1, perSec: 0.1 } } });
  expect(world.want(3)).toBe(true);
  expect(world.runTo(5).want(4)).toBe(false);
  expect(world.capacity().desired).toBe(3);
  expect(world.fleet.refusals).toMatchObject([{ cause: "throttled", at: 5_000 }]);
  expect(world.runTo(11).want(4)).toBe(true);
});

it("new limits move the desired capacity when it lies outside them", () => {
  const world = ec2World();
  world.fleet.setLimits({ min: 4 }, 0);
  expect(world.capacity()).toMatchObject({ min: 4, desired: 4, pending: 2 });
  world.runTo(100);
  world.fleet.setLimits({ min: 0, max: 1 }, 100_000);
  expect(world.capacity()).toMatchObject({ max: 1, desired: 1, inService: 1, terminating: 3 });
});
