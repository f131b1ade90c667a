import { SettingsProblem } from "../settings.ts";
import { asHandler, HandlerFault, importHandler } from "../worker/handler-file.ts";
import type { Handler } from "../worker/handler.ts";
import { startWorker } from "../worker/start.ts";
import { loadModule } from "./module-file.ts";
import { Problem } from "./problem.ts";

export interface WorkerRequest {
  /** Overrules the setting HANDLER. */
  readonly handlerPath: string | undefined;
  readonly configPath: string | undefined;
}

/** `headroom worker`: runs a worker to its end. Returns the exit code. */
export async function workerCommand(request: WorkerRequest): Promise<number> {
  try {
    return await startWorker({ ...request, environment: process.env, loadHandler });
  } catch (error) {
    if (error instanceof SettingsProblem || error instanceof HandlerFault) throw new Problem(error.message, { cause: error });
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new Problem("The port of the pages is in use: set METRICS_PORT to another, or to 0 for a free one.", { cause: error });
    }
    throw error;
  }
}

/** JavaScript is loaded as on an instance, by Node itself; TypeScript is bundled first. */
async function loadHandler(path: string): Promise<Handler> {
  if (!/\.[cm]?ts$/.test(path)) return importHandler(path);
  return asHandler(await loadModule(path, { noun: "handler", log: "stderr" }), path);
}
