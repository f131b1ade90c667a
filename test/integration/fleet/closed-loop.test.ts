import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  EnableMetricsCollectionCommand,
  PutScalingPolicyCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, describe, expect, it } from "vitest";
import { fleetRig, GROUP, until } from "./fleet-rig.ts";

let rig: Awaited<ReturnType<typeof fleetRig>> | undefined;

afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const group = { AutoScalingGroupName: GROUP };
const visible = {
  Namespace: "AWS/SQS",
  MetricName: "ApproximateNumberOfMessagesVisible",
  Dimensions: [{ Name: "QueueName", Value: "jobs" }],
};
const inService = {
  Namespace: "AWS/AutoScaling",
  MetricName: "GroupInServiceInstances",
  Dimensions: [{ Name: "AutoScalingGroupName", Value: GROUP }],
};

describe("the closed loop on this machine", () => {
  it("grows with its queue, by metric, alarm and policy, drains it, and shrinks again", async () => {
    rig = await fleetRig();
    const { answers, clients, defects, queue, ready, send } = rig;
    const { autoScaling, cloudWatch } = clients;
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({
        ...group,
        MinSize: 1,
        MaxSize: 4,
        AvailabilityZones: ["us-east-1a"],
        LaunchTemplate: { LaunchTemplateName: "worker" },
        DefaultInstanceWarmup: 1,
      }),
    );
    await autoScaling.send(new EnableMetricsCollectionCommand({ ...group, Granularity: "1Minute" }));
    await autoScaling.send(
      new PutScalingPolicyCommand({
        ...group,
        PolicyName: "backlog",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: {
          TargetValue: 10,
          CustomizedMetricSpecification: {
            Metrics: [
              { Id: "m1", MetricStat: { Metric: visible, Stat: "Maximum", Period: 1 }, ReturnData: false },
              { Id: "m2", MetricStat: { Metric: inService, Stat: "Average", Period: 1 }, ReturnData: false },
              { Id: "e1", Expression: "m1 / m2", ReturnData: true },
            ],
          },
        },
      }),
    );
    await until("the first instance is ready", () => ready() === 1);
    await send(150, 100);
    await until("four instances are ready", () => ready() === 4);
    await until("the queue is empty", () => queue().visible + queue().inFlight === 0);
    await until("one instance is left", async () => {
      const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }));
      return AutoScalingGroups[0]?.DesiredCapacity === 1 && AutoScalingGroups[0].Instances?.length === 1;
    });

    expect(queue()).toMatchObject({ sent: 150, deleted: 150 });
    const changes = answers.filter(({ before, desired }) => before !== desired);
    expect(changes[0]).toMatchObject({ before: 1, desired: 4, reason: { code: "out" } });
    expect(changes.at(-1)).toMatchObject({ desired: 1, reason: { code: "in" } });
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "TargetTracking-fleet" }));
    expect(MetricAlarms.map(({ StateValue }) => StateValue).sort()).toEqual(["ALARM", "OK"]);
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 60_000),
        EndTime: new Date(),
        MetricDataQueries: [{ Id: "m1", MetricStat: { Metric: inService, Stat: "Maximum", Period: 1 } }],
      }),
    );
    expect(Math.max(...(MetricDataResults[0]?.Values ?? []))).toBe(4);
    const { Activities = [] } = await autoScaling.send(new DescribeScalingActivitiesCommand(group));
    expect(Activities.filter(({ Description }) => Description?.startsWith("Launching"))).toHaveLength(4);
    expect(Activities.at(-1)?.StartTime).toBeInstanceOf(Date);
    expect(defects).toEqual([]);
  });
});
