import { describe, expect, it } from "vitest";
import { ec2World, fargateWorld } from "./fleet-world.ts";

const DAY = 86_400;
const shortage = (fromSec: number, toSec: number) => ({
  shortages: [{ from: fromSec * 1000, until: toSec * 1000, zone: undefined, purchase: undefined }],
});

describe("a group whose launches are suspended", () => {
  it("launches nothing, says so, and catches up when they are resumed", () => {
    const world = ec2World();
    world.fleet.suspend("launch");
    world.want(5);
    world.runTo(600);
    expect(world.capacity()).toMatchObject({ desired: 5, inService: 2, pending: 0 });
    expect(world.fleet.refusals).toEqual([{ at: 0, cause: "suspended", instance: -1, retryAt: Infinity }]);
    world.fleet.resume("launch", 600_000);
    world.runTo(800);
    expect(world.capacity().inService).toBe(5);
  });

  it("does not try again what had failed before, until they are resumed", () => {
    const world = ec2World({ settings: shortage(0, 100) });
    world.want(3);
    world.runTo(10).fleet.suspend("launch");
    world.runTo(1000);
    expect(world.capacity()).toMatchObject({ inService: 2, pending: 0 });
    world.fleet.resume("launch", 1_000_000);
    world.runTo(1100);
    expect(world.capacity().inService).toBe(3);
  });

  it("replaces no instance that is lost", () => {
    const world = ec2World();
    world.fleet.suspend("launch");
    world.working.delete(0);
    world.fleet.instanceFailed(0, 0);
    world.runTo(600);
    expect(world.capacity()).toMatchObject({ desired: 2, inService: 1 });
  });
});

describe("a group that has launched in vain for a day", () => {
  const inVain = () => ec2World({ settings: { ...shortage(0, 2 * DAY), givesUpAfterMs: DAY * 1000 } });

  it("is suspended by AWS, and stays so though there is capacity again", () => {
    const world = inVain();
    world.want(3);
    world.runTo(4 * DAY);
    const last = world.fleet.refusals.at(-1);
    expect(last).toMatchObject({ cause: "suspended", retryAt: Infinity });
    expect(last!.at).toBeGreaterThanOrEqual(DAY * 1000);
    expect(last!.at).toBeLessThan((DAY + 700) * 1000);
    expect(world.fleet.isSuspended("launch")).toBe(true);
    expect(world.capacity().inService).toBe(2);
  });

  it("launches again once an operator resumes it", () => {
    const world = inVain();
    world.want(3);
    world.runTo(3 * DAY).fleet.resume("launch", 3 * DAY * 1000);
    world.runTo(3 * DAY + 100);
    expect(world.capacity().inService).toBe(3);
  });

  it("goes on for ever when a launch succeeds now and then", () => {
    const world = ec2World({ settings: { ...shortage(0, 0.9 * DAY), givesUpAfterMs: DAY * 1000 } });
    world.want(3);
    world.runTo(2 * DAY);
    expect(world.fleet.isSuspended("launch")).toBe(false);
    expect(world.capacity().inService).toBe(3);
  });

  it("is one whose launch hook gives up every instance, too", () => {
    const launchHook = { timeoutMs: 600_000, heartbeatTimeoutMs: 600_000, defaultResult: "abandon" as const };
    const world = ec2World({ settings: { launchHook, givesUpAfterMs: DAY * 1000 }, bootSec: 1200 });
    world.want(3);
    world.runTo(3 * DAY);
    expect(world.fleet.isSuspended("launch")).toBe(true);
    const launches = world.fleet.launches;
    expect(world.runTo(4 * DAY).fleet.launches).toBe(launches);
  });
});

describe("a group whose terminations are suspended", () => {
  it("keeps what it has, whatever is desired, and shrinks when they are resumed", () => {
    const world = ec2World({ settings: { initial: 5 } });
    world.fleet.suspend("terminate");
    world.want(1);
    world.runTo(600);
    expect(world.capacity()).toMatchObject({ desired: 1, inService: 5 });
    world.fleet.resume("terminate", 600_000);
    world.runTo(700);
    expect(world.capacity().inService).toBe(1);
  });
});

describe("a group whose replacements are suspended", () => {
  it("does without the instances that it loses, and replaces them when they are resumed", () => {
    const world = ec2World({ settings: { initial: 4 } });
    world.fleet.suspend("replace-unhealthy");
    world.working.delete(1);
    world.fleet.instanceFailed(1, 0);
    world.runTo(600);
    expect(world.capacity()).toMatchObject({ desired: 4, inService: 3, pending: 0 });
    world.want(5);
    world.runTo(900);
    expect(world.capacity().inService).toBe(4);
    world.fleet.resume("replace-unhealthy", 900_000);
    world.runTo(1200);
    expect(world.capacity().inService).toBe(5);
  });

  it("leaves an impaired instance where it is", () => {
    const world = ec2World({ settings: { initial: 1 }, faults: { failedPerDay: 0, impairedPerDay: 0.99 } });
    world.fleet.suspend("replace-unhealthy");
    world.runTo(2 * DAY);
    expect(world.fleet.records.map(({ endCause }) => endCause)).toEqual([undefined]);
    expect(world.life(0).at(-1)?.[0]).toBe("impaired");
    world.fleet.resume("replace-unhealthy", 2 * DAY * 1000);
    world.runTo(2 * DAY + 60);
    expect(world.record(0).endCause).toBe("impaired");
  });
});

describe("a group whose zone rebalancing is suspended", () => {
  it("stays uneven after an outage until it is resumed", () => {
    const outage = { zoneOutages: [{ zone: 1, from: 100_000, until: 1_000_000 }] };
    const world = ec2World({ settings: { zones: 2, initial: 4, ...outage } });
    world.fleet.suspend("az-rebalance");
    const zones = () => world.standing().map((number) => world.record(number).zone);
    world.runTo(2000);
    expect(zones()).toEqual([0, 0, 0, 0]);
    world.fleet.resume("az-rebalance", 2_000_000);
    world.runTo(3000);
    expect(zones().sort()).toEqual([0, 0, 1, 1]);
  });
});

describe("a deployment", () => {
  it("starts as many new tasks as are desired before it stops the old ones", () => {
    const world = fargateWorld({ settings: { initial: 3 } });
    world.drainMs = 10_000;
    expect(world.fleet.deploy(2, 0)).toBe(true);
    world.runTo(49);
    expect(world.capacity()).toMatchObject({ desired: 3, inService: 3, pending: 3 });
    world.runTo(100);
    expect(world.standing()).toEqual([3, 4, 5]);
    expect(world.fleet.records.slice(0, 3).map(({ endCause, killed }) => [endCause, killed])).toEqual(
      Array.from({ length: 3 }, () => ["deployment", false]),
    );
    expect(world.fleet.records.slice(3).map(({ cause }) => cause)).toEqual(["deployment", "deployment", "deployment"]);
  });

  it("goes one by one where little more than the desired number is allowed, and never below it", () => {
    const world = fargateWorld({ settings: { initial: 3 } });
    world.fleet.deploy(1.01, 0);
    const counts: number[] = [];
    for (let sec = 1; sec <= 300; sec += 1) counts.push(world.runTo(sec).working.size);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
    expect(world.standing()).toEqual([3, 4, 5]);
  });

  it("suspends dynamic scaling in as long as it lasts, and cannot be started twice", () => {
    const world = fargateWorld({ settings: { initial: 2 } });
    world.fleet.deploy(2, 0);
    expect(world.fleet.deploy(2, 0)).toBe(false);
    expect(world.fleet.isSuspended("dynamic-scaling-in")).toBe(true);
    expect(world.fleet.isSuspended("dynamic-scaling-out")).toBe(false);
    world.runTo(120);
    expect(world.fleet.isSuspended("dynamic-scaling-in")).toBe(false);
  });

  it("waits for a task that protects itself", () => {
    const world = fargateWorld({ settings: { initial: 1, protection: "while-busy", protectedForMs: 1e9 } });
    world.busy.set(0, 0);
    world.fleet.deploy(2, 0);
    world.runTo(600);
    expect(world.record(0).endCause).toBeUndefined();
    expect(world.fleet.refusals).toMatchObject([{ cause: "protected", instance: 0 }]);
    world.busy.delete(0);
    world.runTo(610);
    expect(world.record(0).endCause).toBe("deployment");
  });

  it("replaces every old task though new ones are lost meanwhile", () => {
    const world = fargateWorld({ settings: { initial: 2 } });
    world.fleet.deploy(2, 0);
    world.runTo(51);
    world.working.delete(2);
    world.fleet.instanceFailed(2, world.now);
    world.runTo(300);
    expect(world.standing().every((number) => number >= 2)).toBe(true);
    expect(world.capacity().inService).toBe(2);
  });
});
