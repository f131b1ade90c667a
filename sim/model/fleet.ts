import type { Capacity, Reading } from "../core/policy/policy.ts";
import type { InstanceRecord, RefusalRecord } from "../measure/result.ts";
import type { Process } from "./processes.ts";

/**
 * A fleet: keeps as many instances as are desired, each launched and ended in stages. There is one for each way to run
 * workers: an EC2 Auto Scaling group ({@link Ec2Group}), an ECS service on Fargate ({@link FargateService}), and a Lambda
 * function with its event source mapping ({@link EventSourceMapping}), whose pollers are the host's instances.
 *
 * It schedules its own events and is given each back by {@link FleetModel.eventDue}. They cannot be cancelled, so each is
 * held against what it was meant for and ignored when that is over.
 */
export interface FleetModel {
  readonly desired: number;
  /** Launches decided upon, those into a warm pool included. */
  readonly launches: number;
  /** Instances ended after their launch had begun, whatever the cause. */
  readonly terminations: number;
  /** Instances whose worker has begun and has not been told to drain. */
  readonly working: number;
  /** How long the last launches took from decision to first receive, milliseconds, and when the last of them was done. */
  readonly launchDelayMs: Reading | undefined;
  /** Every instance that was launched, by number, up to a bound; the rest are counted by `launches` only. */
  readonly records: readonly InstanceRecord[];
  readonly refusals: readonly RefusalRecord[];
  /** Numbers of the instances that were chosen to go or lost, in order, as far as there are records of them. */
  readonly ended: readonly number[];

  /** Puts the initial instances in service, warm and booted. */
  start(now: number): void;
  /** SetDesiredCapacity or UpdateService. False when the API was called too often: nothing has changed then. */
  setDesired(desired: number, now: number): boolean;
  /** Changes the limits of the group; a desired capacity outside them follows. */
  setLimits(limits: { readonly min?: number; readonly max?: number }, now: number): void;
  /** Suspends a process of the group, or resumes it; what waited for it goes on. */
  suspend(process: Process): void;
  resume(process: Process, now: number): void;
  isSuspended(process: Process): boolean;
  /**
   * Replaces every task of an ECS service by a new one, launched before the old one goes, at most so many at once that the
   * fleet is `maxShare` of the desired capacity. False when it cannot be done: it is under way already, or no such thing.
   */
  deploy(maxShare: number, now: number): boolean;
  /** StartInstanceRefresh: replaces every instance of an EC2 group by a new one. False when it cannot be done, as above. */
  refresh(preferences: RefreshPreferences, now: number): boolean;
  /** TerminateInstanceInAutoScalingGroup for every instance that is retained. Returns how many there were. */
  endRetained(now: number): number;
  /** An event of the fleet's own is due. */
  eventDue(kind: number, subject: number, now: number): void;
  /** The worker of an instance that was told to drain has stopped by itself. */
  workerStopped(instance: number, now: number): void;
  /** The instance has died: it is not running any more. Its worker is gone already. */
  instanceFailed(instance: number, now: number): void;

  capacity(now: number): Capacity;
  standing(): Standing;
  usage(now: number): FleetUsage;
}

/**
 * As StartInstanceRefresh takes them (RefreshPreferences), in shares of the desired capacity. Shares that are left out are
 * those of the group's maintenance policy.
 */
export interface RefreshPreferences {
  /** From 0 to 1: so many stay in service, healthy and warm. */
  readonly minHealthyShare?: number;
  /** From 1 to 2. */
  readonly maxHealthyShare?: number;
  /** Whether the refresh waits for instances that are protected from scale-ins, leaves them as they are, or replaces them too. */
  readonly protectedInstances: "wait" | "ignore" | "refresh";
  /** How long a new one counts as not ready from its InService on, milliseconds; left out, for the group's warm-up. */
  readonly warmUpMs?: number;
}

/** Counts at an instant, besides those of {@link Capacity}. */
export interface Standing {
  /** Billed, but the worker has not begun yet. */
  readonly booting: number;
  readonly warmPool: number;
  /** Running and billed, by how they were bought. */
  readonly onDemand: number;
  readonly spot: number;
  /** Stopped in a warm pool: only their volumes are billed. */
  readonly stored: number;
}

/** What has been used up to an instant, milliseconds. */
export interface FleetUsage {
  /** Billed by the second, each start at least a minute (EC2 and Fargate pricing). */
  readonly onDemandMs: number;
  readonly spotMs: number;
  /** Time that instances ran, as it passed: for addresses and the like, which know no minimum. */
  readonly runningMs: number;
  /** Time that volumes existed, those of stopped instances included. */
  readonly storedMs: number;
  /** Of a Lambda function; each is a request. */
  readonly invocations?: number;
}

/** Kinds under which a fleet schedules its events. */
export interface FleetEvents {
  /** The subject is an instance: its next step is due. */
  readonly instanceDue: number;
  /** … an instance: its Spot capacity is reclaimed, or about to be. */
  readonly spotDue: number;
  /** … an instance: it fails. */
  readonly failureDue: number;
  /** … a matter of the group as a whole. */
  readonly groupDue: number;
}

/** What runs on the instances. */
export interface InstanceHost {
  /** The instance has booted: its worker starts. */
  workerBegins(instance: number, now: number): void;
  /** The worker is to drain, and to report {@link FleetModel.workerStopped}. */
  drainBegins(instance: number, now: number): void;
  /** The instance is gone while its worker was still at work. */
  workerKilled(instance: number, now: number): void;
  /** When the job that was started last on a busy instance began; −1 when it runs none. */
  busySince(instance: number): number;
  /** Slots of an instance that a job runs in. */
  busySlots(instance: number): number;
}
