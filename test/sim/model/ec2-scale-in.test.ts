import { describe, expect, it } from "vitest";
import type { TerminationPolicy } from "../../../sim/model/termination-order.ts";
import { ec2World, type FleetWorld } from "./fleet-world.ts";

/** Instances 0 and 1 from the start, 2 since 3,300 s, 3 since 3,400 s. */
function ages(terminationPolicy: TerminationPolicy): FleetWorld {
  const world = ec2World({ settings: { terminationPolicy } });
  world.runTo(3295).want(3);
  world.runTo(3395).want(4);
  return world.runTo(3500);
}

describe("a termination", () => {
  it("drains the worker, and ends when that has stopped", () => {
    const world = ec2World();
    world.drainMs = 40_000;
    world.runTo(100).want(1);
    expect(world.capacity()).toMatchObject({ inService: 1, terminating: 1 });
    world.runTo(300);
    expect(world.life(0)).toEqual([
      ["working", 0],
      ["terminating", 100],
      ["draining", 105],
      ["terminated", 145],
    ]);
    expect(world.record(0)).toMatchObject({ endCause: "scale-in", killed: false });
    expect(world.fleet.usage(300_000).runningMs).toBe(445_000);
  });

  it("kills a worker that does not stop within the drain limit", () => {
    const world = ec2World({ settings: { drainLimitMs: 60_000 } });
    world.drainMs = 90_000;
    world.want(1);
    world.runTo(300);
    expect(world.life(0).at(-1)).toEqual(["terminated", 65]);
    expect(world.record(0).killed).toBe(true);
    expect(world.killed).toEqual([0]);
  });

  it("of an instance that still boots needs no drain", () => {
    const world = ec2World({ settings: { initial: 0, terminationPolicy: "newest-instance" } });
    world.want(1);
    world.runTo(30).want(0);
    world.runTo(300);
    expect(world.life(0).slice(-2)).toEqual([
      ["terminating", 30],
      ["terminated", 35],
    ]);
    expect(world.working.size).toBe(0);
  });
});

describe("the victim of a scale-in", () => {
  it.each<[TerminationPolicy, number]>([
    ["default", 0],
    ["closest-to-next-instance-hour", 0],
    ["oldest-instance", 0],
    ["newest-instance", 3],
  ])("by %s is instance %i", (policy, victim) => {
    const world = ages(policy);
    world.want(3);
    expect(world.record(victim).endCause).toBe("scale-in");
    expect(world.fleet.records.filter(({ endCause }) => endCause !== undefined)).toHaveLength(1);
  });

  it("is, just after the hour of the oldest, one that will soon complete its own", () => {
    const world = ec2World({ settings: { terminationPolicy: "default" } });
    world.runTo(600).want(3);
    // At 3,700 s the first two are 100 s into their second hour, the third lacks 505 s to its first.
    world.runTo(3700).want(2);
    expect(world.record(2).endCause).toBe("scale-in");
  });

  it("comes from the zone with most instances", () => {
    const world = ec2World({ settings: { zones: 3, initial: 7 } });
    expect(world.fleet.records.map(({ zone }) => zone)).toEqual([0, 1, 2, 0, 1, 2, 0]);
    world.want(6);
    // All are of one age: the lowest number of the fullest zone goes.
    expect(world.standing()).toEqual([1, 2, 3, 4, 5, 6]);
    world.want(3);
    expect(
      world
        .standing()
        .map((number) => world.record(number).zone)
        .sort(),
    ).toEqual([0, 1, 2]);
  });

  it.each<TerminationPolicy>(["default", "allocation-strategy", "oldest-instance", "newest-instance"])(
    "is of the kind of which the smaller group has too much, by %s as well",
    (terminationPolicy) => {
      const world = ec2World({ settings: { initial: 6, terminationPolicy }, spot: { share: 0.5 } });
      for (const [left, onDemand, spot] of [
        [5, 3, 2],
        [4, 2, 2],
        [3, 2, 1],
      ] as const) {
        world.want(left);
        const standing = world.standing().map((number) => world.record(number).purchase);
        expect([onDemand, spot]).toEqual([standing.length - spot, standing.filter((kind) => kind === "spot").length]);
        expect(standing).toHaveLength(left);
      }
      expect(world.record(world.fleet.ended[0]!).endRule).toMatch(/^Of spot there is more than its share\. .* of zone 0/);
    },
  );
});

describe("a function that chooses whom a scale-in takes", () => {
  const busy = (tookSec: number, more: object = {}, terminationPolicy: TerminationPolicy = "fewest-busy-slots") => {
    const world = ec2World({ settings: { initial: 4, terminationPolicy }, terminationFunction: { tookSec, ...more } });
    world.slots.set(0, 3).set(1, 1).set(2, 2).set(3, 4);
    return world;
  };

  it("names the least busy, and the group goes by that once it has answered", () => {
    const world = busy(1.5);
    world.want(2);
    world.runTo(1);
    expect(world.standing()).toEqual([0, 1, 2, 3]);
    world.runTo(2);
    expect(world.standing()).toEqual([0, 3]);
    expect(world.life(1)[1]).toEqual(["terminating", 1.5]);
    expect(world.record(1).endRule).toBe("Fewest slots busy (1 when the function asked) of zone 0, which has the most: 4.");
  });

  it("knows what was true when it asked: who became idle in between is not noticed", () => {
    const world = busy(1.5);
    world.want(3);
    world.runTo(1).slots.set(3, 0).set(1, 4);
    world.runTo(2);
    expect(world.standing()).toEqual([0, 2, 3]);
  });

  it("is asked once for what is wanted when it answers", () => {
    const world = busy(1.5);
    world.want(3);
    world.runTo(1).want(1);
    world.runTo(2);
    expect(world.standing()).toEqual([3]);
    world.want(0);
    world.runTo(3).want(1);
    world.runTo(100);
    expect(world.standing()).toEqual([3]);
  });

  it("that needs more than two seconds is not waited for: nothing goes, and it is called again", () => {
    const world = busy(2.001);
    world.want(2);
    world.runTo(200);
    expect(world.standing()).toEqual([0, 1, 2, 3]);
    expect(world.capacity()).toMatchObject({ desired: 2, inService: 4 });
    expect(world.fleet.refusals.map(({ cause, at, retryAt }) => [cause, at / 1000, retryAt / 1000])).toEqual([
      ["termination-function", 2, 62],
      ["termination-function", 64, 124],
      ["termination-function", 126, 186],
      ["termination-function", 188, 248],
    ]);
  });

  it("that fails is called again until it answers", () => {
    const tries = Array.from({ length: 40 }, (_, seed) => {
      const settings = { initial: 2, terminationPolicy: "fewest-busy-slots" } as const;
      const world = ec2World({ settings, terminationFunction: { tookSec: 0.5, failureProbability: 0.8, retryMs: 10_000 }, seed });
      world.want(1);
      world.runTo(1200);
      expect(world.standing()).toHaveLength(1);
      return world.fleet.refusals.length + 1;
    });
    // Five on average, and 40 of them have a standard error of 0.7.
    expect(tries.reduce((sum, count) => sum + count, 0) / tries.length).toBeCloseTo(5, -0.6);
  });

  it("that names idle instances only holds the scale-in until there are some", () => {
    const world = busy(0.5, {}, "idle-only");
    world.slots.set(2, 0);
    world.want(2);
    world.runTo(1);
    expect(world.standing()).toEqual([0, 1, 3]);
    expect(world.fleet.refusals).toMatchObject([{ cause: "termination-function", retryAt: 60_500 }]);
    world.runTo(60).slots.set(0, 0);
    world.runTo(62);
    expect(world.standing()).toEqual([1, 3]);
  });

  it("has no say in what is unhealthy", () => {
    const world = busy(60, {}, "idle-only");
    world.runTo(10);
    world.working.delete(3);
    world.fleet.instanceFailed(3, 10_000);
    expect(world.record(3).endCause).toBe("failed");
    expect(world.capacity()).toMatchObject({ pending: 1, inService: 3 });
  });
});

describe("scale-in protection", () => {
  it("spares busy instances: desired drops, the group stays above it until a job ends", () => {
    const world = ec2World({ settings: { initial: 3, protection: "while-busy" } });
    world.busy.set(0, 0).set(2, 0);
    world.want(0);
    expect(world.standing()).toEqual([0, 2]);
    expect(world.fleet.refusals).toMatchObject([{ cause: "protected" }]);
    world.runTo(100);
    expect(world.capacity()).toMatchObject({ desired: 0, inService: 2 });
    world.busy.delete(2);
    world.runTo(106);
    expect(world.standing()).toEqual([0]);
    expect(world.fleet.refusals).toHaveLength(1);
  });

  it("of all keeps the whole group, until it is wanted again", () => {
    const world = ec2World({ settings: { initial: 3, protection: "all" } });
    world.want(1);
    world.runTo(3600);
    expect(world.capacity()).toMatchObject({ desired: 1, inService: 3 });
    world.want(4);
    expect(world.capacity()).toMatchObject({ pending: 1, inService: 3 });
  });

  it("does not protect from failing", () => {
    const world = ec2World({ settings: { initial: 1, protection: "all" } });
    world.runTo(10);
    world.working.delete(0);
    world.fleet.instanceFailed(0, 10_000);
    expect(world.record(0)).toMatchObject({ endCause: "failed", killed: true });
    expect(world.capacity()).toMatchObject({ desired: 1, pending: 1, inService: 0 });
  });
});
