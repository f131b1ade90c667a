import { randomInt } from "node:crypto";
import { AwsFailure } from "../aws/errors.ts";
import { SqsQueue } from "../aws/queue.ts";
import { REAL_CLOCK } from "../clock.ts";
import { EXIT_START_ANEW } from "../exit-codes.ts";
import type { Logger } from "../log.ts";
import type { OpenHandler, Surroundings } from "../pipelines/pipeline.ts";
import { Departure, type Departed } from "./departure.ts";
import { WorkerDriver } from "./driver.ts";
import { EventLoopWatch } from "./event-loop-watch.ts";
import type { WorkerView } from "./http.ts";
import { JobRunner } from "./jobs.ts";
import { ProcessLife } from "./process-life.ts";
import { coreSettings, queueSettings, regionOf, type WorkerConfiguration } from "./settings.ts";
import { Telemetry } from "./telemetry.ts";

export interface WorkOptions {
  readonly settings: WorkerConfiguration;
  /** Called once, before the first message is received. */
  readonly openHandler: (surroundings: Surroundings) => OpenHandler | Promise<OpenHandler>;
  readonly log: Logger;
  /** The first job has begun, or the last one has ended. */
  readonly busyChanged: (isBusy: boolean) => void;
  /** A job has ended. */
  readonly jobEnded?: () => void;
}

/** A worker in this process, opened and not yet at work: queue, handler, driver, and what is told of them. */
export class Work {
  readonly telemetry: Telemetry;
  readonly departure: Departure;
  private readonly settings: WorkerConfiguration;
  private readonly log: Logger;
  private readonly queue: SqsQueue;
  private readonly driver: WorkerDriver;
  private readonly jobs: JobRunner;
  private readonly handler: OpenHandler;
  private readonly processLife: ProcessLife;
  private hasToStartAnew = false;
  private readonly loopWatch = new EventLoopWatch(REAL_CLOCK);

  static async open(options: WorkOptions): Promise<Work> {
    const { settings, openHandler, log } = options;
    const telemetry = new Telemetry();
    const aws = { region: regionOf(settings) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
    const startAnew = (reason: string) => work.startAnew(reason);
    const surroundings = { aws, log, clock: REAL_CLOCK, epochMs: () => Date.now(), registry: telemetry.registry, startAnew };
    const work = new Work(options, telemetry, await openHandler(surroundings));
    return work;
  }

  private constructor({ settings, log, busyChanged, jobEnded }: WorkOptions, telemetry: Telemetry, handler: OpenHandler) {
    const clock = REAL_CLOCK;
    this.settings = settings;
    this.log = log;
    this.telemetry = telemetry;
    this.handler = handler;
    this.queue = new SqsQueue({ queueUrl: settings.QUEUE_URL, endpoint: settings.AWS_ENDPOINT_URL, region: regionOf(settings) ?? "" });
    this.jobs = new JobRunner({
      handler: handler.handler,
      timeLimitMs: settings.JOB_TIME_LIMIT_SEC * 1000,
      clock,
      log,
      jobEnded: (result, durationMs) => {
        telemetry.jobEnded(result, durationMs);
        jobEnded?.();
      },
      busyChanged,
    });
    this.driver = new WorkerDriver({
      backOffJitterSeed: randomInt(2 ** 31),
      worker: coreSettings(settings),
      queueSettings: queueSettings(settings),
      queue: this.queue,
      jobs: this.jobs,
      clock,
      telemetry,
      log,
      failed: (error) => {
        log.fatal({ err: error }, "a defect; the worker ends, and its messages come back when their visibility does");
        process.exit(EXIT_DEFECT);
      },
    });
    this.departure = new Departure({ driver: this.driver, jobs: this.jobs, clock, log, limitMs: settings.DRAIN_LIMIT_SEC * 1000 });
    this.processLife = new ProcessLife({ departure: this.departure, telemetry, log });
    telemetry.watch(() => this.view());
  }

  get busySlots(): number {
    return this.driver.busySlots;
  }

  view(): WorkerView {
    const { driver, jobs, loopWatch } = this;
    return {
      phase: driver.phase,
      slots: this.settings.SLOTS,
      busySlots: driver.busySlots,
      abandonedJobs: jobs.abandoned,
      isFailingToReceive: driver.isFailingToReceive,
      hasStalled: loopWatch.hasStalled,
      longestStallMs: loopWatch.longestStallMs,
      uptimeSec: process.uptime(),
    };
  }

  /** From now on signals and stray errors are the worker's. */
  begin(): void {
    this.processLife.begin();
    this.loopWatch.begin();
  }

  /** Begins to take messages. */
  start(): void {
    this.driver.start();
    void checkVisibility(this.settings, this.queue, this.log);
  }

  private startAnew(reason: string): void {
    if (!this.hasToStartAnew) this.log.fatal({ reason }, "this process has to be started anew");
    this.hasToStartAnew = true;
    this.departure.begin("what it was started with no longer holds");
  }

  /** Resolves when the worker has gone, as far as it will. */
  get departed(): Promise<Departed> {
    return this.departure.departed;
  }

  /**
   * The worker has gone.
   *
   * @returns The exit code: 0 when everything was finished, 1 when jobs were given up, answers are missing, or an exception
   *   was not caught, 75 when it has to be started anew.
   */
  async close({ jobsGivenUp, isComplete }: Departed): Promise<number> {
    this.loopWatch.end();
    this.queue.close();
    await this.handler.close();
    this.log.info({ jobsGivenUp, isComplete, figures: this.telemetry.counts }, "stopped");
    // Last: once its hook is completed the instance is shut down, and a signal in these moments is no reason to fail.
    this.processLife.end();
    if (this.hasToStartAnew) return EXIT_START_ANEW;
    return jobsGivenUp === 0 && isComplete && !this.processLife.hasFailed ? 0 : 1;
  }
}

/** Visibility that ends before the first heartbeat would hand every longer job to a second worker. */
async function checkVisibility(settings: WorkerConfiguration, queue: SqsQueue, log: Logger): Promise<void> {
  const { HEARTBEAT_EVERY_SEC: everySec, JOB_TIME_LIMIT_SEC: limitSec } = settings;
  try {
    const visibilitySec = settings.VISIBILITY_TIMEOUT_SEC ?? (await queue.visibilityTimeoutSec());
    if (everySec === 0 && limitSec > visibilitySec) {
      log.warn({ visibilitySec, limitSec }, "jobs may run for longer than their messages stay hidden, and there are no heartbeats");
    } else if (everySec >= visibilitySec) {
      log.error(
        { visibilitySec, everySec },
        "the queue's visibility timeout ends before the first heartbeat: set HEARTBEAT_EVERY_SEC to a third of it",
      );
    }
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    log.warn({ reason: error.message }, "the queue's visibility timeout is not known");
  }
}

const EXIT_DEFECT = 70;
