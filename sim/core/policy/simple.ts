import { evaluateAlarm, evaluateEveryMs, rangeOf, type Alarm } from "./alarm.ts";
import { applyLimits } from "./limits.ts";
import { watched, type MetricExpression } from "./metric-math.ts";
import type { AlarmState, Datapoint, Decision, Evidence, Observation, Policy, Reason } from "./policy.ts";
import { percentOf, type Adjusting } from "./step.ts";
import { condition, rounded } from "./target-alarms.ts";

/**
 * Simple scaling (ec2-auto-scaling-scaling-cooldowns): one alarm, one adjustment, and then a wait.
 *
 * Whoever has called the fire brigade waits for it to arrive, and then a while longer to see what it does, before
 * calling again. Every answer is followed by a cooldown that begins when the last instance of that answer has been
 * launched or terminated, not when it was asked for; until it ends nothing else is answered, however bad it gets. That
 * is why AWS advises against it, and why it is here: most old groups have it.
 *
 * The end of the activity is seen at a review, as a group without pending and terminating instances, so that a cooldown
 * may begin up to a minute late. Each rule is one policy with its alarm; the cooldown is the group's and holds for all.
 * It holds back nothing but simple scaling: beside other policies they go on.
 */
export interface SimpleSettings {
  readonly rules: readonly SimpleRule[];
  readonly periodMs: number;
  readonly cooldownMs: number;
}

export interface SimpleRule extends Adjusting {
  readonly alarm: Alarm;
  /** What is watched; the observation's scaling metric when absent. */
  readonly metric?: MetricExpression;
  readonly adjustment: number;
}

export interface SimpleState {
  readonly alarms: readonly AlarmState[];
  /** `acting` until the activity is over, then `cooling` until `until`. */
  readonly phase: "ready" | "acting" | "cooling";
  readonly until: number;
}

export function simple(settings: SimpleSettings): Policy<SimpleState> {
  const { rules, periodMs, cooldownMs } = settings;
  return {
    kind: "simple",
    scaleIn: "on-its-own",
    initial: () => ({ alarms: rules.map(() => "insufficient-data"), phase: "ready", until: -Infinity }),
    decide(before, observation, now) {
      const { capacity } = observation;
      const series = rules.map(({ alarm, metric }) => watched(metric, observation, periodMs, rangeOf(alarm)));
      const alarms = rules.map(({ alarm }, index) =>
        evaluateAlarm(alarm, before.alarms[index] as AlarmState, series[index] as readonly Datapoint[], now),
      );
      const waiting = afterActivity(before, observation, cooldownMs, now);
      const proposal = propose({ rules, alarms, series, waiting, observation, now });
      const limited = applyLimits(proposal.desired, capacity, {}, now);
      const decision: Decision = { ...limited, reason: proposal.reason, nextReviewAt: now + evaluateEveryMs(periodMs) };
      const acted = limited.desired !== capacity.desired;
      return { state: { ...waiting, alarms, ...(acted ? { phase: "acting" as const } : {}) }, decision };
    },
  };
}

function afterActivity(
  before: SimpleState,
  { capacity }: Observation,
  cooldownMs: number,
  now: number,
): Pick<SimpleState, "phase" | "until"> {
  const { phase, until } = before;
  if (phase === "acting" && capacity.pending + capacity.terminating === 0) return { phase: "cooling", until: now + cooldownMs };
  if (phase === "cooling" && now >= until) return { phase: "ready", until };
  return { phase, until };
}

function propose(about: {
  rules: readonly SimpleRule[];
  alarms: readonly AlarmState[];
  /** What each rule watches. */
  series: readonly (readonly Datapoint[])[];
  waiting: Pick<SimpleState, "phase" | "until">;
  observation: Observation;
  now: number;
}): { desired: number; reason: Reason } {
  const { rules, alarms, series, waiting, observation, now } = about;
  const { desired } = observation.capacity;
  const report = rules.map(({ alarm }, index) => ({
    name: `rule ${index + 1}`,
    state: alarms[index] as AlarmState,
    threshold: alarm.threshold,
    condition: condition(alarm),
  }));
  const index = alarms.indexOf("alarm");
  const rule = rules[index];
  const datapoints = rule === undefined ? [] : (series[index] ?? []).slice(-rule.alarm.evaluationPeriods);
  const watching = rule?.metric === undefined ? { datapoints } : { metric: rule.metric.text, datapoints };
  const evidence: Evidence = { alarms: report, ...(rule !== undefined && watching) };
  const reason = (code: Reason["code"], text: string): Reason => ({ code, text, evidence });
  if (rule === undefined) {
    const unknown = alarms.every((state) => state === "insufficient-data");
    return {
      desired,
      reason: unknown ? reason("no-data", "The alarms lack data, and nothing scales.") : reason("hold", "No alarm holds."),
    };
  }
  const holds = `Rule ${index + 1} alarms (${condition(rule.alarm)})`;
  if (waiting.phase === "acting") return { desired, reason: reason("cooldown", `${holds}, but the last activity is still under way.`) };
  if (waiting.phase === "cooling") {
    return { desired, reason: reason("cooldown", `${holds}, but the cooldown lasts another ${rounded((waiting.until - now) / 1000)} s.`) };
  }
  const wants = simplyAdjusted(desired, rule);
  const code = wants > desired ? "out" : wants < desired ? "in" : "hold";
  return { desired: wants, reason: reason(code, `${holds}: from ${desired} to ${wants} instances.`) };
}

/** The capacity that an adjustment leads to, before the group's limits. */
export function simplyAdjusted(
  desired: number,
  { adjustmentType, adjustment, minMagnitude }: Omit<SimpleRule, "alarm" | "metric">,
): number {
  if (adjustmentType === "exact") return adjustment;
  return Math.max(0, desired + (adjustmentType === "percent" ? percentOf(desired, adjustment, minMagnitude) : adjustment));
}
