import { LocalAutoScaling, type LocalAutoScalingOptions } from "../../runtime/local/autoscaling/local-autoscaling.ts";
import type { Machine, Machines, Notice } from "../../runtime/local/autoscaling/machines.ts";
import type { PolicyAnswer } from "../../runtime/local/autoscaling/scaling-policies.ts";
import { LocalCloudWatch } from "../../runtime/local/cloudwatch/local-cloudwatch.ts";
import { callsTo } from "./aws-calls.ts";
import { ManualTime } from "./manual-time.ts";
import { quickFleet } from "./quick-fleet.ts";

/** Machines that do nothing but remember what they were told. */
export class TestMachines implements Machines {
  readonly running = new Map<string, Machine>();
  /** Every start, in order. */
  readonly started: string[] = [];
  readonly told: { readonly instanceId: string; readonly notice: Notice }[] = [];
  readonly ended: string[] = [];

  start(machine: Machine): void {
    this.running.set(machine.instanceId, machine);
    this.started.push(machine.instanceId);
  }

  tell(instanceId: string, notice: Notice): void {
    this.told.push({ instanceId, notice });
  }

  end(instanceId: string): void {
    this.running.delete(instanceId);
    this.ended.push(instanceId);
  }
}

export const GROUP = { AutoScalingGroupName: "fleet" };
const TEMPLATE = { LaunchTemplate: { LaunchTemplateName: "worker", Version: "1" } };

/** Auto Scaling and CloudWatch of the embedded AWS, wired as they are in `headroom local`, in time that the test moves. */
export function servedGroupWorld(options: Partial<LocalAutoScalingOptions> = {}) {
  const time = new ManualTime();
  const machines = new TestMachines();
  const answers: PolicyAnswer[] = [];
  const clock = () => time.clock();
  const cloudWatch: LocalCloudWatch = new LocalCloudWatch({
    clock: clock(),
    publication: { lagMs: 0 },
    groupFigures: () => autoScaling.figures(),
    scale: (policyArn, event) => autoScaling.alarmed(policyArn, event),
  });
  const autoScaling: LocalAutoScaling = new LocalAutoScaling({
    machines,
    metrics: cloudWatch,
    scenario: quickFleet(),
    clock,
    answered: (answer) => answers.push(answer),
    ...options,
  });
  const call = callsTo(autoScaling.service);
  const watch = callsTo(cloudWatch.service);
  const create = (more: object = {}) => {
    call("CreateAutoScalingGroup", { ...GROUP, ...TEMPLATE, MinSize: "0", MaxSize: "10", AvailabilityZones: ["us-east-1a"], ...more });
  };
  const group = () =>
    (call("DescribeAutoScalingGroups", { AutoScalingGroupNames: ["fleet"] })["AutoScalingGroups"] as DescribedGroup[])[0]!;
  const states = () => group().Instances.map(({ LifecycleState }) => LifecycleState);
  const publish = (name: string, value: number) =>
    watch("PutMetricData", { Namespace: "Fleet", MetricData: [{ MetricName: name, Value: value }] });
  return { time, machines, answers, autoScaling, call, watch, create, group, states, publish };
}

export interface DescribedGroup {
  readonly DesiredCapacity: number;
  readonly MinSize: number;
  readonly MaxSize: number;
  readonly Instances: readonly {
    readonly InstanceId: string;
    readonly LifecycleState: string;
    readonly HealthStatus: string;
    readonly AvailabilityZone: string;
  }[];
}
