import type { AutoScalingGroup } from "../aws/auto-scaling-group.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Departure } from "./departure.ts";
import type { InstanceMetadata } from "./instance-metadata.ts";

export interface Ec2LifeOptions {
  readonly metadata: Pick<InstanceMetadata, "targetLifecycleState" | "spotInterruptionAt" | "isRebalanceRecommended">;
  readonly departure: Pick<Departure, "begin">;
  readonly instanceId: string;
  readonly pollMs: number;
  /** The terminate hook that waits for the worker; undefined for none. */
  readonly hook: TerminateHook | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface TerminateHook {
  readonly group: Pick<AutoScalingGroup, "recordHookHeartbeat" | "completeHook">;
  readonly name: string;
  readonly heartbeatMs: number;
}

/**
 * The life of the EC2 instance that the worker runs on: asks every few seconds whether the instance has to go, and then
 * lets the worker drain.
 *
 * - Auto Scaling wants it terminated: drain within the worker's own limit. A terminate hook is told to wait on until the
 *   worker has gone, and then that it need wait no longer.
 * - Spot takes it back: drain until shortly before that; hooks and protection do not hold Spot up.
 * - Spot recommends to rebalance: only noted. The group launches a replacement, if it is told to rebalance, and then
 *   terminates this instance; draining before there is a replacement would just lose capacity.
 */
export class Ec2Life {
  private readonly options: Ec2LifeOptions;
  private isTerminating = false;
  private isRebalancing = false;
  private interruptionAt: number | undefined;
  private cancelPoll: Cancel = () => undefined;
  private cancelHeartbeat: Cancel = () => undefined;
  private hasEnded = false;

  constructor(options: Ec2LifeOptions) {
    this.options = options;
  }

  /** Looks once, and again every while until {@link end}. */
  async watch(): Promise<void> {
    const { clock, log, pollMs } = this.options;
    try {
      await this.look();
    } catch (error) {
      log.warn({ err: error }, "the instance metadata could not be read; trying again");
    }
    if (!this.hasEnded) this.cancelPoll = clock.at(clock.now() + pollMs, () => void this.watch());
  }

  /** The worker has gone: the instance may go as well. */
  async end(): Promise<void> {
    this.hasEnded = true;
    this.cancelPoll();
    this.cancelHeartbeat();
    const { hook, instanceId, log } = this.options;
    if (hook === undefined || !this.isTerminating) return;
    await hook.group.completeHook(instanceId, hook.name).then(
      () => log.info({ hook: hook.name }, "lifecycle action completed"),
      (error: unknown) => log.error({ err: error, hook: hook.name }, "the lifecycle action was not completed; it will time out"),
    );
  }

  private async look(): Promise<void> {
    const { departure, log, metadata } = this.options;
    const interruptionAt = await metadata.spotInterruptionAt();
    if (interruptionAt !== undefined && this.interruptionAt === undefined) {
      this.interruptionAt = interruptionAt;
      departure.begin("Spot takes the instance back", interruptionAt - Date.now() - BEFORE_INTERRUPTION_MS);
    }
    if (!this.isTerminating && (await metadata.targetLifecycleState()) === "Terminated") {
      this.isTerminating = true;
      departure.begin("Auto Scaling terminates the instance");
      void this.beat();
    }
    if (!this.isRebalancing && (await metadata.isRebalanceRecommended())) {
      this.isRebalancing = true;
      log.info("Spot recommends to rebalance: the instance may be taken back soon");
    }
  }

  private async beat(): Promise<void> {
    const { clock, hook, instanceId, log } = this.options;
    if (hook === undefined || this.hasEnded) return;
    this.cancelHeartbeat = clock.at(clock.now() + hook.heartbeatMs, () => void this.beat());
    try {
      await hook.group.recordHookHeartbeat(instanceId, hook.name);
    } catch (error) {
      log.warn({ err: error, hook: hook.name }, "the lifecycle hook was not told to wait on");
    }
  }
}

/** Left for the last deletes before Spot cuts the power. */
const BEFORE_INTERRUPTION_MS = 10_000;
