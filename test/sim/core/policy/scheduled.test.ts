import { expect, it } from "vitest";
import { parseCron, UTC } from "../../../../sim/core/policy/cron.ts";
import { scheduled, type ScheduledAction } from "../../../../sim/core/policy/scheduled.ts";
import { group, observed } from "../../../support/observations.ts";

const HOUR_MS = 3_600_000;

function action(cron: string, limits: Partial<ScheduledAction>): ScheduledAction {
  const parsed = parseCron(cron);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { cron: parsed.cron, zone: UTC, ...limits };
}

it("a scheduled action sets limits and capacity at its time, and only then", () => {
  const policy = scheduled({ originEpochMs: 0, actions: [action("30 8 * * *", { min: 6 }), action("0 11 * * *", { min: 2, desired: 3 })] });
  const now = 8.5 * HOUR_MS;
  const early = policy.decide(policy.initial(), observed(group(2, { min: 2, max: 10 }), {}, HOUR_MS), HOUR_MS);
  expect(early.decision).toMatchObject({ desired: 2, nextReviewAt: now, reason: { code: "hold" } });
  const due = policy.decide(early.state, observed(group(2, { min: 2, max: 10 }), {}, now), now);
  expect(due.decision).toMatchObject({
    desired: 6,
    limitedBy: "min",
    resize: { min: 6 },
    nextReviewAt: 11 * HOUR_MS,
    reason: { code: "scheduled" },
  });
  const later = policy.decide(due.state, observed(group(9, { min: 6, max: 10 }), {}, 11 * HOUR_MS), 11 * HOUR_MS);
  expect(later.decision).toMatchObject({ desired: 3, resize: { min: 2 }, nextReviewAt: 32.5 * HOUR_MS });
});

it("a scheduled action at the very start counts, and of two at one time the later in the list", () => {
  const policy = scheduled({ originEpochMs: 0, actions: [action("0 0 * * *", { desired: 4 }), action("0 0 * * *", { desired: 5 })] });
  expect(policy.decide(policy.initial(), observed(group(2), {}, 47_000), 47_000).decision.desired).toBe(5);
});
