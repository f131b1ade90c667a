import fc from "fast-check";
import { composition } from "../../../../sim/core/policy/composition.ts";
import { parseCron, UTC } from "../../../../sim/core/policy/cron.ts";
import { ec2TargetTracking } from "../../../../sim/core/policy/ec2-target-tracking.ts";
import { ecsTargetTracking } from "../../../../sim/core/policy/ecs-target-tracking.ts";
import { exactBacklog } from "../../../../sim/core/policy/exact-backlog.ts";
import { headroom } from "../../../../sim/core/policy/headroom.ts";
import { kedaHpa } from "../../../../sim/core/policy/keda-hpa.ts";
import { none } from "../../../../sim/core/policy/none.ts";
import type { Policy } from "../../../../sim/core/policy/policy.ts";
import { predictive } from "../../../../sim/core/policy/predictive.ts";
import { scheduled } from "../../../../sim/core/policy/scheduled.ts";
import { simple } from "../../../../sim/core/policy/simple.ts";
import { step } from "../../../../sim/core/policy/step.ts";
import type { Alarm } from "../../../../sim/core/policy/alarm.ts";
import { MINUTE_MS } from "../../../support/observations.ts";
import { obeysTheLaws } from "../../../support/policy-laws.ts";

const targets = fc.constantFrom(1, 70, 100, 333.3);
const lowShares = fc.constantFrom(0.3, 0.7, 0.9);
const alarm = (comparison: Alarm["comparison"], threshold: number, periods: number): Alarm => ({
  comparison,
  threshold,
  datapointsToAlarm: periods,
  evaluationPeriods: periods,
  periodMs: MINUTE_MS,
});

const ec2 = fc
  .record({
    target: targets,
    lowShare: lowShares,
    disableScaleIn: fc.boolean(),
    periodMs: fc.constant(MINUTE_MS),
    scaleIn: fc.constantFrom("proportional" as const, "one-at-a-time" as const),
  })
  .map(ec2TargetTracking);

const ecs = fc
  .record({
    target: targets,
    lowShare: lowShares,
    disableScaleIn: fc.boolean(),
    periodMs: fc.constant(MINUTE_MS),
    scaleOutCooldownMs: fc.constantFrom(0, 300_000),
    scaleInCooldownMs: fc.constantFrom(0, 300_000),
  })
  .map(ecsTargetTracking);

const steps = fc
  .record({
    high: fc.integer({ min: 50, max: 500 }),
    aggregation: fc.constantFrom("average" as const, "minimum" as const, "maximum" as const),
    percent: fc.boolean(),
  })
  .map(({ high, aggregation, percent }) => {
    const how = { adjustmentType: percent ? ("percent" as const) : ("change" as const), minMagnitude: 1, aggregation };
    return step({
      periodMs: MINUTE_MS,
      rules: [
        {
          ...how,
          alarm: alarm("above", high, 2),
          steps: [
            { lower: 0, upper: 100, adjustment: 1 },
            { lower: 100, upper: Infinity, adjustment: 30 },
          ],
        },
        { ...how, alarm: alarm("below", high / 10, 15), steps: [{ lower: -Infinity, upper: 0, adjustment: -1 }] },
      ],
    });
  });

const simples = fc.integer({ min: 50, max: 500 }).map((high) =>
  simple({
    periodMs: MINUTE_MS,
    cooldownMs: 300_000,
    rules: [
      { alarm: alarm("above", high, 1), adjustmentType: "change", minMagnitude: 0, adjustment: 2 },
      { alarm: alarm("below", high / 10, 5), adjustmentType: "change", minMagnitude: 0, adjustment: -1 },
    ],
  }),
);

const nine = parseCron("0 9 * * *");
if (!nine.ok) throw new Error(nine.problem);
const nineOClock = nine.cron;
const schedules = fc
  .record({ min: fc.nat(20), desired: fc.nat(40) })
  .map(({ min, desired }) => scheduled({ originEpochMs: 0, actions: [{ cron: nineOClock, zone: UTC, min, desired }] }));

const forecasts = fc
  .record({ hourlyHistory: fc.array(fc.nat(100_000), { maxLength: 60 }), increase: fc.boolean() })
  .map(({ hourlyHistory, increase }) =>
    predictive({
      hourlyHistory,
      messagesPerInstanceHour: 3000,
      schedulingBufferMs: 300_000,
      forecastOnly: false,
      maxCapacityBreach: increase ? "increase" : "honor",
      maxCapacityBuffer: 0.1,
    }),
  );

const kedas = fc
  .record({
    queueLength: fc.constantFrom(1, 5, 100),
    activationQueueLength: fc.constantFrom(0, 10),
    scaleOnInFlight: fc.boolean(),
    pollingMs: fc.constant(30_000),
    cooldownMs: fc.constant(300_000),
    hpaEveryMs: fc.constant(15_000),
    tolerance: fc.constantFrom(0, 0.1),
    stabilisationMs: fc.constantFrom(0, 300_000),
  })
  .map(kedaHpa);

const counters = fc
  .record({
    target: targets,
    scaleInBelowShare: fc.constantFrom(0, 0.5),
    blockInWhileWarming: fc.constant(true),
    cooldownMs: fc.constantFrom(0, 180_000),
    maxStep: fc.nat(4),
  })
  .map(exactBacklog);

const ours = fc
  .record({
    limitMs: fc.constantFrom(10_000, 60_000, 300_000, 3_600_000),
    share: fc.constantFrom(0.5, 0.99, 0.9999),
    slotsPerInstance: fc.constantFrom(1, 4, 64),
    expectedServiceMs: fc.constantFrom(10, 1000, 60_000),
    expectedLaunchMs: fc.constantFrom(10_000, 120_000),
    refillMs: fc.constantFrom(0, 20),
    stopMs: fc.constantFrom(0, 120_000),
    launchPrice: fc.constantFrom(0, 5),
    reviewEveryMs: fc.constant(30_000),
    periodMs: fc.constant(MINUTE_MS),
  })
  .map(headroom);

/** With targets of their own the one may want what the other undoes, for ever: AWS's rules do not prevent that, nor do ours. */
const several = fc.tuple(targets, forecasts).map(([target, forecast]) => {
  const tracking = ec2TargetTracking({ target, lowShare: 0.7, disableScaleIn: false, periodMs: MINUTE_MS });
  const counting = exactBacklog({ target, scaleInBelowShare: 0.5, blockInWhileWarming: true, cooldownMs: 0, maxStep: 0 });
  return composition([tracking, forecast, counting]);
});

type Any = fc.Arbitrary<Policy<never>>;

obeysTheLaws("EC2 target tracking", ec2 as Any, { staysWhileWarming: true });
obeysTheLaws("ECS target tracking", ecs as Any);
obeysTheLaws("step scaling", steps as Any, { staysWhileWarming: true });
obeysTheLaws("simple scaling", simples as Any);
obeysTheLaws("scheduled scaling", schedules as Any);
obeysTheLaws("predictive scaling", forecasts as Any);
obeysTheLaws("KEDA with the HPA", kedas as Any);
obeysTheLaws("the exact backlog", counters as Any, { staysWhileWarming: true });
obeysTheLaws("Headroom's policy", ours as Any);
obeysTheLaws("no policy", fc.constant(none()) as Any, { staysWhileWarming: true });
obeysTheLaws("a composition", several as Any, { staysWhileWarming: true });
