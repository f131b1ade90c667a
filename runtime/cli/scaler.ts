import { realSurroundings, readScenario, specifiedPolicy, type Scenario } from "../../sim/index.ts";
import { startScaler } from "../scaler/start.ts";
import { SCALER_SETTINGS } from "../scaler/settings.ts";
import { fleetSettings, asProblem, type FleetFlags } from "./fleet-settings.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { Problem } from "./problem.ts";

export interface ScalerRequest extends FleetFlags {
  readonly scenarioPath: string | undefined;
  readonly policyPath: string | undefined;
  readonly intervalSec: string | undefined;
  readonly logPath: string | undefined;
  readonly port: string | undefined;
  readonly isDryRun: boolean;
}

/** `headroom scaler`: drives a policy on a real group until it is told to end. */
export async function scalerCommand(request: ScalerRequest): Promise<void> {
  const { scenarioPath, policyPath, isDryRun } = request;
  if (scenarioPath === undefined && policyPath === undefined)
    throw new Problem("Name the policy: --scenario with a scenario whose policy it is, or --policy with a file of your own.");
  const settings = fleetSettings(SCALER_SETTINGS, request, {
    INTERVAL_SEC: request.intervalSec,
    DECISION_LOG: request.logPath,
    METRICS_PORT: request.port,
  });
  const interruption = new Interruption("Stopped.");
  const { signal } = interruption;
  const scenario = scenarioPath === undefined ? usualScenario() : await scenarioAt(scenarioPath, signal);
  const own = policyPath === undefined ? undefined : { policy: await ownPolicy(policyPath), file: policyPath };
  const specified = specifiedPolicy(scenario);
  // Hours begin where they begin outside, and periods where CloudWatch's begin.
  const originEpochMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await startScaler({
    settings,
    specified,
    surroundings: realSurroundings(specified, originEpochMs),
    own,
    statistic: STATISTIC[scenario.metrics.statistic],
    originEpochMs,
    isDryRun,
    signal,
  }).catch(asProblem);
}

async function scenarioAt(scenarioPath: string, signal: AbortSignal): Promise<Scenario> {
  const { scenario } = await readInput({ scenarioPath, arrivalsPath: undefined, scale: undefined }, signal);
  if (scenario.fleet.platform === "lambda")
    throw new Problem(`${scenarioPath}: nobody scales a Lambda function; its event source mapping follows the queue by itself.`);
  return scenario;
}

/** For a policy from a file, what it is not told by a scenario: the defaults. */
function usualScenario(): Scenario {
  const read = readScenario({ version: 1, name: "Defaults" });
  if (!read.ok) throw new Error("the defaults make a scenario");
  return read.scenario;
}

async function ownPolicy(path: string) {
  const { runnablePolicy } = await import("./policy/runnable-policy.ts");
  return runnablePolicy(path);
}

const STATISTIC = { maximum: "Maximum", sum: "Sum", average: "Average" } as const;
const HOUR_MS = 3_600_000;
