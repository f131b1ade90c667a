import { describe, expect, it } from "vitest";
import { evaluateAlarm, type Alarm } from "../../../../sim/core/policy/alarm.ts";
import type { Datapoint } from "../../../../sim/core/policy/policy.ts";
import { eachMinute, MINUTE_MS } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;
const above: Alarm = { comparison: "above", threshold: 100, datapointsToAlarm: 3, evaluationPeriods: 3, periodMs: MINUTE_MS };
const below: Alarm = { comparison: "below", threshold: 70, datapointsToAlarm: 15, evaluationPeriods: 15, periodMs: MINUTE_MS };

/** One value a minute up to `NOW`; undefined for a minute without a datapoint. */
function minutes(...values: (number | undefined)[]): Datapoint[] {
  return values.flatMap((value, index) => (value === undefined ? [] : [{ at: NOW - (values.length - index) * MINUTE_MS, value }]));
}

describe("an alarm", () => {
  it("needs all of its datapoints to breach", () => {
    expect(evaluateAlarm(above, "ok", minutes(50, 101, 101, 101), NOW)).toBe("alarm");
    expect(evaluateAlarm(above, "ok", minutes(101, 101, 50, 101), NOW)).toBe("ok");
    expect(evaluateAlarm(below, "ok", eachMinute(Array<number>(15).fill(69), NOW), NOW)).toBe("alarm");
    expect(evaluateAlarm(below, "ok", eachMinute([70, ...Array<number>(14).fill(69)], NOW), NOW)).toBe("ok");
  });

  it("does not take the threshold itself for a breach", () => {
    expect(evaluateAlarm(above, "ok", minutes(100, 100, 100), NOW)).toBe("ok");
    expect(evaluateAlarm(below, "ok", eachMinute(Array<number>(15).fill(70), NOW), NOW)).toBe("ok");
  });

  it("ends with the first datapoint that does not breach", () => {
    expect(evaluateAlarm(above, "alarm", minutes(101, 101, 101, 99), NOW)).toBe("ok");
  });

  it("has no data when nothing was published, or nothing for longer than it looks back", () => {
    for (const before of ["ok", "alarm", "insufficient-data"] as const) {
      expect(evaluateAlarm(above, before, [], NOW)).toBe("insufficient-data");
      expect(evaluateAlarm(above, before, minutes(101, 101, 101), NOW + 10 * MINUTE_MS)).toBe("insufficient-data");
    }
    expect(evaluateAlarm(below, "alarm", eachMinute(Array<number>(20).fill(0), NOW), NOW + 30 * MINUTE_MS)).toBe("insufficient-data");
  });

  it("looks past a gap of two for older datapoints, and no further", () => {
    expect(evaluateAlarm(above, "ok", minutes(101, undefined, undefined, 101, 101), NOW)).toBe("alarm");
    expect(evaluateAlarm(above, "ok", minutes(101, undefined, undefined, undefined, 101, 101), NOW)).toBe("ok");
  });

  it("is ok when too few datapoints are there and one of them does not breach", () => {
    for (const before of ["ok", "alarm", "insufficient-data"] as const) {
      expect(evaluateAlarm(above, before, minutes(50), NOW)).toBe("ok");
      expect(evaluateAlarm(above, before, minutes(101, undefined, 50, undefined, undefined), NOW)).toBe("ok");
    }
  });

  it("waits while the few datapoints that are there are only just arriving, and alarms when the first is old enough", () => {
    for (const before of ["ok", "alarm", "insufficient-data"] as const) {
      expect(evaluateAlarm(above, before, minutes(101, 101), NOW)).toBe(before);
      expect(evaluateAlarm(above, before, minutes(101, undefined), NOW)).toBe(before);
      expect(evaluateAlarm(above, before, minutes(101, undefined, undefined), NOW)).toBe("alarm");
    }
  });
});
