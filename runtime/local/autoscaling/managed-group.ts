import { InstanceRefreshes } from "./instance-refreshes.ts";
import { LifecycleHooks } from "./lifecycle-hooks.ts";
import { LiveGroup, type LiveGroupOptions } from "./live-group.ts";
import { ScalingPolicies, type ScalingPoliciesOptions } from "./scaling-policies.ts";
import { Schedules } from "./schedules.ts";

/** A group with everything that clients attach to it. */
export class ManagedGroup extends LiveGroup {
  readonly hooks: LifecycleHooks;
  readonly policies: ScalingPolicies;
  readonly schedules = new Schedules(this);
  readonly refreshes = new InstanceRefreshes(this);

  constructor(options: LiveGroupOptions & Omit<ScalingPoliciesOptions, "group"> & { readonly shortestHookMs: number }) {
    super(options);
    const { metrics, minuteMs, lowShare, answered, shortestHookMs } = options;
    this.hooks = new LifecycleHooks(this, { shortestMs: shortestHookMs });
    this.policies = new ScalingPolicies({ group: this, metrics, minuteMs, lowShare, answered });
  }

  protected actionDue(action: number, now: number): void {
    this.schedules.due(action, now);
  }
}
