import { describe, expect, it } from "vitest";
import { faultOf } from "../../../support/aws-calls.ts";
import { quickFleet } from "../../../support/quick-fleet.ts";
import { GROUP, servedGroupWorld } from "../../../support/served-group-world.ts";

const SEC = 1000;
const MINUTE = 60 * SEC;

/** A group of two on the backlog per instance, which the test publishes. */
function trackingWorld({ desired = 2, ...configuration }: { desired?: number; DisableScaleIn?: string } = {}) {
  // Launches take longer than a test, so that what a metric was divided by and what is in service are the same.
  const world = servedGroupWorld({ scenario: quickFleet({ pending: { kind: "constant", sec: 600 } }) });
  world.create({ MinSize: "1", MaxSize: "20", DesiredCapacity: String(desired), DefaultInstanceWarmup: "30" });
  const stat = (name: string) => ({ Metric: { Namespace: "Fleet", MetricName: name }, Stat: "Average" });
  const policy = {
    ...GROUP,
    PolicyName: "backlog",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingConfiguration: {
      TargetValue: "100",
      CustomizedMetricSpecification: {
        Metrics: [
          { Id: "m1", MetricStat: stat("Visible"), ReturnData: "false" },
          { Id: "m2", MetricStat: stat("InService"), ReturnData: "false" },
          { Id: "e1", Expression: "m1 / m2", ReturnData: "true" },
        ],
      },
      ...configuration,
    },
  };
  const put = (name = "backlog", changes: object = {}) => world.call("PutScalingPolicy", { ...policy, PolicyName: name, ...changes });
  const minutes = (count: number, visible: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      world.publish("Visible", visible);
      world.publish("InService", world.group().Instances.filter(({ LifecycleState }) => LifecycleState === "InService").length);
      world.time.advance(MINUTE);
    }
  };
  const alarms = () =>
    world.watch("DescribeAlarms")["MetricAlarms"] as {
      AlarmName: string;
      Threshold: number;
      EvaluationPeriods: number;
      StateValue: string;
    }[];
  world.time.advance(15 * MINUTE);
  return { ...world, put, minutes, alarms };
}

describe("target tracking of the embedded Auto Scaling", () => {
  it("makes its two alarms, and takes them away with it", () => {
    const { alarms, call, put } = trackingWorld();
    const { PolicyARN, Alarms } = put() as { PolicyARN: string; Alarms: { AlarmName: string }[] };
    const kinds = alarms().map(({ AlarmName, Threshold, EvaluationPeriods }) => [AlarmName.split("-")[2], Threshold, EvaluationPeriods]);
    expect(kinds).toEqual([
      ["AlarmHigh", 100, 3],
      ["AlarmLow", 70, 15],
    ]);
    expect(Alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(alarms().map(({ AlarmName }) => AlarmName));
    expect(call("DescribePolicies", GROUP)["ScalingPolicies"]).toMatchObject([{ PolicyName: "backlog", PolicyARN, Enabled: true }]);
    call("DeletePolicy", { PolicyName: PolicyARN });
    expect([alarms(), call("DescribePolicies")["ScalingPolicies"]]).toEqual([[], []]);
  });

  it("scales out to what brings the metric back to its target, after three minutes above it", () => {
    const { answers, group, minutes, put } = trackingWorld();
    put();
    minutes(3, 900);
    expect(group().DesiredCapacity).toBe(2);
    minutes(1, 900);
    expect(group().DesiredCapacity).toBe(9);
    expect(answers.at(-1)).toMatchObject({ policyName: "backlog", before: 2, desired: 9 });
    expect(answers.at(-1)?.reason).toMatchObject({ code: "out", text: expect.stringContaining("2 × 450 / 100 → 9") as string });
  });

  it("asks for nothing more while what it asked for is on its way, and for more when the need grows", () => {
    const { group, minutes, put } = trackingWorld();
    put();
    minutes(4, 900);
    minutes(2, 900);
    expect(group().DesiredCapacity).toBe(9);
    minutes(2, 1500);
    expect(group().DesiredCapacity).toBe(15);
  });

  it("scales in after fifteen minutes below seventy per cent of the target, never below the minimum", () => {
    const { group, minutes, put } = trackingWorld({ desired: 9 });
    put();
    minutes(15, 200);
    expect(group().DesiredCapacity).toBe(9);
    minutes(1, 200);
    expect(group().DesiredCapacity).toBe(2);
    minutes(20, 1);
    expect(group().DesiredCapacity).toBe(1);
  });

  it("shrinks only when all of its policies want it", () => {
    const { call, group, minutes, put } = trackingWorld({ desired: 9 });
    put("first");
    put("second", {
      TargetTrackingConfiguration: {
        TargetValue: "1000",
        CustomizedMetricSpecification: { Namespace: "Fleet", MetricName: "Calm", Statistic: "Average" },
      },
    });
    // The second has no data: it does not object by wanting more, but it does not agree either.
    minutes(20, 200);
    expect(group().DesiredCapacity).toBe(9);
    call("DeletePolicy", { ...GROUP, PolicyName: "second" });
    minutes(1, 200);
    expect(group().DesiredCapacity).toBe(2);
  });

  it("never scales in when it is told not to", () => {
    const { alarms, group, minutes, put } = trackingWorld({ DisableScaleIn: "true" });
    put();
    minutes(20, 1);
    expect(alarms().find(({ AlarmName }) => AlarmName.includes("Low"))?.StateValue).toBe("ALARM");
    expect(group().DesiredCapacity).toBe(2);
  });

  it("refuses what it could not measure", () => {
    const { put } = trackingWorld();
    const predefined = { TargetValue: "50", PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" } };
    expect(faultOf(() => put("cpu", { TargetTrackingConfiguration: predefined }))).toBe("ValidationError");
  });
});

describe("step and simple scaling of the embedded Auto Scaling", () => {
  function alarmWorld(policy: object) {
    const world = servedGroupWorld();
    world.create({ MinSize: "1", MaxSize: "20", DesiredCapacity: "10", DefaultInstanceWarmup: "120", DefaultCooldown: "180" });
    const { PolicyARN } = world.call("PutScalingPolicy", { ...GROUP, PolicyName: "answer", ...policy }) as { PolicyARN: string };
    world.watch("PutMetricAlarm", {
      AlarmName: "high",
      Namespace: "Fleet",
      MetricName: "Load",
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmActions: [PolicyARN],
    });
    world.time.advance(6 * MINUTE);
    const minutes = (...values: number[]) => {
      for (const value of values) {
        world.publish("Load", value);
        world.time.advance(MINUTE);
      }
    };
    return { ...world, minutes };
  }

  const STEPS = [
    { MetricIntervalLowerBound: "0", MetricIntervalUpperBound: "10", ScalingAdjustment: "10" },
    { MetricIntervalLowerBound: "10", ScalingAdjustment: "30" },
  ];

  it("takes the step for how far the metric is beyond the threshold, and counts what warms up as there", () => {
    const policy = {
      PolicyType: "StepScaling",
      AdjustmentType: "PercentChangeInCapacity",
      StepAdjustments: STEPS,
      EstimatedInstanceWarmup: "300",
    };
    const { group, minutes } = alarmWorld(policy);
    minutes(55, 55);
    expect(group().DesiredCapacity).toBe(11);
    minutes(70);
    // 30 % of the ten that are warm, of which one is asked for already.
    minutes(1);
    expect(group().DesiredCapacity).toBe(13);
  });

  it("refuses steps with gaps and overlaps", () => {
    const { call } = alarmWorld({ PolicyType: "SimpleScaling", AdjustmentType: "ChangeInCapacity", ScalingAdjustment: "1" });
    const put = (upper: string) =>
      call("PutScalingPolicy", {
        ...GROUP,
        PolicyName: "gap",
        PolicyType: "StepScaling",
        AdjustmentType: "ChangeInCapacity",
        StepAdjustments: [{ ...STEPS[0], MetricIntervalUpperBound: upper }, STEPS[1]],
      });
    expect(() => put("9")).toThrow(/gap/);
    expect(() => put("11")).toThrow(/overlap/);
  });

  it("answers once and then waits for the cooldown, which begins when the instance is there", () => {
    const { answers, group, minutes } = alarmWorld({
      PolicyType: "SimpleScaling",
      AdjustmentType: "ChangeInCapacity",
      ScalingAdjustment: "2",
    });
    minutes(60, 60);
    expect(group().DesiredCapacity).toBe(12);
    minutes(60, 60, 60);
    expect(group().DesiredCapacity).toBe(12);
    minutes(60);
    expect(group().DesiredCapacity).toBe(14);
    expect(answers.map(({ desired }) => desired)).toEqual([12, 14]);
  });

  it("executes a policy by hand, with or without its cooldown", () => {
    const { call, group, time } = alarmWorld({ PolicyType: "SimpleScaling", AdjustmentType: "ExactCapacity", ScalingAdjustment: "3" });
    call("ExecutePolicy", { ...GROUP, PolicyName: "answer" });
    expect(group().DesiredCapacity).toBe(3);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "5" });
    time.advance(MINUTE);
    expect(faultOf(() => call("ExecutePolicy", { ...GROUP, PolicyName: "answer", HonorCooldown: "true" }))).toBe(
      "ScalingActivityInProgress",
    );
    call("ExecutePolicy", { ...GROUP, PolicyName: "answer" });
    expect(group().DesiredCapacity).toBe(3);
  });
});

describe("scheduled actions of the embedded Auto Scaling", () => {
  it("change limits and capacity when they are due, once or again and again", () => {
    // The world's time begins on 2027-01-15 at 08:00 UTC.
    const { call, create, group, time } = servedGroupWorld();
    create({ MinSize: "1", MaxSize: "4" });
    const put = (name: string, more: object) => call("PutScheduledUpdateGroupAction", { ...GROUP, ScheduledActionName: name, ...more });
    put("morning", { Recurrence: "30 9 * * *", TimeZone: "Europe/Berlin", MinSize: "3", MaxSize: "6" });
    put("once", { StartTime: "2027-01-15T08:45:00Z", DesiredCapacity: "5" });
    time.advance(30 * MINUTE - 1);
    expect(group()).toMatchObject({ MinSize: 1, DesiredCapacity: 1 });
    time.advance(1);
    expect(group()).toMatchObject({ MinSize: 3, MaxSize: 6, DesiredCapacity: 3 });
    time.advance(15 * MINUTE);
    expect(group().DesiredCapacity).toBe(5);
    const left = call("DescribeScheduledActions", GROUP)["ScheduledUpdateGroupActions"] as { ScheduledActionName: string }[];
    expect(left.map(({ ScheduledActionName }) => ScheduledActionName)).toEqual(["morning"]);
    call("SetDesiredCapacity", { ...GROUP, DesiredCapacity: "6" });
    call("UpdateAutoScalingGroup", { ...GROUP, MinSize: "1", DesiredCapacity: "1" });
    time.advance(24 * 60 * MINUTE);
    expect(group().DesiredCapacity).toBe(3);
  });

  it("are refused without a time, in the past, or with nothing to do", () => {
    const { call, create } = servedGroupWorld();
    create();
    const fault = (more: object) => faultOf(() => call("PutScheduledUpdateGroupAction", { ...GROUP, ScheduledActionName: "x", ...more }));
    expect(fault({ MinSize: "1" })).toBe("ValidationError");
    expect(fault({ MinSize: "1", StartTime: "2020-01-01T00:00:00Z" })).toBe("ValidationError");
    expect(fault({ Recurrence: "0 9 * * *" })).toBe("ValidationError");
    expect(fault({ MinSize: "1", Recurrence: "61 9 * * *" })).toBe("ValidationError");
    expect(fault({ MinSize: "1", Recurrence: "0 9 * * *", TimeZone: "Mars/Olympus" })).toBe("ValidationError");
  });
});
