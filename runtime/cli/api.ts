import { runApi } from "../ingest/run.ts";
import { pipelineFor } from "../pipelines/index.ts";
import { readSettingsFile } from "../settings-file.ts";
import { SettingsProblem } from "../settings.ts";
import { asProblem } from "./fleet-settings.ts";
import { Interruption } from "./interruption.ts";
import { Problem } from "./problem.ts";

export interface ApiRequest {
  /** Of the pipeline; undefined for what PIPELINE names. */
  readonly name: string | undefined;
  /** Overrules PORT. */
  readonly port: string | undefined;
  /** A settings file, JSON. */
  readonly configPath: string | undefined;
}

/**
 * `headroom api`: serves a pipeline's API until it is told to end.
 *
 * @returns The exit code.
 */
export async function apiCommand({ name, port, configPath }: ApiRequest): Promise<number> {
  const commandLine = { PORT: port };
  const { signal } = new Interruption("Stopped.");
  try {
    const file = configPath === undefined ? undefined : readSettingsFile(configPath);
    return await runApi({
      pipeline: pipelineFor(name ?? process.env["PIPELINE"]),
      sources: { environment: process.env, commandLine, file },
      signal,
    });
  } catch (error) {
    if (error instanceof SettingsProblem) throw new Problem(error.message, { cause: error });
    return asProblem(error);
  }
}
