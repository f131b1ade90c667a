import { setImmediate } from "node:timers/promises";
import {
  resultCsv,
  resultJson,
  loadSimjsCalendar,
  SimulationRun,
  type Calendar,
  type Policy,
  type Result,
  type Scenario,
} from "../../sim/index.ts";
import { readInput, type Request } from "./input.ts";
import type { Interruption } from "./interruption.ts";
import { OutputFile, writeOut, writeText } from "./output.ts";
import { EXIT, Problem } from "./problem.ts";
import { Progress } from "./progress.ts";
import { report } from "./report.ts";
import { why } from "./why.ts";

export interface SimulateRequest extends Request {
  readonly seed: number;
  /** The whole result as JSON on the standard output, in place of the summary. */
  readonly json: boolean;
  /** File for the columns as CSV; "-" for the standard output, in place of the summary. */
  readonly csvPath: string | undefined;
  /** Whether to run the scenario on the reference calendar too. */
  readonly check: boolean;
  /** File with a policy that decides in place of the scenario's. */
  readonly policyPath: string | undefined;
  /** Number of the decision to tell the chain of, in place of the summary. */
  readonly why: number | undefined;
}

/**
 * `headroom simulate`: reads, runs, and only then writes, so that a stopped run leaves nothing behind. The results go to
 * the standard output, everything else to the standard error.
 */
export async function simulateCommand(request: SimulateRequest, interruption: Interruption): Promise<void> {
  const { signal } = interruption;
  const { scenario, notices } = await readInput(request, signal);
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  const { csvPath, json, seed, policyPath } = request;
  if (policyPath !== undefined && scenario.fleet.platform === "lambda")
    throw new Problem("No policy scales a Lambda function: its event source mapping follows the queue by itself. Leave --policy out.");
  const policy = policyPath === undefined ? undefined : await ownPolicy(policyPath);
  const csvFile = csvPath === undefined || csvPath === "-" ? undefined : await OutputFile.open(csvPath);
  try {
    const result = await run(scenario, seed, { signal, label: "Simulating", ...policy });
    const reference = request.check ? await referenceDigest(scenario, seed, { signal, ...policy }) : undefined;
    await csvFile?.write(resultCsv(result));
    interruption.release();
    if (json) await writeOut(resultJson(result));
    else if (csvPath === "-") await writeOut(resultCsv(result));
    else await writeText(request.why === undefined ? report(result) : why(result, request.why));
    if (reference !== undefined) tellCheck(result, reference);
  } finally {
    await csvFile?.discard();
  }
}

interface RunOptions {
  readonly signal: AbortSignal;
  readonly label: string;
  readonly calendar?: Calendar;
  readonly policy?: Policy<unknown>;
}

/** The rest of what it needs is loaded only for those who have a policy of their own. */
async function ownPolicy(path: string): Promise<{ readonly policy: Policy<unknown> }> {
  const { runnablePolicy } = await import("./policy/runnable-policy.ts");
  const policy = await runnablePolicy(path);
  process.stderr.write(`${path} decides in place of the scenario's policy.\n`);
  return { policy };
}

/** Runs in slices of some 40 ms of real time and lets signals and the progress bar in between them. */
async function run(scenario: Scenario, seed: number, { signal, label, ...options }: RunOptions): Promise<Result> {
  const run = new SimulationRun(scenario, seed, options);
  const progress = new Progress(label);
  try {
    let sliceMs = Math.ceil(run.endMs / 1000);
    for (let untilMs = 0; untilMs < run.endMs;) {
      const startedAt = performance.now();
      untilMs = Math.min(run.endMs, untilMs + sliceMs);
      run.advanceTo(untilMs);
      const took = performance.now() - startedAt;
      if (took < SLICE_MS / 2) sliceMs = Math.min(sliceMs * 2, Math.ceil(run.endMs / 50));
      else if (took > SLICE_MS * 2) sliceMs = Math.ceil(sliceMs / 2);
      progress.update(untilMs / run.endMs);
      await setImmediate();
      signal.throwIfAborted();
    }
    return run.result();
  } finally {
    progress.stop();
  }
}

/** Aim for the real time of a slice, milliseconds. */
const SLICE_MS = 40;

async function referenceDigest(scenario: Scenario, seed: number, options: Pick<RunOptions, "signal" | "policy">): Promise<string> {
  const newCalendar = await loadSimjsCalendar();
  const { digest } = await run(scenario, seed, { ...options, label: "Checking on simjs", calendar: newCalendar() });
  return digest;
}

/** Says on the standard error that both calendars agree; throws, for exit code 1, when they do not. */
export function tellCheck({ digest, seed }: Pick<Result, "digest" | "seed">, reference: string): void {
  if (digest !== reference) {
    const advice = "This is a defect of Headroom; please report it with the scenario and the seed.";
    throw new Problem(`Check failed: with seed ${seed} our calendar gives digest ${digest}, simjs ${reference}. ${advice}`, {
      exitCode: EXIT.checkFailed,
    });
  }
  process.stderr.write(`Check passed: our calendar and simjs give the same digest, ${digest}.\n`);
}
