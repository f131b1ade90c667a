import { describe, expect, it } from "vitest";
import type { Datapoint } from "../../../../sim/core/policy/policy.ts";
import { predictive, type PredictiveSettings } from "../../../../sim/core/policy/predictive.ts";
import { group, MINUTE_MS, observed } from "../../../support/observations.ts";

const HOUR_MS = 3_600_000;
/** 1,000 messages an hour, 9,000 in the hour from nine. */
const day = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 9000 : 1000));
const settings: PredictiveSettings = {
  hourlyHistory: day,
  messagesPerInstanceHour: 1000,
  schedulingBufferMs: 300_000,
  forecastOnly: false,
  maxCapacityBreach: "honor",
  maxCapacityBuffer: 0,
};

function at(hours: number, desired: number, more: Partial<PredictiveSettings> = {}, max = 100) {
  const policy = predictive({ ...settings, ...more });
  const now = Math.round(hours * HOUR_MS);
  return policy.decide(policy.initial(), observed(group(desired, { max }), {}, now), now).decision;
}

describe("predictive scaling", () => {
  it("launches ahead of the hour by the scheduling buffer", () => {
    expect(at(8.9, 1).desired).toBe(1);
    expect(at(8 + 55 / 60, 1)).toMatchObject({ desired: 9, reason: { code: "forecast" }, atLeast: 9 });
    expect(at(9.99, 1).desired).toBe(9);
  });

  it("never scales in", () => {
    expect(at(12, 50)).toMatchObject({ desired: 50, atLeast: 1 });
  });

  it("has no forecast from less than a day", () => {
    expect(at(12, 5, { hourlyHistory: day.slice(0, 10) })).toMatchObject({ desired: 5, reason: { code: "no-data" } });
  });

  it("takes the mean of the days", () => {
    const busier = day.map((count) => count * 3);
    expect(at(9.5, 1, { hourlyHistory: [...day, ...busier] }).desired).toBe(18);
  });

  it("honours the maximum, or raises it when told to", () => {
    expect(at(9.5, 1, {}, 4)).toMatchObject({ desired: 4, limitedBy: "max" });
    expect(at(9.5, 1, { maxCapacityBreach: "increase", maxCapacityBuffer: 0.1 }, 4)).toMatchObject({ desired: 9, resize: { max: 10 } });
  });

  it("only talks when told to forecast only", () => {
    expect(at(9.5, 1, { forecastOnly: true })).toMatchObject({ desired: 1, reason: { code: "hold" } });
  });

  it("learns from what it counts", () => {
    const policy = predictive({ ...settings, hourlyHistory: [] });
    let state = policy.initial();
    const sent: Datapoint[] = [];
    let desired: number[] = [];
    for (let minute = 1; minute <= 34 * 60; minute += 1) {
      const now = minute * MINUTE_MS;
      const rate = (day[Math.floor((minute - 1) / 60) % 24] ?? 0) / 60;
      sent.push({ at: now - MINUTE_MS, value: rate });
      const step = policy.decide(state, { ...observed(group(1, { max: 100 }), {}, now), published: { sent: sent.slice(-32) } }, now);
      state = step.state;
      desired = [...desired, step.decision.desired];
    }
    expect(desired[20 * 60]).toBe(1);
    expect(desired[33 * 60 + 30]).toBe(9);
  });
});
