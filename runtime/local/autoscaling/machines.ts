/**
 * What EC2 is to Auto Scaling: whoever runs the instances of groups. A machine is started once, may be told that it will
 * have to go, and is ended; whoever runs it says when it has gone by itself ({@link LiveGroup.machineGone}).
 */
export interface Machines {
  /** The instance has booted: what runs on it is to start. */
  start(machine: Machine): void;
  /** The instance has to go, but not at once. */
  tell(instanceId: string, notice: Notice): void;
  /** The instance is gone. */
  end(instanceId: string): void;
}

export interface Machine {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly groupName: string;
  readonly availabilityZone: string;
  readonly isSpot: boolean;
  /** What it can ask about its own life at any time. */
  readonly life: MachineLife;
}

/** As instance metadata shows it. */
export interface MachineLife {
  targetLifecycleState(): "InService" | "Terminated";
  /** When Spot takes it back, milliseconds since 1970; undefined while it does not. */
  spotInterruptionAt(): number | undefined;
  /** When Spot has recommended to replace it; undefined while it has not. */
  rebalanceRecommendedAt(): number | undefined;
}

/**
 * How an instance is told: `shutdown`, by its operating system; `lifecycle-hook`, by its metadata only, while the hook
 * waits; `spot`, by its metadata only.
 */
export type Notice = "shutdown" | "lifecycle-hook" | "spot";
