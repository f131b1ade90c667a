import type { Context } from "hono";
import { Registry } from "prom-client";
import { REAL_CLOCK } from "../clock.ts";
import { createLog, type Logger } from "../log.ts";
import type { Api, Pipeline } from "../pipelines/pipeline.ts";
import { printableSettings } from "../settings.ts";
import { createApi } from "./api.ts";
import { QueueFiguresReader } from "./queue-figures.ts";
import { readApiSettings, regionOf, type ApiConfiguration } from "./settings.ts";

export interface OpenApiOptions {
  readonly pipeline: Pipeline;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isStopping: () => boolean;
  readonly addressOf: (context: Context) => string | undefined;
}

export interface OpenApi {
  readonly api: Api;
  readonly settings: ApiConfiguration;
  readonly log: Logger;
  close(): Promise<void>;
}

/**
 * Opens a pipeline's API with settings from the environment.
 *
 * @throws {SettingsProblem} With all faults of the settings.
 */
export async function openApi({ pipeline, environment, isStopping, addressOf }: OpenApiOptions): Promise<OpenApi> {
  const part = await pipeline.api();
  const settings = readApiSettings(part, environment);
  const log = createLog(settings.LOG_LEVEL, "api").child({ pipeline: pipeline.name });
  log.info({ settings: printableSettings(settings) }, "starting");
  const aws = { region: regionOf(settings, part.address) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
  const registry = new Registry();
  const epochMs = () => Date.now();
  const routes = await part.open(settings, { aws, log, clock: REAL_CLOCK, epochMs, registry });
  const { queueUrl } = routes;
  const queue = queueUrl === undefined ? undefined : new QueueFiguresReader({ queueUrl, aws, registry, epochMs, log });
  const api = createApi({
    name: pipeline.name,
    summary: pipeline.summary,
    settings,
    routes,
    pages: { registry, isReady: () => !isStopping(), readQueue: queue && (() => queue.read()) },
    registry,
    log,
    epochMs,
    isStopping,
    addressOf,
  });
  return {
    api,
    settings,
    log,
    close: async () => {
      await routes.close();
      await queue?.close();
    },
  };
}
