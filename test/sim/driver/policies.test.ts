import { describe, expect, it } from "vitest";
import { SortedCalendar } from "../../support/sorted-calendar.ts";
import banking from "../../../sim/scenario/gallery/banking.json" with { type: "json" };
import { readScenario } from "../../../sim/scenario/read.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

/** Four hours around the peak of the banking system. */
const busy = { ...banking, run: { durationSec: 14_400 }, traffic: { ...banking.traffic, peakAtHour: 1.5 } };

function scenario(policy: object, more: object = {}): Scenario {
  const read = readScenario({ ...busy, ...more, policy });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.scenario;
}

const above = { comparison: "above", threshold: 100 };
const POLICIES: readonly { kind: string }[] = [
  { kind: "ec2-target-tracking" },
  { kind: "ecs-target-tracking" },
  { kind: "exact-backlog" },
  { kind: "headroom" },
  { kind: "keda-hpa" },
  {
    kind: "step",
    rules: [
      {
        ...above,
        steps: [
          { lower: 0, upper: 200, adjustment: 1 },
          { lower: 200, adjustment: 3 },
        ],
      },
    ],
  } as { kind: string },
  { kind: "simple", rules: [{ ...above, adjustment: 2 }] } as { kind: string },
  {
    kind: "scheduled",
    actions: [
      { cron: "0 1 * * *", min: 6 },
      { cron: "0 4 * * *", zone: "Europe/Zurich", min: 2, desired: 2 },
    ],
  } as { kind: string },
  {
    kind: "predictive",
    messagesPerInstanceHour: 20_000,
    hourlyHistory: Array.from({ length: 24 }, (_, hour) => (hour === 1 ? 150_000 : 7200)),
  } as { kind: string },
  { kind: "composition", policies: [{ kind: "ec2-target-tracking" }, { kind: "scheduled", actions: [{ cron: "0 1 * * *", min: 4 }] }] } as {
    kind: string;
  },
];

describe.each(POLICIES)("a run with $kind", (policy) => {
  it("scales out for the peak, and is the same run with another calendar", () => {
    const result = simulate(scenario(policy), 1);
    expect(result.summary.inService.max).toBeGreaterThan(2);
    expect(result.decisions.some(({ desired, before, launched }) => desired > before && launched !== undefined)).toBe(true);
    expect(simulate(scenario(policy), 1, { calendar: new SortedCalendar() }).digest).toBe(result.digest);
  });
});

describe("a run", () => {
  it("with target tracking and an objective: every decision carries what it was concluded from", () => {
    const { decisions } = simulate(scenario({ kind: "ec2-target-tracking" }), 1);
    const out = decisions.find(({ reason }) => reason.code === "out");
    expect(out?.reason.evidence?.datapoints).toHaveLength(3);
    expect(out?.reason.evidence?.alarms?.[0]).toMatchObject({ name: "high", state: "alarm", threshold: 100 });
    expect(out?.reason.evidence?.arithmetic).toMatch(/^2 × [\d.]+ \/ 100 → \d+$/);
  });

  it("obeys operators, brings the capacity within new limits, and logs it", () => {
    const acts = [
      { kind: "resize", atSec: 600, min: 5 },
      { kind: "resize", atSec: 1200, min: 1, max: 3 },
      { kind: "resize", atSec: 1800, desired: 9 },
    ];
    const { columns, decisions } = simulate(scenario({ kind: "ec2-target-tracking", target: 1e6, disableScaleIn: true }, { acts }), 1);
    const desiredAt = (minute: number) => columns.desired[minute];
    expect([desiredAt(9), desiredAt(11), desiredAt(21)]).toEqual([2, 5, 3]);
    const byHand = decisions.filter(({ reason }) => reason.code === "operator");
    expect(byHand.map(({ at, desired }) => [at / 1000, desired])).toEqual([
      [600, 5],
      [1200, 3],
      [1800, 3],
    ]);
    expect(byHand[2]).toMatchObject({ limitedBy: "max" });
  });

  it("with m1/m2 at zero instances never leaves zero, and with the worker-utilisation formula does", () => {
    const fleet = { min: 0, max: 10 };
    expect(simulate(scenario({ kind: "ec2-target-tracking" }, { fleet }), 1).summary.launches).toBe(0);
    const metric =
      "IF(FILL(inService, 0) > 0, (FILL(visible, REPEAT) + FILL(inFlight, REPEAT)) / inService, IF(visible + inFlight > 0, 1, 0))";
    const cured = scenario({ kind: "ecs-target-tracking", target: 0.7, metric }, { fleet });
    expect(simulate(cured, 1).summary.launches).toBeGreaterThan(0);
  });
});

describe("a policy that cannot be read", () => {
  it.each<[object, string]>([
    [{ kind: "ec2-target-tracking", metric: "visable / inService" }, "policy.metric, column 1"],
    [{ kind: "scheduled", actions: [{ cron: "0 25 * * *", min: 1 }] }, 'the schedule "25" is no hour'],
    [{ kind: "scheduled", actions: [{ cron: "0 5 * * *", zone: "Mars", min: 1 }] }, '"Mars" is no time zone known here'],
    [
      {
        kind: "step",
        rules: [
          {
            ...above,
            steps: [
              { lower: 0, upper: 5, adjustment: 1 },
              { lower: 6, adjustment: 2 },
            ],
          },
        ],
      },
      "leaves a gap to step 2",
    ],
    [{ kind: "step", rules: [{ ...above, datapointsToAlarm: 3, steps: [{ adjustment: 1 }] }] }, "3 datapoints are more than the 1 periods"],
    [
      { kind: "composition", policies: [{ kind: "simple", rules: [{ ...above, metric: "(", adjustment: 1 }] }] },
      "policy.policies[0].rules[0].metric",
    ],
  ])("%j is a fault with its place", (policy, words) => {
    const read = readScenario({ ...busy, policy });
    expect(read.ok ? "" : read.faults.map(formatFault).join(" ")).toContain(words);
  });
});
