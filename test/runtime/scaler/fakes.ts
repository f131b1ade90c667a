import type { Clock } from "../../../runtime/clock.ts";
import { pause } from "../../../runtime/pause.ts";
import type { Logger } from "../../../runtime/log.ts";
import type { QueueDepth } from "../../../runtime/metrics/queue-depth.ts";
import type { GroupChange, GroupView, Launch, ScalableGroup } from "../../../runtime/scaler/scalable-group.ts";

/** A group that launches at once, holds its limits as AWS does, and can be made to fail. */
export class FakeGroup implements ScalableGroup {
  readonly name = "workers";
  /** Every change that took effect, with who made it when. */
  readonly changes: (GroupChange & { readonly at: number; readonly before: number })[] = [];
  min = 0;
  max = 10;
  desired = 1;
  lease: string | undefined;
  /** The instances that are not in service; those in service follow `desired`. */
  others: GroupView["instances"] = [];
  launches: readonly Launch[] = [];
  /** What each call fails with, while it is set. */
  readonly failing: Partial<Record<"describe" | "recentLaunches" | "change" | "writeLease", string>> = {};
  private readonly clock: Clock;
  private readonly latencyMs: () => number;

  constructor(clock: Clock, latencyMs: () => number = () => 0) {
    this.clock = clock;
    this.latencyMs = latencyMs;
  }

  async describe(): Promise<GroupView> {
    return this.answer("describe", () => {
      const { min, max, desired, lease } = this;
      const inService = Array.from({ length: desired }, (_, index) => ({ id: `i-${index}`, state: "in-service" as const }));
      return { min, max, desired, lease, instances: [...inService, ...this.others] };
    });
  }

  async recentLaunches(): Promise<readonly Launch[]> {
    return this.answer("recentLaunches", () => this.launches);
  }

  async change(change: GroupChange): Promise<void> {
    return this.answer("change", () => {
      const { desired, min = this.min, max = this.max } = change;
      if (desired < min || desired > max) throw new Error(`ValidationError: desired capacity ${desired} is not between ${min} and ${max}`);
      this.changes.push({ ...change, at: this.clock.now(), before: this.desired });
      Object.assign(this, { desired, min, max });
    });
  }

  async writeLease(value: string): Promise<void> {
    return this.answer("writeLease", () => {
      this.lease = value;
    });
  }

  /** Half of the latency on the way there, half on the way back. */
  private async answer<T>(call: keyof FakeGroup["failing"], act: () => T): Promise<T> {
    const latencyMs = this.latencyMs();
    if (latencyMs > 0) await pause(this.clock, latencyMs / 2);
    const failure = this.failing[call];
    if (failure !== undefined) throw new Error(failure);
    const result = act();
    if (latencyMs > 0) await pause(this.clock, latencyMs / 2);
    return result;
  }
}

/** A queue whose depth the test sets. */
export class FakeQueue {
  held: QueueDepth | Error = { visible: 0, inFlight: 0, delayed: 0 };

  depth(): Promise<QueueDepth> {
    return this.held instanceof Error ? Promise.reject(this.held) : Promise.resolve(this.held);
  }
}

export interface LogEntry {
  readonly level: string;
  readonly text: string;
}

/** A log that only remembers. */
export function rememberingLog(): { readonly log: Logger; readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const at =
    (level: string) =>
    (fields: unknown, text = ""): void =>
      void entries.push({ level, text: typeof fields === "string" ? fields : text });
  const log = { info: at("info"), warn: at("warn"), error: at("error"), debug: at("debug") } as unknown as Logger;
  return { log, entries };
}
