import { pipelineNamed } from "../pipelines/index.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";
import { readSettingsFile } from "../settings-file.ts";
import { readSettings, type SettingSources } from "../settings.ts";
import { emulate } from "./emulate.ts";
import type { Handler } from "./handler.ts";
import { runWorker } from "./run.ts";
import { WORKER_SETTINGS } from "./settings.ts";

export interface StartOptions {
  /** Overrules the setting HANDLER. */
  readonly handlerPath: string | undefined;
  /** A settings file, JSON. */
  readonly configPath: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly loadHandler: (path: string) => Promise<Handler>;
}

/**
 * Starts a worker from a command line: reads settings and handler, and runs it to its end.
 *
 * @returns The exit code.
 * @throws {SettingsProblem} With all faults of the settings.
 */
export async function startWorker({ handlerPath, configPath, environment, loadHandler }: StartOptions): Promise<number> {
  const given = handlerPath === undefined ? environment : { ...environment, HANDLER: handlerPath };
  const sources = { environment: given, file: configPath === undefined ? undefined : readSettingsFile(configPath) };
  const pipeline = pipelineNamed(handlerNameIn(sources));
  if (pipeline !== undefined) return runPipeline(pipeline, sources);
  const settings = readSettings(WORKER_SETTINGS, sources);
  const openHandler = async () => ({
    handler: settings.HANDLER === "emulate" ? emulate : await loadHandler(settings.HANDLER),
    close: () => undefined,
  });
  return runWorker({ settings, openHandler, environment });
}

async function runPipeline(pipeline: Pipeline, sources: SettingSources): Promise<number> {
  const part = await pipeline.worker();
  const { shape, rules, ...names } = part.settings;
  const schema = { shape: { ...shape, ...WORKER_SETTINGS.shape }, rules: [...WORKER_SETTINGS.rules, ...rules], ...names };
  const settings = readSettings(schema, sources);
  return runWorker({ settings, openHandler: (surroundings) => part.open(settings, surroundings), environment: sources.environment });
}

/** Which settings there are depends on the handler: its name is looked for before all of them are read. */
function handlerNameIn({ environment, file }: SettingSources): string {
  const given = environment["HANDLER"] ?? (Object(file?.values) as Readonly<Record<string, unknown>>)["HANDLER"];
  return typeof given === "string" ? given : "";
}
