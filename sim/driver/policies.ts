import { assert, assertNever } from "../core/assert.ts";
import type { Alarm } from "../core/policy/alarm.ts";
import { composition } from "../core/policy/composition.ts";
import { parseCron } from "../core/policy/cron.ts";
import { ec2TargetTracking } from "../core/policy/ec2-target-tracking.ts";
import { ecsTargetTracking } from "../core/policy/ecs-target-tracking.ts";
import { exactBacklog } from "../core/policy/exact-backlog.ts";
import { headroom } from "../core/policy/headroom.ts";
import { kedaHpa } from "../core/policy/keda-hpa.ts";
import type { MetricExpression } from "../core/policy/metric-math.ts";
import { parseMetric } from "../core/policy/metric-parse.ts";
import type { Policy } from "../core/policy/policy.ts";
import { predictive } from "../core/policy/predictive.ts";
import { scheduled, type ScheduledAction } from "../core/policy/scheduled.ts";
import { simple } from "../core/policy/simple.ts";
import { step } from "../core/policy/step.ts";
import { parseInstant } from "../scenario/civil-time.ts";
import type { PolicySpec, Scenario } from "../scenario/schema.ts";
import { zoneNamed } from "../scenario/zones.ts";
import { suspendable, type Suspendable } from "./suspendable-policy.ts";

/** Makes the policy of a scenario from its people's units, all in milliseconds. */
export function policyOf(scenario: Scenario, group: Suspendable): Policy<unknown> {
  const { policy } = scenario;
  if (policy.kind !== "composition") return singlePolicy(policy, scenario, group);
  return composition(policy.policies.map((spec) => singlePolicy(spec, scenario, group)));
}

/** The scaling metric that is recorded: that of the first policy with one. */
export function scalingMetric({ policy }: Scenario): MetricExpression {
  const specs = policy.kind === "composition" ? policy.policies : [policy];
  for (const spec of specs) {
    if ("metric" in spec) return expression(spec.metric);
    if ("rules" in spec && spec.rules[0] !== undefined) return expression(spec.rules[0].metric);
  }
  return expression(USUAL_METRIC);
}

/** The warm-up by which the group counts an instance as warm: the longest of its policies. */
export function warmUpSecOf(policy: PolicySpec): number {
  const specs = policy.kind === "composition" ? policy.policies : [policy];
  return specs.reduce((longest, spec) => Math.max(longest, "warmUpSec" in spec ? spec.warmUpSec : 0), 0);
}

type SingleSpec = Exclude<PolicySpec, { kind: "composition" }>;

/** Only a group whose processes are suspended in the run, or that is deployed to, needs to be asked about them. */
function singlePolicy(spec: SingleSpec, scenario: Scenario, group: Suspendable): Policy<unknown> {
  const policy = policyFrom(spec, scenario) as Policy<unknown>;
  const isEverHeld = scenario.acts.some(({ kind }) => kind === "suspend" || kind === "deploy");
  return isEverHeld ? suspendable(policy, group) : policy;
}

function policyFrom(spec: SingleSpec, scenario: Scenario): unknown {
  const periodMs = scenario.metrics.periodSec * SEC;
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
      return scheduledPolicy(spec, scenario);
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
    case "headroom":
      return headroom({
        limitMs: (spec.limitSec ?? scenario.objective.limitSec) * SEC,
        share: scenario.objective.percentile / 100,
        slotsPerInstance: scenario.worker.slots,
        expectedServiceMs: spec.expectedServiceSec * SEC,
        expectedLaunchMs: spec.expectedLaunchSec * SEC,
        refillMs: 2 * scenario.queue.receiveLatencySec * SEC,
        launchPrice: spec.launchPrice,
        reviewEveryMs: spec.reviewSec * SEC,
        periodMs,
      });
    default:
      return assertNever(spec);
  }
}

function stepPolicy({ rules }: Extract<PolicySpec, { kind: "step" }>, periodMs: number): unknown {
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

function scheduledPolicy(spec: Extract<PolicySpec, { kind: "scheduled" }>, scenario: Scenario): unknown {
  const originEpochMs = startsAtMs(spec.startsAt, scenario);
  const endEpochMs = originEpochMs + scenario.run.durationSec * SEC;
  const actions = spec.actions.map((action): ScheduledAction => {
    const parsed = parseCron(action.cron);
    const zone = zoneNamed(action.zone, originEpochMs, endEpochMs);
    assert(parsed.ok && zone !== undefined, "a scenario's schedules were checked when it was read");
    const limits = Object.entries({ min: action.min, max: action.max, desired: action.desired }).filter(([, value]) => value !== null);
    return { cron: parsed.cron, zone, ...(Object.fromEntries(limits) as { min?: number; max?: number; desired?: number }) };
  });
  return scheduled({ actions, originEpochMs });
}

function startsAtMs(own: string, { traffic }: Scenario): number {
  const recorded = "startsAt" in traffic ? traffic.startsAt : "";
  return parseInstant(own === "" ? recorded : own) ?? parseInstant(USUAL_START) ?? 0;
}

interface AlarmSpec {
  readonly comparison: Alarm["comparison"];
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: NonNullable<Alarm["missing"]>;
}

export function alarmOf({ comparison, threshold, datapointsToAlarm, evaluationPeriods, missingData }: AlarmSpec, periodMs: number): Alarm {
  return { comparison, threshold, datapointsToAlarm, evaluationPeriods, periodMs, missing: missingData };
}

export function expression(text: string): MetricExpression {
  const parsed = parseMetric(text);
  assert(parsed.ok, "a scenario's metrics were checked when it was read");
  return parsed.expression;
}

const SEC = 1000;
/** Backlog per instance (as-using-sqs-queue). */
const USUAL_METRIC = "visible / inService";
/** A Monday, so that a week of virtual time begins where weeks begin. */
const USUAL_START = "2026-01-05T00:00:00Z";
