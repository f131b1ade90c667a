import { randomUUID } from "node:crypto";
import {
  adjusted,
  aggregated,
  applyLimits,
  composition,
  ec2TargetTracking,
  simplyAdjusted,
  stepAt,
  type AlarmState,
  type Capacity,
  type Datapoint,
  type Decision,
  type Observation,
  type Policy,
} from "../../../sim/index.ts";
import type { AlarmEvent } from "../cloudwatch/alarms.ts";
import type { LocalCloudWatch } from "../cloudwatch/local-cloudwatch.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { autoScalingError } from "./errors.ts";
import type { LiveGroup } from "./live-group.ts";
import { readScalingPolicy, type ScalingPolicy, type SimpleScaling, type StepScaling, type TargetTracking } from "./scaling-policy.ts";

/** The part of CloudWatch that policies lean on. */
export type PolicyMetrics = Pick<LocalCloudWatch, "putAlarm" | "deleteAlarm" | "alarm" | "newest" | "readQueries" | "alarmArnPrefix">;

/** What a policy answered, for whoever wants to know. */
export interface PolicyAnswer extends Pick<Decision, "desired" | "reason" | "limitedBy"> {
  readonly groupName: string;
  readonly policyName: string;
  /** Desired capacity before. */
  readonly before: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ScalingPoliciesOptions {
  readonly group: LiveGroup;
  readonly metrics: PolicyMetrics;
  readonly minuteMs: number;
  /** The low alarm's threshold as a share of the target: 0.7 on EC2 today, by observation. */
  readonly lowShare: number;
  readonly answered: (answer: PolicyAnswer) => void;
}

/**
 * The scaling policies of a group. They act when an alarm says so, and decide by the simulator's own: target tracking as a
 * whole, for step and simple scaling the arithmetic and the limits.
 */
export class ScalingPolicies {
  private readonly options: ScalingPoliciesOptions;
  private readonly policies = new Map<string, ScalingPolicy>();
  /** When simple scaling changed the capacity last, and how long it waits after that; milliseconds since the origin. */
  private lastSimple: { readonly at: number; readonly cooldownMs: number } | undefined;
  /** When target tracking answered last: its alarms of one moment are one question. */
  private trackedAt = -Infinity;

  constructor(options: ScalingPoliciesOptions) {
    this.options = options;
  }

  /** PutScalingPolicy: new, or in place of the one of that name. */
  put(fields: RequestFields): AwsRecord {
    const { group, metrics, minuteMs } = this.options;
    const name = fields.text("PolicyName", { longest: 255 });
    const before = this.policies.get(name);
    const policy = readScalingPolicy(fields, {
      groupName: group.name,
      arn:
        before?.arn ??
        `${group.arn.replace(/:autoScalingGroup:.*/, "")}:scalingPolicy:${randomUUID()}:autoScalingGroupName/${group.name}:policyName/${name}`,
      alarmSuffix: randomUUID(),
      minuteMs,
      readQueries: (list) => metrics.readQueries(list),
    });
    if (before !== undefined) this.deleteAlarms(before);
    this.policies.set(name, policy);
    if (policy.kind === "TargetTrackingScaling") this.putAlarms(policy);
    return { PolicyARN: policy.arn, Alarms: this.alarmsOf(policy) };
  }

  delete(nameOrArn: string): void {
    const policy = this.named(nameOrArn);
    this.policies.delete(policy.name);
    this.deleteAlarms(policy);
  }

  deleteAll(): void {
    for (const { name } of [...this.policies.values()]) this.delete(name);
  }

  describe({ names, kinds }: { names: readonly string[]; kinds: readonly string[] }): readonly AwsRecord[] {
    return [...this.policies.values()]
      .filter(
        ({ name, arn, kind }) =>
          (names.length === 0 || names.includes(name) || names.includes(arn)) && (kinds.length === 0 || kinds.includes(kind)),
      )
      .map((policy) => ({
        AutoScalingGroupName: this.options.group.name,
        PolicyName: policy.name,
        PolicyARN: policy.arn,
        PolicyType: policy.kind,
        Enabled: policy.isEnabled,
        Alarms: this.alarmsOf(policy),
        ...policy.described,
      }));
  }

  has(arn: string): boolean {
    return [...this.policies.values()].some((policy) => policy.arn === arn);
  }

  /** An alarm calls a policy. Returns what came of it, in a sentence. */
  alarmed(arn: string, event: AlarmEvent): string {
    const now = this.options.group.settle();
    const policy = this.named(arn);
    const cause = `a monitor alarm ${event.alarm.name} in state ${event.state} triggered policy ${policy.name}`;
    if (!policy.isEnabled) return "the policy is disabled";
    switch (policy.kind) {
      case "TargetTrackingScaling":
        return this.track(policy, cause, now);
      case "StepScaling": {
        if (event.datapoints.length === 0) return "there is no datapoint to choose a step by";
        const value = aggregated(event.datapoints, policy.aggregation);
        return this.takeStep(policy, { value, threshold: event.alarm.rule.threshold, cause, now });
      }
      case "SimpleScaling":
        return this.adjustSimply(policy, { honoursCooldown: true, cause, now });
    }
  }

  /** ExecutePolicy. */
  execute(fields: RequestFields): void {
    const now = this.options.group.settle();
    const policy = this.named(fields.text("PolicyName"));
    const cause = `a user request executed policy ${policy.name}`;
    switch (policy.kind) {
      case "TargetTrackingScaling":
        throw autoScalingError("ValidationError", "A target tracking policy is executed by its alarms only.");
      case "StepScaling":
        this.takeStep(policy, { value: fields.number("MetricValue"), threshold: fields.number("BreachThreshold"), cause, now });
        return;
      case "SimpleScaling": {
        const honoursCooldown = fields.flag("HonorCooldown", false);
        if (honoursCooldown && this.cooldownEndsAt(now) > now) {
          throw autoScalingError("ScalingActivityInProgress", "The cooldown of the last scaling activity is not over.");
        }
        this.adjustSimply(policy, { honoursCooldown, cause, now });
      }
    }
  }

  /** When simple scaling may act again: while its last activity is under way that is not known yet. */
  cooldownEndsAt(now: number): number {
    if (this.lastSimple === undefined) return -Infinity;
    const { fleet } = this.options.group;
    const { pending, terminating } = fleet.capacity(now);
    if (pending + terminating > 0) return Infinity;
    const { at, cooldownMs } = this.lastSimple;
    // It counts from the last instance that came or went (ec2-auto-scaling-scaling-cooldowns).
    const ends = fleet.records.flatMap(({ stages }) => stages.filter(({ stage }) => stage === "in-service" || stage === "terminated"));
    return Math.max(at, ...ends.map((end) => end.at)) + cooldownMs;
  }

  /**
   * All target tracking policies of the group are asked at once: it grows if any wants it, and shrinks if all that may
   * want it do (as-scale-based-on-demand).
   */
  private track(policy: TargetTracking, cause: string, now: number): string {
    if (this.trackedAt === now) return "answered together with another alarm of this moment";
    this.trackedAt = now;
    const { group, lowShare } = this.options;
    const tracking = [...this.policies.values()].filter(
      (other) => other.kind === "TargetTrackingScaling" && other.isEnabled,
    ) as TargetTracking[];
    const warmUpMs = Math.max(...tracking.map((other) => other.warmUpMs ?? group.defaultWarmUpMs ?? group.defaultCooldownMs));
    const capacity = group.capacity(now, warmUpMs);
    const together = composition(tracking.map((other) => this.asPolicy(other, lowShare)));
    const nothingSeen: Observation = { metric: [], backlog: undefined, inFlight: undefined, capacity };
    const { decision } = together.decide(together.initial(), nothingSeen, now);
    return this.carryOut(policy, decision, cause, now);
  }

  /** Sees what the alarms of the policy have seen, and acts since they do. */
  private asPolicy(policy: TargetTracking, lowShare: number): Policy<unknown> {
    const { metrics } = this.options;
    const { target, disablesScaleIn, periodMs } = policy;
    const core = ec2TargetTracking({ target, lowShare, disableScaleIn: disablesScaleIn, periodMs });
    const stateOf = (alarm: string): AlarmState => CORE_STATES[metrics.alarm(alarm)?.state ?? "INSUFFICIENT_DATA"];
    return {
      kind: policy.name,
      ...(core.scaleIn === undefined ? {} : { scaleIn: core.scaleIn }),
      initial: () => ({ high: stateOf(policy.highAlarm), low: stateOf(policy.lowAlarm), actedAt: -Infinity }),
      decide: (state, observation, now) => {
        // The alarms count milliseconds since 1970, the group since its origin.
        const { originMs } = this.options.group;
        const metric = metrics.newest(policy.queries, PERIODS_SHOWN).map(({ at, value }): Datapoint => ({ at: at - originMs, value }));
        return core.decide(state as ReturnType<typeof core.initial>, { ...observation, metric }, now);
      },
    };
  }

  private takeStep(policy: StepScaling, about: { value: number; threshold: number; cause: string; now: number }): string {
    const { value, threshold, cause, now } = about;
    const { group } = this.options;
    const step = stepAt(policy.steps, value - threshold);
    if (step === undefined) return `no step is for ${value}, which is ${value - threshold} beyond the threshold`;
    const capacity = group.capacity(now, policy.warmUpMs);
    const wants = adjusted(capacity, step.adjustment, policy);
    const limited = applyLimits(wants, capacity, { blockInWhileWarming: true }, now);
    const text = `At ${value}, ${value - threshold} beyond the threshold, it asks for ${wants} instances.`;
    return this.carryOut(policy, { ...limited, reason: { code: codeFor(wants, capacity), text } }, cause, now);
  }

  private adjustSimply(policy: SimpleScaling, about: { honoursCooldown: boolean; cause: string; now: number }): string {
    const { honoursCooldown, cause, now } = about;
    const { group } = this.options;
    const endsAt = this.cooldownEndsAt(now);
    if (honoursCooldown && endsAt > now) {
      return endsAt === Infinity
        ? "the last activity is still under way"
        : `the cooldown lasts another ${Math.ceil((endsAt - now) / 1000)} s`;
    }
    const capacity = group.capacity(now);
    const wants = simplyAdjusted(capacity.desired, policy);
    const limited = applyLimits(wants, capacity, {}, now);
    const reason = { code: codeFor(wants, capacity), text: `It asks for ${wants} instances instead of ${capacity.desired}.` };
    const outcome = this.carryOut(policy, { ...limited, reason }, cause, now);
    if (limited.desired !== capacity.desired) this.lastSimple = { at: now, cooldownMs: policy.cooldownMs ?? group.defaultCooldownMs };
    return outcome;
  }

  private carryOut(
    policy: ScalingPolicy,
    decision: Pick<Decision, "desired" | "reason" | "limitedBy">,
    cause: string,
    now: number,
  ): string {
    const { group, answered } = this.options;
    const before = group.fleet.desired;
    const { desired, reason, limitedBy } = decision;
    const isThrottled = desired !== before && !group.setDesired(desired, cause, now);
    answered({ groupName: group.name, policyName: policy.name, before, desired, reason, limitedBy, at: now + group.originMs });
    return isThrottled
      ? "throttled: too many changes of the desired capacity"
      : `${reason.text} Desired capacity: from ${before} to ${desired}.`;
  }

  private named(nameOrArn: string): ScalingPolicy {
    const policy = [...this.policies.values()].find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
    if (policy === undefined) throw autoScalingError("ValidationError", `PolicyName ${nameOrArn} not found in ${this.options.group.name}.`);
    return policy;
  }

  /** The pair of alarms that target tracking makes (as-scaling-target-tracking; their figures by observation). */
  private putAlarms(policy: TargetTracking): void {
    const { metrics, lowShare } = this.options;
    const shared = { AlarmActions: [policy.arn], Metrics: policy.queryRecords };
    const note = `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`;
    const put = (name: string, more: AwsRecord) => metrics.putAlarm({ ...shared, AlarmDescription: note, AlarmName: name, ...more });
    put(policy.highAlarm, { EvaluationPeriods: 3, Threshold: policy.target, ComparisonOperator: "GreaterThanThreshold" });
    put(policy.lowAlarm, { EvaluationPeriods: 15, Threshold: policy.target * lowShare, ComparisonOperator: "LessThanThreshold" });
  }

  private deleteAlarms(policy: ScalingPolicy): void {
    if (policy.kind !== "TargetTrackingScaling") return;
    this.options.metrics.deleteAlarm(policy.highAlarm);
    this.options.metrics.deleteAlarm(policy.lowAlarm);
  }

  private alarmsOf(policy: ScalingPolicy): readonly AwsRecord[] {
    if (policy.kind !== "TargetTrackingScaling") return [];
    const { alarmArnPrefix } = this.options.metrics;
    return [policy.highAlarm, policy.lowAlarm].map((name) => ({ AlarmName: name, AlarmARN: `${alarmArnPrefix}:alarm:${name}` }));
  }
}

function codeFor(wants: number, { desired }: Capacity): Decision["reason"]["code"] {
  return wants > desired ? "out" : wants < desired ? "in" : "hold";
}

const CORE_STATES = { OK: "ok", ALARM: "alarm", INSUFFICIENT_DATA: "insufficient-data" } as const;
/** As far back as an observation shows. */
const PERIODS_SHOWN = 32;
