import type { Decision } from "../core/policy/policy.ts";
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
] as const;

export type ColumnName = (typeof COLUMN_NAMES)[number];

/** `metric` is the newest published datapoint, NaN while there is none. */
export type Columns = Readonly<Record<ColumnName, Float64Array>>;

export interface DecisionRecord extends Decision {
  /** When it was taken, milliseconds. */
  readonly at: number;
  /** Desired capacity before it. */
  readonly before: number;
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
}

/** Conservation: `sent = deleted + dead + expired + visible + inFlight + delayed`, the last three at the end of the run. */
export interface MessageCounts {
  readonly sent: number;
  readonly deleted: number;
  readonly dead: number;
  readonly expired: number;
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
