import fc from "fast-check";
export { anyGroup } from "../../runtime/cli/policy/stories.ts";
import type { Capacity, Datapoint, Observation } from "../../sim/core/policy/policy.ts";

export const MINUTE_MS = 60_000;

/** A group at rest: `desired` instances, all in service and warm. */
export function group(desired: number, more: Partial<Capacity> = {}): Capacity {
  return { min: 0, max: 100, desired, pending: 0, inService: desired, warming: 0, terminating: 0, ...more };
}

/** One datapoint a minute, the last of them for the minute that ended at `now`. */
export function eachMinute(values: readonly number[], now: number): Datapoint[] {
  return values.map((value, index) => ({ at: now - (values.length - index) * MINUTE_MS, value }));
}

/** What a controller sees at `now`: a group, a backlog, a metric. */
export function observed(capacity: Capacity, seen: { backlog?: number; metric?: readonly Datapoint[] }, now: number): Observation {
  const reading = seen.backlog === undefined ? undefined : { value: seen.backlog, at: now };
  return { capacity, metric: seen.metric ?? [], backlog: reading, inFlight: reading };
}

/** A metric as it may have been published by `now`: by the minute, with gaps, its newest point of any age. */
export function anyMetric(now: number): fc.Arbitrary<Datapoint[]> {
  const values = fc.array(
    fc.option(fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(0, 69, 70, 100, 101)), { freq: 8 }),
    { maxLength: 32 },
  );
  return fc
    .record({ values, late: fc.nat(25) })
    .map(({ values: published, late }) =>
      published.flatMap((value, index) => (value === null ? [] : [{ at: now - (published.length - index + late) * MINUTE_MS, value }])),
    );
}

export function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}
