import type { InstanceStage } from "../measure/result.ts";
import type { DurationSampler } from "../kernel/distributions.ts";
import type { Instance } from "./instance.ts";

/**
 * Instances that have booted already and wait, stopped, hibernated or running, to be put in service
 * (ec2-auto-scaling-warm-pools). A scale-out draws from them first; an empty pool means a cold start. None of them is Spot.
 */
export class WarmPool {
  readonly settings: WarmPoolSettings;
  private readonly startTime: DurationSampler;
  /** Parked, the one that waits longest first; some of them may be gone. */
  private readonly parked: Instance[] = [];

  constructor(settings: WarmPoolSettings, startTime: DurationSampler) {
    this.settings = settings;
    this.startTime = startTime;
  }

  get parkedStage(): InstanceStage {
    return PARKED_STAGE[this.settings.state];
  }

  /** What the pool holds besides `desired`, those on their way into it included. */
  size({ max, desired }: { max: number; desired: number }): number {
    return Math.max(this.settings.minSize, (this.settings.maxPrepared ?? max) - desired, 0);
  }

  add(instance: Instance): void {
    this.parked.push(instance);
  }

  take(): Instance | undefined {
    for (;;) {
      const instance = this.parked.shift();
      if (instance === undefined || instance.stage === this.parkedStage) return instance;
    }
  }

  /** From the start call to EC2 running. */
  startMs(): number {
    return this.settings.state === "running" ? 0 : this.startTime.nextMs();
  }
}

export interface WarmPoolSettings {
  readonly state: "stopped" | "running" | "hibernated";
  readonly minSize: number;
  /** Instances of pool and group together; undefined for the group's maximum. */
  readonly maxPrepared: number | undefined;
  /** Whether a scale-in returns instances to the pool. */
  readonly reuse: boolean;
}

const PARKED_STAGE = { stopped: "warmed-stopped", running: "warmed-running", hibernated: "warmed-hibernated" } as const;
