import { z } from "zod";
import type { AutoScalingGroup } from "../aws/auto-scaling-group.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Logger } from "../log.ts";

/** Who can keep this worker from being chosen by a scale-in. */
export interface Protector {
  protect(isProtected: boolean): Promise<void>;
  /** Protection that ends by itself is renewed this often, milliseconds; Infinity when it does not. */
  readonly renewMs: number;
}

export interface ScaleInProtectionOptions {
  readonly protector: Protector;
  /** How long the worker has to be idle to lose the protection, milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps a busy worker from being chosen by a scale-in. Protection begins with the first job and ends when there has been
 * none for a while, so that short pauses between jobs cost no calls. One call at a time; the latest wish counts.
 */
export class ScaleInProtection {
  private readonly options: ScaleInProtectionOptions;
  private isWanted = false;
  private isProtected = false;
  private isCalling = false;
  private cancelIdle: Cancel = () => undefined;
  private cancelAgain: Cancel = () => undefined;

  constructor(options: ScaleInProtectionOptions) {
    this.options = options;
  }

  busyChanged(isBusy: boolean): void {
    const { clock, idleMs } = this.options;
    this.cancelIdle();
    if (isBusy) this.want(true);
    else this.cancelIdle = clock.at(clock.now() + idleMs, () => this.want(false));
  }

  /** The worker goes: nothing is left to protect. */
  async end(): Promise<void> {
    this.cancelIdle();
    this.cancelAgain();
    if (this.isProtected) await this.options.protector.protect(false).catch(() => undefined);
  }

  private want(isWanted: boolean): void {
    this.isWanted = isWanted;
    if (this.isProtected !== isWanted) void this.call();
  }

  private async call(): Promise<void> {
    if (this.isCalling) return;
    const { clock, log, protector } = this.options;
    const isWanted = this.isWanted;
    this.cancelAgain();
    this.isCalling = true;
    let againMs = isWanted ? protector.renewMs : Infinity;
    try {
      await protector.protect(isWanted);
      this.isProtected = isWanted;
    } catch (error) {
      log.warn({ err: error, isWanted }, "the protection from scale-ins was not changed; trying again");
      againMs = TRY_AGAIN_MS;
    }
    this.isCalling = false;
    if (this.isWanted !== isWanted) void this.call();
    else if (againMs < Infinity) this.cancelAgain = clock.at(clock.now() + againMs, () => void this.call());
  }
}

/** Protects an EC2 instance in its group. */
export function ec2Protector(group: Pick<AutoScalingGroup, "protectFromScaleIn">, instanceId: string): Protector {
  return { renewMs: Infinity, protect: (isProtected) => group.protectFromScaleIn(instanceId, isProtected) };
}

/**
 * Protects an ECS task through its agent, which knows the task and needs no credentials here
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html).
 */
export function ecsProtector(agentUri: string): Protector {
  return {
    renewMs: (ECS_EXPIRY_MINUTES / 2) * 60_000,
    async protect(isProtected) {
      const response = await fetch(`${agentUri}/task-protection/v1/state`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ProtectionEnabled: isProtected, ...(isProtected ? { ExpiresInMinutes: ECS_EXPIRY_MINUTES } : {}) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      const answer = ecsAnswer.safeParse(response.ok ? JSON.parse(text) : {});
      if (!answer.success) throw new Error(`The ECS agent did not change the task's protection: ${response.status} ${text.slice(0, 500)}`);
    },
  };
}

/** The agent answers 200 to what ECS has refused as well. */
const ecsAnswer = z.object({ protection: z.object({ ProtectionEnabled: z.boolean() }) });

/** If the worker dies without a word, its task is free to be stopped after this. ECS takes 1 to 2,880. */
const ECS_EXPIRY_MINUTES = 60;
const ANSWER_MS = 5000;
/** ECS and Auto Scaling throttle these calls for the whole account: no hurry. */
const TRY_AGAIN_MS = 30_000;
