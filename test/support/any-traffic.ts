import fc from "fast-check";
import type { ScenarioInput } from "../../sim/scenario/schema.ts";
import { either, hundredths } from "./any-value.ts";

type Traffic = NonNullable<ScenarioInput["traffic"]>;
type Single = Exclude<Traffic, { kind: "sum" }>;

/** Traffic of any kind, seldom above ten messages a second. */
export function anyTraffic(): fc.Arbitrary<Traffic> {
  return fc.oneof(
    { weight: 8, arbitrary: single() },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("sum" as const),
        sources: fc.array(
          single().map((traffic) => ({ traffic })),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    },
  );
}

function single(): fc.Arbitrary<Single> {
  const rate = hundredths(0, 400);
  const scale = fc.constantFrom(0.5, 1, 1.7);
  const common = { batch: either(fc.constant(null), batch()), scale };
  const bell = fc
    .tuple(hundredths(0, 100), rate)
    .map(([baseRatePerSec, more]) => ({ baseRatePerSec, peakRatePerSec: baseRatePerSec + more, peakAtHour: 0.1, peakWidthHours: 0.1 }));
  const moved = { shiftSec: either(fc.constant(0), fc.integer({ min: -300, max: 300 })), stretch: fc.constantFrom(1, 1, 0.3, 2) };
  return fc.oneof(
    fc.record({ kind: fc.constant("poisson" as const), ratePerSec: rate, ...common }),
    fc.record({ kind: fc.constant("renewal" as const), ratePerSec: rate, gap: gap(), ...common }),
    fc.record({
      kind: fc.constant("piecewise" as const),
      points: fc
        .array(fc.record({ atSec: fc.nat(900), ratePerSec: rate }), { minLength: 1, maxLength: 5 })
        .map((points) => points.sort((a, b) => a.atSec - b.atSec)),
      between: fc.constantFrom("steps" as const, "ramps" as const),
      repeatEverySec: fc.constantFrom(null, 250),
      ...common,
    }),
    fc.tuple(bell, fc.record(common)).map(([shape, rest]) => ({ kind: "daily" as const, ...shape, ...rest })),
    fc.tuple(bell, fc.record(common)).map(([shape, rest]) => ({ kind: "weekly" as const, ...shape, ...rest })),
    fc.tuple(hundredths(0, 100), rate).map(([baseRatePerSec, more]) => ({
      kind: "flash-sale" as const,
      baseRatePerSec,
      peakRatePerSec: baseRatePerSec + 3 * more,
      onsetSec: 100,
      riseSec: 10,
      holdSec: 20,
      halfLifeSec: 60,
    })),
    fc.record({
      kind: fc.constant("mmpp" as const),
      states: fc.array(fc.record({ ratePerSec: rate, meanStaySec: fc.integer({ min: 1, max: 300 }) }), { minLength: 2, maxLength: 3 }),
      ...common,
    }),
    fc.record({
      kind: fc.constant("counts" as const),
      intervalSec: fc.constantFrom(1, 60, 300),
      counts: fc.array(fc.oneof(fc.constant(0), fc.nat(200)), { minLength: 1, maxLength: 20 }),
      ...moved,
      scale,
    }),
    fc.record({
      kind: fc.constant("timestamps" as const),
      atSec: fc.array(hundredths(0, 100_000), { minLength: 1, maxLength: 200 }).map((times) => times.sort((a, b) => a - b)),
      ...moved,
      scale,
    }),
    fc.record({
      kind: fc.constant("users" as const),
      users: fc.integer({ min: 1, max: 20 }),
      spawnPerSec: hundredths(10, 1000),
      startAtSec: fc.constantFrom(0, 60),
      stopAfterSec: fc.constantFrom(null, 300),
      // Users who do not think for a while ask without end.
      thinkTime: fc.record({ kind: fc.constant("uniform" as const), minSec: fc.constant(0.5), maxSec: fc.integer({ min: 1, max: 20 }) }),
      answer: fc.constantFrom("accepted" as const, "served" as const),
      patienceSec: hundredths(50, 6000),
    }),
  );
}

function batch() {
  return fc.oneof(
    fc.record({ kind: fc.constant("fixed" as const), count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant("geometric" as const), mean: hundredths(100, 1000) }),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([min, more]) => ({ kind: "uniform" as const, min, max: min + more })),
  );
}

function gap() {
  return fc.oneof(
    fc.constant({ kind: "constant" as const }),
    fc.record({ kind: fc.constantFrom("gamma" as const, "lognormal" as const), variation: hundredths(10, 300) }),
    fc.record({ kind: fc.constant("weibull" as const), shape: hundredths(30, 300) }),
    fc.record({ kind: fc.constant("hyper-exponential" as const), variation: hundredths(100, 400) }),
  );
}
