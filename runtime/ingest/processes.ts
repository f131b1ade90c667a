import { randomInt } from "node:crypto";
import { LEAVE_LIMIT_MS } from "../http-server.ts";
import { createLog } from "../log.ts";
import { memberHere, Primary } from "../processes/primary.ts";
import type { Member } from "../processes/member.ts";
import { processCount, shareOf } from "../processes/settings.ts";
import { printableSettings } from "../settings.ts";
import { callCounter } from "./rate-limit.ts";
import { serveApi, type ServeApiOptions } from "./serve.ts";
import type { ApiConfiguration } from "./settings.ts";

export interface ApiProcessesOptions extends Pick<ServeApiOptions, "pipeline" | "sources" | "signal"> {
  readonly settings: ApiConfiguration & Readonly<Record<string, unknown>>;
  /** Names of the settings of which each process has its share. */
  readonly divided: readonly string[];
}

/**
 * Runs a pipeline's API in several processes: here as the one that looks after the others, or as one of these.
 *
 * @returns The exit code: of the primary, the worst of its processes' at the end.
 */
export function runApiProcesses(options: ApiProcessesOptions): Promise<number> {
  const member = memberHere();
  return member === undefined ? lookAfter(options) : member.doing(() => serveShare(member, options));
}

async function lookAfter({ pipeline, settings, divided, signal }: ApiProcessesOptions): Promise<number> {
  const log = createLog(settings.LOG_LEVEL, "api").child({ pipeline: pipeline.name });
  const wholes = divided.map((name) => [name, Number(settings[name])] as const);
  const processes = processCount(settings, Math.min(Infinity, ...wholes.map(([, whole]) => whole)));
  log.info({ processes, settings: printableSettings(settings) }, "starting processes");
  const count = callCounter();
  const { keeper } = new Primary({
    processes,
    environmentOf: (place) => Object.fromEntries(wholes.map(([name, whole]) => [name, String(shareOf(whole, place, processes))])),
    silenceLimitMs: settings.PROCESS_SILENCE_LIMIT_SEC * 1000,
    endLimitMs: (settings.STOP_DELAY_SEC + settings.STOP_LIMIT_SEC) * 1000 + CLOSING_MS,
    makeRoomLimitMs: LEAVE_LIMIT_MS + settings.STOP_LIMIT_SEC * 1000 + CLOSING_MS,
    begun: (port) => process.send?.({ type: "listening", port }),
    count: (caller) => {
      const { totalHits, resetTime } = count(caller);
      return { totalHits, resetAt: resetTime.getTime() };
    },
    log,
  });
  keeper.begin();
  const end = () => keeper.end("the API was told to");
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  const exitCode = await keeper.ended;
  log.info({ exitCode }, "all processes have ended");
  return exitCode;
}

function serveShare(member: Member, { settings, signal, ...options }: ApiProcessesOptions): Promise<number> {
  const { RECYCLE_AFTER_REQUESTS: most } = settings;
  // Drawn, so that processes which began together do not make room together.
  let left = most === 0 ? Infinity : most + randomInt(Math.floor(most / 5) + 1);
  return serveApi({
    ...options,
    signal: AbortSignal.any([signal, member.mustEnd]),
    makesRoom: member.makesRoom,
    shared: {
      place: member.place,
      metrics: () => member.ask("metrics", undefined),
      async countCall(caller) {
        const { totalHits, resetAt } = await member.ask("count", caller);
        return { totalHits, resetTime: new Date(resetAt) };
      },
    },
    asked: () => {
      left -= 1;
      if (left === 0) void member.say({ type: "worn" });
    },
    opened: (registry) => member.counts(async () => ({ metrics: await registry.getMetricsAsJSON(), counts: {}, view: undefined })),
    listening: (port) => void member.say({ type: "begun", port }),
  });
}

/** For clients to be closed, and for the last word. */
const CLOSING_MS = 5000;
