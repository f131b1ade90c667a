import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gallery, readScenario, type Scenario } from "../../sim/index.ts";
import { isAwsPolicy } from "../local/run/aws-policies.ts";
import { LiveView } from "../local/run/live-view.ts";
import { LocalRun } from "../local/run/local-run.ts";
import { Measuring } from "../local/run/measurement.ts";
import { fromLaterOn, leftOut } from "../local/run/scenario-fit.ts";
import { SHORTEST_RUN_SEC, validate } from "../local/run/validation.ts";
import { pipelineNamed } from "../pipelines/index.ts";
import type { Pipeline } from "../pipelines/pipeline.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { measuredText, openingText, systemTextOf, validationText } from "./local-report.ts";
import { writeOut } from "./output.ts";
import { Problem } from "./problem.ts";

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
  const scenario = await scenarioOf(request, pipeline?.scenarioId ?? request.scenario, interruption.signal);
  const controller = controllerOf(request.controller, scenario);
  checkFit(request, pipeline);
  for (const text of leftOut(scenario, { hasPipeline: pipeline !== undefined })) process.stderr.write(`${text}\n`);
  if (request.logFolder !== undefined) mkdirSync(request.logFolder, { recursive: true });
  const { seed, port, logFolder, apiPort, hasTraffic } = request;
  const forMs = request.forSec * 1000;
  const system = pipeline === undefined ? undefined : { pipeline, apiScript: bundle("api.js"), apiPort, hasTraffic };
  const options = { scenario, seed, forMs, controller, port, workerScript: bundle("worker.js"), system, logFolder };
  const run = await LocalRun.start(options).catch((error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (isTaken) throw new Problem(`Port ${port} is in use; name another with --port, or none to have one found.`, { cause: error });
    throw error;
  });
  try {
    process.stderr.write(`${openingText(run, controller)}\n`);
    const measuring = new Measuring(run);
    const view = new LiveView({ run, scenario, forMs, output: viewOutput() });
    await sleep(Math.max(0, forMs - run.now()), undefined, { signal: interruption.signal }).catch(() => undefined);
    view.end();
    const measurement = measuring.end();
    const systemText = await systemTextOf(run);
    await run.stop();
    interruption.release();
    await writeOut([measuredText(scenario, measurement, run.answers), systemText]);
    const canBeCompared = request.validate && measurement.forMs >= SHORTEST_RUN_SEC * 1000;
    if (canBeCompared) await writeOut([validationText(validate(scenario, seed, measurement), measurement)]);
    else if (request.validate) process.stderr.write(`It was stopped before ${SHORTEST_RUN_SEC} s, too soon to be compared.\n`);
  } finally {
    await run.stop();
  }
}

function checkFit({ validate: validates, forSec }: LocalRequest, pipeline: Pipeline | undefined): void {
  if (validates && pipeline !== undefined) {
    throw new Problem("--validate compares pretended work with its simulation: name the pipeline's scenario instead of the pipeline.");
  }
  if (validates && forSec < SHORTEST_RUN_SEC) {
    throw new Problem(`--validate needs a run of at least ${SHORTEST_RUN_SEC} s: a scenario has no shorter one.`);
  }
}

async function scenarioOf({ fromSec, scale }: LocalRequest, name: string, signal: AbortSignal): Promise<Scenario> {
  const ready = gallery.find(({ id }) => id === name)?.scenario;
  const given = ready ?? (await readInput({ scenarioPath: name, arrivalsPath: undefined, scale: undefined }, signal)).scenario;
  const scaled = scale === undefined ? given : { ...given, traffic: { ...given.traffic, scale } };
  const moved = fromSec === 0 ? scaled : fromLaterOn(scaled, fromSec);
  if (moved === undefined)
    throw new Problem(`--from cannot be used here: traffic of the kind ${given.traffic.kind} has no later beginning.`);
  const read = readScenario(moved);
  if (!read.ok) throw new Problem(`${name} cannot begin so late or with so much traffic.`);
  return read.scenario;
}

function controllerOf(wanted: LocalRequest["controller"], { policy }: Scenario): "aws" | "headroom" {
  const canBeAws = isAwsPolicy(policy);
  if (wanted === "aws" && !canBeAws) {
    throw new Problem(`EC2 Auto Scaling has no policy of the kind ${policy.kind}: leave --controller out, or give --controller headroom.`);
  }
  return wanted ?? (canBeAws ? "aws" : "headroom");
}

/** The bundles stand in `dist/`; this file there as well, or in a folder of it, or in `runtime/cli/`. */
function bundle(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = [here, join(here, ".."), join(here, "../../dist")].map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Problem(`There is no ${name} to run: run \`npm run build\` first.`);
  return found;
}

function viewOutput() {
  const { stdout } = process;
  return { isTerminal: stdout.isTTY, columns: () => stdout.columns, write: (text: string) => void stdout.write(text) };
}
