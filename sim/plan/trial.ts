import { exactExp, exactLog } from "../kernel/exact-math.ts";
import { interval, type Interval } from "../measure/confidence.ts";
import type { Outcome } from "../measure/verdict.ts";
import type { Scenario } from "../scenario/schema.ts";
import { editedScenario, type Edit } from "./edits.ts";

/**
 * Runs a scenario with a seed. Whoever plans hands it in: threads on the command line, workers in the page. Several calls
 * may be under way at once; it rejects when it is stopped, and then so does what asked.
 */
export type RunOne = (scenario: Scenario, seed: number) => Promise<Outcome>;

/** A variant of a scenario, and what its runs gave, in the order of their seeds. */
export interface Trial {
  readonly edits: readonly Edit[];
  readonly scenario: Scenario;
  /** At least one. */
  readonly outcomes: readonly Outcome[];
  /** Whether in every run the objective held, and no more messages were lost than the scenario as it is loses with that seed. */
  readonly held: boolean;
}

/** What is known of a mean. */
export const LEVEL = 0.95;

/**
 * Tries variants of one scenario, each once, however often it is asked for. The runs of a variant meet the same random
 * numbers as those of every other: two variants differ by their settings alone.
 */
export class Trials {
  private readonly base: Scenario;
  private readonly run: RunOne;
  private readonly baseRuns = new Map<number, Promise<Outcome>>();
  private readonly known = new Map<string, Promise<Trial | undefined>>();
  private readonly list: Trial[] = [];

  constructor(base: Scenario, run: RunOne) {
    this.base = base;
    this.run = run;
  }

  /** Every variant that was tried so far, in the order in which they ended. */
  get all(): readonly Trial[] {
    return this.list;
  }

  /**
   * Runs the base with these edits, with the first seed alone at first: a variant that misses there is not looked at
   * further. Undefined where the scenario does not allow the edits.
   */
  async of(edits: readonly Edit[], seeds: readonly number[]): Promise<Trial | undefined> {
    const key = JSON.stringify([edits, seeds]);
    const known = this.known.get(key) ?? this.tried(edits, seeds);
    this.known.set(key, known);
    return known;
  }

  /** The base itself with every seed, whether it holds or not: a figure of now has to be one. */
  async ofBase(seeds: readonly number[]): Promise<Trial> {
    const outcomes = await Promise.all(seeds.map((seed) => this.baseRun(seed)));
    return { edits: [], scenario: this.base, outcomes, held: outcomes.every(({ held }) => held) };
  }

  private async tried(edits: readonly Edit[], [first, ...others]: readonly number[]): Promise<Trial | undefined> {
    const scenario = editedScenario(this.base, edits);
    if (scenario === undefined || first === undefined) return undefined;
    const runs = [await this.judged(scenario, first)];
    if (runs.every(({ isGood }) => isGood)) runs.push(...(await Promise.all(others.map((seed) => this.judged(scenario, seed)))));
    const trial = { edits, scenario, outcomes: runs.map(({ outcome }) => outcome), held: runs.every(({ isGood }) => isGood) };
    this.list.push(trial);
    return trial;
  }

  private async judged(scenario: Scenario, seed: number): Promise<{ readonly outcome: Outcome; readonly isGood: boolean }> {
    const outcome = await this.run(scenario, seed);
    const lost = outcome.dead + outcome.expired;
    // Messages that are given up make a queue short: that is no way to hold an objective.
    return { outcome, isGood: outcome.held && (lost === 0 || lost <= (await this.lostNow(seed)) * MORE_BY_CHANCE + 1) };
  }

  private async lostNow(seed: number): Promise<number> {
    const { dead, expired } = await this.baseRun(seed);
    return dead + expired;
  }

  private baseRun(seed: number): Promise<Outcome> {
    const run = this.baseRuns.get(seed) ?? this.run(this.base, seed);
    this.baseRuns.set(seed, run);
    return run;
  }
}

/** Who changes anything about a run changes by chance who meets a fault. */
const MORE_BY_CHANCE = 1.1;

/** Of a figure of a trial's runs: the mean with its 95 % interval. */
export function figureOf({ outcomes }: Pick<Trial, "outcomes">, name: Exclude<keyof Outcome, "held">): Interval {
  return interval(
    outcomes.map((outcome) => outcome[name]),
    LEVEL,
  );
}

export function costOf(trial: Trial): number {
  return figureOf(trial, "costPerMonthUsd").mean;
}

/** The least share of all runs in which the objective holds, as far as `runs` that all held can tell: at 95 % confidence. */
export function leastHeldShare(runs: number): number {
  // (1 − LEVEL)^(1/runs), the lower bound of Clopper and Pearson (1934) where every run held.
  return exactExp(exactLog(1 - LEVEL) / runs);
}
