import { isShared } from "../processes/settings.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";
import type { SettingSources } from "../settings.ts";
import { serveApi } from "./serve.ts";
import { readApiSettings } from "./settings.ts";

export interface RunApiOptions {
  readonly pipeline: Pipeline;
  readonly sources: SettingSources;
  /** Aborted when the API has to end. */
  readonly signal: AbortSignal;
}

/**
 * Runs a pipeline's API until it has to end, in this process or, as PROCESSES says, in several that share its port. A parent
 * process that has forked this one is told the port, `{ type: "listening", port }`.
 *
 * @returns The exit code: 0 when every request was answered, 1 when some were cut off, 75 when it has to be started anew.
 * @throws {SettingsProblem} With all faults of the settings.
 */
export async function runApi(options: RunApiOptions): Promise<number> {
  const part = await options.pipeline.api();
  const settings = readApiSettings(part, options.sources);
  if (isShared(settings, settings.RECYCLE_AFTER_REQUESTS)) {
    const { runApiProcesses } = await import("./processes.ts");
    return runApiProcesses({ ...options, settings, divided: part.divided ?? [] });
  }
  const listening = (port: number) => process.send?.({ type: "listening", port });
  return serveApi({ ...options, listening });
}
