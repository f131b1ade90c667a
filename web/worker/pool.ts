import type { Scenario } from "../../sim/index.ts";
import type { Replicate } from "./sim-api.ts";

/** One run to be made. */
export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly withView?: boolean;
}

/** Whoever can make runs: a worker as the page sees it. */
export interface Runner {
  replicate(
    request: { readonly scenario: Scenario; readonly seed: number; readonly withView: boolean },
    signal: AbortSignal,
    progress: (share: number) => void,
  ): Promise<Replicate | undefined>;
}

/** A single run that waits for a worker. */
interface Waiting {
  readonly job: Job;
  readonly signal: AbortSignal;
  readonly resolve: (replicate: Replicate | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface RunOptions {
  readonly signal: AbortSignal;
  /** Told the share of all jobs together, 0 to 1. */
  readonly progress: (share: number) => void;
  /** The first runner takes part once this resolves; at once when left out. */
  readonly firstIsFree?: Promise<unknown>;
}

/**
 * Workers on their own threads that share the runs of a batch; each takes the next one as soon as it is free. Single runs
 * stand in a line of their own, and share the workers with whatever else these do.
 */
export class Pool {
  private readonly first: Runner;
  private readonly makeHelper: () => Runner;
  private readonly mostHelpers: number;
  private readonly helpers: Runner[] = [];
  private readonly line: Waiting[] = [];
  /** Who makes one of the single runs. */
  private readonly busy = new Set<Runner>();

  /** Helpers are made when they are first needed. */
  constructor(first: Runner, makeHelper: () => Runner, mostHelpers: number) {
    this.first = first;
    this.makeHelper = makeHelper;
    this.mostHelpers = mostHelpers;
  }

  /** The results in the order of the jobs; undefined when stopped. */
  async run(jobs: readonly Job[], { signal, progress, firstIsFree }: RunOptions): Promise<Replicate[] | undefined> {
    const results: (Replicate | undefined)[] = jobs.map(() => undefined);
    const shares = jobs.map(() => 0);
    let next = 0;
    const work = async (runner: Runner) => {
      while (next < jobs.length && !signal.aborted) {
        const index = next;
        const job = jobs[index];
        next += 1;
        if (job === undefined) return;
        const told = (share: number) => {
          shares[index] = share;
          if (!signal.aborted) progress(shares.reduce((sum, each) => sum + each, 0) / jobs.length);
        };
        results[index] = await runner.replicate({ withView: false, ...job }, signal, told);
        told(1);
      }
    };
    this.seeHelpers(jobs.length - 1);
    const firstWorks = (firstIsFree ?? Promise.resolve()).then(() => work(this.first));
    await Promise.all([firstWorks, ...this.helpers.map(work)]);
    return results.every((result) => result !== undefined) ? results : undefined;
  }

  /** One run, as soon as a worker is free for it and those in line before it are under way; undefined when stopped. */
  runOne(job: Job, signal: AbortSignal): Promise<Replicate | undefined> {
    return new Promise((resolve, reject) => {
      this.line.push({ job, signal, resolve, reject });
      this.serveLine();
    });
  }

  private serveLine(): void {
    this.seeHelpers(this.line.length);
    // The first worker has the page to answer: it comes last.
    for (const runner of [...this.helpers, this.first]) {
      const next = this.busy.has(runner) ? undefined : this.line.shift();
      if (next === undefined) continue;
      this.busy.add(runner);
      void this.serve(runner, next);
    }
  }

  private async serve(runner: Runner, { job, signal, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(await (signal.aborted ? undefined : runner.replicate({ withView: false, ...job }, signal, () => undefined)));
    } catch (error) {
      reject(error);
    } finally {
      this.busy.delete(runner);
      this.serveLine();
    }
  }

  /** Makes as many helpers as there is work for. */
  private seeHelpers(wanted: number): void {
    while (this.helpers.length < Math.min(this.mostHelpers, wanted)) this.helpers.push(this.makeHelper());
  }
}

/** One thread is left to the page, and one to the first worker; more than four runs at once are seldom waited for. */
export function helpersFor(threads: number): number {
  return Math.min(3, Math.max(0, threads - 2));
}
