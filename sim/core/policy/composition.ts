import { assert } from "../assert.ts";
import { applyLimits, type Limited } from "./limits.ts";
import type { Decision, Observation, Policy } from "./policy.ts";

/**
 * Several policies on one group (as-scale-based-on-demand): the group grows if any of them wants it, to the largest that
 * is wanted, and shrinks only if all of them want it, again to the largest.
 *
 * A family deciding on the heating: whoever is cold may turn it up; it is turned down only when nobody objects. Three
 * kinds have a special voice ({@link Policy.scaleIn}): policies that never scale in are not asked; step and simple
 * scaling turn it down on their own, whatever target tracking says, and may fight with it; a forecast holds a floor
 * (`atLeast`) that nobody goes below.
 *
 * Each policy is asked when it wants to be, at its own pace; between times its last word counts, in so far as it still
 * says anything: a wish to grow or to shrink that was carried out is not repeated, a wish to stay stands. Scheduled
 * actions set limits and capacity before the others are heard.
 */
export interface CompositionState {
  readonly states: readonly unknown[];
  /** Last decision of each, undefined before its first. */
  readonly decisions: readonly (Decision | undefined)[];
}

export function composition(policies: readonly Policy<unknown>[]): Policy<CompositionState> {
  assert(policies.length > 0, "a composition has a policy");
  return {
    kind: "composition",
    scaleIn: "by-agreement",
    initial: () => ({ states: policies.map((policy) => policy.initial()), decisions: policies.map(() => undefined) }),
    decide(before, observation, now) {
      const states = [...before.states];
      const decisions = [...before.decisions];
      const due = policies.map((_, index) => (before.decisions[index]?.nextReviewAt ?? now) <= now);
      let seen: Observation = observation;
      const resize: { min?: number; max?: number } = {};
      for (const [index, policy] of policies.entries()) {
        if (due[index] !== true) continue;
        const { state, decision } = policy.decide(states[index], seen, now);
        states[index] = state;
        decisions[index] = decision;
        if (decision.resize === undefined) continue;
        Object.assign(resize, decision.resize);
        seen = { ...observation, capacity: { ...observation.capacity, ...resize } };
      }
      const chosen = settle({ policies, decisions, due, observation: seen, now });
      const nextReviewAt = decisions.reduce((least, decision) => Math.min(least, decision?.nextReviewAt ?? Infinity), Infinity);
      const decision: Decision = { ...chosen, nextReviewAt, ...(Object.keys(resize).length === 0 ? {} : { resize }) };
      return { state: { states, decisions }, decision };
    },
  };
}

function settle(about: {
  policies: readonly Policy<unknown>[];
  decisions: readonly (Decision | undefined)[];
  due: readonly boolean[];
  observation: Observation;
  now: number;
}): Omit<Decision, "nextReviewAt"> {
  const { policies, decisions, due, observation, now } = about;
  const { capacity } = observation;
  let out: Voice | undefined;
  let alone: Voice | undefined;
  let agreed: Voice | undefined;
  let objector: Voice | undefined;
  let floor = -Infinity;
  let someoneAsked = false;
  for (const [index, policy] of policies.entries()) {
    const decision = decisions[index];
    if (decision === undefined) continue;
    const voice: Voice = { kind: policy.kind, decision };
    const { desired } = decision;
    const vote = policy.scaleIn ?? "by-agreement";
    floor = Math.max(floor, decision.atLeast ?? -Infinity);
    if (vote === "by-agreement") someoneAsked = true;
    if (due[index] === true && desired > capacity.desired && desired > (out?.decision.desired ?? -Infinity)) out = voice;
    if (due[index] === true && vote === "on-its-own" && desired < capacity.desired && desired > (alone?.decision.desired ?? -Infinity))
      alone = voice;
    if (vote !== "by-agreement") continue;
    if (due[index] === true && desired < capacity.desired) {
      if (desired > (agreed?.decision.desired ?? -Infinity)) agreed = voice;
    } else if (desired >= capacity.desired) objector ??= voice;
  }
  const first = decisions.find((decision) => decision !== undefined) as Decision;
  const down = alone ?? (someoneAsked && objector === undefined ? agreed : undefined);
  const winner = out ?? down;
  if (winner === undefined) {
    const held =
      agreed === undefined || objector === undefined ? { kind: policies[decisions.indexOf(first)]?.kind ?? "", decision: first } : objector;
    const { reason } = held.decision;
    const text =
      agreed === undefined ? `${held.kind}: ${reason.text}` : `${agreed.kind} wants fewer, ${held.kind} does not: ${reason.text}`;
    const byGroup = applyLimits(capacity.desired, capacity, {}, now);
    return { ...limitedTwice(held.decision, byGroup), reason: { ...reason, code: reason.code === "no-data" ? "no-data" : "hold", text } };
  }
  const { desired, reason } = winner.decision;
  const held = Math.max(desired, Math.min(floor, capacity.desired));
  const byGroup = applyLimits(held, capacity, {}, now);
  const text = `${winner.kind}: ${reason.text}${held > desired ? ` The forecast holds it at ${held}.` : ""}`;
  return { ...limitedTwice(winner.decision, byGroup), reason: { ...reason, text } };
}

/** A decision that a policy has limited by itself, and that the group's own limits may have changed once more. */
function limitedTwice({ limitedBy, wanted }: Decision, byGroup: Limited): Limited {
  const { desired } = byGroup;
  const first = wanted ?? byGroup.wanted;
  return { desired, limitedBy: byGroup.limitedBy ?? limitedBy, ...(first !== undefined && { wanted: first }) };
}

interface Voice {
  readonly kind: string;
  readonly decision: Decision;
}
