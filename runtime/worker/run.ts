import { REAL_CLOCK } from "../clock.ts";
import { listen } from "../http-server.ts";
import { createLog } from "../log.ts";
import { isShared } from "../processes/settings.ts";
import { printableSettings } from "../settings.ts";
import { findHost, NO_HOST } from "./host.ts";
import { workerPages } from "./http.ts";
import type { WorkerConfiguration } from "./settings.ts";
import { Work, type WorkOptions } from "./work.ts";

export interface RunWorkerOptions {
  readonly settings: WorkerConfiguration;
  /** Called once in each process that works, before the first message is received. */
  readonly openHandler: WorkOptions["openHandler"];
  /** What the platform tells its processes; the worker's own settings have been read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a worker until it is told to go: by the system, Auto Scaling, Spot, or a defect; in this process or, as PROCESSES
 * says, in several that share its slots. A parent process that has forked this one is told the port of the pages,
 * `{ type: "listening", port }`.
 *
 * @returns The exit code: 0 when everything was finished, 1 when jobs were given up, answers are missing, or an exception
 *   was not caught.
 */
export async function runWorker(options: RunWorkerOptions): Promise<number> {
  const { settings, openHandler, environment } = options;
  if (isShared(settings, settings.RECYCLE_AFTER_JOBS)) {
    const { runWorkerProcesses } = await import("./processes.ts");
    return runWorkerProcesses(options);
  }
  const log = createLog(settings.LOG_LEVEL, "worker");
  log.info({ settings: printableSettings(settings) }, "starting");
  // The host is known only after the first jobs may have begun: work does not wait for it.
  let host = NO_HOST;
  const work = await Work.open({ settings, openHandler, log, busyChanged: (isBusy) => host.protection?.busyChanged(isBusy) });
  const { departure, telemetry } = work;
  const look = () => ({ view: work.view(), counts: telemetry.counts, registry: telemetry.registry });
  const listening = await listen(workerPages(look), { port: settings.METRICS_PORT, host: settings.METRICS_HOST });

  work.begin();
  log.info({ port: listening.port, host: settings.METRICS_HOST }, "listening");
  process.send?.({ type: "listening", port: listening.port });
  work.start();
  host = await findHost({ settings, environment, departure, clock: REAL_CLOCK, log });
  if (work.busySlots > 0) host.protection?.busyChanged(true);

  const departed = await work.departed;
  await host.leave();
  await listening.close();
  return work.close(departed);
}
