import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { ContenderId, Scenario } from "../../sim/index.ts";
import { same } from "../state/path.ts";
import type { Workbench } from "../state/workbench.ts";
import type { SimClient } from "../worker/client.ts";
import type { PlanAnswer, PlanProgress, TriedPoint, Way } from "../worker/plan-api.ts";
import type { Pool } from "../worker/pool.ts";
import { Errand } from "./errand.ts";

/** What a search found, and of which settings. */
export interface Planned {
  readonly scenario: Scenario;
  readonly answer: PlanAnswer;
}

/** The search for the cheapest settings that hold. What was found stays until the next search is through. */
export class PlanSearch {
  readonly ways: Signal<readonly Way[]> = signal([]);
  /** Ways that are not to be looked at. */
  readonly left: Signal<ReadonlySet<ContenderId>> = signal(new Set());
  readonly errand: Errand;
  /** How far the search under way is; undefined before its first news. */
  readonly progress: Signal<PlanProgress | undefined> = signal(undefined);
  /** What the search under way has tried so far. */
  readonly points: Signal<readonly TriedPoint[]> = signal([]);
  readonly planned: Signal<Planned | undefined> = signal(undefined);
  /** The way whose settings are looked at. */
  readonly chosen: Signal<ContenderId | undefined> = signal(undefined);
  /** Whether what was found is of other settings than those at hand. */
  readonly isOld: ReadonlySignal<boolean>;

  private readonly client: Pick<SimClient, "plan" | "waysOf">;
  private readonly pool: Pick<Pool, "runOne">;
  private readonly workbench: Workbench;

  constructor(client: Pick<SimClient, "plan" | "waysOf">, pool: Pick<Pool, "runOne">, workbench: Workbench) {
    this.client = client;
    this.pool = pool;
    this.workbench = workbench;
    this.errand = new Errand(workbench);
    this.isOld = computed(() => this.planned.value !== undefined && !same(this.planned.value.scenario, workbench.scenario.value));
  }

  /** Learns which ways there are for the scenario at hand. */
  async learnWays(scenario: Scenario): Promise<void> {
    try {
      const ways = await this.client.waysOf(scenario);
      if (scenario === this.workbench.scenario.peek()) this.ways.value = ways;
    } catch (error) {
      this.errand.fail(error);
    }
  }

  toggle(id: ContenderId): void {
    const left = new Set(this.left.value);
    if (!left.delete(id)) left.add(id);
    this.left.value = left;
  }

  async start(): Promise<void> {
    const wanted = this.ways.value.filter(({ id }) => !this.left.value.has(id)).map(({ id }) => id);
    batch(() => {
      this.points.value = [];
      this.progress.value = undefined;
    });
    await this.errand.run(async (scenario, signal) => {
      const run = async (variant: Scenario, seed: number) => (await this.pool.runOne({ scenario: variant, seed }, signal))?.outcome;
      const answer = await this.client.plan(scenario, wanted, run, (progress) => {
        if (signal.aborted) return;
        batch(() => {
          this.progress.value = progress;
          this.points.value = [...this.points.value, ...progress.points];
        });
      });
      if (answer === undefined || signal.aborted) return;
      batch(() => {
        this.planned.value = { scenario, answer };
        this.chosen.value = answer.ways.find(({ proposal }) => proposal !== undefined)?.id;
      });
    });
  }
}
