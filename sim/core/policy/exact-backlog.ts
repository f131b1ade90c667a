import { applyLimits, instancesFor } from "./limits.ts";
import type { Decision, Evidence, Observation, Policy, Reason } from "./policy.ts";

/**
 * The exact count: as many instances as the backlog needs at `target` messages each, found anew at every review.
 *
 * Out whenever that is more than are asked for: 500 messages at a target of 100 need 5. In only when the backlog per
 * instance in service has fallen below `scaleInBelowShare` of the target: 50 messages on 5 instances are 10 each, below
 * half of 100, so 1 is needed and the group goes to its minimum. Between the two it stays, so that a backlog that
 * hovers about the target does not flap.
 *
 * It reads the queue itself (GetQueueAttributes) and so is not held up by the minute of a published metric.
 */
export interface ExactBacklogSettings {
  /** Messages an instance may have waiting. */
  readonly target: number;
  /** Scale in below this share of the target, 0 to 1. */
  readonly scaleInBelowShare: number;
  /** Refuses to scale in while an instance is on its way or warming up. */
  readonly blockInWhileWarming: boolean;
  /** No scale-in until this long after the last change, milliseconds. */
  readonly cooldownMs: number;
  /** Most instances to add or remove at a review; 0 for any number. */
  readonly maxStep: number;
}

export interface ExactBacklogState {
  /** When the desired capacity was last changed, milliseconds; −Infinity for never. */
  readonly changedAt: number;
}

export function exactBacklog(settings: ExactBacklogSettings): Policy<ExactBacklogState> {
  return {
    kind: "exact-backlog",
    initial: () => ({ changedAt: -Infinity }),
    decide(before, observation, now) {
      const { capacity } = observation;
      const proposal = propose(settings, observation);
      const limited = applyLimits(
        proposal.desired,
        capacity,
        {
          blockInWhileWarming: settings.blockInWhileWarming,
          noScaleInBefore: before.changedAt + settings.cooldownMs,
          maxStep: settings.maxStep,
        },
        now,
      );
      const decision: Decision = { ...limited, reason: proposal.reason, nextReviewAt: now + REVIEW_EVERY_MS };
      return { state: limited.desired === capacity.desired ? before : { changedAt: now }, decision };
    },
  };
}

function propose(settings: ExactBacklogSettings, { backlog, capacity }: Observation): { desired: number; reason: Reason } {
  const { desired, inService } = capacity;
  if (backlog === undefined) return { desired, reason: { code: "no-data", text: "The queue could not be read; nothing scales." } };
  const { target } = settings;
  const needed = instancesFor(backlog.value, target);
  const need = `${backlog.value} messages at ${target} each need ${needed}`;
  const evidence: Evidence = { readings: [{ name: "visible", ...backlog }], arithmetic: `${backlog.value} / ${target} → ${needed}` };
  if (needed > desired) return { desired: needed, reason: { code: "out", text: `${need}; ${desired} are asked for.`, evidence } };
  const low = settings.scaleInBelowShare * target;
  if (needed < desired && backlog.value < low * inService) {
    const each = Math.round((backlog.value / inService) * 100) / 100;
    return { desired: needed, reason: { code: "in", text: `${need}; ${each} an instance is below ${low}.`, evidence } };
  }
  return { desired, reason: { code: "hold", text: `${need}; ${desired} stay.`, evidence } };
}

/** The seed system's metrics handler runs each minute. */
const REVIEW_EVERY_MS = 60_000;
