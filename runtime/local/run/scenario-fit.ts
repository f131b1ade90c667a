import type { Scenario } from "../../../sim/index.ts";
import { MOST_PROCESSES } from "../fleet/local-fleet.ts";

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
    [fleet.max > MOST_PROCESSES, `At most ${MOST_PROCESSES} instances run at a time: more wait for a place.`],
    [
      ["fewest-busy-slots", "idle-only"].includes(fleet.terminationPolicy),
      "There is no function to choose whom a scale-in takes: the default policy does.",
    ],
    [fleet.terminateHook?.abandoned === "retain", "An instance whose terminate hook is abandoned is terminated, not retained."],
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
