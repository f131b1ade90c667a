import { describe, expect, it } from "vitest";
import { LocalCloudWatch, type LocalCloudWatchOptions } from "../../../../runtime/local/cloudwatch/local-cloudwatch.ts";
import type { QueueFigures } from "../../../../runtime/local/cloudwatch/own-metrics.ts";
import { callsTo, faultOf } from "../../../support/aws-calls.ts";
import { ManualTime } from "../../../support/manual-time.ts";

const MINUTE_MS = 60_000;
const POLICY = "arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:1:autoScalingGroupName/g:policyName/p";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:operators";

function world(options: LocalCloudWatchOptions = {}) {
  const time = new ManualTime();
  const scaled: { state: string; at: number; values: number[] }[] = [];
  const told: { subject: string; message: string }[] = [];
  const cloudWatch = new LocalCloudWatch({
    clock: time.clock(),
    scale: (_arn, { state, at, datapoints }) => {
      scaled.push({ state, at, values: datapoints.map(({ value }) => value) });
      return "done";
    },
    notify: (_topic, notification) => told.push(notification),
    ...options,
  });
  const call = callsTo(cloudWatch.service);
  const put = (value: number) => call("PutMetricData", { Namespace: "Fleet", MetricData: [{ MetricName: "Load", Value: value }] });
  const alarm = (more: object = {}) =>
    call("PutMetricAlarm", {
      AlarmName: "high",
      Namespace: "Fleet",
      MetricName: "Load",
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 100,
      ComparisonOperator: "GreaterThanThreshold",
      ...more,
    });
  const described = () => (call("DescribeAlarms")["MetricAlarms"] as Record<string, unknown>[])[0];
  const state = () => described()?.["StateValue"];
  /** A value a minute. */
  const minutes = (...values: number[]) => {
    for (const value of values) {
      put(value);
      time.advance(MINUTE_MS);
    }
  };
  return { time, call, put, alarm, described, state, minutes, scaled, told };
}

describe("alarms of the embedded CloudWatch", () => {
  it("begin without data, and follow the newest datapoints", () => {
    const { alarm, minutes, state } = world();
    alarm();
    expect(state()).toBe("INSUFFICIENT_DATA");
    minutes(10, 10, 10, 10);
    expect(state()).toBe("OK");
    // The minute that runs is not looked at.
    minutes(200, 200, 200);
    expect(state()).toBe("OK");
    minutes(200);
    expect(state()).toBe("ALARM");
    minutes(50, 50);
    expect(state()).toBe("OK");
  });

  it("scale when they begin and once a minute while they last, but notify only when they change", () => {
    const { alarm, minutes, scaled, told } = world();
    alarm({ AlarmActions: [POLICY, TOPIC], OKActions: [TOPIC], EvaluationPeriods: 1 });
    minutes(200, 210, 220, 230, 10, 10);
    expect(scaled.map(({ values }) => values)).toEqual([[200], [210], [220], [230]]);
    expect(scaled.map(({ at }, index) => at - scaled[0]!.at - index * MINUTE_MS)).toEqual([0, 0, 0, 0]);
    expect(told.map(({ subject }) => subject)).toEqual(['ALARM: "high" in us-east-1', 'OK: "high" in us-east-1']);
    expect(JSON.parse(told[0]!.message)).toMatchObject({ AlarmName: "high", NewStateValue: "ALARM", OldStateValue: "INSUFFICIENT_DATA" });
  });

  it("with a period below a minute are evaluated every ten seconds, and still scale once a minute", () => {
    const { alarm, call, scaled, state, time } = world();
    const alarmed = () => state() === "ALARM";
    alarm({ AlarmActions: [POLICY], Period: 10, EvaluationPeriods: 3 });
    let begunAt = 0;
    for (let count = 0; count < 18; count += 1) {
      call("PutMetricData", { Namespace: "Fleet", MetricData: [{ MetricName: "Load", Value: 200, StorageResolution: 1 }] });
      time.advance(10_000);
      if (begunAt === 0 && alarmed()) begunAt = time.now();
    }
    expect(begunAt - 1_800_000_000_000).toBe(40_000);
    expect(scaled.map(({ at }) => at - scaled[0]!.at)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS]);
  });

  it("watch metric math, of which exactly one query returns data", () => {
    const { alarm, minutes, state } = world();
    const single = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const stat = { Metric: { Namespace: "Fleet", MetricName: "Load" }, Period: 60, Stat: "Maximum" };
    const watched = { Id: "e1", Expression: "m1 * 10" };
    const load = { Id: "m1", MetricStat: stat, ReturnData: false };
    expect(faultOf(() => alarm({ ...single, Metrics: [watched, { ...load, ReturnData: true }] }))).toBe("InvalidParameterValueException");
    alarm({ ...single, EvaluationPeriods: 1, Metrics: [watched, load] });
    minutes(11, 11);
    expect(state()).toBe("ALARM");
  });

  it("set by hand act at once, until the next evaluation finds otherwise", () => {
    const { alarm, call, minutes, scaled, state } = world();
    alarm({ AlarmActions: [POLICY] });
    minutes(1, 1, 1, 1);
    call("SetAlarmState", { AlarmName: "high", StateValue: "ALARM", StateReason: "a drill" });
    expect(state()).toBe("ALARM");
    expect(scaled).toHaveLength(1);
    minutes(1, 1);
    expect(state()).toBe("OK");
    expect(faultOf(() => call("SetAlarmState", { AlarmName: "none", StateValue: "OK", StateReason: "x" }))).toBe("ResourceNotFound");
  });

  it("whose actions are disabled change their state and do nothing else", () => {
    const { alarm, call, minutes, scaled, state } = world();
    alarm({ AlarmActions: [POLICY], EvaluationPeriods: 1 });
    call("DisableAlarmActions", { AlarmNames: ["high"] });
    minutes(200, 200);
    expect([state(), scaled]).toEqual(["ALARM", []]);
    call("EnableAlarmActions", { AlarmNames: ["high"] });
    minutes(200);
    expect(scaled).toHaveLength(1);
  });

  it("keep a history of their changes and of what became of their actions", () => {
    const { alarm, call, minutes } = world();
    alarm({ AlarmActions: ["arn:aws:lambda:us-east-1:000000000000:function:nobody"], EvaluationPeriods: 1 });
    minutes(200, 200);
    const items = call("DescribeAlarmHistory", { AlarmName: "high" })["AlarmHistoryItems"] as {
      HistoryItemType: string;
      HistorySummary: string;
    }[];
    expect(items.map(({ HistoryItemType }) => HistoryItemType)).toEqual(["Action", "StateUpdate", "ConfigurationUpdate"]);
    expect(items[0]!.HistorySummary).toContain("Failed");
    call("DeleteAlarms", { AlarmNames: ["high"] });
    expect(call("DescribeAlarms")["MetricAlarms"]).toEqual([]);
    expect(faultOf(() => call("DeleteAlarms", { AlarmNames: ["high"] }))).toBe("ResourceNotFound");
  });

  it("give back what was put", () => {
    const { alarm, described } = world();
    alarm({
      TreatMissingData: "notBreaching",
      DatapointsToAlarm: 2,
      AlarmDescription: "too much",
      Dimensions: [{ Name: "A", Value: "1" }],
    });
    expect(described()).toMatchObject({
      AlarmName: "high",
      AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high",
      AlarmDescription: "too much",
      MetricName: "Load",
      Dimensions: [{ Name: "A", Value: "1" }],
      Period: 60,
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: "notBreaching",
      ActionsEnabled: true,
    });
  });
});

describe("metrics that AWS publishes itself", () => {
  const still: QueueFigures = {
    queueName: "jobs",
    visible: 0,
    inFlight: 0,
    delayed: 0,
    ageOfOldestMs: 0,
    sent: 0,
    received: 0,
    deleted: 0,
    emptyReceives: 0,
  };

  function published(options: LocalCloudWatchOptions) {
    const { call, time } = world(options);
    const read = (namespace: string, name: string, dimension: object) =>
      call("GetMetricStatistics", {
        Namespace: namespace,
        MetricName: name,
        Dimensions: [dimension],
        Period: 60,
        Statistics: ["Sum", "SampleCount"],
        StartTime: (time.now() - 86_400_000) / 1000,
        EndTime: time.now() / 1000 + 1,
      })["Datapoints"] as { Sum: number; SampleCount: number }[];
    const ofQueue = (name: string) => read("AWS/SQS", name, { Name: "QueueName", Value: "jobs" });
    const ofGroup = (name: string) => read("AWS/AutoScaling", name, { Name: "AutoScalingGroupName", Value: "fleet" });
    return { time, ofQueue, ofGroup };
  }

  it("tell each minute of a queue, its counters by the minute, after a lag", () => {
    let figures = still;
    const { time, ofQueue } = published({ queueFigures: () => [figures], publication: { lagMs: 30_000 } });
    figures = { ...still, visible: 7, sent: 10, deleted: 3, ageOfOldestMs: 12_900 };
    time.advance(MINUTE_MS);
    expect(ofQueue("ApproximateNumberOfMessagesVisible")).toEqual([]);
    time.advance(30_000);
    figures = { ...figures, sent: 14 };
    time.advance(MINUTE_MS);
    const sums = (name: string) => ofQueue(name).map(({ Sum }) => Sum);
    expect(sums("ApproximateNumberOfMessagesVisible")).toEqual([7, 7]);
    expect(sums("NumberOfMessagesSent")).toEqual([10, 4]);
    expect(sums("ApproximateAgeOfOldestMessage")).toEqual([12, 12]);
  });

  it("tell nothing of a queue that sleeps, and hold back what it says when it wakes", () => {
    let figures = still;
    const { time, ofQueue } = published({
      queueFigures: () => [figures],
      publication: { lagMs: 0, sleepAfterMs: 10 * MINUTE_MS, wakeWithinMs: 5 * MINUTE_MS },
    });
    time.advance(30 * MINUTE_MS);
    const asleep = ofQueue("NumberOfMessagesSent").length;
    expect(asleep).toBeLessThanOrEqual(12);
    figures = { ...still, visible: 1, sent: 1 };
    time.advance(MINUTE_MS);
    const waking = ofQueue("NumberOfMessagesSent").length;
    time.advance(6 * MINUTE_MS);
    expect(waking).toBe(asleep);
    expect(ofQueue("NumberOfMessagesSent").length).toBeGreaterThan(asleep + 5);
  });

  it("let a sample slip into the next minute now and then, where Sum counts both", () => {
    const { time, ofQueue } = published({
      queueFigures: () => [{ ...still, visible: 5 }],
      publication: { lagMs: 0, irregularProbability: 0.3 },
    });
    time.advance(60 * MINUTE_MS);
    const points = ofQueue("ApproximateNumberOfMessagesVisible");
    const doubled = points.filter(({ SampleCount }) => SampleCount === 2);
    expect(doubled.length).toBeGreaterThan(0);
    expect(doubled.every(({ Sum }) => Sum === 10)).toBe(true);
    // Nothing is lost but what is still slipping.
    expect(points.reduce((sum, { SampleCount }) => sum + SampleCount, 0)).toBeGreaterThanOrEqual(60);
  });

  it("tell of groups whose metrics are collected", () => {
    const group = { groupName: "fleet", min: 1, max: 9, desired: 4, pending: 1, inService: 3, terminating: 2 };
    const { time, ofGroup } = published({ groupFigures: () => [group], publication: { lagMs: 0 } });
    time.advance(MINUTE_MS);
    expect(ofGroup("GroupInServiceInstances").at(-1)).toMatchObject({ Sum: 3 });
    expect(ofGroup("GroupTotalInstances").at(-1)).toMatchObject({ Sum: 6 });
  });
});
