import fc from "fast-check";
import type { ScenarioInput } from "../../sim/scenario/schema.ts";
import { either } from "./any-value.ts";

type Policy = NonNullable<ScenarioInput["policy"]>;
type Single = Exclude<Policy, { kind: "composition" | "none" }>;

/** A policy of any kind, the two plainest most often. */
export function anyPolicy(): fc.Arbitrary<Policy> {
  return fc.oneof(
    { weight: 3, arbitrary: ec2TargetTracking() },
    { weight: 3, arbitrary: exactBacklog() },
    { weight: 4, arbitrary: other() },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("composition" as const),
        policies: fc.array(fc.oneof(ec2TargetTracking(), exactBacklog(), other()), { minLength: 1, maxLength: 3 }),
      }),
    },
  );
}

const target = () => fc.constantFrom(0.1, 1, 5, 30, 100);
const warmUpSec = () => fc.constantFrom(0, 30, 300);
const metric = () =>
  either(
    fc.constant("visible / inService"),
    fc.constantFrom(
      "visible",
      "age",
      "(visible + inFlight) / FILL(running, REPEAT)",
      "IF(inService > 0, visible / inService, 1000)",
      "100 * busyShare",
    ),
  );

function ec2TargetTracking(): fc.Arbitrary<Single> {
  return fc.record({
    kind: fc.constant("ec2-target-tracking" as const),
    target: target(),
    metric: metric(),
    warmUpSec: warmUpSec(),
    lowShare: fc.constantFrom(0.1, 0.7, 1),
    scaleIn: fc.constantFrom("proportional" as const, "one-at-a-time" as const),
    disableScaleIn: fc.boolean(),
  });
}

function exactBacklog(): fc.Arbitrary<Single> {
  return fc.record({
    kind: fc.constant("exact-backlog" as const),
    target: target(),
    scaleInBelowShare: fc.constantFrom(0, 0.5, 1),
    warmUpSec: fc.constantFrom(0, 60),
    cooldownSec: fc.constantFrom(0, 150),
    maxStep: fc.nat(3),
  });
}

function other(): fc.Arbitrary<Single> {
  const alarm = {
    metric: metric(),
    comparison: fc.constantFrom("above" as const, "at-or-above" as const, "below" as const, "at-or-below" as const),
    threshold: fc.constantFrom(0, 1, 20, 200),
    missingData: fc.constantFrom("missing" as const, "ignore" as const, "breaching" as const, "not-breaching" as const),
    evaluationPeriods: fc.constantFrom(1, 3),
    adjustmentType: fc.constantFrom("change" as const, "exact" as const, "percent" as const),
    minMagnitude: fc.nat(2),
  };
  const adjustment = fc.integer({ min: -5, max: 8 });
  const limit = fc.option(fc.nat(8));
  return fc.oneof(
    fc.record({
      kind: fc.constant("ecs-target-tracking" as const),
      target: target(),
      metric: metric(),
      scaleOutCooldownSec: fc.constantFrom(0, 60),
      scaleInCooldownSec: fc.constantFrom(0, 60),
      disableScaleIn: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("step" as const),
      warmUpSec: warmUpSec(),
      rules: fc.array(
        fc.record({
          ...alarm,
          steps: fc.tuple(adjustment, adjustment).map(([low, high]) => [
            { upper: 50, adjustment: low },
            { lower: 50, adjustment: high },
          ]),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    fc.record({
      kind: fc.constant("simple" as const),
      cooldownSec: fc.constantFrom(0, 120),
      rules: fc.array(fc.record({ ...alarm, adjustment }), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant("scheduled" as const),
      actions: fc.array(fc.record({ cron: fc.constantFrom("*/5 * * * *", "3 0 * * 1-5"), desired: limit }), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant("predictive" as const),
      hourlyHistory: fc.array(fc.nat(20_000), { minLength: 30, maxLength: 30 }),
      mode: fc.constantFrom("forecast-and-scale" as const, "forecast-only" as const),
      maxCapacityBreach: fc.constantFrom("honor" as const, "increase" as const),
      maxCapacityBufferShare: fc.constantFrom(0, 0.5),
    }),
    fc.record({
      kind: fc.constant("keda-hpa" as const),
      queueLength: fc.constantFrom(0.5, 5, 50),
      activationQueueLength: fc.nat(10),
      scaleOnInFlight: fc.boolean(),
      cooldownSec: fc.constantFrom(0, 100),
      stabilisationSec: fc.constantFrom(0, 100),
    }),
    fc.record({
      kind: fc.constant("headroom" as const),
      limitSec: fc.constantFrom(null, 5, 60),
      launchPrice: fc.nat(5),
      reviewSec: fc.constantFrom(5, 30, 60),
    }),
  );
}
