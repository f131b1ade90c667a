import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Scenario, Verdict } from "../../sim/index.ts";
import type { SimClient } from "../worker/client.ts";
import { LatestWins } from "../worker/latest-wins.ts";
import type { Pool } from "../worker/pool.ts";
import type { Estimated, RunView, Update } from "../worker/sim-api.ts";

/**
 * What is shown, against what is asked for.
 *
 * - `starting`: nothing to show yet
 * - `preview`: the busiest part of the traffic, one run
 * - `single`: the whole run, once
 * - `exact`: the whole run, and intervals from several runs
 * - `stopped`: the user stopped the simulation; what is shown may be of the settings before
 * - `failed`: the simulation broke; what is shown is of the settings before
 */
export type Phase = "starting" | "preview" | "single" | "exact" | "stopped" | "failed";

/** Of the run that the charts show. */
export const FIRST_SEED = 1;
/** All runs together give the intervals. */
export const SEEDS = [FIRST_SEED, 2, 3, 4, 5] as const;

/** A chart of settings that are no longer set fades after this. */
const STALE_AFTER_MS = 300;
/** Progress and a way to stop show after this. */
const SLOW_AFTER_MS = 1000;
/** A preview may keep newer ones waiting this long. */
const PATIENCE_MS = 1000;

/** How far the work is, of the first run or of the others together. */
export interface Progress {
  readonly of: "first run" | "other runs";
  readonly share: number;
  /** At the speed so far; undefined until there is one. */
  readonly leftMs: number | undefined;
}

interface Request {
  readonly scenario: Scenario;
  readonly base: Scenario;
  readonly precision: "preview" | "exact";
}

/** Keeps what the page shows in step with the scenario: asks the worker, the newest request first, and holds its answers. */
export class LiveRun {
  readonly view: Signal<RunView | undefined> = signal(undefined);
  /** The run of the scenario as it was loaded, to compare with. */
  readonly baseView: Signal<RunView | undefined> = signal(undefined);
  readonly estimates: Signal<Estimated | undefined> = signal(undefined);
  /** The scenario that `view` is a run of. */
  readonly shown: Signal<Scenario | undefined> = signal(undefined);
  /** Of all runs, once there are several; until then of the one. */
  readonly verdict: ReadonlySignal<Verdict | undefined> = computed(() => this.estimates.value?.verdict ?? this.view.value?.verdict);
  readonly phase: Signal<Phase> = signal("starting");
  readonly busy = signal(false);
  readonly stale = signal(false);
  readonly slow = signal(false);
  readonly progress: Signal<Progress | undefined> = signal(undefined);
  readonly failure: Signal<string | undefined> = signal(undefined);

  private readonly queue: LatestWins<Request>;
  /** The scenario that `baseView` is a run of. */
  private baseOf: Scenario | undefined;
  /** The scenario asked for last. */
  private asked: Scenario | undefined;

  private startedAt = 0;
  private readonly client: Pick<SimClient, "simulate" | "replicate" | "estimate">;
  private readonly pool: Pick<Pool, "run">;

  constructor(client: Pick<SimClient, "simulate" | "replicate" | "estimate">, pool: Pick<Pool, "run">) {
    this.client = client;
    this.pool = pool;
    this.queue = new LatestWins(
      (request, abort) => this.serve(request, abort),
      PATIENCE_MS,
      () => performance.now(),
    );
  }

  /** Asks for a run of `scenario`; `base` is what it is compared with. */
  ask(scenario: Scenario, base: Scenario, precision: "preview" | "exact"): void {
    if (this.baseOf !== base) {
      this.baseOf = undefined;
      this.baseView.value = undefined;
    }
    this.asked = scenario;
    this.queue.submit({ scenario, base, precision }, { patient: precision === "preview" });
  }

  /** Stops what runs; what is shown stays. */
  stop(): void {
    this.queue.cancel();
    if (this.shown.value !== this.asked) this.phase.value = "stopped";
  }

  private async serve({ scenario, base, precision }: Request, abort: AbortSignal): Promise<void> {
    const timers = this.begin();
    try {
      const first = this.client.simulate({ scenario, precision, seed: FIRST_SEED }, abort, (update) => {
        if (update.type === "run") clearTimeout(timers.stale);
        this.take(update, scenario);
      });
      if (precision === "preview") {
        await first;
        return;
      }
      const [, estimated] = await Promise.all([first, this.replicate(scenario, abort, first)]);
      if (estimated) await this.compareWith(base, scenario, abort);
    } catch (error) {
      batch(() => {
        this.phase.value = "failed";
        this.failure.value = error instanceof Error ? error.message : String(error);
      });
    } finally {
      clearTimeout(timers.stale);
      clearTimeout(timers.slow);
      batch(() => {
        this.busy.value = false;
        this.slow.value = false;
        this.progress.value = undefined;
        if (this.shown.value === scenario) this.stale.value = false;
      });
    }
  }

  /** Runs the other seeds and takes what all say together; false when stopped. */
  private async replicate(scenario: Scenario, signal: AbortSignal, first: Promise<unknown>): Promise<boolean> {
    const startedAt = performance.now();
    const jobs = SEEDS.slice(1).map((seed) => ({ scenario, seed }));
    const progress = (share: number) => (this.progress.value = progressOf("other runs", share, startedAt));
    const others = await this.pool.run(jobs, { signal, progress, firstIsFree: first });
    if (others === undefined) return false;
    // The worker has it at hand.
    const again = await this.client.replicate({ scenario, seed: FIRST_SEED, withView: false }, signal, () => undefined);
    if (again === undefined) return false;
    const estimated = await this.client.estimate([again, ...others], this.view.value?.digest ?? "");
    if (signal.aborted) return false;
    batch(() => {
      this.estimates.value = estimated;
      this.phase.value = "exact";
    });
    return true;
  }

  private begin() {
    this.startedAt = performance.now();
    batch(() => {
      this.busy.value = true;
      this.failure.value = undefined;
    });
    return {
      stale: setTimeout(() => (this.stale.value = true), STALE_AFTER_MS),
      slow: setTimeout(() => (this.slow.value = true), SLOW_AFTER_MS),
    };
  }

  private take(update: Update, scenario: Scenario): void {
    batch(() => {
      switch (update.type) {
        case "progress":
          this.progress.value = progressOf("first run", update.share, this.startedAt);
          return;
        case "run":
          this.view.value = update.view;
          this.shown.value = scenario;
          this.estimates.value = undefined;
          this.stale.value = false;
          this.phase.value = update.view.whole ? "single" : "preview";
          return;
      }
    });
  }

  /** Sees that there is a run of the scenario as it was loaded. */
  private async compareWith(base: Scenario, scenario: Scenario, abort: AbortSignal): Promise<void> {
    if (scenario === base) {
      this.baseOf = base;
      this.baseView.value = this.view.value;
    } else if (this.baseOf !== base) {
      await this.client.simulate({ scenario: base, precision: "exact", seed: FIRST_SEED }, abort, (update) => {
        if (update.type !== "run") return;
        this.baseOf = base;
        this.baseView.value = update.view;
      });
    }
  }
}

/** Before this much is done the speed says little. */
const LEAST_SHARE = 0.01;

function progressOf(of: Progress["of"], share: number, startedAt: number): Progress {
  const passedMs = performance.now() - startedAt;
  return { of, share, leftMs: share < LEAST_SHARE ? undefined : (passedMs * (1 - share)) / share };
}
