import type { Change, ContenderId, Edit, Outcome } from "../../sim/index.ts";
import type { CarriedScenario } from "./long-lists.ts";

/** What crosses between the page and its worker when a plan is made or a setting is swept: words and figures, no variants. */

/** Has a variant run, wherever there is room for it; undefined when stopped. */
export type RunVariant = (variant: CarriedScenario, seed: number) => Promise<Outcome | undefined>;

/** A way of scaling that a plan looks at. */
export interface Way {
  readonly id: ContenderId;
  readonly name: string;
}

export interface PlanRequest extends CarriedScenario {
  readonly ways: readonly ContenderId[];
}

/** A variant that was tried: means over its runs. */
export interface TriedPoint {
  readonly measuredMs: number;
  readonly costPerMonthUsd: number;
  readonly held: boolean;
  /** "2 to 10 instances, EC2 target tracking (target 100 messages/instance)". */
  readonly settings: string;
}

export interface PlanProgress {
  /** "the settings of each policy". */
  readonly step: string;
  readonly tried: number;
  /** "$49.27 ± $0.40"; undefined while nothing held. */
  readonly cheapest: string | undefined;
  /** What was tried since the last that was told. */
  readonly points: readonly TriedPoint[];
}

export interface PlanAnswer {
  readonly sentence: string;
  readonly grounds: string;
  /** The cheapest that holds first. */
  readonly ways: readonly WayAnswer[];
  readonly now: TrialView;
  readonly tried: readonly TriedPoint[];
}

export interface WayAnswer extends Way {
  /** Undefined where nothing that was tried holds. */
  readonly proposal: Proposed | undefined;
}

export interface Proposed extends TrialView {
  /** What makes it out of the scenario, every default filled in. */
  readonly edits: readonly Edit[];
  readonly changes: readonly Change[];
}

/** What the runs of a variant gave, in words, and where it stands in the picture. */
export interface TrialView {
  readonly point: TriedPoint;
  /** "20 of 20". */
  readonly heldIn: string;
  readonly cost: string;
  readonly measured: string;
  readonly peak: string;
}

export interface SweepRequest extends CarriedScenario {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Seeds 1 to this at each point. */
  readonly runs: number;
}

export interface SweepProgress {
  /** Of the whole, 0 to 1. */
  readonly share: number;
  /** What is known so far, in the order of the values. */
  readonly points: readonly SweepPoint[];
}

/** A value of the setting, and what its runs gave. */
export interface SweepPoint {
  readonly value: number;
  /** Empty where the scenario does not allow the value. */
  readonly outcomes: readonly Outcome[];
  readonly held: boolean;
  /** Why it is not allowed, a sentence each. */
  readonly faults: readonly string[];
}
