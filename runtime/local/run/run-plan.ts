import { readScenario, windowed, workersAlone, type Fault, type RunWindow, type Scenario } from "../../../sim/index.ts";
import { MOST_PROCESSES } from "../fleet/local-fleet.ts";
import { isAwsPolicy } from "./aws-policies.ts";
import { leftOut } from "./scenario-fit.ts";

export interface RunWish extends RunWindow {
  readonly scenario: Scenario;
  /** Who scales; undefined for Auto Scaling where it has such policies, else the scenario's policy. */
  readonly controller: "aws" | "headroom" | undefined;
  /** Whether a pipeline does the work. */
  readonly hasPipeline: boolean;
}

/** What is to be run on this machine. */
export interface RunPlan extends RunWindow {
  /** As it is in that window; without a pipeline only what there is of it here, so that it can be compared. */
  readonly scenario: Scenario;
  readonly controller: "aws" | "headroom";
  /** What of the scenario is not there, a sentence each. */
  readonly leftOut: readonly string[];
}

export type PlannedRun = { readonly ok: true; readonly plan: RunPlan } | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Makes of a scenario and a window of its time what runs here, or says all that is in the way. Faults of the window and of
 * the controller have the names of the wish as their paths, those of the scenario begin with `scenario.`.
 */
export function planRun({ scenario, controller, hasPipeline, ...window }: RunWish): PlannedRun {
  const faults: Fault[] = [];
  const canBeAws = isAwsPolicy(scenario.policy);
  if (controller === "aws" && !canBeAws) {
    const problem = `EC2 Auto Scaling has no policy of the kind ${scenario.policy.kind}`;
    faults.push({ code: "contradiction", path: "controller", value: controller, problem, mend: "leave it out, or let headroom scale" });
  }
  if (scenario.fleet.platform === "lambda") {
    const problem = "a fleet of worker processes runs here, and no Lambda function";
    const mend = 'set it to "ec2" or "fargate"';
    faults.push({ code: "contradiction", path: "scenario.fleet.platform", value: "lambda", problem, mend });
  }
  const first = scenario.fleet.initial ?? scenario.fleet.min;
  if (first > MOST_PROCESSES) {
    const path = scenario.fleet.initial === null ? "scenario.fleet.min" : "scenario.fleet.initial";
    const problem = `${first} instances are more than the ${MOST_PROCESSES} processes that run here`;
    faults.push({ code: "too-much", path, value: first, unit: "instances", problem, mend: `begin with at most ${MOST_PROCESSES}` });
  }
  const moved = windowed(hasPipeline ? scenario : workersAlone(scenario), window);
  const read = moved === undefined ? undefined : readScenario(moved);
  if (read === undefined) {
    const problem = `traffic of the kind ${scenario.traffic.kind} has no later beginning`;
    faults.push({ code: "contradiction", path: "fromSec", value: window.fromSec, unit: "s", problem, mend: "begin at 0" });
  } else if (!read.ok) {
    faults.push(...read.faults.map((fault) => ({ ...fault, path: fault.path === "" ? "scenario" : `scenario.${fault.path}` })));
  }
  if (faults.length > 0 || read?.ok !== true) return { ok: false, faults };
  return {
    ok: true,
    plan: {
      ...window,
      scenario: read.scenario,
      controller: controller ?? (canBeAws ? "aws" : "headroom"),
      leftOut: leftOut(scenario, { hasPipeline }),
    },
  };
}
