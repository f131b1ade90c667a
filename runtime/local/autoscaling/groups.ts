import { randomUUID } from "node:crypto";
import type { Scenario } from "../../../sim/index.ts";
import type { WakeClock } from "../wake-clock.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { autoScalingError } from "./errors.ts";
import type { LiveInstance } from "./live-group.ts";
import type { Machines } from "./machines.ts";
import { ManagedGroup } from "./managed-group.ts";
import type { PolicyAnswer, PolicyMetrics } from "./scaling-policies.ts";

export interface GroupsOptions {
  readonly accountId: string;
  readonly region: string;
  readonly clock: () => WakeClock;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly originMs: number | undefined;
  readonly mostInstances: number;
  readonly shortestHookMs: number;
  readonly minuteMs: number;
  readonly lowShare: number;
  readonly machines: Machines;
  readonly metrics: PolicyMetrics;
  readonly answered: (answer: PolicyAnswer) => void;
}

/** What a new group is made of; instances "in service from the start" are there at once, as at the start of a run. */
export interface GroupPlan {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly zoneNames: readonly string[];
  readonly opaque: AwsRecord;
  readonly defaultCooldownMs: number;
  readonly defaultWarmUpMs: number | undefined;
  readonly protectsNewInstances: boolean;
}

/** All groups, by name. */
export class Groups {
  readonly options: GroupsOptions;
  private readonly groups = new Map<string, ManagedGroup>();
  private made = 0;

  constructor(options: GroupsOptions) {
    this.options = options;
  }

  make(plan: GroupPlan): ManagedGroup {
    const { options } = this;
    if (this.groups.has(plan.name)) throw autoScalingError("AlreadyExists", `AutoScalingGroup by this name already exists - ${plan.name}.`);
    this.checkSize(plan.max);
    const { accountId, region } = options;
    const clock = options.clock();
    const { metrics, minuteMs, lowShare, answered, shortestHookMs } = options;
    const group = new ManagedGroup({
      ...plan,
      metrics,
      minuteMs,
      lowShare,
      answered,
      shortestHookMs,
      arn: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${plan.name}`,
      scenario: withPlan(options.scenario, plan),
      // Each group has chances of its own; the first has those of a run with this seed.
      seed: options.seed + this.made,
      clock,
      originMs: options.originMs ?? clock.now(),
      machines: options.machines,
    });
    this.made += 1;
    this.groups.set(plan.name, group);
    group.begin();
    return group;
  }

  /** Most instances that all groups together may have, if one had `max`. */
  checkSize(max: number, except?: ManagedGroup): void {
    const { mostInstances } = this.options;
    const others = this.all().reduce((sum, group) => sum + (group === except ? 0 : group.fleet.max), 0);
    if (others + max <= mostInstances) return;
    throw autoScalingError(
      "LimitExceeded",
      `The embedded AWS runs ${mostInstances} instances at most, over all groups; ${others} are other groups' maximum, and ${max} are asked for.`,
    );
  }

  all(): readonly ManagedGroup[] {
    return [...this.groups.values()].filter((group) => !this.forgetIfGone(group));
  }

  get(name: string): ManagedGroup {
    const group = this.groups.get(name);
    if (group === undefined || this.forgetIfGone(group)) {
      throw autoScalingError("ValidationError", `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
    }
    return group;
  }

  named(fields: RequestFields): ManagedGroup {
    return this.get(fields.text("AutoScalingGroupName", { longest: 255 }));
  }

  /** The instance of an id, and its group, which a request need not name. */
  instance(instanceId: string, fields?: RequestFields): { group: ManagedGroup; found: LiveInstance } {
    const groups = fields?.has("AutoScalingGroupName") === true ? [this.named(fields)] : this.all();
    for (const group of groups) {
      group.settle();
      const found = group.find(instanceId);
      if (found !== undefined) return { group, found };
    }
    throw autoScalingError("ValidationError", `Instance Id not found - No managed instance found for instance ID ${instanceId}`);
  }

  /** A group that was deleted by force is there until its last instance is gone. */
  private forgetIfGone(group: ManagedGroup): boolean {
    if (!group.isBeingDeleted) return false;
    group.settle();
    if (group.instances().length > 0) return false;
    this.groups.delete(group.name);
    group.stop();
    return true;
  }
}

function withPlan(scenario: Scenario, { min, max, initial, zoneNames }: GroupPlan): Scenario {
  const zones = Math.max(1, Math.min(MOST_ZONES, zoneNames.length));
  return { ...scenario, fleet: { ...scenario.fleet, min, max, initial, zones, launchHook: null, terminateHook: null } };
}

const MOST_ZONES = 6;
