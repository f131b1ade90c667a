import { batch, signal, type Signal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import { SEEDS } from "../state/live-run.ts";
import type { SimClient } from "../worker/client.ts";
import type { Pool } from "../worker/pool.ts";
import type { Compared, Replicate, RunView } from "../worker/sim-api.ts";

/** One scenario of a comparison that has been run. */
export interface Side extends Compared {
  readonly scenario: Scenario;
  /** Of the first seed. */
  readonly view: RunView;
}

/** Runs scenarios with the same seeds. What was run before is not run again. */
export class CompareRun {
  readonly sides: Signal<readonly Side[]> = signal([]);
  /** Share done of what is under way; undefined when nothing is. */
  readonly progress: Signal<number | undefined> = signal(undefined);
  readonly failure: Signal<string | undefined> = signal(undefined);

  private readonly runs = new WeakMap<Scenario, readonly Replicate[]>();
  private abort = new AbortController();
  private readonly client: Pick<SimClient, "compare">;
  private readonly pool: Pick<Pool, "run">;

  constructor(client: Pick<SimClient, "compare">, pool: Pick<Pool, "run">) {
    this.client = client;
    this.pool = pool;
  }

  /** Runs what has not been run, and compares; a later call overtakes an earlier one. */
  async of(scenarios: readonly Scenario[]): Promise<void> {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const stopped = () => signal.aborted;
    this.failure.value = undefined;
    try {
      await this.runMissing(scenarios, signal);
      if (stopped()) return;
      const runs = scenarios.map((scenario) => this.runs.get(scenario) ?? []);
      const compared = await this.client.compare(runs);
      if (stopped()) return;
      batch(() => {
        this.progress.value = undefined;
        this.sides.value = scenarios.flatMap((scenario, index) => {
          const [own, view] = [compared[index], runs[index]?.[0]?.view];
          return own === undefined || view === undefined ? [] : [{ ...own, scenario, view }];
        });
      });
    } catch (error) {
      if (!stopped()) this.failure.value = error instanceof Error ? error.message : String(error);
    } finally {
      if (!stopped()) this.progress.value = undefined;
    }
  }

  stop(): void {
    this.abort.abort();
    this.progress.value = undefined;
  }

  private async runMissing(scenarios: readonly Scenario[], signal: AbortSignal): Promise<void> {
    const missing = scenarios.filter((scenario) => !this.runs.has(scenario));
    if (missing.length === 0) return;
    this.progress.value = 0;
    const jobs = missing.flatMap((scenario) => SEEDS.map((seed, index) => ({ scenario, seed, withView: index === 0 })));
    const done = await this.pool.run(jobs, { signal, progress: (share) => (this.progress.value = share) });
    if (done === undefined) return;
    missing.forEach((scenario, index) => {
      this.runs.set(scenario, done.slice(index * SEEDS.length, (index + 1) * SEEDS.length));
    });
  }
}
