import type { RunPlan } from "../run/run-plan.ts";
import { ServedRun } from "./served-run.ts";

/** The runs of one server: one at a time, and the last one is kept until the next begins. */
export class RunDesk {
  private readonly workerScript: string;
  private newest: ServedRun | undefined;
  private readonly waiting = new Set<() => void>();

  /** @param workerScript What every instance runs. */
  constructor(workerScript: string) {
    this.workerScript = workerScript;
  }

  /** The run that goes on, or the one that was last. */
  get run(): ServedRun | undefined {
    return this.newest;
  }

  /** Begins a run; undefined while another goes on. */
  start(plan: RunPlan, seed: number): ServedRun | undefined {
    if (this.newest?.isOver === false) return undefined;
    const run = new ServedRun({ plan, seed, workerScript: this.workerScript });
    this.newest = run;
    for (const wake of [...this.waiting]) wake();
    return run;
  }

  /** Calls `wake` whenever another run begins, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => this.waiting.delete(wake);
  }

  /** Ends what runs, and waits until nothing is left of it. */
  async close(): Promise<void> {
    this.newest?.stop();
    await this.newest?.gone;
  }
}
