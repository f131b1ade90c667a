import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figuresOf, type Readings } from "../../../runtime/metrics/figures.ts";
import { OWN_METRICS, unitOf, type OwnMetric } from "../../../runtime/metrics/metric-names.ts";

const all: Readings = { depth: { visible: 300, inFlight: 12, delayed: 0 }, inService: 4, busyShare: 0.75, ageSec: 33 };

describe("the published figures", () => {
  it("are the backlog per instance in service, what is in flight, the busy share, the age and the instances", () => {
    expect(figuresOf(all)).toEqual({ backlogPerInstance: 75, inFlight: 12, busyShare: 0.75, ageOfOldestMessage: 33, inService: 4 });
  });

  it.each([
    [{ visible: 500, inFlight: 0 }, 500],
    [{ visible: 0, inFlight: 3 }, 1],
    [{ visible: 0, inFlight: 0 }, 0],
  ])("from zero with %j: the whole backlog, at least 1 while there is work", (held, expected) => {
    const { backlogPerInstance } = figuresOf({ ...all, depth: { ...held, delayed: 0 }, inService: 0 });
    expect(backlogPerInstance).toBe(expected);
  });

  it("leave out what could not be read", () => {
    expect(figuresOf({ ...all, depth: undefined })).toEqual({ busyShare: 0.75, ageOfOldestMessage: 33, inService: 4 });
    expect(figuresOf({ ...all, inService: undefined })).toEqual({ inFlight: 12, busyShare: 0.75, ageOfOldestMessage: 33 });
    expect(figuresOf({ depth: undefined, inService: undefined, busyShare: undefined, ageSec: undefined })).toEqual({});
  });

  it("know of an empty queue that nothing in it is any age, however old CloudWatch's figure is", () => {
    expect(figuresOf({ ...all, depth: { visible: 0, inFlight: 0, delayed: 0 } }).ageOfOldestMessage).toBe(0);
  });

  it("are finite and never negative, whatever was read", () => {
    const count = fc.nat(1_000_000);
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const readings = fc.record({
      depth: maybe(fc.record({ visible: count, inFlight: count, delayed: count })),
      inService: maybe(fc.nat(1000)),
      busyShare: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      ageSec: maybe(count),
    });
    fc.assert(
      fc.property(readings, (read) => {
        for (const value of Object.values(figuresOf(read))) expect(Number.isFinite(value) && value >= 0).toBe(true);
      }),
    );
  });
});

describe("their names", () => {
  it("each have a unit that CloudWatch knows", () => {
    for (const metric of Object.keys(OWN_METRICS) as OwnMetric[]) expect(["Count", "None", "Seconds"]).toContain(unitOf(metric));
  });

  it("are those of the file that Terraform reads", () => {
    const file = JSON.parse(readFileSync(new URL("../../../runtime/metrics/metric-names.json", import.meta.url), "utf8")) as unknown;
    expect(file).toMatchObject({ namespace: "Headroom", dimensions: ["QueueName", "AutoScalingGroupName"], metrics: OWN_METRICS });
  });
});
