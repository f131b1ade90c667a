import { expect, it } from "vitest";
import { simple, type SimpleState } from "../../../../sim/core/policy/simple.ts";
import { eachMinute, group, MINUTE_MS, observed } from "../../../support/observations.ts";

const START = 100 * MINUTE_MS;

it("simple scaling answers once, waits for the activity to end, then for the cooldown", () => {
  const policy = simple({
    periodMs: MINUTE_MS,
    cooldownMs: 5 * MINUTE_MS,
    rules: [
      {
        alarm: { comparison: "above", threshold: 100, datapointsToAlarm: 1, evaluationPeriods: 1, periodMs: MINUTE_MS },
        adjustmentType: "change",
        adjustment: 2,
        minMagnitude: 0,
      },
    ],
  });
  const starting = { ...group(6), pending: 2, inService: 4 };
  const groups = [group(4), starting, starting, starting, ...Array.from({ length: 6 }, () => group(6))];
  let state: SimpleState = policy.initial();
  const answers = groups.map((capacity, minute) => {
    const now = START + minute * MINUTE_MS;
    const step = policy.decide(state, observed(capacity, { metric: eachMinute([500], now) }, now), now);
    state = step.state;
    return `${step.decision.desired} ${step.decision.reason.code}`;
  });
  // The activity is seen to be over in minute 4, and the cooldown of five minutes begins.
  expect(answers).toEqual([
    "6 out",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "6 cooldown",
    "8 out",
  ]);
});
