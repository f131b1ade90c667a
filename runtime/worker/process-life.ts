import type { Logger } from "../log.ts";
import type { Departure } from "./departure.ts";
import type { Telemetry } from "./telemetry.ts";

export interface ProcessLifeOptions {
  readonly departure: Pick<Departure, "begin">;
  readonly telemetry: { readonly counts: Pick<Telemetry["counts"], "strayErrors"> };
  readonly log: Logger;
}

/**
 * The life of the process: what the system, the parent and stray errors mean to the worker.
 *
 * - SIGTERM or SIGINT: drain; a second one ends the process at once.
 * - The parent has gone, if another Node process forked this one: end at once, nobody is served any more.
 * - A promise that a handler left behind is rejected: counted and logged; nothing else is touched by it.
 * - An exception that nobody catches, thrown by what a handler left behind (a timer, an event): nobody knows in what state
 *   it left the process (https://nodejs.org/docs/latest-v20.x/api/process.html#warning-using-uncaughtexception-correctly),
 *   so the worker finishes its other jobs and ends, to be started afresh.
 */
export class ProcessLife {
  private readonly options: ProcessLifeOptions;
  private wasSignalled = false;
  private wasShaken = false;

  constructor(options: ProcessLifeOptions) {
    this.options = options;
  }

  /** Whether an exception was not caught. */
  get hasFailed(): boolean {
    return this.wasShaken;
  }

  begin(): void {
    for (const [event, listener] of this.listeners) process.on(event, listener);
  }

  end(): void {
    for (const [event, listener] of this.listeners) process.off(event, listener);
  }

  private readonly signalled = (signal: NodeJS.Signals) => {
    if (this.wasSignalled) process.exit(signal === "SIGINT" ? EXIT_SIGINT : EXIT_SIGTERM);
    this.wasSignalled = true;
    this.options.departure.begin(`${signal} was sent`);
  };

  private readonly parentGone = () => {
    this.options.log.error("the process that started this worker has gone");
    process.exit(1);
  };

  private readonly rejected = (error: unknown) => {
    const { log, telemetry } = this.options;
    telemetry.counts.strayErrors += 1;
    log.error({ err: error }, "a promise that a handler left behind was rejected");
  };

  private readonly thrown = (error: unknown) => {
    const { departure, log, telemetry } = this.options;
    telemetry.counts.strayErrors += 1;
    this.wasShaken = true;
    log.error({ err: error }, "something that a handler left behind has thrown");
    departure.begin("an exception was not caught");
  };

  private readonly listeners = [
    ["SIGTERM", this.signalled],
    ["SIGINT", this.signalled],
    ["disconnect", this.parentGone],
    ["unhandledRejection", this.rejected],
    ["uncaughtException", this.thrown],
  ] as const;
}

const EXIT_SIGINT = 130;
const EXIT_SIGTERM = 143;
