import { getConnInfo } from "@hono/node-server/conninfo";
import { once } from "node:events";
import { REAL_CLOCK } from "../clock.ts";
import { listen } from "../http-server.ts";
import { pause } from "../pause.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";
import { openApi } from "./open-api.ts";

export interface RunApiOptions {
  readonly pipeline: Pipeline;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the API has to end. */
  readonly signal: AbortSignal;
}

/**
 * Serves a pipeline's API until it has to end: then `/ready` says no at once, requests are still taken for STOP_DELAY_SEC,
 * while load balancers turn away, and those under way may end within STOP_LIMIT_SEC. A parent process that has forked this
 * one is told the port, `{ type: "listening", port }`.
 *
 * @returns The exit code: 0 when every request was answered, 1 when some were cut off.
 */
export async function runApi({ pipeline, environment, signal }: RunApiOptions): Promise<number> {
  const opened = await openApi({
    pipeline,
    environment,
    isStopping: () => signal.aborted,
    addressOf: (context) => getConnInfo(context).remote.address,
  });
  const { api, settings, log } = opened;
  const listening = await listen(api, { port: settings.PORT, host: settings.API_HOST });
  log.info({ port: listening.port, host: settings.API_HOST }, "listening");
  process.send?.({ type: "listening", port: listening.port });
  if (!signal.aborted) await once(signal, "abort");
  log.info("stopping");
  await pause(REAL_CLOCK, settings.STOP_DELAY_SEC * 1000);
  const hasAnsweredAll = await listening.finish(settings.STOP_LIMIT_SEC * 1000, REAL_CLOCK);
  await opened.close();
  log.info({ hasAnsweredAll }, "stopped");
  return hasAnsweredAll ? 0 : 1;
}
