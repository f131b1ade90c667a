import { parseArgs } from "node:util";
import { EXIT_BAD_INPUT } from "../exit-codes.ts";
import { pipelineFor } from "../pipelines/index.ts";
import { readSettingsFile } from "../settings-file.ts";
import { SettingsProblem } from "../settings.ts";
import { runApi } from "./run.ts";

/**
 * The API on its own: `PIPELINE=orders node api.js [--config settings.json]`. This is what a container runs; `headroom api
 * orders` is the same.
 */
const { values } = parseArgs({ options: { config: { type: "string" } } });
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
try {
  const pipeline = pipelineFor(process.env["PIPELINE"]);
  const file = values.config === undefined ? undefined : readSettingsFile(values.config);
  process.exit(await runApi({ pipeline, sources: { environment: process.env, file }, signal: stopping.signal }));
} catch (error) {
  if (!(error instanceof SettingsProblem || isPortTaken(error))) throw error;
  process.stderr.write(`api: ${error.message}\n`);
  process.exit(EXIT_BAD_INPUT);
}

function isPortTaken(error: unknown): error is Error {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}
