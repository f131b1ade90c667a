import type { Capacity, Limit } from "./policy.ts";

/** The limits that hold for one decision. Absent means: not limited so. */
export interface LimitRules {
  /** Refuses to scale in while a launched instance is pending or warming up. */
  readonly blockInWhileWarming?: boolean;
  /** Refuses to scale in before this time, milliseconds. */
  readonly noScaleInBefore?: number;
  /** Most instances to add or remove at once; 0 for any number. */
  readonly maxStep?: number;
}

export interface Limited {
  readonly desired: number;
  /** The last limit that changed the proposal; undefined when it went through. */
  readonly limitedBy: Limit | undefined;
  /** What was proposed, where a limit changed it. */
  readonly wanted?: number;
}

/**
 * Applies every limit to a proposed capacity, always in this order:
 *
 * 1. warm-up: no scale-in while an instance is on its way or warming up;
 * 2. cooldown: no scale-in too soon after the last change;
 * 3. step: not more than `maxStep` at once;
 * 4. min and max of the group, which win over everything else.
 */
export function applyLimits(proposed: number, capacity: Capacity, rules: LimitRules, now: number): Limited {
  let desired = proposed;
  let limitedBy: Limit | undefined;
  if (desired < capacity.desired && rules.blockInWhileWarming === true && capacity.pending + capacity.warming > 0) {
    desired = capacity.desired;
    limitedBy = "warm-up";
  }
  if (desired < capacity.desired && rules.noScaleInBefore !== undefined && now < rules.noScaleInBefore) {
    desired = capacity.desired;
    limitedBy = "cooldown";
  }
  const { maxStep = 0 } = rules;
  if (maxStep > 0 && Math.abs(desired - capacity.desired) > maxStep) {
    desired = capacity.desired + Math.sign(desired - capacity.desired) * maxStep;
    limitedBy = "step";
  }
  if (desired > capacity.max) {
    desired = capacity.max;
    limitedBy = "max";
  }
  if (desired < capacity.min) {
    desired = capacity.min;
    limitedBy = "min";
  }
  return limitedBy === undefined ? { desired, limitedBy } : { desired, limitedBy, wanted: proposed };
}

/**
 * Instances needed so that none has more than `target` of `amount`, rounded up. A hair above a whole number is taken
 * for rounding noise: 7 × (300 / 7) / 100 is 3, not 4.
 */
export function instancesFor(amount: number, target: number): number {
  // Rounding a hair below 0 up gives −0, which is not the same capacity to everybody who compares it.
  return Math.max(0, Math.ceil(amount / target - 1e-9));
}
