import { describe, expect, it } from "vitest";
import { LocalCloudWatch } from "../../../../runtime/local/cloudwatch/local-cloudwatch.ts";
import { callsTo, faultOf } from "../../../support/aws-calls.ts";
import { ManualTime } from "../../../support/manual-time.ts";

const MINUTE_MS = 60_000;

function world(options: ConstructorParameters<typeof LocalCloudWatch>[0] = {}) {
  const time = new ManualTime();
  const cloudWatch = new LocalCloudWatch({ clock: time.clock(), ...options });
  const call = callsTo(cloudWatch.service);
  const put = (name: string, datum: object) => call("PutMetricData", { Namespace: "Fleet", MetricData: [{ MetricName: name, ...datum }] });
  const span = () => ({ StartTime: (time.now() - 10 * MINUTE_MS) / 1000, EndTime: time.now() / 1000 + 1 });
  const statistics = (name: string, more: object = {}) =>
    call("GetMetricStatistics", {
      Namespace: "Fleet",
      MetricName: name,
      Period: 60,
      Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
      ...span(),
      ...more,
    })["Datapoints"] as Record<string, unknown>[];
  const data = (queries: object[], more: object = {}) =>
    call("GetMetricData", { MetricDataQueries: queries, ScanBy: "TimestampAscending", ...span(), ...more })["MetricDataResults"] as {
      Id: string;
      Values: number[];
      Timestamps: Date[];
      StatusCode: string;
    }[];
  return { time, call, put, statistics, data };
}

const stat = (id: string, name: string, more: object = {}) => ({
  Id: id,
  MetricStat: { Metric: { Namespace: "Fleet", MetricName: name }, Period: 60, Stat: "Sum", ...more },
});

describe("metrics of the embedded CloudWatch", () => {
  it("adds up single values, values with counts and statistic sets of one period", () => {
    const { put, statistics } = world();
    put("Jobs", { Value: 4 });
    put("Jobs", { Values: [1, 10], Counts: [3, 2] });
    put("Jobs", { StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 9 } });
    const [point] = statistics("Jobs");
    expect(point).toMatchObject({ SampleCount: 10, Sum: 47, Average: 4.7, Minimum: 1, Maximum: 10, Unit: "None" });
  });

  it("keeps metrics apart by their dimensions, whatever the order of these", () => {
    const { call, put, statistics } = world();
    const a = { Name: "A", Value: "1" };
    const b = { Name: "B", Value: "2" };
    put("Jobs", { Value: 1, Dimensions: [a, b] });
    put("Jobs", { Value: 2, Dimensions: [b, a] });
    put("Jobs", { Value: 50, Dimensions: [a] });
    expect(statistics("Jobs", { Dimensions: [b, a] })).toMatchObject([{ Sum: 3 }]);
    expect(statistics("Jobs")).toEqual([]);
    expect(call("ListMetrics", { Dimensions: [{ Name: "B" }] })["Metrics"]).toEqual([
      { Namespace: "Fleet", MetricName: "Jobs", Dimensions: [a, b] },
    ]);
  });

  it("keeps metrics of high resolution by the second, and others by the minute", () => {
    const { time, put, data } = world();
    for (let count = 0; count < 3; count += 1) {
      put("Fine", { Value: 1, StorageResolution: 1 });
      put("Coarse", { Value: 1 });
      time.advance(10_000);
    }
    const [fine, coarse] = data([stat("fine", "Fine", { Period: 10 }), stat("coarse", "Coarse", { Period: 10 })]);
    expect(fine?.Values).toEqual([1, 1, 1]);
    expect(coarse?.Values).toEqual([3]);
  });

  it("does metric math over other queries, whatever the order in which they are given", () => {
    const { time, put, data } = world();
    for (const [visible, inService] of [
      [100, 2],
      [300, 0],
      [90, 3],
    ] as const) {
      put("Visible", { Value: visible });
      put("InService", { Value: inService });
      time.advance(MINUTE_MS);
    }
    const results = data([
      { Id: "twice", Expression: "2 * each", Label: "twice" },
      { Id: "each", Expression: "m1 / m2", ReturnData: false },
      { ...stat("m1", "Visible"), ReturnData: false },
      { ...stat("m2", "InService"), ReturnData: false },
    ]);
    // Nothing comes of dividing by 0.
    expect(results.map(({ Id, Values }) => [Id, Values])).toEqual([["twice", [100, 60]]]);
    expect(results[0]?.Timestamps.map((at) => time.now() - at.getTime())).toEqual([3 * MINUTE_MS, MINUTE_MS]);
  });

  it("answers newest first unless asked otherwise, and no more than wanted", () => {
    const { time, put, data } = world();
    for (const value of [1, 2, 3]) {
      put("Jobs", { Value: value });
      time.advance(MINUTE_MS);
    }
    const [result] = data([stat("m1", "Jobs")], { ScanBy: undefined, MaxDatapoints: 2 });
    expect(result).toMatchObject({ Values: [3, 2], StatusCode: "PartialData" });
  });

  it("shows what is put only after its lag", () => {
    const { time, put, statistics } = world({ putLagMs: 5000 });
    put("Jobs", { Value: 1 });
    expect(statistics("Jobs")).toEqual([]);
    time.advance(4999);
    expect(statistics("Jobs")).toEqual([]);
    time.advance(1);
    expect(statistics("Jobs")).toHaveLength(1);
  });

  it("refuses what CloudWatch refuses, and takes nothing of it", () => {
    const { call, put, data, statistics } = world();
    expect(faultOf(() => put("Jobs", { Value: Infinity }))).toBe("InvalidParameterValueException");
    expect(faultOf(() => put("Jobs", { Value: 1, Values: [1] }))).toBe("InvalidParameterCombinationException");
    expect(faultOf(() => put("Jobs", {}))).toBe("MissingRequiredParameterException");
    expect(faultOf(() => put("Jobs", { Value: 1, StorageResolution: 10 }))).toBe("InvalidParameterValueException");
    expect(faultOf(() => call("PutMetricData", { Namespace: "AWS/SQS", MetricData: [] }))).toBe("InvalidParameterValueException");
    const half = { Namespace: "Fleet", MetricData: [{ MetricName: "Jobs", Value: 1 }, { MetricName: "Jobs" }] };
    expect(faultOf(() => call("PutMetricData", half))).toBe("MissingRequiredParameterException");
    expect(statistics("Jobs")).toEqual([]);
    expect(faultOf(() => data([stat("m1", "Jobs", { Period: 45 })]))).toBe("InvalidParameterValueException");
    expect(
      faultOf(() =>
        data([
          { Id: "e1", Expression: "e2 + 1" },
          { Id: "e2", Expression: "e1 + 1" },
        ]),
      ),
    ).toBe("InvalidParameterValueException");
  });

  it("takes any whole number of seconds as a period once its minute is shorter than AWS's", () => {
    const { put, data } = world({ minuteMs: 2000 });
    put("Jobs", { Value: 7 });
    expect(data([stat("m1", "Jobs", { Period: 2 })])[0]?.Values).toEqual([7]);
  });
});
