import { ACTION_REPEATS_MS, evaluateAlarm, evaluateEveryMs, rangeOf, type Alarm } from "./alarm.ts";
import { applyLimits } from "./limits.ts";
import { watched, type MetricExpression } from "./metric-math.ts";
import type { AlarmReport, AlarmState, Capacity, Datapoint, Decision, Observation, Policy, Reason, ReasonCode } from "./policy.ts";
import { condition, rounded } from "./target-alarms.ts";

/**
 * Step scaling (as-scaling-simple-step): a staircase of answers to how far the metric is beyond its alarm's threshold.
 *
 * A small fire gets one bucket, a large one three. Each rule is one AWS step policy with its alarm; rules that answer at
 * the same time are settled for the largest capacity. While the alarm lasts the rule answers again each minute.
 *
 * Steps are bounded relative to the threshold. Above it the lower bound belongs to the step and the upper one does not;
 * below it the other way round. With a threshold of 50 and steps 0…10 and 10…, 59 is in the first and 60 in the second.
 * The value looked up is the average (or minimum, or maximum) of the alarm's newest datapoints.
 *
 * An adjustment is a number of instances, an exact capacity, or a percentage; a percentage is rounded as AWS does:
 * above 1 down, between 0 and 1 to 1, between 0 and −1 to −1, below −1 towards 0 (−6.67 removes 6), and then made at
 * least `minMagnitude` instances.
 *
 * **Warm-up instead of cooldown.** Instances on their way or warming up count as already added: of 10 instances a step
 * of +10 % makes 11, and while the eleventh warms up a step of +30 % is 3 more than 10, hence 13, not 14. Scale-in waits
 * until every launched instance is warm, and counts those already terminating as still there, so that the same breach
 * removes nothing twice.
 *
 * Its scale-in is not held back by a target tracking policy beside it: the two can fight (as-scale-based-on-demand).
 */
export interface StepSettings {
  readonly rules: readonly StepRule[];
  readonly periodMs: number;
}

export interface StepRule extends Adjusting {
  readonly alarm: Alarm;
  /** What is watched; the observation's scaling metric when absent. */
  readonly metric?: MetricExpression;
  readonly aggregation: "average" | "minimum" | "maximum";
  readonly steps: readonly Step[];
}

/** How an adjustment is understood. */
export interface Adjusting {
  readonly adjustmentType: "change" | "exact" | "percent";
  /** Least number of instances that a percentage comes to; 0 for no such limit. */
  readonly minMagnitude: number;
}

export interface Step {
  /** Relative to the threshold, in the metric's unit; −Infinity and Infinity for open ends. */
  readonly lower: number;
  readonly upper: number;
  readonly adjustment: number;
}

export interface StepState {
  /** Per rule. */
  readonly alarms: readonly AlarmState[];
  readonly actedAt: readonly number[];
}

export function step(settings: StepSettings): Policy<StepState> {
  const { rules, periodMs } = settings;
  return {
    kind: "step",
    scaleIn: "on-its-own",
    initial: () => ({ alarms: rules.map(() => "insufficient-data"), actedAt: rules.map(() => -Infinity) }),
    decide(before, observation, now) {
      const answers = rules.map((rule, index) => answer({ rule, index, before, observation, periodMs, now }));
      const state: StepState = { alarms: answers.map(({ alarm }) => alarm), actedAt: answers.map(({ actedAt }) => actedAt) };
      const reports = rules.map(({ alarm }, index): AlarmReport => ({
        name: `rule ${index + 1}`,
        state: state.alarms[index] as AlarmState,
        threshold: alarm.threshold,
        condition: condition(alarm),
      }));
      const proposal = largest(answers, observation, reports);
      const limited = applyLimits(proposal.desired, observation.capacity, { blockInWhileWarming: true }, now);
      const decision: Decision = { ...limited, reason: proposal.reason, nextReviewAt: now + evaluateEveryMs(periodMs) };
      return { state, decision };
    },
  };
}

interface Answer {
  readonly alarm: AlarmState;
  readonly actedAt: number;
  /** Capacity that the rule wants; undefined when it has nothing to say. */
  readonly wants: number | undefined;
  readonly text: string;
  /** Expression that its alarm watches, and what that was. */
  readonly metric: string | undefined;
  readonly datapoints: readonly Datapoint[];
}

function answer(about: {
  rule: StepRule;
  index: number;
  before: StepState;
  observation: Observation;
  periodMs: number;
  now: number;
}): Answer {
  const { rule, index, before, observation, periodMs, now } = about;
  const metric = watched(rule.metric, observation, periodMs, rangeOf(rule.alarm));
  const stateBefore = before.alarms[index] as AlarmState;
  const alarm = evaluateAlarm(rule.alarm, stateBefore, metric, now);
  const actedAt = before.actedAt[index] as number;
  const datapoints = metric.slice(-rule.alarm.evaluationPeriods);
  const watching = { metric: rule.metric?.text, datapoints };
  const silent = (text: string): Answer => ({ alarm, actedAt, wants: undefined, text, ...watching });
  if (alarm !== "alarm") return silent(alarm === "ok" ? "no alarm" : "no data");
  const holds = `rule ${index + 1} alarms (${condition(rule.alarm)})`;
  if (datapoints.length === 0) return silent(`${holds} without a datapoint to choose a step by`);
  if (stateBefore === "alarm" && now - actedAt < ACTION_REPEATS_MS) return silent(`${holds}; its action repeats once a minute`);
  const value = aggregated(datapoints, rule.aggregation);
  const found = stepAt(rule.steps, value - rule.alarm.threshold);
  if (found === undefined) return { ...silent(`${holds}, but no step is for ${rounded(value)}`), actedAt: now };
  const wants = adjusted(observation.capacity, found.adjustment, rule);
  return { alarm, actedAt: now, wants, text: `${holds}: at ${rounded(value)} it asks for ${wants}`, ...watching };
}

function largest(
  answers: readonly Answer[],
  { capacity }: Observation,
  alarms: readonly AlarmReport[],
): { desired: number; reason: Reason } {
  const { desired } = capacity;
  let winner: Answer | undefined;
  for (const candidate of answers) {
    if (candidate.wants !== undefined && candidate.wants > (winner?.wants ?? -Infinity)) winner = candidate;
  }
  const known = alarms.some(({ state }) => state !== "insufficient-data");
  if (winner?.wants === undefined) {
    const code: ReasonCode = known ? "hold" : "no-data";
    return { desired, reason: { code, text: `No rule answers: ${answers.map(({ text }) => text).join("; ")}.`, evidence: { alarms } } };
  }
  const { wants, text, datapoints, metric } = winner;
  const code: ReasonCode = wants > desired ? "out" : wants < desired ? "in" : "hold";
  return {
    desired: wants,
    reason: {
      code,
      text: `Step scaling: ${text} instances; ${desired} are asked for.`,
      evidence: { alarms, datapoints, arithmetic: text, ...(metric !== undefined && { metric }) },
    },
  };
}

/** The step for a distance from the threshold; bounds as in the head of this file. */
export function stepAt(steps: readonly Step[], beyond: number): Step | undefined {
  return steps.find(({ lower, upper }) =>
    beyond >= 0 && upper > 0 ? beyond >= lower && beyond < upper : beyond > lower && beyond <= upper,
  );
}

/** The capacity that an adjustment leads to, before the group's limits, with those on their way counted as already there. */
export function adjusted(capacity: Capacity, adjustment: number, { adjustmentType, minMagnitude }: Adjusting): number {
  const { desired, pending, warming, terminating } = capacity;
  if (adjustmentType === "exact") return adjustment;
  const base = adjustment >= 0 ? Math.max(0, desired - pending - warming) : desired + terminating;
  const change = adjustmentType === "percent" ? percentOf(base, adjustment, minMagnitude) : adjustment;
  return adjustment >= 0 ? Math.max(desired, base + change) : Math.min(desired, Math.max(0, base + change));
}

/** Instances that a percentage of `base` comes to, with its sign. */
export function percentOf(base: number, percent: number, minMagnitude: number): number {
  if (percent === 0 || base === 0) return Math.sign(percent) * minMagnitude;
  // A hair off a whole number is rounding noise: 10 % of 30 is 3.
  const exact = Math.round(base * percent * 1e7) / 1e9;
  const size = Math.abs(exact) < 1 ? 1 : Math.floor(Math.abs(exact));
  return Math.sign(percent) * Math.max(size, minMagnitude);
}

/** The value that a step is chosen by: of the alarm's newest datapoints, of which there has to be one. */
export function aggregated(points: readonly Datapoint[], by: StepRule["aggregation"]): number {
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const { value } of points) {
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return by === "average" ? sum / points.length : by === "minimum" ? least : most;
}
