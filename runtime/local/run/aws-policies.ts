import type { PolicySpec, Scenario } from "../../../sim/index.ts";
import { fieldsOf } from "../autoscaling/errors.ts";
import type { ManagedGroup } from "../autoscaling/managed-group.ts";
import type { LocalCloudWatch } from "../cloudwatch/local-cloudwatch.ts";
import type { AwsRecord } from "../service.ts";
import type { ScenarioMetrics } from "./scenario-metrics.ts";

type SinglePolicy = Exclude<PolicySpec, { kind: "composition" }>;
type AwsPolicy = Extract<SinglePolicy, { kind: "ec2-target-tracking" | "step" | "simple" }>;

/** Whether EC2 Auto Scaling has every part of the policy itself. */
export function isAwsPolicy(policy: PolicySpec): boolean {
  return singlesOf(policy).every((single) => AWS_KINDS.includes(single.kind));
}

/** The share that target tracking's low alarm has of its target, where the policy says so. */
export function lowShareOf(policy: PolicySpec): { readonly lowShare?: number } {
  const tracking = singlesOf(policy).find((single) => single.kind === "ec2-target-tracking");
  return tracking === undefined ? {} : { lowShare: tracking.lowShare };
}

/** Puts a scenario's policy as a client of AWS would: target tracking with its own alarms, the others with alarms that call them. */
export function putAwsPolicies(
  scenario: Scenario,
  { group, cloudWatch, metrics }: { group: ManagedGroup; cloudWatch: LocalCloudWatch; metrics: ScenarioMetrics },
): void {
  for (const [index, single] of singlesOf(scenario.policy).entries()) {
    const name = `${single.kind}-${index + 1}`;
    const put = (input: AwsRecord) => String(group.policies.put(fieldsOf({ AutoScalingGroupName: group.name, ...input }))["PolicyARN"]);
    const policy = single as AwsPolicy;
    if (policy.kind === "ec2-target-tracking") {
      put({
        PolicyName: name,
        PolicyType: "TargetTrackingScaling",
        EstimatedInstanceWarmup: policy.warmUpSec,
        TargetTrackingConfiguration: {
          TargetValue: policy.target,
          DisableScaleIn: policy.disableScaleIn,
          CustomizedMetricSpecification: { Metrics: metrics.watching(policy.metric) },
        },
      });
      continue;
    }
    for (const [place, rule] of policy.rules.entries()) {
      const ruleName = `${name}-${place + 1}`;
      const adjusting = { AdjustmentType: ADJUSTMENTS[rule.adjustmentType], MinAdjustmentMagnitude: rule.minMagnitude };
      const policyArn =
        "steps" in rule && policy.kind === "step"
          ? put({ PolicyName: ruleName, ...adjusting, ...stepFields(rule, policy.warmUpSec) })
          : put({ PolicyName: ruleName, ...adjusting, PolicyType: "SimpleScaling", ...simpleFields(rule, policy) });
      cloudWatch.putAlarm(alarmFields(ruleName, { rule, policyArn, metrics }));
    }
  }
}

function singlesOf(policy: PolicySpec): readonly SinglePolicy[] {
  return policy.kind === "composition" ? policy.policies : [policy];
}

type StepRule = Extract<AwsPolicy, { kind: "step" }>["rules"][number];
type SimpleRule = Extract<AwsPolicy, { kind: "simple" }>["rules"][number];

function stepFields({ aggregation, steps }: StepRule, warmUpSec: number): AwsRecord {
  return {
    PolicyType: "StepScaling",
    MetricAggregationType: AGGREGATIONS[aggregation],
    EstimatedInstanceWarmup: warmUpSec,
    StepAdjustments: steps.map(({ lower, upper, adjustment }) => ({
      MetricIntervalLowerBound: lower ?? undefined,
      MetricIntervalUpperBound: upper ?? undefined,
      ScalingAdjustment: adjustment,
    })),
  };
}

function simpleFields(rule: StepRule | SimpleRule, policy: AwsPolicy): AwsRecord {
  return {
    ScalingAdjustment: "adjustment" in rule ? rule.adjustment : undefined,
    Cooldown: policy.kind === "simple" ? policy.cooldownSec : undefined,
  };
}

function alarmFields(
  name: string,
  { rule, policyArn, metrics }: { rule: StepRule | SimpleRule; policyArn: string; metrics: ScenarioMetrics },
): AwsRecord {
  return {
    AlarmName: name,
    Metrics: metrics.watching(rule.metric),
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    Threshold: rule.threshold,
    ComparisonOperator: COMPARISONS[rule.comparison],
    TreatMissingData: rule.missingData === "not-breaching" ? "notBreaching" : rule.missingData,
    AlarmActions: [policyArn],
  };
}

const AWS_KINDS: readonly string[] = ["ec2-target-tracking", "step", "simple"];
const ADJUSTMENTS = { change: "ChangeInCapacity", exact: "ExactCapacity", percent: "PercentChangeInCapacity" } as const;
const AGGREGATIONS = { average: "Average", minimum: "Minimum", maximum: "Maximum" } as const;
const COMPARISONS = {
  above: "GreaterThanThreshold",
  "at-or-above": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
  "at-or-below": "LessThanOrEqualToThreshold",
} as const;
