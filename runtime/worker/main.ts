import { parseArgs } from "node:util";
import { EXIT_BAD_INPUT } from "../exit-codes.ts";
import { SettingsProblem } from "../settings.ts";
import { HandlerFault, importHandler } from "./handler-file.ts";
import { startWorker } from "./start.ts";

/**
 * The worker on its own: `node worker.js --handler ./handler.js [--config settings.json]`. This is what an instance runs;
 * `headroom worker` is the same with a handler in TypeScript.
 */
const { values } = parseArgs({ options: { handler: { type: "string" }, config: { type: "string" } } });
try {
  const { handler: handlerPath, config: configPath } = values;
  process.exit(await startWorker({ handlerPath, configPath, environment: process.env, loadHandler: importHandler }));
} catch (error) {
  if (!(error instanceof SettingsProblem || error instanceof HandlerFault || isPortTaken(error))) throw error;
  process.stderr.write(`worker: ${error.message}\n`);
  process.exit(EXIT_BAD_INPUT);
}

function isPortTaken(error: unknown): error is Error {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}
