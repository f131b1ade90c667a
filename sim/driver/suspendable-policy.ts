import type { Decision, Policy } from "../core/policy/policy.ts";
import type { Process } from "../model/processes.ts";

/**
 * A policy that AWS runs, in a group whose processes may be suspended (as-suspend-resume-processes;
 * application-auto-scaling-suspend-resume-scaling): what it decides meanwhile is not carried out.
 *
 * What follows an alarm goes on from where it was: when it is heard again, an alarm that holds acts at once. What was
 * scheduled meanwhile is missed. Policies of ours call the API by themselves, and nothing of this concerns them.
 */
export function suspendable(policy: Policy<unknown>, group: Suspendable): Policy<unknown> {
  const isScheduled = policy.kind === "scheduled";
  if (!isScheduled && !ALARMED.has(policy.kind)) return policy;
  const [all, inwards, outwards]: readonly Process[][] = isScheduled
    ? [["scheduled-actions", "scheduled-scaling"], [], []]
    : [["alarm-notification"], ["dynamic-scaling-in"], ["dynamic-scaling-out"]];
  const suspendedOf = (processes: readonly Process[] = []) => processes.find((process) => group.isSuspended(process));
  return {
    ...policy,
    decide(before, observation, now) {
      const { state, decision } = policy.decide(before, observation, now);
      const present = observation.capacity.desired;
      const changes = decision.desired !== present || decision.resize !== undefined;
      const process =
        (changes ? suspendedOf(all) : undefined) ??
        (decision.desired < present ? suspendedOf(inwards) : decision.desired > present ? suspendedOf(outwards) : undefined);
      if (process === undefined) return { state, decision };
      return { state: isScheduled ? state : before, decision: held(decision, present, process) };
    },
  };
}

/** Who knows what is suspended. */
export interface Suspendable {
  isSuspended(process: Process): boolean;
}

function held({ reason, nextReviewAt }: Decision, desired: number, process: Process): Decision {
  const text = `${process} is suspended, else: ${reason.text}`;
  return { desired, reason: { ...reason, code: "suspended", text }, limitedBy: undefined, nextReviewAt };
}

/** Target tracking, step and simple scaling follow alarms. */
const ALARMED: ReadonlySet<string> = new Set(["ec2-target-tracking", "ecs-target-tracking", "step", "simple"]);
