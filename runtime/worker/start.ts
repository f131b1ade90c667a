import { readFileSync } from "node:fs";
import { readSettings, SettingsProblem, type SettingSources } from "../settings.ts";
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
  const settings = readSettings(WORKER_SETTINGS, {
    environment: given,
    file: configPath === undefined ? undefined : readSettingsFile(configPath),
  });
  const handler = settings.HANDLER === "emulate" ? emulate : await loadHandler(settings.HANDLER);
  return runWorker({ settings, handler, environment });
}

function readSettingsFile(path: string): NonNullable<SettingSources["file"]> {
  try {
    return { path, values: JSON.parse(readFileSync(path, "utf8")) as unknown };
  } catch (error) {
    const fault =
      error instanceof SyntaxError ? `is no JSON: ${error.message}` : error instanceof Error ? `cannot be read: ${error.message}` : "";
    throw new SettingsProblem([`${path} ${fault}`]);
  }
}
