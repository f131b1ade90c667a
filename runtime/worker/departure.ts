import type { Cancel, Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { WorkerDriver } from "./driver.ts";
import type { JobRunner } from "./jobs.ts";

export interface DepartureOptions {
  readonly driver: WorkerDriver;
  readonly jobs: JobRunner;
  readonly clock: Clock;
  readonly log: Logger;
  /** Time for running jobs to end, milliseconds. */
  readonly limitMs: number;
}

/** How a worker went. */
export interface Departed {
  /** Jobs that had not ended when the time was up, and whose messages were given back. */
  readonly jobsGivenUp: number;
  /** Whether all deletes and releases were answered. */
  readonly isComplete: boolean;
}

/**
 * How a worker goes, whoever asks for it: it drains; when the time is up, jobs that still run are given up and their messages
 * given back; when even that is not answered, it goes all the same. Asking again can shorten the time, never lengthen it.
 */
export class Departure {
  /** Resolves when the worker has gone as far as it will. */
  readonly departed: Promise<Departed>;
  private readonly options: DepartureOptions;
  private resolve!: (departed: Departed) => void;
  private endsAt = Infinity;
  private cancelLimit: Cancel = () => undefined;
  private jobsGivenUp = 0;
  private isPastLimit = false;

  constructor(options: DepartureOptions) {
    this.options = options;
    this.departed = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  get hasBegun(): boolean {
    return this.endsAt < Infinity;
  }

  /** Begins to go, within `withinMs` or the worker's own limit, whichever is less. */
  begin(reason: string, withinMs = Infinity): void {
    const { clock, driver, limitMs, log } = this.options;
    const endsAt = clock.now() + Math.max(0, Math.min(withinMs, limitMs));
    if (endsAt >= this.endsAt || this.isPastLimit) return;
    log.info({ reason, limitSec: Math.round(endsAt - clock.now()) / 1000, busySlots: driver.busySlots }, "draining");
    const isFirst = !this.hasBegun;
    this.endsAt = endsAt;
    this.cancelLimit();
    this.cancelLimit = clock.at(endsAt, () => this.limitReached());
    if (!isFirst) return;
    driver.drain();
    void driver.stoppedAfterDrain().then(() => this.end(true));
  }

  private limitReached(): void {
    const { clock, driver, jobs, log } = this.options;
    this.isPastLimit = true;
    this.jobsGivenUp = jobs.giveUp();
    log.warn({ jobsGivenUp: this.jobsGivenUp }, "the time to drain is up");
    driver.hangUp();
    this.cancelLimit = clock.at(clock.now() + LAST_CALLS_MS, () => this.end(false));
  }

  private end(isComplete: boolean): void {
    this.cancelLimit();
    this.resolve({ jobsGivenUp: this.jobsGivenUp, isComplete });
  }
}

/** Time for the last deletes and releases to be answered once the limit is reached: a call's own limit. */
const LAST_CALLS_MS = 5000;
