import type { Scenario } from "../../../sim/index.ts";

/**
 * What of a scenario a run on this machine leaves out, a sentence each; empty when it is all there. A pipeline brings its
 * own API and its own work.
 */
export function leftOut(
  { acts, downstream, fleet, frontDoor, producer, traffic }: Scenario,
  { hasPipeline }: { readonly hasPipeline: boolean },
): readonly string[] {
  const isInstant = [producer.apiTime, producer.topicTime].every((time) => time.kind === "constant" && time.sec === 0);
  const parts: readonly [boolean, string][] = [
    [fleet.platform === "fargate", "There are no tasks here: the fleet runs as an EC2 Auto Scaling group."],
    [fleet.warmPool !== null, "A warm pool's instances start their process when they come into service, not before."],
    [fleet.speedSpread > 0, "All instances are equally fast."],
    [downstream !== null && !hasPipeline, "No downstream is called: a job is its own service time alone."],
    [frontDoor !== null && !hasPipeline, "There is no front door: its callers do not come."],
    [
      !hasPipeline && (!isInstant || producer.failedProbability + producer.lostProbability > 0),
      "Messages go straight to the queue, not by way of the producer.",
    ],
    [traffic.kind === "users" && !hasPipeline, "Users who wait for answers do not come."],
    [acts.length > 0, "The operators' acts are not carried out."],
  ];
  return parts.filter(([isSo]) => isSo).map(([, text]) => text);
}

/**
 * The scenario as it is from so many seconds on: what has arrived by then has not, and everything begins as at its start.
 * Undefined for traffic that cannot be moved so: sums of sources, and users.
 */
export function fromLaterOn(scenario: Scenario, fromSec: number): Scenario | undefined {
  const { traffic } = scenario;
  switch (traffic.kind) {
    case "poisson":
    case "renewal":
    case "mmpp":
      return scenario;
    case "daily":
      return { ...scenario, traffic: { ...traffic, peakAtHour: (((traffic.peakAtHour - fromSec / HOUR_SEC) % 24) + 24) % 24 } };
    case "counts":
    case "timestamps":
      return { ...scenario, traffic: { ...traffic, shiftSec: traffic.shiftSec - fromSec } };
    case "flash-sale":
      return fromSec > traffic.onsetSec ? undefined : { ...scenario, traffic: { ...traffic, onsetSec: traffic.onsetSec - fromSec } };
    default:
      return undefined;
  }
}

const HOUR_SEC = 3600;
