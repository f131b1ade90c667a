import { evaluateEveryMs } from "./alarm.ts";
import { applyLimits, instancesFor } from "./limits.ts";
import { watched, type MetricExpression } from "./metric-math.ts";
import type { Datapoint, Decision, Evidence, Observation, Policy, Reason, ReasonCode } from "./policy.ts";
import { condition, NO_ALARMS, rounded, TargetAlarms, type AlarmPair } from "./target-alarms.ts";

/**
 * Target tracking as Application Auto Scaling does it for an ECS service (target-tracking-scaling-policy-overview,
 * service-auto-scaling). The same thermostat as on EC2, with three differences.
 *
 * **Cooldowns instead of warm-ups.** After a scale-out no other one for `scaleOutCooldownMs`, unless a larger one is
 * called for: the service of 10 that was given 5 more is given 8 more at once, but not another 5. After a scale-in none
 * for `scaleInCooldownMs`; a scale-out comes at once and ends that wait.
 *
 * **The arithmetic starts from the tasks that run**, not from those desired: tasks that cannot be placed do not make the
 * service run away. 10 running at 150 against 100 become 15, and stay 15 however long the 5 take to start.
 *
 * **From zero**: a single datapoint that shows demand starts one task, the smallest amount; from there it goes on. With
 * `visible / running` there is no such datapoint, because division by zero drops it: the service stays at zero.
 *
 * "Larger" is measured in tasks added; AWS says no more than the word. The low alarm's threshold is 0.90 of the target
 * by observation. Scale-in goes all the way at once here: AWS says only that removing one more must not pass the target.
 */
export interface EcsTargetTrackingSettings {
  /** Metric value to keep, in the metric's unit. */
  readonly target: number;
  /** The low alarm's threshold as a share of the target. */
  readonly lowShare: number;
  readonly disableScaleIn: boolean;
  readonly periodMs: number;
  /** Milliseconds; 300,000 by default for ECS. */
  readonly scaleOutCooldownMs: number;
  readonly scaleInCooldownMs: number;
  /** What is watched; the observation's scaling metric when absent. */
  readonly metric?: MetricExpression;
}

export interface EcsTargetTrackingState extends AlarmPair {
  /** When the last scale-out and scale-in were, milliseconds; −Infinity for never. */
  readonly outAt: number;
  readonly inAt: number;
  /** Tasks that the last scale-out added to those running. */
  readonly added: number;
}

export function ecsTargetTracking(settings: EcsTargetTrackingSettings): Policy<EcsTargetTrackingState> {
  const { periodMs } = settings;
  const alarms = new TargetAlarms(settings);
  return {
    kind: "ecs-target-tracking",
    scaleIn: settings.disableScaleIn ? "never" : "by-agreement",
    initial: () => ({ ...NO_ALARMS, outAt: -Infinity, inAt: -Infinity, added: 0 }),
    decide(before, observation, now) {
      const { capacity } = observation;
      const metric = watched(settings.metric, observation, periodMs, alarms.periods);
      const pair = alarms.evaluate(before, metric, now);
      const proposal = propose({ pair, before, settings, alarms, metric, observation, now });
      const noScaleInBefore = before.inAt + settings.scaleInCooldownMs;
      const limited = applyLimits(proposal.desired, capacity, { noScaleInBefore }, now);
      const { desired } = limited;
      const decision: Decision = { ...limited, reason: proposal.reason, nextReviewAt: now + evaluateEveryMs(periodMs) };
      const { outAt, inAt, added } = before;
      let state: EcsTargetTrackingState = { ...pair, outAt, inAt, added };
      if (desired > capacity.desired) state = { ...pair, outAt: now, inAt: -Infinity, added: desired - capacity.inService };
      if (desired < capacity.desired) state = { ...pair, outAt, inAt: now, added: 0 };
      return { state, decision };
    },
  };
}

function propose(about: {
  pair: AlarmPair;
  before: EcsTargetTrackingState;
  settings: EcsTargetTrackingSettings;
  alarms: TargetAlarms;
  metric: readonly Datapoint[];
  observation: Observation;
  now: number;
}): { desired: number; reason: Reason } {
  const { pair, before, settings, alarms, metric, observation, now } = about;
  const { desired, inService } = observation.capacity;
  const newest = metric.at(-1);
  const seen: Evidence = { alarms: alarms.report(pair), ...(settings.metric !== undefined && { metric: settings.metric.text }) };
  const answer = (to: number, code: ReasonCode, text: string, evidence: Evidence = seen) => ({
    desired: to,
    reason: { code, text, evidence },
  });
  if (newest !== undefined && desired === 0 && newest.value > 0 && now - newest.at <= FRESH_PERIODS * settings.periodMs) {
    const text = `No task runs and the metric is ${rounded(newest.value)}: one task, the smallest amount.`;
    return answer(1, "out", text, { ...seen, datapoints: [newest] });
  }
  if (newest === undefined || (pair.high === "insufficient-data" && pair.low === "insufficient-data")) {
    return answer(desired, "no-data", "No datapoint is recent enough: the alarms lack data, and nothing scales.");
  }
  const needed = instancesFor(inService * newest.value, settings.target);
  const arithmetic = `${inService} running × ${rounded(newest.value)} / ${settings.target} → ${needed}`;
  const evidence: Evidence = { ...seen, arithmetic, datapoints: metric.slice(pair.high === "alarm" ? -3 : -15) };
  if (pair.high === "alarm") {
    const high = `The high alarm holds (${condition(alarms.high)})`;
    if (needed <= desired) return answer(desired, "hold", `${high}; ${arithmetic}, and ${desired} are asked for already.`, evidence);
    if (now < before.outAt + settings.scaleOutCooldownMs && needed - inService <= before.added) {
      const waits = `${high}; ${arithmetic}, but no more than the ${before.added} of the last scale-out: its cooldown goes on.`;
      return answer(desired, "cooldown", waits, evidence);
    }
    return answer(needed, "out", `${high}: ${arithmetic} tasks.`, evidence);
  }
  if (pair.low === "alarm") {
    const low = `The low alarm holds (${condition(alarms.low)})`;
    if (settings.disableScaleIn) return answer(desired, "hold", `${low}, but scale-in is disabled.`, evidence);
    if (needed >= Math.min(desired, inService)) {
      return answer(desired, "hold", `${low}, but one task fewer would pass the target: ${arithmetic}.`, evidence);
    }
    return answer(needed, "in", `${low}: ${arithmetic} tasks.`, evidence);
  }
  return answer(desired, "hold", `Neither alarm holds; the metric is ${rounded(newest.value)}.`, evidence);
}

/** A datapoint older than this shows no demand of now; as far back as the high alarm looks. */
const FRESH_PERIODS = 5;
