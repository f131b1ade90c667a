import { applyLimits, instancesFor } from "./limits.ts";
import type { Decision, Observation, Policy, Reason } from "./policy.ts";

/**
 * KEDA with the Kubernetes autoscaler behind it (KEDA: scaling-deployments, aws-sqs; Kubernetes: horizontal-pod-autoscale).
 *
 * Two people at one switch. KEDA holds the light switch: it asks the queue itself every 30 s, with no CloudWatch between,
 * turns the workers on (0 → 1) when there is more than the activation length, and off again once there has been no more
 * for the whole cooldown of 300 s. The autoscaler holds the dimmer, 1 → n: every 15 s it wants
 * ceil(messages / queueLength), does nothing while that is within 10 % of what runs, and dims only to the largest of
 * what it wanted in the last 300 s.
 *
 * What counts as messages is the classic trap (kedacore/keda#1663): with `scaleOnInFlight` off, the last message to be
 * received makes the queue look empty while it is being worked on, and after the cooldown its worker is turned off.
 *
 * Going up, the autoscaler at most doubles the workers or adds four, whichever is more, per 15 s. The cooldown is only
 * about zero: with a minimum of one KEDA never turns off. Intervals and tolerance are the usual defaults.
 */
export interface KedaHpaSettings {
  /** Messages a worker is to have. */
  readonly queueLength: number;
  /** More messages than this turn the workers on. */
  readonly activationQueueLength: number;
  readonly scaleOnInFlight: boolean;
  readonly pollingMs: number;
  readonly cooldownMs: number;
  /** Every so often the autoscaler reviews, milliseconds. */
  readonly hpaEveryMs: number;
  /** Share by which what is wanted must differ from what runs. */
  readonly tolerance: number;
  readonly stabilisationMs: number;
}

export interface KedaHpaState {
  /** When KEDA last asked the queue, and when it last found more than the activation length. */
  readonly polledAt: number;
  readonly activeAt: number;
  /** What the autoscaler wanted lately, oldest first. */
  readonly wanted: readonly { readonly at: number; readonly value: number }[];
}

export function kedaHpa(settings: KedaHpaSettings): Policy<KedaHpaState> {
  return {
    kind: "keda-hpa",
    scaleIn: "by-agreement",
    initial: () => ({ polledAt: -Infinity, activeAt: -Infinity, wanted: [] }),
    decide(before, observation, now) {
      const { capacity, backlog, inFlight } = observation;
      const nextReviewAt = now + settings.hpaEveryMs;
      if (backlog === undefined || (settings.scaleOnInFlight && inFlight === undefined)) {
        const reason: Reason = { code: "no-data", text: "The queue could not be read; nothing scales." };
        return { state: before, decision: limited(capacity.desired, reason, observation, nextReviewAt, now) };
      }
      const messages = backlog.value + (settings.scaleOnInFlight ? (inFlight?.value ?? 0) : 0);
      const polls = now - before.polledAt >= settings.pollingMs;
      const active = messages > settings.activationQueueLength;
      const polledAt = polls ? now : before.polledAt;
      const activeAt = polls && active ? now : before.activeAt;
      if (capacity.desired === 0) {
        const state: KedaHpaState = { polledAt, activeAt, wanted: [] };
        return {
          state,
          decision: limited(polls && active ? 1 : 0, waking(messages, settings, polls, active), observation, nextReviewAt, now),
        };
      }
      const idle = now - Math.max(activeAt, 0) >= settings.cooldownMs;
      if (capacity.min === 0 && idle && !active && polls) {
        const text = `No more than ${settings.activationQueueLength} messages for the cooldown of ${settings.cooldownMs / 1000} s: KEDA turns the workers off.`;
        return { state: { polledAt, activeAt, wanted: [] }, decision: limited(0, { code: "in", text }, observation, nextReviewAt, now) };
      }
      const step = dimmed(before, messages, settings, observation, now);
      return {
        state: { polledAt, activeAt, wanted: step.wanted },
        decision: limited(step.desired, step.reason, observation, nextReviewAt, now),
      };
    },
  };
}

function waking(messages: number, settings: KedaHpaSettings, polls: boolean, active: boolean): Reason {
  if (!polls) return { code: "hold", text: "No worker runs, and KEDA's next poll is yet to come." };
  const held = `${messages} messages, activation above ${settings.activationQueueLength}`;
  return active ? { code: "out", text: `${held}: KEDA turns the workers on.` } : { code: "hold", text: `${held}: the workers stay off.` };
}

function dimmed(
  before: KedaHpaState,
  messages: number,
  settings: KedaHpaSettings,
  { capacity }: Observation,
  now: number,
): { desired: number; reason: Reason; wanted: KedaHpaState["wanted"] } {
  const { desired } = capacity;
  const exact = messages / settings.queueLength;
  const within = Math.abs(exact / desired - 1) <= settings.tolerance;
  const value = within ? desired : Math.max(1, instancesFor(messages, settings.queueLength));
  const wanted = [...before.wanted.filter(({ at }) => now - at < settings.stabilisationMs), { at: now, value }];
  const arithmetic = `${messages} / ${settings.queueLength} → ${value}`;
  const evidence = { arithmetic };
  if (within)
    return {
      desired,
      wanted,
      reason: { code: "hold", text: `${arithmetic}: within ${settings.tolerance * 100} % of ${desired}.`, evidence },
    };
  if (value > desired) {
    const most = Math.max(2 * desired, desired + MOST_PODS_AT_ONCE);
    return {
      desired: Math.min(value, most),
      wanted,
      reason: { code: "out", text: `${arithmetic}${value > most ? `, at most ${most} for now` : ""}.`, evidence },
    };
  }
  const stable = wanted.reduce((most, item) => Math.max(most, item.value), 0);
  const down = Math.min(desired, stable);
  if (down === desired)
    return {
      desired,
      wanted,
      reason: {
        code: "hold",
        text: `${arithmetic}, but ${stable} were wanted within the last ${settings.stabilisationMs / 1000} s.`,
        evidence,
      },
    };
  return {
    desired: down,
    wanted,
    reason: { code: "in", text: `${arithmetic}; ${down} is the most wanted in the last ${settings.stabilisationMs / 1000} s.`, evidence },
  };
}

function limited(proposed: number, reason: Reason, observation: Observation, nextReviewAt: number, now: number): Decision {
  const { capacity } = observation;
  return { ...applyLimits(proposed, capacity, {}, now), reason: withReadings(reason, observation), nextReviewAt };
}

function withReadings(reason: Reason, { backlog, inFlight }: Observation): Reason {
  const readings = [
    ...(backlog === undefined ? [] : [{ name: "visible", ...backlog }]),
    ...(inFlight === undefined ? [] : [{ name: "inFlight", ...inFlight }]),
  ];
  return { ...reason, evidence: { ...reason.evidence, readings } };
}

/** The autoscaler's default behaviour going up (Kubernetes, horizontal-pod-autoscale, "Default Behavior"). */
const MOST_PODS_AT_ONCE = 4;
