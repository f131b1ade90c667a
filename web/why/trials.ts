import { batch, signal, type Signal } from "@preact/signals";
import type { Scenario, WhatIf } from "../../sim/index.ts";
import { FIRST_SEED } from "../state/live-run.ts";
import { withValueAt } from "../state/path.ts";
import type { SimClient } from "../worker/client.ts";
import type { Pool } from "../worker/pool.ts";
import type { Figures } from "../worker/sim-api.ts";

/** A change, and what it would do. */
export interface Trial {
  readonly whatIf: WhatIf;
  readonly figures: Figures;
  readonly held: boolean;
}

/** Longer than this nobody is made to wait without having asked. */
const UNASKED_MS = 30_000;

/** Tries the changes that a scenario suggests, on the same random numbers, the most helpful first. */
export class Trials {
  readonly questions: Signal<readonly WhatIf[]> = signal([]);
  readonly tried: Signal<readonly Trial[]> = signal([]);
  /** Share done; undefined while nothing is tried. */
  readonly progress: Signal<number | undefined> = signal(undefined);
  /** How long it would take, when that is too long to begin unasked. */
  readonly wouldTakeMs: Signal<number | undefined> = signal(undefined);

  private of: Scenario | undefined;
  private isPaused = false;
  private abort = new AbortController();
  private readonly client: Pick<SimClient, "whatIfs">;
  private readonly pool: Pick<Pool, "run">;

  constructor(client: Pick<SimClient, "whatIfs">, pool: Pick<Pool, "run">) {
    this.client = client;
    this.pool = pool;
  }

  /** Finds the questions of a scenario, and tries them if its run took so little that they take no time either. */
  async consider(scenario: Scenario, tookMs: number): Promise<void> {
    if (this.of === scenario) {
      if (this.isPaused) await this.run();
      return;
    }
    this.stop();
    this.of = scenario;
    const questions = await this.client.whatIfs(scenario);
    if (this.of !== scenario) return;
    const allMs = questions.length * tookMs;
    batch(() => {
      this.questions.value = questions;
      this.tried.value = [];
      this.wouldTakeMs.value = allMs > UNASKED_MS ? allMs : undefined;
    });
    if (allMs <= UNASKED_MS) await this.run();
  }

  async run(): Promise<void> {
    const [scenario, questions] = [this.of, this.questions.peek()];
    if (scenario === undefined || questions.length === 0) return;
    const { signal } = (this.abort = new AbortController());
    this.isPaused = false;
    batch(() => {
      this.wouldTakeMs.value = undefined;
      this.progress.value = 0;
    });
    const variants = questions.map(({ edits }) => edits.reduce((draft, { path, value }) => withValueAt(draft, path, value), scenario));
    const jobs = variants.map((variant) => ({ scenario: variant, seed: FIRST_SEED }));
    const progress = (share: number) => (this.progress.value = share);
    const done = await this.pool.run(jobs, { signal, progress });
    if (signal.aborted) return;
    batch(() => {
      this.progress.value = undefined;
      if (done === undefined) return;
      const tried = questions.flatMap((whatIf, index): Trial[] => {
        const replicate = done[index];
        return replicate === undefined ? [] : [{ whatIf, figures: replicate.figures, held: replicate.outcome.held }];
      });
      this.tried.value = tried.sort((a, b) => a.figures.measuredMs - b.figures.measuredMs);
    });
  }

  /** Gives up, until it is asked for again. */
  stop(): void {
    this.isPaused = false;
    this.abort.abort();
    this.progress.value = undefined;
  }

  /** Makes room for something more urgent; goes on when the same scenario is considered again. */
  pause(): void {
    const isUnderWay = this.progress.peek() !== undefined;
    this.stop();
    this.isPaused = isUnderWay;
  }
}
