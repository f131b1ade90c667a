import { meanSec } from "../kernel/distributions.ts";
import type { DurationSpec, Scenario } from "../scenario/schema.ts";

/** The parts of a launch that vary, in their order. */
function launchParts({ fleet }: Scenario): readonly DurationSpec[] {
  return fleet.platform === "fargate" ? [fleet.task.start, fleet.boot, fleet.application] : [fleet.pending, fleet.boot, fleet.application];
}

/** From the decision to the worker's first receive, on average; seconds. */
export function meanLaunchSec(scenario: Scenario): number {
  const { activityDelaySec, launchCallSec } = scenario.fleet;
  return activityDelaySec + launchCallSec + launchParts(scenario).reduce((sum, spec) => sum + meanSec(spec), 0);
}
