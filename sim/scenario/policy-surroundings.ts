import type { SpecifiedPolicy } from "../core/policy/decision-log.ts";
import type { PolicySurroundings } from "../core/policy/policy-of.ts";
import { parseInstant } from "./civil-time.ts";
import type { Scenario } from "./schema.ts";
import { zoneNamed } from "./zones.ts";

/** What a scenario says to its policy about the world, for a simulated run: its time begins where the traffic or the policy says. */
export function simulatedSurroundings(scenario: Scenario): PolicySurroundings {
  const { traffic, run } = scenario;
  const recorded = "startsAt" in traffic ? traffic.startsAt : "";
  return {
    ...figures(scenario),
    originEpochMs: (startsAt) => parseInstant(startsAt === "" ? recorded : startsAt) ?? parseInstant(USUAL_START) ?? 0,
    zoneNamed: (name, originEpochMs) => zoneNamed(name, originEpochMs, originEpochMs + run.durationSec * 1000),
  };
}

/** The same for a real group: time begins at `originEpochMs`, milliseconds since 1970, and goes on for years. */
export function realSurroundings(policy: PolicyFigures, originEpochMs: number): PolicySurroundings {
  return {
    ...policy,
    originEpochMs: () => originEpochMs,
    zoneNamed: (name) => zoneNamed(name, originEpochMs, originEpochMs + YEARS_AHEAD_MS),
  };
}

/** A scenario's policy with the figures that it takes from the rest of the scenario. */
export function specifiedPolicy(scenario: Scenario): SpecifiedPolicy {
  return { kind: scenario.policy.kind, spec: scenario.policy, ...figures(scenario) };
}

type PolicyFigures = Omit<SpecifiedPolicy, "kind" | "spec">;

function figures(scenario: Scenario): PolicyFigures {
  const { metrics, objective, worker, queue } = scenario;
  const { percentile, limitSec } = objective;
  return {
    periodSec: metrics.periodSec,
    objective: { percentile, limitSec },
    slotsPerInstance: worker.slots,
    receiveLatencySec: queue.receiveLatencySec,
    stopSec: stopSecOf(scenario),
  };
}

/** How long an instance that has to go may work on, seconds; one that is protected while it is busy does not have to go before. */
function stopSecOf({ fleet, worker }: Scenario): number {
  const { platform, protection, task, terminateHook } = fleet;
  if (protection === "while-busy") return platform === "fargate" ? task.protectedForSec : LONGEST_HOOK_SEC;
  if (platform === "fargate") return task.stopTimeoutSec;
  if (terminateHook === null) return worker.drainLimitSec;
  return terminateHook.sendsHeartbeats ? LONGEST_HOOK_SEC : terminateHook.heartbeatTimeoutSec;
}

/** Two days: as long as a lifecycle hook can be made to wait (lifecycle-hooks-overview). */
const LONGEST_HOOK_SEC = 172_800;

/** A Monday, so that a week of virtual time begins where weeks begin. */
export const USUAL_START = "2026-01-05T00:00:00Z";
/** Ten years: no scaler runs longer without a restart. */
const YEARS_AHEAD_MS = 10 * 366 * 86_400_000;
