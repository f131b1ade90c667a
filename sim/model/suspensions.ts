import { NEVER } from "./instance.ts";
import type { Process } from "./processes.ts";

/** What of a group is suspended, by an operator or by AWS itself. */
export class Suspensions {
  /** Instances that were lost while nothing was replaced: the group does without them until it is. */
  unreplaced = 0;

  private readonly suspended = new Set<Process>();
  private readonly givesUpAfterMs: number;
  /** When the first launch failed since the last that came into service. */
  private failingSince = NEVER;

  /** @param givesUpAfterMs How long launches may fail without a success before AWS suspends them; Infinity for ever. */
  constructor(givesUpAfterMs: number) {
    this.givesUpAfterMs = givesUpAfterMs;
  }

  has(process: Process): boolean {
    return this.suspended.has(process);
  }

  suspend(process: Process): void {
    this.suspended.add(process);
  }

  resume(process: Process): void {
    this.suspended.delete(process);
    if (process === "launch") this.failingSince = NEVER;
    if (process === "replace-unhealthy") this.unreplaced = 0;
  }

  launchSucceeded(): void {
    this.failingSince = NEVER;
  }

  /** A launch has failed. True when that was one too many and launches are suspended from now on. */
  launchFailed(now: number): boolean {
    this.failingSince = Math.min(this.failingSince, now);
    if (this.has("launch") || now - this.failingSince < this.givesUpAfterMs) return false;
    this.suspend("launch");
    return true;
  }
}
