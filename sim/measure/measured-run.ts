import type { DecisionRecord, ColumnName } from "./result.ts";

/**
 * A run of a scenario on real processes, as it is told while it goes and when it is over: the contract between whoever runs
 * it and whoever shows it. It crosses a wire as JSON, so what is not there is null, and what is no number as well.
 *
 * Times are milliseconds since the run began, unless a name says otherwise.
 */
export interface MeasuredRun {
  /** Names this run among those of one server. */
  readonly id: string;
  readonly phase: MeasuredPhase;
  /** Name of the scenario. */
  readonly name: string;
  /** Where in the scenario's time the run begins, how long it lasts, and what its traffic is multiplied by. */
  readonly fromSec: number;
  readonly forSec: number;
  readonly scale: number;
  readonly seed: number;
  /** Who scales: the policies of Auto Scaling, or the scenario's policy in a controller of its own. */
  readonly controller: "aws" | "headroom";
  /** What of the scenario is not there on this machine, a sentence each. */
  readonly leftOut: readonly string[];
  /** Where the AWS that it runs on takes calls; null until it does. */
  readonly endpointUrl: string | null;
  readonly queueUrl: string | null;
  /** When it began, milliseconds since 1970; null until it has. */
  readonly beganAtMs: number | null;
  /** Why it broke off; null when it did not. */
  readonly failure: string | null;
  /** What it came to; null while it runs, and when it broke off before it could be measured. */
  readonly result: MeasuredResult | null;
}

/**
 * starting: processes and queue are being made. running: traffic comes. stopping: they are being ended. ended: nothing is
 * left of it. failed: nothing is left of it, and it was not meant to end.
 */
export type MeasuredPhase = "starting" | "running" | "stopping" | "ended" | "failed";

/** The columns of a result that a real fleet can be measured by, each as in {@link Columns}. */
export const MEASURED_COLUMNS = [
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
] as const satisfies readonly ColumnName[];

export type MeasuredColumn = (typeof MEASURED_COLUMNS)[number];

/** One second of it. */
export type MeasuredRow = Readonly<Record<MeasuredColumn, number>>;

/** What the controller decided; also when nothing changes. */
export type MeasuredDecision = Pick<DecisionRecord, "at" | "before" | "desired" | "reason"> & { readonly limitedBy: string | null };

/** Something that befell an instance and that nobody had wanted. */
export interface Mishap {
  readonly at: number;
  readonly text: string;
}

export interface MeasuredResult {
  /** How long it ran. */
  readonly forMs: number;
  readonly messages: { readonly sent: number; readonly deleted: number; readonly dead: number };
  /** From send to delete; null when no message was done. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** Null for a run too short to be compared. */
  readonly beside: Beside | null;
}

/** Measured beside simulated. */
export interface Beside {
  readonly comparisons: readonly Comparison[];
  /** Mean distance of the measured from the simulated curve, as a share of the simulated mean; null where that is too small. */
  readonly backlogCurveRatio: number | null;
  readonly capacityCurveRatio: number | null;
  /** Start of a process, as the simulation was told it; 0 when nothing was started. */
  readonly startMs: number;
  /** How late the generator was at worst. */
  readonly lateByMs: number;
}

/** One figure, as measured and as simulated. */
export interface Comparison {
  readonly figure: string;
  readonly unit: "messages" | "ms" | "instances";
  readonly measured: number | null;
  readonly simulated: number | null;
  /** Measured above simulated, as a share of the simulated one; null where that is too small to divide by. */
  readonly errorRatio: number | null;
}

/** All that is told of a run, in the order in which it happened. */
export type MeasuredEvent =
  | { readonly type: "run"; readonly run: MeasuredRun }
  | { readonly type: "row"; readonly row: MeasuredRow }
  | { readonly type: "decision"; readonly decision: MeasuredDecision }
  | { readonly type: "mishap"; readonly mishap: Mishap };
