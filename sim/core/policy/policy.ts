/**
 * The contract of a scaling policy: `decide(state, observation, now) → { state, decision }`.
 *
 * A policy is pure. It keeps nothing between calls but the state it returned, reads no clock but `now` (milliseconds
 * since the driver's origin), draws no random numbers, and sees only what a real controller could have read by then:
 * figures carry the time they were true at, so that their age is known. The same observation and state must always
 * give the same decision; the runtime's decision log is replayed through the simulator and has to agree in full.
 *
 * A user's own policy is a module whose default export is a {@link Policy}.
 */
export interface Policy<State> {
  /** Names the kind, as in a scenario's `policy.kind`. */
  readonly kind: string;
  /** State before the first review. */
  initial(): State;
  decide(state: State, observation: Observation, now: number): { state: State; decision: Decision };
}

/** What a controller can read at a review. */
export interface Observation {
  /** The scaling metric as published, oldest first, at most the newest 32; a period without data has no entry. */
  readonly metric: readonly Datapoint[];
  /** Visible messages by GetQueueAttributes; undefined when the call failed. */
  readonly backlog: Reading | undefined;
  /** Messages in flight by GetQueueAttributes. */
  readonly inFlight: Reading | undefined;
  /** The group as described by its API. */
  readonly capacity: Capacity;
}

/** A figure and the time it was true at, in milliseconds. */
export interface Reading {
  readonly value: number;
  readonly at: number;
}

/** One period of a published metric. */
export interface Datapoint {
  /** Start of the period, milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** Instances by state, as DescribeAutoScalingGroups shows them. */
export interface Capacity {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Launched but not yet InService. */
  readonly pending: number;
  /** InService, those still warming up included. */
  readonly inService: number;
  /** InService, but younger than the policy's warm-up. */
  readonly warming: number;
  /** Being drained or terminated. */
  readonly terminating: number;
}

export interface Decision {
  /** Desired capacity from now on; equals the present one when nothing changes. */
  readonly desired: number;
  readonly reason: Reason;
  /** The limit that kept the decision from going where the policy wanted; undefined when none did. */
  readonly limitedBy: Limit | undefined;
  /** When the policy wants to be asked again, milliseconds. */
  readonly nextReviewAt: number;
}

export type ReasonCode =
  "out" | "in" | "hold" | "no-data" | "warming" | "terminating";

/** Why, for a program (`code`) and for a person (`text`, one sentence with the figures and their units). */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export type Limit = "min" | "max" | "step" | "warm-up" | "cooldown";
