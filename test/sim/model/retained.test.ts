import { describe, expect, it } from "vitest";
import type { Ec2Settings } from "../../../sim/model/ec2-settings.ts";
import { ec2World, type Ec2World } from "./fleet-world.ts";

const MINUTE_MS = 60_000;

/** Two instances, a terminate hook of a minute, and a lifecycle policy that retains what is abandoned. */
function world(settings: Partial<Ec2Settings> = {}, more: Omit<Ec2World, "settings"> = {}) {
  const terminateHook = { timeoutMs: MINUTE_MS, heartbeatTimeoutMs: MINUTE_MS, defaultResult: "abandon" } as const;
  const made = ec2World({ settings: { terminateHook, retainsAbandoned: true, ...settings }, ...more });
  made.drainMs = 5 * MINUTE_MS;
  return made;
}

describe("an instance whose terminate hook is abandoned", () => {
  it("stays with its worker at work, and is billed, until an operator ends it", () => {
    const fleet = world();
    fleet.want(1);
    fleet.runTo(200);
    expect(fleet.life(0).slice(1)).toEqual([
      ["terminating", 0],
      ["draining", 5],
      ["retained", 65],
    ]);
    expect(fleet.working).toContain(0);
    // The worker ends its last job, and the instance stays all the same.
    fleet.runTo(1000);
    expect(fleet.working).not.toContain(0);
    expect(fleet.life(0)).toHaveLength(4);
    expect(fleet.fleet.usage(1_000_000).runningMs).toBe(2_000_000);
    expect(fleet.fleet.endRetained(1_000_000)).toBe(1);
    fleet.runTo(2000);
    expect(fleet.life(0).at(-1)).toEqual(["terminated", 1000]);
    expect(fleet.record(0)).toMatchObject({ endCause: "scale-in", killed: false });
    expect(fleet.fleet.usage(2_000_000).runningMs).toBe(3_000_000);
  });

  it("is no part of the group: neither in service nor terminating, and another is launched where one is wanted", () => {
    const fleet = world();
    fleet.want(1);
    fleet.runTo(100);
    expect(fleet.capacity()).toMatchObject({ desired: 1, inService: 1, terminating: 0 });
    fleet.want(2);
    expect(fleet.capacity()).toMatchObject({ pending: 1, inService: 1 });
    expect(fleet.fleet.terminations).toBe(1);
  });

  it("loses the job that still runs when the operator ends it", () => {
    const fleet = world();
    fleet.want(1);
    fleet.runTo(100).fleet.endRetained(100_000);
    expect(fleet.killed).toEqual([0]);
    expect(fleet.record(0).killed).toBe(true);
    expect(fleet.fleet.endRetained(100_000)).toBe(0);
  });

  it("goes like any other without such a policy, or where the hook's own result is to continue", () => {
    const continues = { timeoutMs: MINUTE_MS, heartbeatTimeoutMs: MINUTE_MS, defaultResult: "continue" } as const;
    for (const settings of [{ retainsAbandoned: false }, { terminateHook: continues }]) {
      const fleet = world(settings);
      fleet.want(1);
      fleet.runTo(200);
      expect(fleet.life(0).at(-1)).toEqual(["terminated", 65]);
      expect(fleet.killed).toEqual([0]);
    }
  });

  it("is not retained when its worker has drained in time", () => {
    const fleet = world();
    fleet.drainMs = 30_000;
    fleet.want(1);
    fleet.runTo(200);
    expect(fleet.life(0).at(-1)).toEqual(["terminated", 35]);
  });

  it("goes all the same when Spot takes it", () => {
    const fleet = world({}, { spot: { interruptedPerDay: 0.99 }, seed: 3 });
    fleet.want(1);
    fleet.runTo(100_000);
    const { stages, endCause } = fleet.record(0);
    expect(endCause).toBe("scale-in");
    expect(stages.map(({ stage }) => stage)).toEqual(["working", "terminating", "draining", "retained", "terminated"]);
  });
});

describe("an instance that hangs", () => {
  const faults = { failedPerDay: 0, impairedPerDay: 0.9 };
  const retained = (settings: Partial<Ec2Settings>) => {
    const fleet = world({ initial: 1, min: 1, max: 1, ...settings }, { faults });
    fleet.runTo(200_000);
    const { stages } = fleet.record(0);
    return stages.map(({ stage, at }, index) => [stage, index === 0 ? 0 : (at - stages[index - 1]!.at) / 1000]);
  };

  it("does not complete its hook, which waits for a heartbeat and no longer, whatever a worker would ask for", () => {
    const terminateHook = { timeoutMs: 100 * MINUTE_MS, heartbeatTimeoutMs: MINUTE_MS, defaultResult: "abandon" } as const;
    expect(retained({ terminateHook, retainsAbandoned: false }).slice(1)).toEqual([
      ["impaired", expect.any(Number) as number],
      ["terminating", 180],
      ["draining", 5],
      ["terminated", 60],
    ]);
  });

  it("is retained with what is on its disk", () => {
    expect(
      retained({})
        .slice(2)
        .map(([stage]) => stage),
    ).toEqual(["terminating", "draining", "retained"]);
  });
});
