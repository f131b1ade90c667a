import type { DurationSampler } from "../kernel/distributions.ts";
import type { FleetSettings } from "./fleet-base.ts";
import type { LifecycleHook } from "./lifecycle-hook.ts";
import type { TerminationPolicy } from "./termination-order.ts";

/** Of an EC2 Auto Scaling group. Times in milliseconds. */
export interface Ec2Settings extends FleetSettings {
  /** From a decision to the start of its activity. */
  readonly activityDelayMs: number;
  /** Length of the launch call. */
  readonly launchCallMs: number;
  /** RunInstances: instances at once, and a second (EC2 API reference, throttling). */
  readonly launchCalls: { readonly burst: number; readonly perSec: number };
  /** Time to drain that the operating system's shutdown leaves. A terminate hook waits for its own time instead. */
  readonly drainLimitMs: number;
  readonly launchHook: LifecycleHook | undefined;
  readonly terminateHook?: LifecycleHook | undefined;
  /** Whether instances whose terminate hook is abandoned stay until somebody ends them. */
  readonly retainsAbandoned: boolean;
  readonly terminationPolicy: TerminationPolicy;
  readonly capacityRebalancing: boolean;
  readonly impairmentDetectionMs: number;
  readonly healthCheckGraceMs: number;
  /** Shares of the desired capacity, as 1 and 1.1. */
  readonly maintenance: { readonly minHealthyShare: number; readonly maxHealthyShare: number } | undefined;
}

/** Lengths of the stages of a launch. */
export interface Ec2Times {
  /** From the launch call's answer to EC2 running. */
  readonly pending: DurationSampler;
  /** From EC2 running to the operating system and its agents being up. */
  readonly boot: DurationSampler;
  /** From there to the worker's first receive. */
  readonly application: DurationSampler;
}
