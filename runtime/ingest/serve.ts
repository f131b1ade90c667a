import { getConnInfo } from "@hono/node-server/conninfo";
import { once } from "node:events";
import type { Registry } from "prom-client";
import { REAL_CLOCK } from "../clock.ts";
import { EXIT_START_ANEW } from "../exit-codes.ts";
import { listen } from "../http-server.ts";
import { pause } from "../pause.ts";
import type { Api, Pipeline } from "../pipelines/pipeline.ts";
import type { SettingSources } from "../settings.ts";
import { openApi, type SharedApi } from "./open-api.ts";
import { isPageBuilt, pagePath } from "./page.ts";

export interface ServeApiOptions {
  readonly pipeline: Pipeline;
  readonly sources: SettingSources;
  /** Aborted when the API has to end. */
  readonly signal: AbortSignal;
  /** Aborted when this process makes room for another, and the API goes on. */
  readonly makesRoom?: AbortSignal;
  readonly listening: (port: number) => void;
  readonly shared?: SharedApi;
  /** A request comes in. */
  readonly asked?: () => void;
  /** Called before the first request is taken. */
  readonly opened?: (registry: Registry) => void;
}

/**
 * Serves a pipeline's API in this process until it has to end: then `/ready` says no at once, requests are still taken for
 * STOP_DELAY_SEC, while load balancers turn away, and those under way may end within STOP_LIMIT_SEC. A process that makes room
 * stays ready, takes no new connections, and waits until each of those it has has been answered for the last time.
 *
 * @returns The exit code: 0 when every request was answered, 1 when some were cut off, 75 when it has to be started anew.
 */
export async function serveApi({ pipeline, sources, signal, ...options }: ServeApiOptions): Promise<number> {
  const { makesRoom = NEVER } = options;
  const lost = new AbortController();
  const ending = AbortSignal.any([signal, lost.signal]);
  const opened = await openApi({
    pipeline,
    sources,
    isReady: () => !ending.aborted,
    isStopping: () => ending.aborted || makesRoom.aborted,
    addressOf: (context) => getConnInfo(context).remote.address,
    startAnew: (reason) => lost.abort(reason),
    shared: options.shared,
  });
  const { api, settings, log, registry } = opened;
  options.opened?.(registry);
  const served = options.asked === undefined ? api : telling(api, options.asked);
  const listening = await listen(served, { port: settings.PORT, host: settings.API_HOST });
  const { port } = listening;
  const page = pipeline.page !== undefined && isPageBuilt(pipeline.page) ? pagePath(pipeline.page) : undefined;
  log.info({ port, host: settings.API_HOST, page }, "listening");
  options.listening(port);
  const told = AbortSignal.any([ending, makesRoom]);
  if (!told.aborted) await once(told, "abort");
  if (lost.signal.aborted) log.fatal({ reason: lost.signal.reason as unknown }, "this process has to be started anew");
  log.info("stopping");
  if (!ending.aborted) await listening.leave(REAL_CLOCK, ending);
  else await pause(REAL_CLOCK, settings.STOP_DELAY_SEC * 1000);
  const hasAnsweredAll = await listening.finish(settings.STOP_LIMIT_SEC * 1000, REAL_CLOCK);
  await opened.close();
  log.info({ hasAnsweredAll }, "stopped");
  if (lost.signal.aborted) return EXIT_START_ANEW;
  return hasAnsweredAll ? 0 : 1;
}

const NEVER = new AbortController().signal;

function telling(api: Api, asked: () => void): Pick<Api, "fetch"> {
  return {
    fetch: (...request) => {
      asked();
      return api.fetch(...request);
    },
  };
}
