import { describe, expect, it } from "vitest";
import { faultOf } from "../../../support/aws-calls.ts";
import { quickFleet } from "../../../support/quick-fleet.ts";
import { GROUP, servedGroupWorld } from "../../../support/served-group-world.ts";

const SEC = 1000;

describe("groups of the embedded Auto Scaling", () => {
  it("launch what is desired, with the scenario's delays, and start what runs on an instance when it has booted", () => {
    const { create, machines, states, time } = servedGroupWorld();
    create({ DesiredCapacity: "2" });
    time.advance(0);
    expect(states()).toEqual(["Pending", "Pending"]);
    time.advance(SEC);
    expect(states()).toEqual(["InService", "InService"]);
    expect(machines.running.size).toBe(0);
    time.advance(SEC);
    expect(machines.running.size).toBe(2);
  });

  it("follow SetDesiredCapacity within their limits, and say which limit was passed", () => {
    const { call, create, group, time } = servedGroupWorld();
    create({ MinSize: "1", MaxSize: "3" });
    const set = (desired: number) => call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: String(desired) });
    set(3);
    time.advance(2 * SEC);
    expect(group()).toMatchObject({ DesiredCapacity: 3, MinSize: 1, MaxSize: 3 });
    expect(() => set(4)).toThrow(/4 is above max value 3/);
    expect(() => set(0)).toThrow(/0 is below min value 1/);
    expect(group().Instances).toHaveLength(3);
  });

  it("shut instances down when they shrink, and give them the time that the system leaves", () => {
    const { call, create, machines, states, time } = servedGroupWorld();
    create({ DesiredCapacity: "2" });
    time.advance(2 * SEC);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "1" });
    time.advance(0);
    expect(machines.told).toEqual([{ instanceId: expect.any(String) as string, notice: "shutdown" }]);
    expect(states()).toEqual(["Terminating", "InService"]);
    time.advance(20 * SEC - 1);
    expect(machines.ended).toEqual([]);
    time.advance(1);
    expect(machines.ended).toEqual([machines.told[0]!.instanceId]);
    expect(states()).toEqual(["InService"]);
  });

  it("let an instance go as soon as what ran on it has ended", () => {
    const { autoScaling, call, create, machines, states, time } = servedGroupWorld();
    create({ DesiredCapacity: "1" });
    time.advance(2 * SEC);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(SEC);
    autoScaling.machineGone("fleet", machines.told[0]!.instanceId);
    expect(states()).toEqual([]);
    time.advance(60 * SEC);
    expect(machines.ended).toEqual([]);
  });

  it("replace an instance whose process has died, at once", () => {
    const { autoScaling, create, group, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "1" });
    time.advance(2 * SEC);
    const [dead] = [...machines.running.keys()];
    autoScaling.machineGone("fleet", dead!);
    time.advance(0);
    expect(group().Instances.map(({ LifecycleState, InstanceId }) => [LifecycleState, InstanceId === dead])).toEqual([["Pending", false]]);
    time.advance(2 * SEC);
    expect(machines.running.size).toBe(2);
  });

  it("spare protected instances, and take them once they are free", () => {
    const { call, create, group, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "2" });
    time.advance(2 * SEC);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    const protect = (id: string, isProtected: boolean) =>
      call("SetInstanceProtection", { ...GROUP, InstanceIds: [id], ProtectedFromScaleIn: String(isProtected) });
    protect(first!, true);
    protect(second!, true);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(60 * SEC);
    expect([group().DesiredCapacity, machines.told.length]).toEqual([0, 0]);
    protect(second!, false);
    time.advance(5 * SEC);
    expect(machines.told).toEqual([{ instanceId: second, notice: "shutdown" }]);
  });

  it("wait in their terminate hook as long as heartbeats come, and then shut the instance down", () => {
    const { call, create, machines, states, time } = servedGroupWorld();
    create({
      DesiredCapacity: "1",
      LifecycleHookSpecificationList: [
        { LifecycleHookName: "drain", LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING", HeartbeatTimeout: "30" },
      ],
    });
    time.advance(2 * SEC);
    const [id] = [...machines.running.keys()];
    const action = { ...GROUP, LifecycleHookName: "drain", InstanceId: id! };
    expect(faultOf(() => call("RecordLifecycleActionHeartbeat", action))).toBe("ValidationError");
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(0);
    expect(machines.told).toEqual([{ instanceId: id, notice: "lifecycle-hook" }]);
    expect(machines.running.get(id!)?.life.targetLifecycleState()).toBe("Terminated");
    for (let beat = 0; beat < 4; beat += 1) {
      time.advance(25 * SEC);
      call("RecordLifecycleActionHeartbeat", action);
    }
    expect(states()).toEqual(["Terminating:Wait"]);
    call("CompleteLifecycleAction", { ...action, LifecycleActionResult: "CONTINUE" });
    expect([states(), machines.ended]).toEqual([[], [id]]);
  });

  it("end an instance whose hook has heard nothing for its timeout", () => {
    const { call, create, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "1" });
    call("PutLifecycleHook", {
      ...GROUP,
      LifecycleHookName: "drain",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      HeartbeatTimeout: "30",
    });
    time.advance(2 * SEC);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(30 * SEC - 1);
    expect(machines.ended).toEqual([]);
    time.advance(1);
    expect(machines.ended).toHaveLength(1);
  });

  it("keep an instance whose hook is abandoned, where the lifecycle policy says so, until it is terminated by its id", () => {
    const { call, create, machines, states, group, time } = servedGroupWorld();
    create({ DesiredCapacity: "1", InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: "retain" } } });
    expect(group()).toMatchObject({ InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: "retain" } } });
    call("PutLifecycleHook", {
      ...GROUP,
      LifecycleHookName: "drain",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      HeartbeatTimeout: "30",
    });
    time.advance(2 * SEC);
    const id = group().Instances[0]?.InstanceId;
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(3600 * SEC);
    expect([states(), machines.ended]).toEqual([["Terminating:Retained"], []]);
    call("TerminateInstanceInAutoScalingGroup", { InstanceId: id, ShouldDecrementDesiredCapacity: false });
    expect([states(), machines.ended]).toEqual([[], [id]]);
  });

  it("hold an instance in its launch hook until it is completed, and replace it when that is abandoned", () => {
    const { call, create, machines, states, time, group } = servedGroupWorld({
      scenario: quickFleet({ boot: { kind: "constant", sec: 600 } }),
    });
    create({
      DesiredCapacity: "2",
      LifecycleHookSpecificationList: [{ LifecycleHookName: "ready", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" }],
    });
    time.advance(10 * SEC);
    expect(states()).toEqual(["Pending:Wait", "Pending:Wait"]);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    const complete = (InstanceId: string, LifecycleActionResult: string) =>
      call("CompleteLifecycleAction", { ...GROUP, LifecycleHookName: "ready", InstanceId, LifecycleActionResult });
    complete(first!, "CONTINUE");
    expect(states()).toEqual(["InService", "Pending:Wait"]);
    expect([...machines.running.keys()]).toEqual([first]);
    complete(second!, "ABANDON");
    time.advance(0);
    expect(group().Instances.map(({ InstanceId }) => InstanceId)).not.toContain(second);
    expect(group().DesiredCapacity).toBe(2);
  });

  it("start what runs on an instance when it has booted, and wait on in its launch hook for somebody to complete it", () => {
    const { call, create, machines, states, time, group } = servedGroupWorld();
    create({
      DesiredCapacity: "2",
      LifecycleHookSpecificationList: [
        { LifecycleHookName: "ready", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING", HeartbeatTimeout: "60" },
      ],
    });
    time.advance(5 * SEC);
    expect(states()).toEqual(["Pending:Wait", "Pending:Wait"]);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    expect([...machines.running.keys()]).toEqual([first, second]);
    call("CompleteLifecycleAction", { ...GROUP, LifecycleHookName: "ready", InstanceId: first!, LifecycleActionResult: "CONTINUE" });
    expect(states()).toEqual(["InService", "Pending:Wait"]);
    expect([...machines.running.keys()]).toEqual([first, second]);

    // A heartbeat buys time; without one, what was not completed is abandoned, told to go, and replaced.
    time.advance(40 * SEC);
    call("RecordLifecycleActionHeartbeat", { ...GROUP, LifecycleHookName: "ready", InstanceId: second! });
    time.advance(40 * SEC);
    expect(machines.told).toEqual([]);
    time.advance(30 * SEC);
    expect(machines.told.map(({ instanceId }) => instanceId)).toEqual([second]);
    expect(group().Instances[0]!.InstanceId).toBe(first);
    expect(group().DesiredCapacity).toBe(2);
  });

  it("let an instance in whose launch hook times out with CONTINUE, once, and replace one that dies while it waits", () => {
    const { autoScaling, create, machines, states, time, group } = servedGroupWorld();
    const hook = { LifecycleHookName: "ready", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" };
    create({ DesiredCapacity: "2", LifecycleHookSpecificationList: [{ ...hook, HeartbeatTimeout: "60", DefaultResult: "CONTINUE" }] });
    time.advance(5 * SEC);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    autoScaling.machineGone("fleet", second!);
    time.advance(5 * SEC);
    const ids = group().Instances.map(({ InstanceId }) => InstanceId);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(second);
    time.advance(60 * SEC);
    expect(states()).toEqual(["InService", "InService"]);
    expect(group().Instances[0]!.InstanceId).toBe(first);
    // Whoever began in the hook does not begin again in service.
    expect(machines.started).toEqual([first, second, ids[1]]);
  });

  it("replace an unhealthy instance, and one that is terminated without fewer being desired", () => {
    const { call, create, group, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "2" });
    time.advance(2 * SEC);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    call("SetInstanceHealth", { InstanceId: first!, HealthStatus: "Unhealthy" });
    time.advance(0);
    expect(machines.told.map(({ instanceId }) => instanceId)).toEqual([first]);
    call("TerminateInstanceInAutoScalingGroup", { InstanceId: second!, ShouldDecrementDesiredCapacity: "false" });
    time.advance(2 * SEC);
    expect(group().DesiredCapacity).toBe(2);
    expect(group().Instances.map(({ LifecycleState }) => LifecycleState)).toEqual(["Terminating", "Terminating", "InService", "InService"]);
  });

  it("get smaller when an instance is terminated and fewer are desired, but not below their minimum", () => {
    const { call, create, group, time } = servedGroupWorld();
    create({ MinSize: "1", DesiredCapacity: "2" });
    time.advance(2 * SEC);
    const [first, second] = group().Instances.map(({ InstanceId }) => InstanceId);
    const terminate = (InstanceId: string) =>
      call("TerminateInstanceInAutoScalingGroup", { InstanceId, ShouldDecrementDesiredCapacity: "true" });
    expect(terminate(first!)["Activity"]).toMatchObject({ StatusCode: "InProgress" });
    expect(group().DesiredCapacity).toBe(1);
    expect(faultOf(() => terminate(first!))).toBe("ValidationError");
    expect(faultOf(() => terminate(second!))).toBe("ValidationError");
  });

  it("give Spot instances two minutes of notice, and replace them when they are gone", () => {
    const { autoScaling, create, group, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "1" });
    time.advance(2 * SEC);
    const [id] = [...machines.running.keys()];
    const { life } = machines.running.get(id!)!;
    expect(life.spotInterruptionAt()).toBeUndefined();
    const live = autoScaling.group("fleet");
    const [instance] = live.fleet.instances();
    expect(live.fleet.interrupt(instance!.number, live.settle())).toBe(true);
    expect(life.spotInterruptionAt()).toBe(time.now() + 120 * SEC);
    expect(machines.told).toEqual([{ instanceId: id, notice: "spot" }]);
    expect(life.targetLifecycleState()).toBe("InService");
    time.advance(120 * SEC);
    expect(machines.ended).toEqual([id]);
    expect(group().Instances.map(({ LifecycleState }) => LifecycleState)).toEqual(["Pending"]);
  });

  it("keep trying, with growing pauses, while EC2 has no capacity", () => {
    const { autoScaling, call, create, states, time } = servedGroupWorld();
    create();
    const live = autoScaling.group("fleet");
    const from = live.settle();
    live.fleet.addShortage({ from, until: from + 60 * SEC, zone: undefined, purchase: undefined });
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "1" });
    time.advance(SEC);
    expect(states()).toEqual([]);
    const failed = call("DescribeScalingActivities", GROUP)["Activities"] as Record<string, unknown>[];
    expect(failed[0]).toMatchObject({
      StatusCode: "Failed",
      StatusMessage: expect.stringContaining("InsufficientInstanceCapacity") as string,
    });
    // Tried again after 30 s, and 60 s after that.
    time.advance(90 * SEC);
    expect(states()).toEqual(["InService"]);
  });

  it("tell what happened to them and why, newest first", () => {
    const { call, create, time } = servedGroupWorld();
    create({ DesiredCapacity: "1" });
    time.advance(5 * SEC);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "0" });
    time.advance(60 * SEC);
    const activities = call("DescribeScalingActivities", GROUP)["Activities"] as {
      Description: string;
      Cause: string;
      StatusCode: string;
    }[];
    expect(activities.map(({ StatusCode }) => StatusCode)).toEqual(["Successful", "Successful"]);
    expect(activities[0]!.Description).toMatch(/^Terminating EC2 instance: i-[0-9a-f]{17}$/);
    expect(activities[0]!.Cause).toContain(
      "a user request explicitly set group desired capacity, changing the desired capacity from 1 to 0",
    );
    expect(activities[1]!.Cause).toContain("changing the desired capacity from 0 to 1");
  });

  it("are refused when they are there already, ask for too much, or contradict themselves", () => {
    const { call, create } = servedGroupWorld();
    create();
    expect(faultOf(() => create())).toBe("AlreadyExists");
    expect(faultOf(() => create({ AutoScalingGroupName: "other", MaxSize: "55" }))).toBe("LimitExceeded");
    expect(faultOf(() => create({ AutoScalingGroupName: "other", MinSize: "5", MaxSize: "4" }))).toBe("ValidationError");
    expect(faultOf(() => create({ AutoScalingGroupName: "other", LaunchTemplate: undefined }))).toBe("ValidationError");
    expect(faultOf(() => call("SetDesiredCapacity", { AutoScalingGroupName: "none", DesiredCapacity: "1" }))).toBe("ValidationError");
  });

  it("are deleted when they are empty, or by force with all that they have", () => {
    const { autoScaling, call, create, machines, time } = servedGroupWorld();
    create({ DesiredCapacity: "2" });
    time.advance(2 * SEC);
    expect(faultOf(() => call("DeleteAutoScalingGroup", GROUP))).toBe("ResourceInUse");
    call("DeleteAutoScalingGroup", { ...GROUP, ForceDelete: "true" });
    time.advance(0);
    for (const { instanceId } of machines.told) autoScaling.machineGone("fleet", instanceId);
    expect(call("DescribeAutoScalingGroups")["AutoScalingGroups"]).toEqual([]);
    create();
  });
});
