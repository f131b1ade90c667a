import { z } from "zod";
import type { Telemetry } from "../../../sim/index.ts";
import type { InstanceStatus } from "../fleet/local-fleet.ts";

/** What the workers tell of themselves at their pages. */
export interface FleetFigures {
  /** Share of the ready instances' slots that were busy over the last period; NaN when none was ready. */
  readonly busyShare: number;
  readonly telemetry: Telemetry;
}

/** Asks every worker for its figures once a second, as a metrics process would, and adds them up. */
export class FleetWork {
  private readonly status: () => readonly InstanceStatus[];
  private readonly now: () => number;
  private readonly before = new Map<string, number>();
  private askedAt: number;
  private timer: NodeJS.Timeout | undefined;

  private busySlotMs = 0;
  private workingSlotMs = 0;
  private jobs = 0;
  private period = { busySlotMs: 0, workingSlotMs: 0, jobs: 0 };
  private busyShare = NaN;
  private serviceTimeMs: { value: number; at: number } | undefined;

  /** @param now Milliseconds since the origin. */
  constructor(options: { status: () => readonly InstanceStatus[]; now: () => number }) {
    this.status = options.status;
    this.now = options.now;
    this.askedAt = options.now();
  }

  begin(): void {
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A period of the published metrics ends. */
  periodEnded(): void {
    const { busySlotMs, workingSlotMs, jobs, period } = this;
    const busyMs = busySlotMs - period.busySlotMs;
    const workingMs = workingSlotMs - period.workingSlotMs;
    const ended = jobs - period.jobs;
    this.period = { busySlotMs, workingSlotMs, jobs };
    this.busyShare = workingMs > 0 ? busyMs / workingMs : NaN;
    if (ended > 0) this.serviceTimeMs = { value: busyMs / ended, at: this.now() };
  }

  /** @param launchDelayMs As the group's own log tells it. */
  figures(launchDelayMs: Telemetry["launchDelayMs"]): FleetFigures {
    const at = this.now();
    const working = { value: this.status().filter(({ phase }) => phase === "ready").length, at };
    return {
      busyShare: this.busyShare,
      telemetry: {
        working,
        ...(Number.isNaN(this.busyShare) ? {} : { busyShare: { value: this.busyShare, at } }),
        ...(this.serviceTimeMs === undefined ? {} : { serviceTimeMs: this.serviceTimeMs }),
        ...(launchDelayMs === undefined ? {} : { launchDelayMs }),
      },
    };
  }

  private async ask(): Promise<void> {
    const ready = this.status().filter(({ phase }) => phase === "ready" || phase === "told");
    const now = this.now();
    const elapsedMs = now - this.askedAt;
    this.askedAt = now;
    await Promise.all(ready.map(({ instanceId, port }) => this.askOne(instanceId, port, elapsedMs)));
  }

  private async askOne(instanceId: string, port: number | undefined, elapsedMs: number): Promise<void> {
    if (port === undefined) return;
    try {
      const response = await fetch(`http://127.0.0.1:${port}/stats`, { signal: AbortSignal.timeout(ASK_EVERY_MS) });
      const { slots, busySlots, jobs } = STATS.parse(await response.json());
      const ended = Object.values(jobs).reduce((sum, count) => sum + count, 0);
      this.jobs += ended - (this.before.get(instanceId) ?? 0);
      this.before.set(instanceId, ended);
      this.busySlotMs += busySlots * elapsedMs;
      this.workingSlotMs += slots * elapsedMs;
    } catch {
      // It has gone, or is too busy to answer; the next second will tell.
    }
  }
}

const STATS = z.object({ slots: z.number(), busySlots: z.number(), jobs: z.record(z.string(), z.number()) });
const ASK_EVERY_MS = 1000;
