import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingInstancesCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, describe, expect, it } from "vitest";
import { quickFleet } from "../../support/quick-fleet.ts";
import { isAlive } from "../../support/processes.ts";
import { fleetRig, GROUP, until } from "./fleet-rig.ts";

type Rig = Awaited<ReturnType<typeof fleetRig>>;
let open: Rig | undefined;

afterEach(async () => {
  await open?.close();
  open = undefined;
});

const group = { AutoScalingGroupName: GROUP };

/** A group of so many instances, all of them ready. */
async function readyGroup(count: number, options: Parameters<typeof fleetRig>[0] = {}): Promise<Rig> {
  const rig = (open = await fleetRig(options));
  const limits = { MinSize: 0, MaxSize: 8, DesiredCapacity: count };
  const create = { ...group, ...limits, AvailabilityZones: ["us-east-1a"], LaunchTemplate: { LaunchTemplateName: "worker" } };
  await rig.clients.autoScaling.send(new CreateAutoScalingGroupCommand(create));
  await until(`${count} instances are ready`, () => rig.ready() === count);
  return rig;
}

async function instances({ clients }: Rig) {
  const { AutoScalingInstances = [] } = await clients.autoScaling.send(new DescribeAutoScalingInstancesCommand({}));
  return AutoScalingInstances;
}

const resize = ({ clients }: Rig, DesiredCapacity: number) =>
  clients.autoScaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity }));

describe("instances of the local fleet", () => {
  it("finish what they do when they are told to shut down, and then go", async () => {
    const rig = await readyGroup(1);
    await rig.send(1, 1500);
    await until("the job runs", () => rig.queue().inFlight === 1);
    await resize(rig, 0);
    await until("the instance is gone", async () => (await instances(rig)).length === 0);
    expect(rig.queue()).toMatchObject({ deleted: 1, received: 1 });
    expect(rig.gone).toEqual(["exit code 0"]);
  });

  it("are held by the terminate hook while they beat, and go when they complete it", async () => {
    const rig = await readyGroup(1, { environment: { HOOK: "drain" } });
    const hook = { ...group, LifecycleHookName: "drain", HeartbeatTimeout: 1 };
    await rig.clients.autoScaling.send(
      new PutLifecycleHookCommand({ ...hook, LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING" }),
    );
    await rig.send(1, 3000);
    await until("the job runs", () => rig.queue().inFlight === 1);
    await resize(rig, 0);
    await until("the instance waits", async () => (await instances(rig))[0]?.LifecycleState === "Terminating:Wait");
    // Longer than the hook waits without a heartbeat.
    await until("the job is done", () => rig.queue().deleted === 1);
    await until("the instance is gone", async () => (await instances(rig)).length === 0);
    expect(rig.queue().received).toBe(1);
  });

  it("that are protected are spared by a scale-in", async () => {
    const rig = await readyGroup(2);
    const [first, second] = (await instances(rig)).map(({ InstanceId }) => InstanceId!);
    await rig.clients.autoScaling.send(new SetInstanceProtectionCommand({ ...group, InstanceIds: [first!], ProtectedFromScaleIn: true }));
    await resize(rig, 1);
    await until("one is left", async () => (await instances(rig)).length === 1);
    expect((await instances(rig))[0]).toMatchObject({ InstanceId: first, ProtectedFromScaleIn: true });
    expect(first).not.toBe(second);
  });

  it("learn of a Spot interruption from their metadata, drain, and are replaced", async () => {
    const spot = { interruptedPerDay: 0, noticeSec: 3 };
    const rig = await readyGroup(1, { autoScaling: { scenario: quickFleet({ spot }) } });
    const [before] = await instances(rig);
    const live = rig.autoScaling.group(GROUP);
    const [instance] = live.fleet.instances();
    live.fleet.interrupt(instance!.number, live.settle());
    await until("another is ready", async () => rig.ready() === 1 && (await instances(rig))[0]?.InstanceId !== before?.InstanceId);
    // It has drained and gone by itself before it was taken.
    expect(rig.gone).toEqual(["exit code 0"]);
  });

  it("are replaced when their process dies or hangs", async () => {
    const rig = await readyGroup(1, { fleet: { healthChecks: { everyMs: 200, failures: 2 } } });
    const [first] = await instances(rig);
    expect(rig.fleet.crash()).toBe(true);
    await until("another is ready", async () => rig.ready() === 1 && (await instances(rig))[0]?.InstanceId !== first?.InstanceId);
    expect(rig.gone).toEqual(["SIGKILL"]);
    const [second] = await instances(rig);
    const [port] = rig.fleet.status().map((status) => status.port);
    await fetch(`http://127.0.0.1:${port}/hang`);
    await until("a third is ready", async () => {
      const ids = (await instances(rig)).map(({ InstanceId }) => InstanceId);
      return rig.ready() === 1 && !ids.includes(second!.InstanceId);
    });
  });

  it("are all gone when the fleet is closed, whatever they are doing", async () => {
    const rig = await readyGroup(3);
    await rig.send(6, 60_000);
    await until("jobs run", () => rig.queue().inFlight === 6);
    await resize(rig, 6);
    await until("more are starting", () => rig.fleet.status().length === 6);
    const pids = rig.fleet.status().flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    await rig.close();
    open = undefined;
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
