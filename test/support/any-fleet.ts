import fc from "fast-check";
import type { ScenarioInput } from "../../sim/scenario/schema.ts";
import { duration, either, hundredths, probability, rarely } from "./any-value.ts";

type Fleet = NonNullable<ScenarioInput["fleet"]>;
type Window = NonNullable<NonNullable<ScenarioInput["faults"]>["windows"]>[number];

/** A small fleet, on EC2, on Fargate or of Lambda, with whatever that platform has. */
export function anyFleet(): fc.Arbitrary<Fleet> {
  return fc.oneof({ weight: 4, arbitrary: ec2() }, { weight: 1, arbitrary: fargate() }, { weight: 2, arbitrary: lambda() });
}

/** Stretches of time in which something goes wrong. */
export function anyWindows(): fc.Arbitrary<Window[]> {
  const span = { fromSec: fc.nat(900), lengthSec: fc.integer({ min: 1, max: 300 }) };
  const zone = fc.nat(5);
  const window: fc.Arbitrary<Window> = fc.oneof(
    fc.record({ kind: fc.constant("downstream-outage" as const), ...span, hangs: fc.boolean() }),
    fc.record({ kind: fc.constant("downstream-throttling" as const), ...span, refusedProbability: probability() }),
    fc.record({ kind: fc.constant("downstream-slow" as const), ...span, latencyFactor: fc.constantFrom(1, 3, 50) }),
    fc.record({
      kind: fc.constant("no-capacity" as const),
      ...span,
      zone: fc.option(zone),
      purchase: fc.constantFrom("any" as const, "on-demand" as const, "spot" as const),
    }),
    fc.record({ kind: fc.constant("zone-outage" as const), ...span, zone }),
  );
  return either(fc.constant([]), fc.array(window, { maxLength: 3 }));
}

function common() {
  return fc
    .record({
      min: fc.nat(3),
      span: fc.nat(8),
      initial: fc.option(fc.nat(8)),
      activityDelaySec: fc.constantFrom(0, 0.5, 5.5),
      boot: duration(60),
      application: either(fc.constant({ kind: "constant" as const, sec: 0 }), duration(20)),
      speedSpread: fc.constantFrom(0, 0, 0.5),
      zones: fc.constantFrom(1, 2, 3),
      protection: fc.constantFrom("none" as const, "none" as const, "while-busy" as const, "all" as const),
      health: fc.record({
        graceSec: fc.constantFrom(0, 60),
        detectionSec: fc.constantFrom(1, 180),
        failedPerDay: fc.constantFrom(0, 0, 0.99),
        impairedPerDay: fc.constantFrom(0, 0, 0.99),
      }),
      apiLimits: either(fc.constant({}), fc.constant({ launchBurst: 1, launchesPerSec: 0.1, desiredBurst: 1, desiredPerSec: 0.01 })),
      backOffFirstSec: fc.constantFrom(1, 30),
    })
    .map(({ min, span, initial, ...rest }) => ({
      ...rest,
      min,
      max: min + span,
      initial: initial === null ? null : min + Math.min(span, initial),
    }));
}

function ec2(): fc.Arbitrary<Fleet> {
  const heartbeatTimeoutSec = fc.constantFrom(30, 60, 3600);
  return fc
    .record({
      base: common(),
      launchCallSec: fc.constantFrom(0, 0, 6),
      pending: duration(60),
      terminationPolicy: fc.constantFrom(
        ...(["default", "oldest-instance", "newest-instance", "allocation-strategy", "fewest-busy-slots", "idle-only"] as const),
      ),
      terminationFunction: fc.record({ answer: duration(4), failureProbability: probability(), retrySec: fc.constantFrom(1, 60) }),
      launchHook: rarely(fc.record({ heartbeatTimeoutSec, defaultResult: fc.constantFrom("abandon" as const, "continue" as const) })),
      terminateHook: rarely(
        fc.record({
          heartbeatTimeoutSec,
          sendsHeartbeats: fc.boolean(),
          abandoned: fc.constantFrom("terminate" as const, "terminate" as const, "retain" as const),
        }),
      ),
      maintenance: rarely(
        fc.record({ minHealthyPercent: fc.constantFrom(50, 90, 100), maxHealthyPercent: fc.constantFrom(100, 110, 150) }),
      ),
      poolOrSpot: rarely(fc.oneof(warmPool(), spot())),
    })
    .map(({ base, launchHook = null, terminateHook = null, maintenance = null, poolOrSpot = {}, ...rest }) => ({
      platform: "ec2" as const,
      ...base,
      ...rest,
      launchHook,
      terminateHook,
      maintenance,
      ...poolOrSpot,
    }));
}

function warmPool() {
  return fc.record({
    warmPool: fc.record({
      state: fc.constantFrom("stopped" as const, "running" as const, "hibernated" as const),
      minSize: fc.nat(4),
      maxPrepared: fc.option(fc.nat(10)),
      reuse: fc.boolean(),
      start: duration(40),
    }),
  });
}

function spot() {
  return fc.record({
    spot: fc.record({
      share: hundredths(0, 100),
      interruptedPerDay: fc.constantFrom(0, 0.05, 0.99),
      noticeSec: fc.constantFrom(0, 120),
      earlyShare: probability(),
      capacityRebalancing: fc.boolean(),
    }),
  });
}

function fargate(): fc.Arbitrary<Fleet> {
  return fc
    .record({
      base: common(),
      task: fc.record({
        start: duration(60),
        attachSec: fc.constantFrom(0, 8),
        stopTimeoutSec: fc.constantFrom(2, 30, 120),
        protectedForSec: fc.constantFrom(60, 7200),
        launchBurst: fc.constantFrom(1, 100),
      }),
      spot: rarely(spot()),
    })
    .map(({ base, task, spot: bought = {} }) => ({ platform: "fargate" as const, ...base, task, ...bought }));
}

function lambda(): fc.Arbitrary<Fleet> {
  return fc
    .record({
      max: fc.constantFrom(2, 3, 5, 6, 12, 1000, 1250),
      timeoutSec: fc.integer({ min: 1, max: 60 }),
      init: duration(5),
      idleSec: fc.constantFrom(0, 60, 360),
      concurrencyLimit: fc.constantFrom(1, 4, 1000, 1000),
      batch: fc.oneof(
        fc.record({ batchSize: fc.integer({ min: 1, max: 10 }), batchWindowSec: fc.constantFrom(0, 0, 1, 30) }),
        fc.record({ batchSize: fc.constantFrom(11, 25, 10_000), batchWindowSec: fc.constantFrom(1, 20, 300) }),
      ),
      reportsItemFailures: fc.boolean(),
      backOffShare: hundredths(0, 100),
    })
    .map(({ max, batch, ...rest }) => ({ platform: "lambda" as const, min: 0, max, lambda: { ...rest, ...batch } }));
}
