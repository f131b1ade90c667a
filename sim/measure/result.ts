import type { AlarmState, Datapoint, Decision } from "../core/policy/policy.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Histogram } from "./histogram.ts";

/**
 * What `simulate` gives back: the contract between the simulator and everything that shows or writes its results.
 *
 * Times inside are milliseconds of virtual time since the start of the run. Columns are typed arrays of equal length,
 * one row each `run.sampleEverySec`; a row at time `t` describes the instant `t` (gauges) or the interval that ends
 * at `t` (counters and rates).
 */
export interface Result {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly columns: Columns;
  readonly summary: Summary;
  /** From send to delete, of every message deleted; milliseconds. */
  readonly latencyMs: Histogram;
  /** From send to first receive, of every message received; milliseconds. */
  readonly waitMs: Histogram;
  /** Every review that changed the desired capacity, or whose reason or limit differs from the review before. */
  readonly decisions: readonly DecisionRecord[];
  /** Every instance that was launched, by number; of a very long run only the first 100,000. */
  readonly instances: readonly InstanceRecord[];
  /** Launches and calls that were refused, in order; of a very long run only the first 100,000. */
  readonly refusals: readonly RefusalRecord[];
  /** Changes of state of the operators' alarms, in order; of a very long run only the first 100,000. */
  readonly alarms: readonly AlarmTransition[];
  /** Histograms behind {@link Summary.workload}; absent where that is. */
  readonly workload?: WorkloadHistograms;
  /** 16 hexadecimal digits over everything above: the same scenario and seed give the same digest everywhere. */
  readonly digest: string;
}

/** Names of the columns, in the order in which CSV files carry them. */
export const COLUMN_NAMES = [
  "timeMs",
  "arrivalRatePerSec",
  "throughputPerSec",
  "backlog",
  "inFlight",
  "delayed",
  "ageOfOldestMs",
  "desired",
  "pending",
  "inService",
  "warming",
  "draining",
  "metric",
  "costPerHourUsd",
  "booting",
  "warmPool",
  "spot",
] as const;

export type ColumnName = (typeof COLUMN_NAMES)[number];

/**
 * `metric` is the newest published datapoint, NaN while there is none. `booting` instances are billed but have no worker
 * yet, whether the group counts them as pending or in service; `spot` is how many of those billed are Spot.
 */
export type Columns = Readonly<Record<ColumnName, Float64Array>>;

export interface DecisionRecord extends Decision {
  /** When it was taken, milliseconds. */
  readonly at: number;
  /** Desired capacity before it. */
  readonly before: number;
  /** Numbers of the instances whose launch it began; their stages are in the instance records. */
  readonly launched?: readonly number[];
  /** Numbers of the instances that it chose to end; why just those is in the instance records. */
  readonly ended?: readonly number[];
  /** Places in {@link Result.refusals} of what was refused at once. */
  readonly refusals?: readonly number[];
  /** The group's API was called too often: nothing has changed. */
  readonly refused?: boolean;
}

/** One instance or task, from the decision to launch it to its end. */
export interface InstanceRecord {
  readonly number: number;
  readonly purchase: "on-demand" | "spot";
  /** Availability Zone, from 0. */
  readonly zone: number;
  readonly cause: LaunchCause;
  /** The instance that it was launched in place of, where there is one. */
  readonly insteadOf?: number;
  /** Why it went; undefined while it is there. */
  readonly endCause: EndCause | undefined;
  /** By which rule it was chosen to go, in a sentence; absent where nobody chose. */
  readonly endRule?: string;
  /** Its worker was still at work when it went: its messages come back after their visibility timeout. */
  readonly killed: boolean;
  readonly stages: readonly StageRecord[];
}

export interface StageRecord {
  readonly stage: InstanceStage;
  /** When it began, milliseconds. */
  readonly at: number;
}

/** Stages of an instance and of a task: `sim/model/instance.ts` says which may follow which. */
export type InstanceStage =
  | "launching"
  | "requested"
  | "waiting"
  | "pending"
  | "pending-wait"
  | "in-service"
  | "working"
  | "impaired"
  | "interrupted"
  | "terminating"
  | "draining"
  | "retained"
  | "terminated"
  | "warmed-launching"
  | "warmed-pending"
  | "warmed-running"
  | "warmed-stopped"
  | "warmed-hibernated"
  | "provisioning"
  | "running"
  | "stopping"
  | "deprovisioning"
  | "stopped";

/** invocation: of a Lambda function, which found no idle environment. */
export type LaunchCause =
  "initial" | "scale-out" | "replacement" | "spot-rebalance" | "zone-rebalance" | "warm-pool" | "deployment" | "invocation";

/** idle, cut-off: of a Lambda function's environment, which nothing has invoked for long, or whose invocation took too long. */
export type EndCause =
  | "idle"
  | "cut-off"
  | "scale-in"
  | "failed"
  | "impaired"
  | "zone-outage"
  | "spot-interruption"
  | "spot-rebalance"
  | "zone-rebalance"
  | "deployment"
  | "hook-abandoned"
  | "called-off"
  | "pool-shrunk";

export interface RefusalRecord {
  readonly at: number;
  readonly cause: RefusalCause;
  /** Whom it befell; −1 when no single instance. */
  readonly instance: number;
  /** When it is tried again, milliseconds; Infinity for not at all. */
  readonly retryAt: number;
}

/**
 * no-capacity: EC2 or Fargate had none, in no zone. launch-hook: the hook gave the instance up. protected: a scale-in found
 * nothing but protected instances. throttled: too many calls. replacement-limit: too many are being replaced already.
 * suspended: an operator, or AWS after a day of failed launches, has suspended what would have to be done.
 * termination-function: the function that chooses whom a scale-in takes failed, took too long, or named too few.
 * concurrency: a Lambda function had as many invocations as it may, and the next was throttled.
 */
export type RefusalCause =
  "no-capacity" | "launch-hook" | "protected" | "throttled" | "replacement-limit" | "suspended" | "termination-function" | "concurrency";

/** An operators' alarm has changed its state. */
export interface AlarmTransition {
  /** When it was evaluated, milliseconds. */
  readonly at: number;
  /** Its name. */
  readonly alarm: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** As published by then, oldest first: at most as many as the alarm looks at. */
  readonly datapoints: readonly Datapoint[];
  /** Why, in a sentence. */
  readonly text: string;
  /** Who heard of it; undefined for nobody. */
  readonly told: string | undefined;
}

/** Figures of a distribution, milliseconds. NaN when there was nothing to measure. */
export interface Quantiles {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Summary {
  readonly durationMs: number;
  readonly messages: MessageCounts;
  readonly latencyMs: Quantiles;
  readonly waitMs: Quantiles;
  readonly ageOfOldestMs: Quantiles;
  /** When the oldest message was oldest, among the samples. */
  readonly worstAgeAtMs: number;
  readonly backlog: MeanAndMax;
  readonly inFlight: MeanAndMax;
  readonly inService: MeanAndMax;
  /** Jobs finished and the slots' share of busy time while instances were ready. */
  readonly busyShare: number;
  readonly requests: RequestCounts;
  readonly launches: number;
  readonly terminations: number;
  readonly reviews: number;
  readonly objective: ObjectiveOutcome;
  readonly cost: Cost;
  /** Of a scenario with alarms, in its order. */
  readonly alarms?: readonly AlarmSummary[];
  /** Of a scenario with more than one class of messages and a queue for them. */
  readonly workload?: WorkloadSummary;
}

export interface AlarmSummary {
  readonly name: string;
  /** At the end of the run. */
  readonly state: AlarmState;
  /** How often it went off. */
  readonly wentOff: number;
  readonly inAlarmMs: number;
  /** It goes off and nobody hears of it. */
  readonly isSilent: boolean;
}

/** Each part is absent where the scenario has no such thing. */
export interface WorkloadSummary {
  /** In the scenario's order. */
  readonly classes?: readonly ClassSummary[];
  /** Groups of users: those of the traffic first, then those of the front door. */
  readonly users?: readonly UsersSummary[];
  readonly producer?: ProducerSummary;
  readonly frontDoor?: FrontDoorSummary;
  readonly downstream?: DownstreamSummary;
}

/** Conservation, as of all messages: `sent + redriven + duplicated = deleted + dead + expired + purged + left`. */
export interface ClassSummary {
  readonly name: string;
  readonly sent: number;
  readonly redriven: number;
  readonly duplicated: number;
  readonly deleted: number;
  readonly dead: number;
  readonly expired: number;
  readonly purged: number;
  /** Visible, in flight or delayed at the end of the run. */
  readonly left: number;
  /** From send to delete. */
  readonly latencyMs: Quantiles;
}

/** Those asked but neither answered, refused nor given up still wait at the end of the run. */
export interface UsersSummary {
  readonly asked: number;
  readonly answered: number;
  readonly refused: number;
  readonly gaveUp: number;
  /** From question to answer. */
  readonly responseMs: Quantiles;
  readonly answeredPerSec: number;
}

/** `requested + repeated = failed + lost + sent to the queue + deduplicated + underWay` */
export interface ProducerSummary {
  readonly requested: number;
  readonly failed: number;
  readonly lost: number;
  /** Sent again because SQS's answer was lost, and how many of those the queue knew again and dropped. */
  readonly repeated: number;
  readonly deduplicated: number;
  /** At the end of the run. */
  readonly underWay: number;
  /** From the client's request to the API's answer. */
  readonly acceptMs: Quantiles;
  /** From the client's request to the delete of its message. */
  readonly clientLatencyMs: Quantiles;
}

/** `arrived = served + rejected + timedOut` and those still waiting or being served at the end of the run. */
export interface FrontDoorSummary {
  readonly arrived: number;
  readonly served: number;
  /** Turned away at once (503). */
  readonly rejected: number;
  /** Hung up (504). */
  readonly timedOut: number;
  /** Of those who hung up, how many were being served: that work was for nobody. */
  readonly servedInVain: number;
  readonly mostWaiting: number;
  readonly busyPlaces: number;
  readonly latencyMs: Quantiles;
  readonly waitMs: Quantiles;
}

/** `calls = succeeded + failed + refused + timedOut + abandoned` and those still under way at the end of the run. */
export interface DownstreamSummary {
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly abandoned: number;
  readonly mostWaiting: number;
  readonly busyPlaces: number;
}

/** Milliseconds; in the order of the lists of {@link WorkloadSummary}. */
export interface WorkloadHistograms {
  readonly classLatencyMs: readonly Histogram[];
  readonly responseMs: readonly Histogram[];
  readonly acceptMs?: Histogram;
  readonly clientLatencyMs?: Histogram;
  readonly frontDoorLatencyMs?: Histogram;
  readonly frontDoorWaitMs?: Histogram;
}

/**
 * Conservation: `sent + redriven + duplicated = deleted + dead + expired + purged + visible + inFlight + delayed`, the
 * last three at the end of the run.
 */
export interface MessageCounts {
  readonly sent: number;
  /** Moved back from the dead-letter queue. */
  readonly redriven: number;
  /** Deleted, and there all the same. */
  readonly duplicated: number;
  readonly deleted: number;
  readonly dead: number;
  readonly expired: number;
  readonly purged: number;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Messages delivered, each time counted. */
  readonly received: number;
  /** Jobs that ended well on a message that was already deleted or had been handed to another worker. */
  readonly duplicateJobs: number;
  readonly failedJobs: number;
}

export interface RequestCounts {
  readonly send: number;
  readonly receive: number;
  readonly emptyReceive: number;
  /** Too many messages in flight, or too many calls a second. */
  readonly refusedReceive: number;
  readonly deleteBatch: number;
  readonly changeVisibilityBatch: number;
}

export interface MeanAndMax {
  readonly mean: number;
  readonly max: number;
}

export interface ObjectiveOutcome {
  readonly held: boolean;
  /** The measured percentile, milliseconds. */
  readonly measuredMs: number;
  readonly limitMs: number;
}

export interface Cost {
  readonly lines: readonly CostLine[];
  readonly totalUsd: number;
  /** The run's cost stretched to a month of 730 hours. */
  readonly perMonthUsd: number;
  readonly perMillionMessagesUsd: number;
}

export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
}
