import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { formatFault } from "../../sim/index.ts";
import { API_LOG, ApiNotReady } from "../local/run/local-api.ts";
import { LiveView } from "../local/run/live-view.ts";
import { LocalRun } from "../local/run/local-run.ts";
import { Measuring } from "../local/run/measurement.ts";
import { planRun, type RunPlan } from "../local/run/run-plan.ts";
import { SHORTEST_COMPARED_SEC, validate } from "../local/run/validation.ts";
import { pipelineNamed } from "../pipelines/index.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";
import { bundle } from "./bundle.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { measuredText, openingText, systemTextOf, validationText } from "./local-report.ts";
import { writeText } from "./output.ts";
import { EXIT, Problem, systemProblem } from "./problem.ts";

export interface LocalRequest {
  /** Name of a pipeline, id of a scenario of the gallery, or a file. */
  readonly scenario: string;
  readonly controller: "aws" | "headroom" | undefined;
  readonly forSec: number;
  readonly fromSec: number;
  readonly scale: number | undefined;
  readonly seed: number;
  readonly port: number;
  /** Where a pipeline's API listens; 0 for any free port. */
  readonly apiPort: number;
  /** Whether the scenario's traffic is sent to a pipeline. */
  readonly hasTraffic: boolean;
  readonly validate: boolean;
  readonly logFolder: string | undefined;
}

/**
 * `headroom local`: runs a scenario or a pipeline on this machine, shows it, and sums it up; with `--validate` a scenario
 * beside its simulation.
 */
export async function localCommand(request: LocalRequest): Promise<void> {
  const interruption = new Interruption("Stopped.");
  const pipeline = pipelineNamed(request.scenario);
  checkFit(request, pipeline);
  const { scenario, controller, leftOut } = await planOf(request, pipeline, interruption.signal);
  for (const text of leftOut) process.stderr.write(`${text}\n`);
  if (request.logFolder !== undefined) makeFolder(request.logFolder);
  const { seed, port, logFolder, apiPort, hasTraffic } = request;
  const forMs = request.forSec * 1000;
  const system = pipeline === undefined ? undefined : { pipeline, apiScript: bundle("api.js"), apiPort, hasTraffic };
  const options = { scenario, seed, forMs, controller, port, workerScript: bundle("worker.js"), system, logFolder };
  const run = await LocalRun.start(options).catch((error: unknown) => {
    throw startProblem(error, request);
  });
  try {
    process.stderr.write(`${openingText(run, controller)}\n`);
    const measuring = new Measuring(run);
    const view = new LiveView({ run, scenario, forMs, output: viewOutput() });
    await run.lastsUntil(forMs, interruption.signal);
    view.end();
    const measurement = measuring.end();
    const systemText = await systemTextOf(run);
    await run.stop();
    interruption.release();
    await writeText(measuredText(scenario, measurement, run.answers), systemText);
    const canBeCompared = request.validate && measurement.forMs >= SHORTEST_COMPARED_SEC * 1000;
    if (canBeCompared) await writeText(validationText(validate(scenario, seed, measurement)));
    else if (request.validate) process.stderr.write(`It was stopped before ${SHORTEST_COMPARED_SEC} s, too soon to be compared.\n`);
  } finally {
    await run.stop();
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw systemProblem(error, path);
  }
}

/** What the user can mend, in words; anything else as it is. */
function startProblem(error: unknown, { port, apiPort, logFolder }: LocalRequest): unknown {
  if (error instanceof ApiNotReady) {
    const where = logFolder === undefined ? "run it again with --logs to read why" : `${join(logFolder, API_LOG)} says why`;
    return new Problem(`${error.message}; ${where}.`, { exitCode: EXIT.checkFailed, cause: error });
  }
  if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) return error;
  const isApi = "port" in error && error.port === apiPort;
  const [taken, option] = isApi ? [apiPort, "--api-port, or 0 for a free one"] : [port, "--port, or none to have one found"];
  return new Problem(`Port ${taken} is in use; name another with ${option}.`, { cause: error });
}

function checkFit({ validate: validates, forSec }: LocalRequest, pipeline: Pipeline | undefined): void {
  if (validates && pipeline !== undefined) {
    throw new Problem("--validate compares pretended work with its simulation: name the pipeline's scenario instead of the pipeline.");
  }
  if (validates && forSec < SHORTEST_COMPARED_SEC) {
    throw new Problem(`--validate needs a run of at least ${SHORTEST_COMPARED_SEC} s.`);
  }
}

async function planOf(request: LocalRequest, pipeline: Pipeline | undefined, signal: AbortSignal): Promise<RunPlan> {
  const { fromSec, forSec, scale = 1, controller } = request;
  const name = pipeline?.scenarioId ?? request.scenario;
  const { scenario } = await readInput({ scenarioPath: name, arrivalsPath: undefined, scale: undefined }, signal);
  const planned = planRun({ scenario, fromSec, forSec, scale, controller, hasPipeline: pipeline !== undefined });
  if (planned.ok) return planned.plan;
  const told = planned.faults.map((fault) => `  ${formatFault({ ...fault, path: OPTIONS[fault.path] ?? fault.path })}`);
  throw new Problem([`${name} cannot be run here so:`, ...told].join("\n"));
}

const OPTIONS: Readonly<Record<string, string>> = { controller: "--controller", fromSec: "--from", scale: "--scale" };

function viewOutput() {
  const { stdout } = process;
  return { isTerminal: stdout.isTTY, columns: () => stdout.columns, write: (text: string) => void stdout.write(text) };
}
