import type { Context } from "hono";
import { Registry } from "prom-client";
import { REAL_CLOCK } from "../clock.ts";
import { createLog, type Logger } from "../log.ts";
import type { Api, Pipeline } from "../pipelines/pipeline.ts";
import { printableSettings, type SettingSources } from "../settings.ts";
import { createApi } from "./api.ts";
import { QueueFiguresReader } from "./queue-figures.ts";
import type { CallCount } from "./rate-limit.ts";
import { readApiSettings, regionOf, type ApiConfiguration } from "./settings.ts";

export interface OpenApiOptions {
  readonly pipeline: Pipeline;
  readonly sources: SettingSources;
  /** Whether requests are taken. */
  readonly isReady: () => boolean;
  /** Whether the process is about to end: its connections are then closed after each answer. */
  readonly isStopping: () => boolean;
  readonly addressOf: (context: Context) => string | undefined;
  /** As `Surroundings` has it. */
  readonly startAnew: (reason: string) => void;
  /** What this process shares with others of the machine; undefined when there are none. */
  readonly shared?: SharedApi | undefined;
}

/** What holds for a machine whose requests several processes serve. */
export interface SharedApi {
  /** Place of this process among them, from 0. */
  readonly place: number;
  /** The figures of all, for Prometheus. */
  readonly metrics: () => Promise<string>;
  readonly countCall: (caller: string) => Promise<CallCount>;
}

export interface OpenApi {
  readonly api: Api;
  readonly settings: ApiConfiguration;
  readonly log: Logger;
  /** The figures of this process. */
  readonly registry: Registry;
  close(): Promise<void>;
}

/**
 * Opens a pipeline's API with settings from the environment.
 *
 * @throws {SettingsProblem} With all faults of the settings.
 */
export async function openApi({ pipeline, sources, isReady, isStopping, addressOf, startAnew, shared }: OpenApiOptions): Promise<OpenApi> {
  const part = await pipeline.api();
  const settings = readApiSettings(part, sources);
  const log = createLog(settings.LOG_LEVEL, "api").child({ pipeline: pipeline.name, process: shared?.place });
  log.info({ settings: printableSettings(settings) }, "starting");
  const aws = { region: regionOf(settings, part.address) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
  const registry = new Registry();
  const epochMs = () => Date.now();
  const routes = await part.open(settings, { aws, log, clock: REAL_CLOCK, epochMs, registry, startAnew });
  const { queueUrl } = routes;
  const queue = queueUrl === undefined ? undefined : new QueueFiguresReader({ queueUrl, aws, registry, epochMs, log });
  const api = createApi({
    name: pipeline.name,
    summary: pipeline.summary,
    settings,
    routes,
    page: pipeline.page,
    pages: {
      registry: shared === undefined ? registry : { metrics: shared.metrics, contentType: registry.contentType },
      isReady,
      readQueue: queue && (() => queue.read()),
    },
    countCall: shared?.countCall,
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
    registry,
    close: async () => {
      await routes.close();
      await queue?.close();
    },
  };
}
