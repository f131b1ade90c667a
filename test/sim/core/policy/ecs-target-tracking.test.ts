import { describe, expect, it } from "vitest";
import { ecsTargetTracking, type EcsTargetTrackingState } from "../../../../sim/core/policy/ecs-target-tracking.ts";
import type { Capacity, Decision } from "../../../../sim/core/policy/policy.ts";
import { eachMinute, group, MINUTE_MS, observed } from "../../../support/observations.ts";

const START = 100 * MINUTE_MS;
const policy = ecsTargetTracking({
  target: 100,
  lowShare: 0.9,
  disableScaleIn: false,
  periodMs: MINUTE_MS,
  scaleOutCooldownMs: 300_000,
  scaleInCooldownMs: 300_000,
});

function play(reviews: readonly { minute: number; metric: readonly number[]; capacity: Capacity }[]): Decision[] {
  let state: EcsTargetTrackingState = policy.initial();
  return reviews.map(({ minute, metric, capacity }) => {
    const now = START + minute * MINUTE_MS;
    const step = policy.decide(state, observed(capacity, { metric: eachMinute(metric, now) }, now), now);
    state = step.state;
    return step.decision;
  });
}

const times = (count: number, value: number) => Array<number>(count).fill(value);

describe("ECS target tracking", () => {
  it("starts from the tasks that run, so that tasks that cannot be placed do not make it run away", () => {
    const placed = group(10);
    const stuck = { ...group(15), pending: 5, inService: 10 };
    const decisions = play([
      { minute: 0, metric: times(3, 150), capacity: placed },
      ...[1, 2, 3, 4, 5, 6].map((minute) => ({ minute, metric: times(3, 150), capacity: stuck })),
    ]);
    expect(decisions.map(({ desired }) => desired)).toEqual([15, 15, 15, 15, 15, 15, 15]);
  });

  it("adds no more within the cooldown unless a larger scale-out is called for", () => {
    const [first, same, larger, after] = play([
      { minute: 0, metric: times(3, 150), capacity: group(10) },
      { minute: 2, metric: times(3, 130), capacity: group(15) },
      { minute: 3, metric: times(3, 150), capacity: group(15) },
      { minute: 9, metric: times(3, 110), capacity: group(23) },
    ]);
    expect(first?.desired).toBe(15);
    expect(same).toMatchObject({ desired: 15, reason: { code: "cooldown" } });
    expect(larger?.desired).toBe(23);
    expect(after?.desired).toBe(26);
  });

  it("waits for the scale-in cooldown, which a scale-out ends", () => {
    const low = times(15, 50);
    const decisions = play([
      { minute: 0, metric: low, capacity: group(20) },
      { minute: 3, metric: low, capacity: group(10) },
      { minute: 5, metric: low, capacity: group(10) },
      { minute: 6, metric: times(3, 300), capacity: group(5) },
      { minute: 7, metric: low, capacity: group(15) },
    ]);
    expect(decisions.map(({ desired }) => desired)).toEqual([10, 10, 5, 15, 8]);
    expect(decisions[1]?.limitedBy).toBe("cooldown");
  });

  it("goes in at 0.90 of the target, where EC2 waits for 0.70", () => {
    expect(play([{ minute: 0, metric: times(15, 89), capacity: group(10) }])[0]?.desired).toBe(9);
    expect(play([{ minute: 0, metric: times(15, 90), capacity: group(10) }])[0]?.desired).toBe(10);
  });

  it("leaves zero with a single datapoint of demand, by one task, and stays there without data", () => {
    expect(play([{ minute: 0, metric: [1], capacity: group(0) }])[0]).toMatchObject({ desired: 1, reason: { code: "out" } });
    expect(play([{ minute: 0, metric: [0], capacity: group(0) }])[0]?.desired).toBe(0);
    expect(play([{ minute: 0, metric: [], capacity: group(0) }])[0]).toMatchObject({ desired: 0, reason: { code: "no-data" } });
  });
});
