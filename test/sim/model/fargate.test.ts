import { describe, expect, it } from "vitest";
import { fargateWorld } from "./fleet-world.ts";

describe("a task", () => {
  it("goes through its states, and is billed from the pull of its image until it has stopped", () => {
    const world = fargateWorld({ settings: { initial: 0 } });
    world.want(1);
    world.runTo(100).want(0);
    world.runTo(200);
    expect(world.life(0)).toEqual([
      ["provisioning", 0],
      ["pending", 13],
      ["running", 50],
      ["working", 50],
      ["stopping", 100],
      ["deprovisioning", 100],
      ["stopped", 105],
    ]);
    expect(world.fleet.usage(200_000)).toMatchObject({ onDemandMs: 87_000, runningMs: 87_000 });
  });

  it("is billed for a minute at least", () => {
    const world = fargateWorld({ settings: { initial: 0 } });
    world.want(1);
    world.runTo(20).want(0);
    world.runTo(100);
    expect(world.fleet.usage(100_000)).toMatchObject({ onDemandMs: 60_000, runningMs: 7_000 });
  });

  it("starts from zero", () => {
    const world = fargateWorld({ settings: { initial: 0 } });
    expect(world.runTo(500).capacity()).toMatchObject({ desired: 0, inService: 0 });
    world.want(1);
    expect(world.runTo(551).capacity()).toMatchObject({ inService: 1 });
  });

  it("is killed when it drains longer than its stop timeout", () => {
    const world = fargateWorld();
    world.drainMs = 45_000;
    world.want(1);
    world.runTo(100);
    const ended = world.fleet.records.find(({ endCause }) => endCause === "scale-in")!;
    expect(ended.killed).toBe(true);
    expect(ended.stages.map(({ stage, at }) => [stage, at / 1000])).toEqual([
      ["working", 0],
      ["stopping", 0],
      ["deprovisioning", 30],
      ["stopped", 35],
    ]);
  });
});

describe("launches", () => {
  it("are limited by the bucket of Fargate: 100 at once, then 20 a second", () => {
    const world = fargateWorld({ settings: { initial: 0, launchCalls: { burst: 100, perSec: 20 }, launchesPerMinute: 500 } });
    world.want(300);
    world.runTo(200);
    const attached = world.fleet.records.map(({ stages }) => stages[1]!.at / 1000 - 13);
    expect(attached.filter((sec) => sec === 0)).toHaveLength(100);
    expect(Math.max(...attached)).toBeCloseTo(200 / 20, 6);
  });

  it("are limited to so many a minute for one service", () => {
    const world = fargateWorld({ settings: { initial: 0, launchCalls: { burst: 100, perSec: 20 }, launchesPerMinute: 125 } });
    world.want(300);
    world.runTo(400);
    const attached = world.fleet.records.map(({ stages }) => stages[1]!.at).sort((a, b) => a - b);
    for (let first = 0; first + 125 < attached.length; first += 1)
      expect(attached[first + 125]! - attached[first]!).toBeGreaterThanOrEqual(60_000);
    expect(world.working.size).toBe(300);
  });
});

describe("whom the scheduler stops", () => {
  it("is arbitrary: the same for the same seed, and not always the oldest", () => {
    const victims = [1, 2, 3, 4, 5].map((seed) => {
      const world = fargateWorld({ settings: { initial: 10 }, seed });
      world.want(9);
      return world.fleet.records.findIndex(({ endCause }) => endCause === "scale-in");
    });
    expect(new Set(victims).size).toBeGreaterThan(1);
  });

  it("comes from the fullest zone", () => {
    const world = fargateWorld({ settings: { initial: 8, zones: 3 } });
    world.want(6);
    expect(
      world
        .standing()
        .map((number) => world.record(number).zone)
        .sort(),
    ).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it("is none that is protected, until its protection runs out", () => {
    const world = fargateWorld({ settings: { initial: 3, protection: "while-busy", protectedForMs: 7_200_000 } });
    world.drainMs = 10_000;
    world.busy.set(0, 0).set(1, 0);
    world.want(0);
    expect(world.standing()).toEqual([0, 1]);
    expect(world.runTo(7190).standing()).toEqual([0, 1]);
    expect(world.runTo(7210).standing()).toEqual([]);
  });
});
