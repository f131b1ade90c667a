import type { Comparison, MissingData } from "./alarm.ts";

/**
 * A policy as people write it: in seconds, metrics and schedules as text. The policy section of a scenario is one, with
 * its defaults filled in; ranges, units and sources stand there (sim/scenario/sections/policy.ts).
 */
export type PolicySpec = SinglePolicySpec | { readonly kind: "composition"; readonly policies: readonly SinglePolicySpec[] };

export type SinglePolicySpec =
  | Ec2TargetTrackingSpec
  | EcsTargetTrackingSpec
  | ExactBacklogSpec
  | StepSpec
  | SimpleSpec
  | ScheduledSpec
  | PredictiveSpec
  | KedaHpaSpec
  | HeadroomSpec
  | NoneSpec;

export type SpecOf<Kind extends SinglePolicySpec["kind"]> = Extract<SinglePolicySpec, { kind: Kind }>;

interface Ec2TargetTrackingSpec {
  readonly kind: "ec2-target-tracking";
  readonly target: number;
  readonly metric: string;
  readonly warmUpSec: number;
  readonly lowShare: number;
  readonly scaleIn: "proportional" | "one-at-a-time";
  readonly disableScaleIn: boolean;
}

interface EcsTargetTrackingSpec {
  readonly kind: "ecs-target-tracking";
  readonly target: number;
  readonly metric: string;
  readonly lowShare: number;
  readonly scaleOutCooldownSec: number;
  readonly scaleInCooldownSec: number;
  readonly disableScaleIn: boolean;
}

interface ExactBacklogSpec {
  readonly kind: "exact-backlog";
  readonly target: number;
  readonly scaleInBelowShare: number;
  readonly warmUpSec: number;
  readonly cooldownSec: number;
  readonly maxStep: number;
}

/** An alarm, and what it watches. */
export interface AlarmRuleSpec {
  readonly metric: string;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: MissingData;
}

interface AdjustingSpec extends AlarmRuleSpec {
  readonly adjustmentType: "change" | "exact" | "percent";
  readonly minMagnitude: number;
}

interface StepSpec {
  readonly kind: "step";
  readonly warmUpSec: number;
  readonly rules: readonly (AdjustingSpec & {
    readonly aggregation: "average" | "minimum" | "maximum";
    /** Bounds beyond the threshold; null for none. */
    readonly steps: readonly { readonly lower: number | null; readonly upper: number | null; readonly adjustment: number }[];
  })[];
}

interface SimpleSpec {
  readonly kind: "simple";
  readonly cooldownSec: number;
  readonly rules: readonly (AdjustingSpec & { readonly adjustment: number })[];
}

interface ScheduledSpec {
  readonly kind: "scheduled";
  /** When a simulated run begins, ISO; empty for its usual start. */
  readonly startsAt: string;
  readonly actions: readonly {
    readonly cron: string;
    readonly zone: string;
    /** null to leave it. */
    readonly min: number | null;
    readonly max: number | null;
    readonly desired: number | null;
  }[];
}

interface PredictiveSpec {
  readonly kind: "predictive";
  readonly hourlyHistory: readonly number[];
  readonly messagesPerInstanceHour: number;
  readonly schedulingBufferSec: number;
  readonly mode: "forecast-and-scale" | "forecast-only";
  readonly maxCapacityBreach: "honor" | "increase";
  readonly maxCapacityBufferShare: number;
}

interface KedaHpaSpec {
  readonly kind: "keda-hpa";
  readonly queueLength: number;
  readonly activationQueueLength: number;
  readonly scaleOnInFlight: boolean;
  readonly pollingSec: number;
  readonly cooldownSec: number;
  readonly hpaEverySec: number;
  readonly toleranceShare: number;
  readonly stabilisationSec: number;
}

interface HeadroomSpec {
  readonly kind: "headroom";
  /** null for the limit of the objective. */
  readonly limitSec: number | null;
  readonly expectedServiceSec: number;
  readonly expectedLaunchSec: number;
  readonly launchPrice: number;
  readonly reviewSec: number;
}

/** Nobody scales. */
interface NoneSpec {
  readonly kind: "none";
}
