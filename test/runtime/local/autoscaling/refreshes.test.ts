import { describe, expect, it } from "vitest";
import { faultOf } from "../../../support/aws-calls.ts";
import { GROUP, servedGroupWorld } from "../../../support/served-group-world.ts";

const SEC = 1000;

function refreshWorld(group: object = {}) {
  const world = servedGroupWorld();
  const { call, create, time } = world;
  create({ DesiredCapacity: "4", DefaultInstanceWarmup: "0", ...group });
  time.advance(2 * SEC);
  const ids = () => world.group().Instances.map(({ InstanceId }) => InstanceId);
  const start = (Preferences?: object) =>
    call("StartInstanceRefresh", { ...GROUP, ...(Preferences === undefined ? {} : { Preferences }) })["InstanceRefreshId"] as string;
  const described = () => call("DescribeInstanceRefreshes", GROUP)["InstanceRefreshes"] as Record<string, unknown>[];
  const pass = (sec: number) => {
    for (let passed = 0; passed < sec; passed += 1) time.advance(SEC);
  };
  return { ...world, ids, start, described, pass };
}

describe("instance refreshes of the embedded Auto Scaling", () => {
  it("replace one after the other what runs, tell each to shut down, and say how far they are", () => {
    const { described, ids, machines, pass, start } = refreshWorld();
    const before = ids();
    const id = start();
    expect(described()).toEqual([
      expect.objectContaining({
        InstanceRefreshId: id,
        Status: "InProgress",
        PercentageComplete: 0,
        InstancesToUpdate: 4,
        Strategy: "Rolling",
      }),
    ]);
    // Looked at every 5 seconds, and a launch takes less.
    pass(8);
    expect(machines.told.map(({ instanceId }) => instanceId)).toEqual(before.slice(0, 2));
    pass(292);
    const [done] = described();
    expect(done).toMatchObject({ Status: "Successful", PercentageComplete: 100, InstancesToUpdate: 0, AutoScalingGroupName: "fleet" });
    expect((done!["EndTime"] as Date).getTime()).toBeGreaterThan((done!["StartTime"] as Date).getTime());
    expect(ids()).toHaveLength(4);
    expect(ids().filter((instance) => before.includes(instance))).toEqual([]);
  });

  it("launch first, wait as long for the warm-up as they are told, and give their preferences back", () => {
    const preferences = { MinHealthyPercentage: 100, MaxHealthyPercentage: 200, InstanceWarmup: 60 };
    const { described, ids, machines, pass, start } = refreshWorld();
    start(preferences);
    expect(described()[0]).toMatchObject({ Preferences: preferences });
    pass(30);
    expect(ids()).toHaveLength(8);
    expect(machines.told).toEqual([]);
    pass(60);
    expect(machines.told).toHaveLength(4);
  });

  it("wait for protected instances, or replace them too", () => {
    const waiting = refreshWorld({ NewInstancesProtectedFromScaleIn: true });
    waiting.start();
    waiting.pass(300);
    expect(waiting.machines.told).toEqual([]);
    const bold = refreshWorld({ NewInstancesProtectedFromScaleIn: true });
    bold.start({ ScaleInProtectedInstances: "Refresh" });
    bold.pass(300);
    expect(bold.machines.told).toHaveLength(4);
  });

  it("can be cancelled: what has been replaced stays, the rest is left, and another may be started", () => {
    const { call, described, machines, pass, start } = refreshWorld();
    const first = start();
    pass(10);
    expect(call("CancelInstanceRefresh", GROUP)).toEqual({ InstanceRefreshId: first });
    const told = machines.told.length;
    pass(300);
    expect(machines.told).toHaveLength(told);
    const second = start();
    expect(described().map(({ InstanceRefreshId, Status }) => [InstanceRefreshId, Status])).toEqual([
      [second, "InProgress"],
      [first, "Cancelled"],
    ]);
    expect(call("DescribeInstanceRefreshes", { ...GROUP, InstanceRefreshIds: [first] })["InstanceRefreshes"]).toHaveLength(1);
  });

  it("refuse what cannot be done, by AWS's codes", () => {
    const { call, start } = refreshWorld();
    expect(faultOf(() => call("CancelInstanceRefresh", GROUP))).toBe("ActiveInstanceRefreshNotFound");
    expect(() => start({ MaxHealthyPercentage: 150 })).toThrow(/MaxHealthyPercentage needs a MinHealthyPercentage/);
    expect(() => start({ MinHealthyPercentage: 40, MaxHealthyPercentage: 150 })).toThrow(/greater than 100/);
    expect(() => start({ CheckpointPercentages: [50] })).toThrow(
      /Preferences\.CheckpointPercentages is not something that the embedded AWS does/,
    );
    start();
    expect(faultOf(() => start())).toBe("InstanceRefreshInProgress");
    const empty = refreshWorld({ DesiredCapacity: "0" });
    expect(() => empty.start()).toThrow(/has no instance/);
  });
});
