import { readScenario, type Scenario, type ScenarioInput } from "../../sim/index.ts";

/** The fleet of the scenario, with launches that take a second from pending to service and another to boot. */
export function quickFleet(fleet: ScenarioInput["fleet"] = {}): Scenario {
  const quick = { activityDelaySec: 0, pending: { kind: "constant", sec: 1 }, boot: { kind: "constant", sec: 1 } } as const;
  const parsed = readScenario({ version: 1, name: "quick", worker: { drainLimitSec: 20 }, fleet: { ...quick, ...fleet } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.scenario;
}
