import type { FleetUsage } from "./fleet.ts";
import { NEVER, STAGES, type Instance } from "./instance.ts";

/** Keeps what a fleet's instances use: each start is a life of its own, billed by the second and at least for a minute. */
export class FleetBill {
  /** Running now, by how they were bought; and stopped, with a volume only. */
  onDemand = 0;
  spot = 0;
  stored = 0;

  private onDemandMs = 0;
  private spotMs = 0;
  private runningMs = 0;
  private storedMs = 0;

  /** The instance has just entered its stage. */
  entered(instance: Instance, now: number): void {
    const { billing } = STAGES[instance.stage];
    if (billing === "running" && instance.billedFrom === NEVER) {
      instance.billedFrom = now;
      this.countRunning(instance, 1);
    } else if (billing !== "running" && instance.billedFrom !== NEVER) {
      this.countRunning(instance, -1);
      const livedMs = now - instance.billedFrom;
      this.runningMs += livedMs;
      if (instance.purchase === "spot") this.spotMs += billableMs(livedMs);
      else this.onDemandMs += billableMs(livedMs);
      instance.billedFrom = NEVER;
    }
    const { isStored } = instance;
    if (isStored !== (billing === "stored")) {
      instance.isStored = !isStored;
      this.stored += isStored ? -1 : 1;
    }
    if (billing !== "free" && instance.storedFrom === NEVER) instance.storedFrom = now;
    else if (billing === "free" && instance.storedFrom !== NEVER) {
      this.storedMs += now - instance.storedFrom;
      instance.storedFrom = NEVER;
    }
  }

  /** Usage up to `now`, with the lives that are still going on. */
  usage(instances: Iterable<Instance>, now: number): FleetUsage {
    let { onDemandMs, spotMs, runningMs, storedMs } = this;
    for (const { purchase, billedFrom, storedFrom } of instances) {
      if (billedFrom !== NEVER) {
        runningMs += now - billedFrom;
        if (purchase === "spot") spotMs += billableMs(now - billedFrom);
        else onDemandMs += billableMs(now - billedFrom);
      }
      if (storedFrom !== NEVER) storedMs += now - storedFrom;
    }
    return { onDemandMs, spotMs, runningMs, storedMs };
  }

  private countRunning({ purchase }: Instance, step: 1 | -1): void {
    if (purchase === "spot") this.spot += step;
    else this.onDemand += step;
  }
}

/** EC2 and Fargate bill Linux by the second, each start at least a minute (EC2 and Fargate pricing). */
export function billableMs(livedMs: number): number {
  return Math.max(MINIMUM_BILLED_MS, Math.ceil(livedMs / 1000) * 1000);
}

const MINIMUM_BILLED_MS = 60_000;
