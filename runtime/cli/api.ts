import { runApi } from "../ingest/run.ts";
import { pipelineFor } from "../pipelines/index.ts";
import { SettingsProblem } from "../settings.ts";
import { asProblem } from "./fleet-settings.ts";
import { Interruption } from "./interruption.ts";
import { Problem } from "./problem.ts";

/**
 * `headroom api`: serves a pipeline's API until it is told to end.
 *
 * @param name Of the pipeline; undefined for what PIPELINE names.
 * @param port Overrules PORT.
 * @returns The exit code.
 */
export async function apiCommand(name: string | undefined, port: string | undefined): Promise<number> {
  const environment = port === undefined ? process.env : { ...process.env, PORT: port };
  const { signal } = new Interruption("Stopped.");
  try {
    return await runApi({ pipeline: pipelineFor(name ?? process.env["PIPELINE"]), environment, signal });
  } catch (error) {
    if (error instanceof SettingsProblem) throw new Problem(error.message, { cause: error });
    return asProblem(error);
  }
}
