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
  /** How its wish to scale in counts beside other policies (composition.ts); by agreement when absent. */
  readonly scaleIn?: ScaleInVote;
}

/**
 * by-agreement: the group shrinks only when all such policies want it. on-its-own: this wish is carried out whatever the
 * others say. never: it is not asked.
 */
export type ScaleInVote = "by-agreement" | "on-its-own" | "never";

/** What a controller can read at a review. */
export interface Observation {
  /** The scaling metric as published, oldest first, at most the newest 32; a period without data has no entry. */
  readonly metric: readonly Datapoint[];
  /** Every metric as published, by name, each oldest first and at most the newest 32: what expressions are made of. */
  readonly published?: Published;
  /** What workers and group report about themselves; each figure absent until there is something to report. */
  readonly telemetry?: Telemetry;
  /**
   * Visible messages by GetQueueAttributes; undefined when the call failed. The counts lag behind by some seconds, and SQS
   * does not say by how many: only the simulator knows the time that they were true at, a real scaler gives that of its call.
   */
  readonly backlog: Reading | undefined;
  /** Messages in flight by GetQueueAttributes, as late. */
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

/**
 * Metrics that are published, and that expressions (metric-math.ts) may name. Counts are of messages or instances, `age`
 * is in seconds, `sent`, `received`, `deleted` and `emptyReceives` are per period, `busyShare` is 0 to 1; `running` is ECS's
 * word for `inService`. `deadLetters` are the visible messages of the dead-letter queue.
 */
export const METRIC_NAMES = [
  "visible",
  "inFlight",
  "delayed",
  "age",
  "sent",
  "received",
  "deleted",
  "emptyReceives",
  "deadLetters",
  "inService",
  "running",
  "desired",
  "busyShare",
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

export type Published = Readonly<Partial<Record<MetricName, readonly Datapoint[]>>>;

/** What only a fleet of our own can tell, and only with the delay of its telling. */
export interface Telemetry {
  /** Messages that arrived per second, as metered over the last period. */
  readonly arrivalRatePerSec?: Reading;
  /** Mean time that a job took in its slot, over the last period with any, milliseconds. */
  readonly serviceTimeMs?: Reading;
  /** Share of the working instances' slots that were busy, over the last period. */
  readonly busyShare?: Reading;
  /** Mean time from a launch decision to the worker's first receive, over the last launches, milliseconds. */
  readonly launchDelayMs?: Reading;
  /** Instances whose worker has begun. */
  readonly working?: Reading;
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
  /** What the policy wanted before that limit; absent when none held it. */
  readonly wanted?: number;
  /** When the policy wants to be asked again, milliseconds. */
  readonly nextReviewAt: number;
  /** New limits of the group, as scheduled actions set them; they hold before `desired` does. */
  readonly resize?: { readonly min?: number; readonly max?: number };
  /** Capacity that other policies should not go below for now, though it does not ask for more. */
  readonly atLeast?: number;
}

export type ReasonCode =
  "out" | "in" | "hold" | "no-data" | "warming" | "terminating" | "cooldown" | "scheduled" | "forecast" | "operator" | "suspended";

/** Why, for a program (`code`) and for a person (`text`, one sentence with the figures and their units). */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  /** What it was concluded from, for whoever asks further. */
  readonly evidence?: Evidence;
}

export interface Evidence {
  /** The expression whose datapoints they are. */
  readonly metric?: string;
  /** As published by then, oldest first. */
  readonly datapoints?: readonly Datapoint[];
  /** What was read off queue and group directly. */
  readonly readings?: readonly NamedReading[];
  readonly alarms?: readonly AlarmReport[];
  /** The rule with its figures: "10 × 150 / 100 → 15". */
  readonly arithmetic?: string;
}

/** "visible", 500, and when that was true. */
export interface NamedReading extends Reading {
  readonly name: string;
}

export interface AlarmReport {
  readonly name: string;
  readonly state: AlarmState;
  readonly threshold: number;
  /** When it alarms: "3 of 3 above 100". */
  readonly condition?: string;
}

/** State of a CloudWatch alarm (CloudWatch User Guide, alarm-evaluation). */
export type AlarmState = "ok" | "alarm" | "insufficient-data";

export type Limit = "min" | "max" | "step" | "warm-up" | "cooldown";
