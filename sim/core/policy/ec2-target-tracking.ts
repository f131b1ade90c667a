import { evaluateEveryMs } from "./alarm.ts";
import { applyLimits, instancesFor } from "./limits.ts";
import { watched, type MetricExpression } from "./metric-math.ts";
import type { Datapoint, Decision, Evidence, Observation, Policy, Reason, ReasonCode } from "./policy.ts";
import { condition, NO_ALARMS, rounded, TargetAlarms, type AlarmPair } from "./target-alarms.ts";

/**
 * Target tracking as EC2 Auto Scaling does it on a metric that falls as the group grows, such as the backlog per
 * instance (as-scaling-target-tracking, as-using-sqs-queue).
 *
 * A thermostat with two alarms (target-alarms.ts). While an alarm lasts its action repeats each minute.
 *
 * Out: the capacity that would bring the metric back to its target, rounded up: 10 instances at 150 against a target of
 * 100 become 15. What has been asked for already counts, warm or not, so the same need asked for again adds nothing.
 * In: likewise, but never while a launched instance is pending or warming up, and never so far that the metric would
 * pass its target. AWS does not publish its scale-in arithmetic and calls it gradual; `scaleIn` chooses between the two
 * workable models, all at once (the default) and one instance a minute.
 *
 * The product uses the instances in service, warm or not, because the metric was divided by them, and the newest
 * datapoint, as step scaling does; which one target tracking uses is not published. Without data (nothing published, or
 * 0 instances to divide by) nothing happens in either direction.
 */
export interface Ec2TargetTrackingSettings {
  /** Metric value to keep, in the metric's unit. */
  readonly target: number;
  /** The low alarm's threshold as a share of the target. */
  readonly lowShare: number;
  readonly disableScaleIn: boolean;
  /** Period of the metric, milliseconds: 60,000, or 10,000 or 30,000 for a high-resolution one. */
  readonly periodMs: number;
  /** What is watched; the observation's scaling metric when absent. */
  readonly metric?: MetricExpression;
  /** How far one scale-in goes; `proportional` when absent. */
  readonly scaleIn?: "proportional" | "one-at-a-time";
}

export type Ec2TargetTrackingState = AlarmPair;

export function ec2TargetTracking(settings: Ec2TargetTrackingSettings): Policy<Ec2TargetTrackingState> {
  const { periodMs } = settings;
  const alarms = new TargetAlarms(settings);
  const reviewEveryMs = evaluateEveryMs(periodMs);

  return {
    kind: "ec2-target-tracking",
    scaleIn: settings.disableScaleIn ? "never" : "by-agreement",
    initial: () => NO_ALARMS,
    decide(before, observation, now) {
      const metric = watched(settings.metric, observation, periodMs, alarms.periods);
      const state = alarms.evaluate(before, metric, now);
      const proposal = propose({ state, settings, alarms, metric, observation, acts: state.actedAt === now });
      const limited = applyLimits(proposal.desired, observation.capacity, { blockInWhileWarming: true }, now);
      const decision: Decision = { ...limited, reason: proposal.reason, nextReviewAt: now + reviewEveryMs };
      return { state, decision };
    },
  };
}

interface Proposal {
  readonly desired: number;
  readonly reason: Reason;
}

function propose(about: {
  state: AlarmPair;
  settings: Ec2TargetTrackingSettings;
  alarms: TargetAlarms;
  metric: readonly Datapoint[];
  observation: Observation;
  acts: boolean;
}): Proposal {
  const { state, settings, alarms, metric, observation, acts } = about;
  const { desired, inService } = observation.capacity;
  const newest = metric.at(-1);
  const stay = (code: ReasonCode, text: string, evidence: Evidence) => ({ desired, reason: { code, text, evidence } });
  const seen: Evidence = { alarms: alarms.report(state), ...(settings.metric !== undefined && { metric: settings.metric.text }) };
  if (newest === undefined || (state.high === "insufficient-data" && state.low === "insufficient-data")) {
    return stay("no-data", "No datapoint is recent enough: the alarms lack data, and nothing scales.", seen);
  }
  const needed = instancesFor(inService * newest.value, settings.target);
  const arithmetic = `${inService} × ${rounded(newest.value)} / ${settings.target} → ${needed}`;
  const evidence: Evidence = { ...seen, arithmetic, datapoints: metric.slice(state.high === "alarm" ? -3 : -15) };
  if (state.high === "alarm") {
    const high = `The high alarm holds (${condition(alarms.high)})`;
    if (needed <= desired) return stay("hold", `${high}; ${arithmetic}, and ${desired} are asked for already.`, evidence);
    if (!acts) return stay("hold", `${high}; ${arithmetic}; its action repeats once a minute.`, evidence);
    return { desired: needed, reason: { code: "out", text: `${high}: ${arithmetic} instances.`, evidence } };
  }
  if (state.low === "alarm") {
    const low = `The low alarm holds (${condition(alarms.low)})`;
    if (settings.disableScaleIn) return stay("hold", `${low}, but scale-in is disabled.`, evidence);
    if (needed >= desired) return stay("hold", `${low}, but one instance fewer would pass the target: ${arithmetic}.`, evidence);
    if (!acts) return stay("hold", `${low}; ${arithmetic}; its action repeats once a minute.`, evidence);
    const down = settings.scaleIn === "one-at-a-time" ? desired - 1 : needed;
    const pace = down === needed ? "" : ", one at a time";
    return { desired: down, reason: { code: "in", text: `${low}: ${arithmetic} instances${pace}.`, evidence } };
  }
  return stay("hold", `Neither alarm holds; the metric is ${rounded(newest.value)}.`, evidence);
}
