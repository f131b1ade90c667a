import { signal, type ReadonlySignal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import type { Pool } from "../worker/pool.ts";
import type { Charts } from "../worker/sim-api.ts";

/** What the simulator says of one scenario with one seed. */
export class Forecast {
  private readonly made = signal<Charts | undefined>(undefined);
  /** Undefined until it is there; then the old one stays until the new one is there. Times are from the start of the run. */
  readonly charts: ReadonlySignal<Charts | undefined> = this.made;
  private readonly pool: Pick<Pool, "run">;
  private abort = new AbortController();

  constructor(pool: Pick<Pool, "run">) {
    this.pool = pool;
  }

  /** Makes it; a later call overtakes an earlier one. */
  async of(scenario: Scenario, seed: number): Promise<void> {
    this.abort.abort();
    const { signal: stopped } = (this.abort = new AbortController());
    const runs = await this.pool.run([{ scenario, seed, withView: true }], { signal: stopped, progress: () => undefined });
    if (!stopped.aborted && runs?.[0]?.view !== undefined) this.made.value = runs[0].view.charts;
  }

  stop(): void {
    this.abort.abort();
  }
}
