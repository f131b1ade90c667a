import { assert, assertNever } from "../assert.ts";
import type { Alarm } from "./alarm.ts";
import { composition } from "./composition.ts";
import { parseCron, type Zone } from "./cron.ts";
import { ec2TargetTracking } from "./ec2-target-tracking.ts";
import { ecsTargetTracking } from "./ecs-target-tracking.ts";
import { exactBacklog } from "./exact-backlog.ts";
import { headroom } from "./headroom.ts";
import { kedaHpa } from "./keda-hpa.ts";
import type { MetricExpression } from "./metric-math.ts";
import { parseMetric } from "./metric-parse.ts";
import { METRIC_NAMES, type MetricName, type Policy } from "./policy.ts";
import { none } from "./none.ts";
import type { AlarmRuleSpec, PolicySpec, SinglePolicySpec, SpecOf } from "./policy-spec.ts";
import { predictive } from "./predictive.ts";
import { scheduled, type ScheduledAction } from "./scheduled.ts";
import { simple } from "./simple.ts";
import { step } from "./step.ts";

/**
 * Makes policies from what people write, for the simulator and for the real scaler alike: one translation, from
 * seconds to milliseconds and from text to expressions and schedules. The text has been checked before: what cannot be
 * read here is a defect.
 */

/** What a policy takes from the world that it is to decide in. */
export interface PolicySurroundings {
  /** Period of the published metrics, seconds. */
  readonly periodSec: number;
  /** What the messages are promised: so many of 100 within so many seconds. */
  readonly objective: { readonly percentile: number; readonly limitSec: number };
  readonly slotsPerInstance: number;
  /** Of one receive, seconds. */
  readonly receiveLatencySec: number;
  /** How long an instance that has to go may work on. */
  readonly stopSec: number;
  /** Milliseconds since 1970 at which the driver's `now` is 0, for a policy that names its own start (ISO, or empty). */
  readonly originEpochMs: (startsAt: string) => number;
  /** The zone of a name, as a table that reaches as far as the driver will go. */
  readonly zoneNamed: (name: string, originEpochMs: number) => Zone | undefined;
  /** What the world makes of each single policy; as it is when absent. */
  readonly adapt?: (policy: Policy<unknown>) => Policy<unknown>;
}

export function policyOf(spec: PolicySpec, surroundings: PolicySurroundings): Policy<unknown> {
  if (spec.kind !== "composition") return singlePolicy(spec, surroundings);
  return composition(spec.policies.map((single) => singlePolicy(single, surroundings)));
}

/** The scaling metric that is recorded: that of the first policy with one. */
export function scalingMetric(policy: PolicySpec): MetricExpression {
  for (const spec of singlesOf(policy)) {
    if ("metric" in spec) return expression(spec.metric);
    if ("rules" in spec && spec.rules[0] !== undefined) return expression(spec.rules[0].metric);
  }
  return expression(USUAL_METRIC);
}

/** The warm-up by which the group counts an instance as warm: the longest of its policies. */
export function warmUpSecOf(policy: PolicySpec): number {
  return singlesOf(policy).reduce((longest, spec) => Math.max(longest, "warmUpSec" in spec ? spec.warmUpSec : 0), 0);
}

/** The published metrics that a policy goes by. */
export function metricNamesOf(policy: PolicySpec): readonly MetricName[] {
  const names = singlesOf(policy).flatMap((spec): readonly string[] => {
    if ("metric" in spec) return expression(spec.metric).names;
    if ("rules" in spec) return spec.rules.flatMap(({ metric }) => expression(metric).names);
    return spec.kind === "headroom" || spec.kind === "predictive" ? ["sent"] : [];
  });
  return METRIC_NAMES.filter((name) => names.includes(name));
}

function singlesOf(policy: PolicySpec): readonly SinglePolicySpec[] {
  return policy.kind === "composition" ? policy.policies : [policy];
}

function singlePolicy(spec: SinglePolicySpec, surroundings: PolicySurroundings): Policy<unknown> {
  const policy = policyFrom(spec, surroundings) as Policy<unknown>;
  return surroundings.adapt?.(policy) ?? policy;
}

function policyFrom(spec: SinglePolicySpec, surroundings: PolicySurroundings): unknown {
  const periodMs = surroundings.periodSec * SEC;
  switch (spec.kind) {
    case "ec2-target-tracking": {
      const { target, lowShare, disableScaleIn, scaleIn } = spec;
      return ec2TargetTracking({ target, lowShare, disableScaleIn, scaleIn, periodMs, metric: expression(spec.metric) });
    }
    case "ecs-target-tracking": {
      const { target, lowShare, disableScaleIn } = spec;
      const cooldowns = { scaleOutCooldownMs: spec.scaleOutCooldownSec * SEC, scaleInCooldownMs: spec.scaleInCooldownSec * SEC };
      return ecsTargetTracking({ target, lowShare, disableScaleIn, ...cooldowns, periodMs, metric: expression(spec.metric) });
    }
    case "exact-backlog":
      return exactBacklog({
        target: spec.target,
        scaleInBelowShare: spec.scaleInBelowShare,
        blockInWhileWarming: spec.warmUpSec > 0,
        cooldownMs: spec.cooldownSec * SEC,
        maxStep: spec.maxStep,
      });
    case "step":
      return stepPolicy(spec, periodMs);
    case "simple":
      return simple({
        periodMs,
        cooldownMs: spec.cooldownSec * SEC,
        rules: spec.rules.map((rule) => {
          const { adjustmentType, minMagnitude, adjustment } = rule;
          return { alarm: alarmOf(rule, periodMs), metric: expression(rule.metric), adjustmentType, minMagnitude, adjustment };
        }),
      });
    case "scheduled":
      return scheduledPolicy(spec, surroundings);
    case "predictive":
      return predictive({
        hourlyHistory: spec.hourlyHistory,
        messagesPerInstanceHour: spec.messagesPerInstanceHour,
        schedulingBufferMs: spec.schedulingBufferSec * SEC,
        forecastOnly: spec.mode === "forecast-only",
        maxCapacityBreach: spec.maxCapacityBreach,
        maxCapacityBuffer: spec.maxCapacityBufferShare,
      });
    case "keda-hpa":
      return kedaPolicy(spec);
    case "headroom":
      return headroom({
        limitMs: (spec.limitSec ?? surroundings.objective.limitSec) * SEC,
        share: surroundings.objective.percentile / 100,
        slotsPerInstance: surroundings.slotsPerInstance,
        expectedServiceMs: spec.expectedServiceSec * SEC,
        expectedLaunchMs: spec.expectedLaunchSec * SEC,
        refillMs: 2 * surroundings.receiveLatencySec * SEC,
        stopMs: surroundings.stopSec * SEC,
        launchPrice: spec.launchPrice,
        reviewEveryMs: spec.reviewSec * SEC,
        periodMs,
      });
    case "none":
      return none();
    default:
      return assertNever(spec);
  }
}

function kedaPolicy(spec: SpecOf<"keda-hpa">): unknown {
  return kedaHpa({
    queueLength: spec.queueLength,
    activationQueueLength: spec.activationQueueLength,
    scaleOnInFlight: spec.scaleOnInFlight,
    pollingMs: spec.pollingSec * SEC,
    cooldownMs: spec.cooldownSec * SEC,
    hpaEveryMs: spec.hpaEverySec * SEC,
    tolerance: spec.toleranceShare,
    stabilisationMs: spec.stabilisationSec * SEC,
  });
}

function stepPolicy({ rules }: SpecOf<"step">, periodMs: number): unknown {
  return step({
    periodMs,
    rules: rules.map((rule) => ({
      alarm: alarmOf(rule, periodMs),
      metric: expression(rule.metric),
      adjustmentType: rule.adjustmentType,
      minMagnitude: rule.minMagnitude,
      aggregation: rule.aggregation,
      steps: rule.steps.map(({ lower, upper, adjustment }) => ({ lower: lower ?? -Infinity, upper: upper ?? Infinity, adjustment })),
    })),
  });
}

function scheduledPolicy(spec: SpecOf<"scheduled">, { originEpochMs: originOf, zoneNamed }: PolicySurroundings): unknown {
  const originEpochMs = originOf(spec.startsAt);
  const actions = spec.actions.map((action): ScheduledAction => {
    const parsed = parseCron(action.cron);
    const zone = zoneNamed(action.zone, originEpochMs);
    assert(parsed.ok && zone !== undefined, "a policy's schedules were checked when it was read");
    const limits = Object.entries({ min: action.min, max: action.max, desired: action.desired }).filter(([, value]) => value !== null);
    return { cron: parsed.cron, zone, ...(Object.fromEntries(limits) as { min?: number; max?: number; desired?: number }) };
  });
  return scheduled({ actions, originEpochMs });
}

export function alarmOf(
  { comparison, threshold, datapointsToAlarm, evaluationPeriods, missingData }: AlarmRuleSpec,
  periodMs: number,
): Alarm {
  return { comparison, threshold, datapointsToAlarm, evaluationPeriods, periodMs, missing: missingData };
}

export function expression(text: string): MetricExpression {
  const parsed = parseMetric(text);
  assert(parsed.ok, "a policy's metrics were checked when it was read");
  return parsed.expression;
}

const SEC = 1000;
/** Backlog per instance (as-using-sqs-queue). */
const USUAL_METRIC = "visible / inService";
