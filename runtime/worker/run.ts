import { randomInt } from "node:crypto";
import { AwsFailure } from "../aws/errors.ts";
import { SqsQueue } from "../aws/queue.ts";
import { REAL_CLOCK } from "../clock.ts";
import { listen } from "../http-server.ts";
import { createLog, type Logger } from "../log.ts";
import type { OpenHandler, Surroundings } from "../pipelines/pipeline.ts";
import { printableSettings } from "../settings.ts";
import { Departure } from "./departure.ts";
import { WorkerDriver } from "./driver.ts";
import { EventLoopWatch } from "./event-loop-watch.ts";
import type { Handler } from "./handler.ts";
import { findHost, type Host } from "./host.ts";
import { workerPages, type WorkerView } from "./http.ts";
import { JobRunner } from "./jobs.ts";
import { ProcessLife } from "./process-life.ts";
import { coreSettings, queueSettings, regionOf, type WorkerConfiguration } from "./settings.ts";
import { Telemetry } from "./telemetry.ts";

export interface RunWorkerOptions {
  readonly settings: WorkerConfiguration;
  /** Called once, before the first message is received. */
  readonly openHandler: (surroundings: Surroundings) => OpenHandler | Promise<OpenHandler>;
  /** What the platform tells its processes; the worker's own settings have been read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a worker until it is told to go: by the system, Auto Scaling, Spot, or a defect. A parent process that has forked
 * this one is told the port of the pages, `{ type: "listening", port }`.
 *
 * @returns The exit code: 0 when everything was finished, 1 when jobs were given up, answers are missing, or an exception
 *   was not caught.
 */
export async function runWorker({ settings, openHandler, environment }: RunWorkerOptions): Promise<number> {
  const clock = REAL_CLOCK;
  const log = createLog(settings.LOG_LEVEL, "worker");
  log.info({ settings: printableSettings(settings) }, "starting");
  const telemetry = new Telemetry();
  const aws = { region: regionOf(settings) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
  const opened = await openHandler({ aws, log, clock, epochMs: () => Date.now(), registry: telemetry.registry });
  const { driver, jobs, queue, protectOn } = createWorker(settings, opened.handler, telemetry, log);
  const departure = new Departure({ driver, jobs, clock, log, limitMs: settings.DRAIN_LIMIT_SEC * 1000 });
  const processLife = new ProcessLife({ departure, telemetry, log });
  const loopWatch = new EventLoopWatch(clock);
  const view = () => viewOf(driver, jobs, loopWatch, settings.SLOTS);
  telemetry.watch(view);
  const listening = await listen(workerPages(view, telemetry), { port: settings.METRICS_PORT, host: settings.METRICS_HOST });

  processLife.begin();
  loopWatch.begin();
  log.info({ port: listening.port, host: settings.METRICS_HOST }, "listening");
  process.send?.({ type: "listening", port: listening.port });
  driver.start();
  void checkVisibility(settings, queue, log);
  const host = await findHost({ settings, environment, departure, clock, log });
  protectOn(host);

  const { jobsGivenUp, isComplete } = await departure.departed;
  await host.leave();
  loopWatch.end();
  await listening.close();
  queue.close();
  await opened.close();
  log.info({ jobsGivenUp, isComplete, figures: telemetry.counts }, "stopped");
  // Last: once its hook is completed the instance is shut down, and a signal in these moments is no reason to fail.
  processLife.end();
  return jobsGivenUp === 0 && isComplete && !processLife.hasFailed ? 0 : 1;
}

function createWorker(settings: WorkerConfiguration, handler: Handler, telemetry: Telemetry, log: Logger) {
  const clock = REAL_CLOCK;
  const queue = new SqsQueue({ queueUrl: settings.QUEUE_URL, endpoint: settings.AWS_ENDPOINT_URL, region: regionOf(settings) ?? "" });
  // The host is known only after the first jobs may have begun: work does not wait for it.
  let host: Host | undefined;
  const jobs = new JobRunner({
    handler,
    timeLimitMs: settings.JOB_TIME_LIMIT_SEC * 1000,
    clock,
    log,
    jobEnded: (result, durationMs) => telemetry.jobEnded(result, durationMs),
    busyChanged: (isBusy) => host?.protection?.busyChanged(isBusy),
  });
  const driver = new WorkerDriver({
    backOffJitterSeed: randomInt(2 ** 31),
    worker: coreSettings(settings),
    queueSettings: queueSettings(settings),
    queue,
    jobs,
    clock,
    telemetry,
    log,
    failed(error) {
      log.fatal({ err: error }, "a defect; the worker ends, and its messages come back when their visibility does");
      process.exit(EXIT_DEFECT);
    },
  });
  const protectOn = (found: Host) => {
    host = found;
    if (driver.busySlots > 0) host.protection?.busyChanged(true);
  };
  return { queue, jobs, driver, protectOn };
}

function viewOf(driver: WorkerDriver, jobs: JobRunner, loopWatch: EventLoopWatch, slots: number): WorkerView {
  return {
    phase: driver.phase,
    slots,
    busySlots: driver.busySlots,
    abandonedJobs: jobs.abandoned,
    isFailingToReceive: driver.isFailingToReceive,
    hasStalled: loopWatch.hasStalled,
    longestStallMs: loopWatch.longestStallMs,
    uptimeSec: process.uptime(),
  };
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
