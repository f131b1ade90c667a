import { randomInt } from "node:crypto";
import { REAL_CLOCK } from "../clock.ts";
import { listen } from "../http-server.ts";
import { createLog, type Logger } from "../log.ts";
import { memberHere, Primary } from "../processes/primary.ts";
import type { Member } from "../processes/member.ts";
import { processCount, shareOf } from "../processes/settings.ts";
import { printableSettings } from "../settings.ts";
import { findHost, type Host } from "./host.ts";
import { workerPages, type WorkerLook, type WorkerView } from "./http.ts";
import { ProcessLife } from "./process-life.ts";
import type { WorkerConfiguration } from "./settings.ts";
import { Telemetry } from "./telemetry.ts";
import { Work, type WorkOptions } from "./work.ts";

export interface WorkerProcessesOptions extends Pick<WorkOptions, "settings" | "openHandler"> {
  /** What the platform tells its processes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a worker in several processes: here as the one that looks after the others, or as one of these. To the outside it is
 * one worker: one set of pages, one lifecycle hook, one protection from scale-ins, and as many slots as SLOTS says.
 *
 * @returns The exit code: of the primary, the worst of its processes' at the end.
 */
export function runWorkerProcesses(options: WorkerProcessesOptions): Promise<number> {
  const member = memberHere();
  return member === undefined ? lookAfter(options) : member.doing(() => workShare(member, options));
}

async function lookAfter({ settings, environment }: WorkerProcessesOptions): Promise<number> {
  const log = createLog(settings.LOG_LEVEL, "worker");
  const processes = processCount(settings, settings.SLOTS);
  log.info({ processes, settings: printableSettings(settings) }, "starting processes");
  const crew = new Crew(settings, processes, log);
  const { keeper } = crew.primary;
  const departure = { begin: (reason: string, withinMs?: number) => keeper.end(reason, withinMs) };
  const processLife = new ProcessLife({ departure, telemetry: { counts: { strayErrors: 0 } }, log });
  const pages = workerPages(() => crew.look());
  const listening = await listen(pages, { port: settings.METRICS_PORT, host: settings.METRICS_HOST });
  processLife.begin();
  log.info({ port: listening.port, host: settings.METRICS_HOST }, "listening");
  process.send?.({ type: "listening", port: listening.port });
  keeper.begin();
  const host = await findHost({ settings, environment, departure, clock: REAL_CLOCK, log });
  crew.protectOn(host);
  const exitCode = await keeper.ended;
  await host.leave();
  await listening.close();
  log.info({ exitCode }, "all processes have ended");
  processLife.end();
  return processLife.hasFailed ? Math.max(exitCode, 1) : exitCode;
}

/** The processes of one worker, and what they make together. */
class Crew {
  readonly primary: Primary;
  /** Those of them that work on something. */
  private readonly busy = new Set<number>();
  private host: Host | undefined;

  constructor(settings: WorkerConfiguration, processes: number, log: Logger) {
    this.primary = new Primary({
      processes,
      environmentOf: (place) => ({ SLOTS: String(shareOf(settings.SLOTS, place, processes)) }),
      silenceLimitMs: settings.PROCESS_SILENCE_LIMIT_SEC * 1000,
      endLimitMs: settings.DRAIN_LIMIT_SEC * 1000 + CLOSING_MS,
      makeRoomLimitMs: settings.DRAIN_LIMIT_SEC * 1000 + CLOSING_MS,
      begun: () => undefined,
      nothing: new Telemetry().counts,
      busyChanged: (process, isBusy) => this.busyChanged(process, isBusy),
      log,
    });
  }

  protectOn(host: Host): void {
    this.host = host;
    if (this.busy.size > 0) host.protection?.busyChanged(true);
  }

  async look(): Promise<WorkerLook> {
    const { registry, counts, views } = await this.primary.look();
    const { isOver, working } = this.primary.keeper;
    return {
      view: viewOfAll(views as readonly WorkerView[], isOver ? "draining" : working > 0 ? "working" : "starting"),
      counts,
      registry,
    };
  }

  private busyChanged(process: number, isBusy: boolean): void {
    const wasBusy = this.busy.size > 0;
    if (isBusy) this.busy.add(process);
    else this.busy.delete(process);
    if (wasBusy !== this.busy.size > 0) this.host?.protection?.busyChanged(this.busy.size > 0);
  }
}

function viewOfAll(views: readonly WorkerView[], phase: WorkerView["phase"]): WorkerView {
  const sum = (of: (view: WorkerView) => number) => views.reduce((total, view) => total + of(view), 0);
  return {
    phase,
    slots: sum(({ slots }) => slots),
    busySlots: sum(({ busySlots }) => busySlots),
    abandonedJobs: sum(({ abandonedJobs }) => abandonedJobs),
    isFailingToReceive: views.length > 0 && views.every(({ isFailingToReceive }) => isFailingToReceive),
    hasStalled: views.some(({ hasStalled }) => hasStalled),
    longestStallMs: Math.max(0, ...views.map(({ longestStallMs }) => longestStallMs)),
    uptimeSec: process.uptime(),
  };
}

async function workShare(member: Member, { settings, openHandler }: WorkerProcessesOptions): Promise<number> {
  const log = createLog(settings.LOG_LEVEL, "worker").child({ process: member.place });
  const { RECYCLE_AFTER_JOBS: most } = settings;
  // Drawn, so that processes which began together do not make room together.
  let left = most === 0 ? Infinity : most + randomInt(Math.floor(most / 5) + 1);
  const work = await Work.open({
    settings,
    openHandler,
    log,
    busyChanged: (isBusy) => void member.say({ type: "busy", isBusy }),
    jobEnded: () => {
      left -= 1;
      if (left === 0) void member.say({ type: "worn" });
    },
  });
  const { departure, telemetry } = work;
  member.counts(async () => ({ metrics: await telemetry.registry.getMetricsAsJSON(), counts: telemetry.counts, view: work.view() }));
  work.begin();
  member.onOrder(({ reason, withinMs }) => departure.begin(reason, withinMs));
  await member.say({ type: "begun", port: undefined });
  work.start();
  return work.close(await work.departed);
}

/** For the last calls to be answered, clients to be closed, and for the last word. */
const CLOSING_MS = 10_000;
