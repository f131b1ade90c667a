import type {
  ClosedForm,
  CostLine,
  DecisionRecord,
  Explanation,
  Fault,
  Finding,
  GalleryEntry,
  Outcome,
  ReadScenario,
  Scenario,
  Summary,
  Verdict,
  WhatIf,
  WhyQuestion,
} from "../../sim/index.ts";
import type { CarriedScenario } from "./long-lists.ts";
import type { PlanAnswer, PlanProgress, PlanRequest, RunVariant, SweepPoint, SweepProgress, SweepRequest, Way } from "./plan-api.ts";

/**
 * Everything that crosses the line between the page and its worker.
 *
 * The worker does one simulation at a time and always the newest one asked for: a call of {@link SimApi.simulate} or
 * {@link SimApi.abandon} makes the one before it end within a slice (see `sliced-run.ts`). Columns cross as typed arrays
 * that are transferred, not copied, and already hold no more points than a chart can show.
 */
export interface SimApi {
  /** Reads a scenario of unknown origin, as the browser's storage holds it. */
  read(document: unknown): Promise<ReadScenario>;
  /** What is wrong with a scenario of the form; long lists are not looked through. */
  faultsOf(carried: CarriedScenario): Promise<readonly Fault[]>;
  /** Hands over a long list of a scenario once, so that it need not cross again with each change of a setting. */
  keepList(id: number, list: readonly number[]): void;
  /** Runs what is asked and tells what it has as soon as it has it. */
  simulate(request: SimulateRequest, tell: (update: Update) => void): Promise<Ending>;
  /** Stops the simulation under way, if there is one. */
  abandon(): void;
  /** Runs the scenario with one seed, beside whatever else is under way; undefined when stopped. */
  replicate(request: ReplicateRequest, progress: (share: number) => void): Promise<Replicate | undefined>;
  /** Stops the replications with that ticket. */
  stopReplicating(ticket: number): void;
  /** What several runs of one scenario say together; the first of them is the run with this digest. */
  estimate(runs: readonly Replicate[], digest: string): Estimated;
  /** What several scenarios say, each run with the same seeds in the same order. */
  compare(runs: readonly (readonly Replicate[])[]): readonly Compared[];
  /** What comes with Headroom; fetched when it is first asked for. */
  gallery(): Promise<readonly GalleryCard[]>;
  galleryScenario(id: string): Promise<Scenario | undefined>;
  /** A run in a few strokes, for a small picture of it; undefined when stopped. */
  sketch(carried: CarriedScenario): Promise<Sketch | undefined>;
  /** Stops the sketch under way. */
  stopSketching(): void;
  /** The same columns over a part of the run only, and so in more detail; undefined when that run is no longer at hand. */
  detail(digest: string, fromMs: number, toMs: number): Charts | undefined;
  /** Why something happened in a run; undefined when that run is no longer at hand. */
  explain(digest: string, question: WhyQuestion): Promise<Explanation | undefined>;
  /** The changes that one would try next. */
  whatIfs(carried: CarriedScenario): Promise<readonly WhatIf[]>;
  /** What arithmetic finds in a scenario before anything is run. */
  preflight(carried: CarriedScenario): Promise<readonly Finding[]>;
  /** The ways of scaling that a plan of the scenario can look at. */
  waysOf(carried: CarriedScenario): Promise<readonly Way[]>;
  /**
   * Searches the cheapest settings that hold the objective. The runs are the page's to make, on whichever worker is free;
   * the search ends, with undefined, at the first that it does not get.
   */
  plan(request: PlanRequest, run: RunVariant, tell: (progress: PlanProgress) => void): Promise<PlanAnswer | undefined>;
  /** Runs a scenario over the values of one setting, as {@link SimApi.plan} has its runs made. */
  sweep(request: SweepRequest, run: RunVariant, tell: (progress: SweepProgress) => void): Promise<readonly SweepPoint[] | undefined>;
  /** A whole run as a file; undefined when that run is no longer at hand. */
  fileOf(digest: string, format: "csv" | "json"): Promise<Blob | undefined>;
  /** Runs the scenario on both calendars, Headroom's and simjs's, and compares the digests of the results. */
  check(scenario: CarriedScenario, seed: number, progress: (share: number) => void): Promise<CheckOutcome | undefined>;
  /** Reads a dropped file, a piece at a time: a CSV of counts, or a scenario. */
  readFile(file: File, into: CarriedScenario, progress: (share: number) => void): Promise<FileOutcome | undefined>;
  /** Stops the check or the reading under way, which then answers with undefined. */
  stopTask(): void;
}

/** What a list of scenarios needs of each. */
export type GalleryCard = Omit<GalleryEntry, "scenario">;

/** A run, cut into equal stretches of time. */
export interface Sketch {
  readonly held: boolean;
  readonly objective: string;
  /** The greatest of each stretch. */
  readonly backlog: readonly number[];
  readonly inService: readonly number[];
}

/** Lists that the worker keeps, the newest: enough for the scenario at hand, the one it was loaded as, and the one before. */
export const MOST_LISTS_KEPT = 8;

export interface SimulateRequest extends CarriedScenario {
  /**
   * - `preview`: while the hand moves; one run, cut to the busiest part of the traffic when the whole would take too long
   * - `exact`: the whole run, after a preview if the whole takes long
   */
  readonly precision: "preview" | "exact";
  readonly seed: number;
}

export interface ReplicateRequest extends CarriedScenario {
  readonly seed: number;
  /** By which it can be stopped. */
  readonly ticket: number;
  /** Whether the charts are wanted as well as the figures. */
  readonly withView: boolean;
}

/** What is kept of one of several runs. */
export interface Replicate {
  readonly seed: number;
  readonly figures: Figures;
  readonly outcome: Outcome;
  /** Least and greatest values over stretches of time. */
  readonly envelope: Envelope;
  readonly view?: RunView;
}

/** The columns for which charts show how far the runs lie apart. */
export const BAND_COLUMNS = ["backlog", "ageOfOldestMs"] as const;
export type BandColumn = (typeof BAND_COLUMNS)[number];

export interface Envelope {
  /** Where each stretch begins, and at last where the run ends: one more than the values have. */
  readonly timeMs: Float64Array;
  readonly values: Readonly<Record<BandColumn, { readonly low: Float64Array; readonly high: Float64Array }>>;
}

export interface Estimated {
  readonly estimates: Estimates;
  readonly runs: number;
  /** In how many of the runs the objective held. */
  readonly held: number;
  /** Of all runs together; undefined where the first of them is no longer at hand. */
  readonly verdict: Verdict | undefined;
  /** Between the least and the greatest of all runs. */
  readonly bands: Envelope;
}

export type Ending = "done" | "abandoned";

export interface Compared {
  readonly estimated: Estimated;
  /** What it has more than the first scenario, seed by seed; undefined for the first itself. */
  readonly differences: Estimates | undefined;
}

export type Update = ProgressUpdate | RunUpdate;

export interface ProgressUpdate {
  readonly type: "progress";
  /** Of this run, 0 to 1. */
  readonly share: number;
}

export interface RunUpdate {
  readonly type: "run";
  readonly view: RunView;
}

/** One run as the page shows it. */
export interface RunView {
  readonly seed: number;
  readonly digest: string;
  /** What was simulated; the whole run unless this is a preview of a part. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly whole: boolean;
  /** Rows of the result; the charts have fewer when it is long. */
  readonly rows: number;
  readonly charts: Charts;
  readonly summary: Summary;
  readonly figures: Figures;
  readonly verdict: Verdict;
  readonly decisions: readonly DecisionRecord[];
  readonly events: readonly RunEvent[];
  readonly bill: readonly CostLine[];
  readonly latency: LatencyShape;
  readonly closedForms: readonly ClosedForm[];
  /** Real time that the simulation took. */
  readonly tookMs: number;
}

/** Something that befell the fleet, to be marked on the charts. */
export interface RunEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly kind: "alarm" | "fault";
  /** A sentence or two. */
  readonly text: string;
  readonly question: WhyQuestion;
}

/** How latency is spread over the messages; from send to delete. */
export interface LatencyShape {
  readonly count: number;
  readonly bars: readonly LatencyBar[];
  /** Percentiles and their values, milliseconds. */
  readonly percentiles: readonly { readonly percentile: number; readonly ms: number }[];
}

/** Messages with a latency from `fromMs` up to but not including `toMs`. */
export interface LatencyBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
}

/** Which columns of the result each chart shows; those of one chart share their points in time. */
export const CHART_COLUMNS = {
  traffic: ["arrivalRatePerSec", "throughputPerSec"],
  backlog: ["backlog", "inFlight"],
  age: ["ageOfOldestMs"],
  capacity: ["inService", "warming", "pending", "draining", "desired"],
} as const;

export type ChartName = keyof typeof CHART_COLUMNS;
export type ChartColumn = (typeof CHART_COLUMNS)[ChartName][number];

export type Charts = Readonly<Record<ChartName, ChartColumns>>;

export interface ChartColumns {
  readonly timeMs: Float64Array;
  readonly values: Readonly<Partial<Record<ChartColumn, Float64Array>>>;
}

/** The figures of the verdict bar, in the order in which it shows them. */
export const FIGURE_NAMES = [
  "measuredMs",
  "worstAgeMs",
  "latencyP50Ms",
  "latencyP95Ms",
  "latencyP99Ms",
  "deadOrLost",
  "costPerMonthUsd",
  "peakInstances",
] as const;

export type FigureName = (typeof FIGURE_NAMES)[number];
export type Figures = Readonly<Record<FigureName, number>>;
export type Estimates = Readonly<Record<FigureName, Estimate>>;

/** A mean over independent runs, and half the width of its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
}

export interface CheckOutcome {
  readonly agree: boolean;
  readonly digest: string;
  readonly referenceDigest: string;
  readonly tookMs: number;
  readonly referenceTookMs: number;
}

export type FileOutcome =
  /** The scenario with the counts of the file as its traffic, and what was done to them, a sentence each. */
  | { readonly type: "counts"; readonly scenario: Scenario; readonly notices: readonly string[] }
  /** A scenario, or that of a result. */
  | { readonly type: "scenario"; readonly scenario: Scenario; readonly ofResult?: { readonly seed: number; readonly digest: string } }
  | { readonly type: "faults"; readonly faults: readonly Fault[] };
