/**
 * A group of instances whose capacity a scaler sets: an EC2 Auto Scaling group (`runtime/aws/ec2-scaling-group.ts`); an
 * ECS service would be another one. Every call may throw, and is then tried again at the next review.
 */
export interface ScalableGroup {
  readonly name: string;
  describe(): Promise<GroupView>;
  /** The launches of the last while, newest first. */
  recentLaunches(): Promise<readonly Launch[]>;
  /** Sets the desired capacity, and limits if given, in one call: limits hold before the capacity does. */
  change(change: GroupChange): Promise<void>;
  /** Writes the text by which scalers agree who acts (lease.ts), where {@link describe} reads it back. */
  writeLease(value: string): Promise<void>;
}

export interface GroupView {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly instances: readonly GroupInstance[];
  /** What was last written; undefined when nothing ever was. */
  readonly lease: string | undefined;
}

export interface GroupInstance {
  readonly id: string;
  /** `other`: neither counts as capacity nor is on its way to it, such as standby or the warm pool. */
  readonly state: "pending" | "in-service" | "terminating" | "other";
}

/** Times in milliseconds since 1970. */
export interface Launch {
  readonly instanceId: string;
  readonly beganAt: number;
  /** Undefined while it is under way, and when it failed. */
  readonly inServiceAt: number | undefined;
}

export interface GroupChange {
  readonly desired: number;
  readonly min?: number;
  readonly max?: number;
}

export function inServiceIds(instances: readonly GroupInstance[]): string[] {
  return instances.filter(({ state }) => state === "in-service").map(({ id }) => id);
}
