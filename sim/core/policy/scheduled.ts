import { nextTime, type Cron, type Zone } from "./cron.ts";
import type { Decision, Observation, Policy, Reason } from "./policy.ts";

/**
 * Scheduled actions (ec2-auto-scaling-scheduled-scaling): at set times the group gets a new minimum, maximum, desired
 * capacity, or several of them.
 *
 * The shop that knows its opening hours does not wait for the queue at the door. An action sets and forgets: raising the
 * minimum at 08:30 to 6 lifts the group to 6, and whatever other policies do afterwards happens within the new limits,
 * until another action sets others.
 *
 * Awkward cases. Of several actions due at the same time the later in the list wins where they disagree. A desired
 * capacity outside the limits is brought within them. A time that has passed before the first review is not made up
 * for, except within that review's own minute, so that an action at the very start counts. AWS starts an action within
 * seconds, sometimes up to two minutes late; here it is punctual.
 */
export interface ScheduledSettings {
  readonly actions: readonly ScheduledAction[];
  /** Milliseconds since 1970 at which the driver's `now` is 0. */
  readonly originEpochMs: number;
}

export interface ScheduledAction {
  readonly cron: Cron;
  readonly zone: Zone;
  readonly min?: number;
  readonly max?: number;
  readonly desired?: number;
}

export interface ScheduledState {
  /** When each action is due next, milliseconds; undefined before the first review. */
  readonly dueAt: readonly number[] | undefined;
}

export function scheduled(settings: ScheduledSettings): Policy<ScheduledState> {
  const { actions, originEpochMs } = settings;
  const dueAfter = ({ cron, zone }: ScheduledAction, now: number) => nextTime(cron, zone, originEpochMs + now) - originEpochMs;

  return {
    kind: "scheduled",
    scaleIn: "on-its-own",
    initial: () => ({ dueAt: undefined }),
    decide(before, { capacity }, now) {
      const dueAt = before.dueAt ?? actions.map((action) => dueAfter(action, now - FIRST_LOOK_BACK_MS));
      const due = actions.filter((_, index) => (dueAt[index] as number) <= now);
      const state: ScheduledState = {
        dueAt: actions.map((action, index) => ((dueAt[index] as number) <= now ? dueAfter(action, now) : (dueAt[index] as number))),
      };
      const soonest = (state.dueAt ?? []).reduce((least, at) => Math.min(least, at), now + LONGEST_PAUSE_MS);
      return { state, decision: { ...outcome(due, capacity), nextReviewAt: Math.max(soonest, now + 1) } };
    },
  };
}

function outcome(due: readonly ScheduledAction[], capacity: Observation["capacity"]): Omit<Decision, "nextReviewAt"> {
  if (due.length === 0) return { desired: capacity.desired, reason: { code: "hold", text: "No action is due." }, limitedBy: undefined };
  const wishes: { min?: number; max?: number; desired?: number } = {};
  for (const { min, max, desired } of due) {
    if (min !== undefined) wishes.min = min;
    if (max !== undefined) wishes.max = max;
    if (desired !== undefined) wishes.desired = desired;
  }
  const { min = capacity.min, max = Math.max(capacity.max, min), desired: wanted = capacity.desired } = wishes;
  const least = Math.min(min, max);
  const desired = Math.max(least, Math.min(wanted, max));
  const set = Object.entries(wishes).map(([name, value]) => `${name} ${value}`);
  const reason: Reason = { code: "scheduled", text: `Scheduled (${due.map(({ cron }) => cron.text).join("; ")}): sets ${set.join(", ")}.` };
  const resize = { ...(least === capacity.min ? {} : { min: least }), ...(max === capacity.max ? {} : { max }) };
  const limitedBy = desired === wanted ? undefined : desired < wanted ? "max" : "min";
  return {
    desired,
    reason,
    limitedBy,
    ...(limitedBy !== undefined && { wanted }),
    ...(least === capacity.min && max === capacity.max ? {} : { resize }),
  };
}

const FIRST_LOOK_BACK_MS = 60_000;
/** So that a policy without times to come is still asked now and then. */
const LONGEST_PAUSE_MS = 86_400_000;
