import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import { same } from "../state/path.ts";
import type { Workbench } from "../state/workbench.ts";
import type { SimClient, SweptSetting } from "../worker/client.ts";
import type { SweepPoint } from "../worker/plan-api.ts";
import type { Pool } from "../worker/pool.ts";
import { Errand } from "./errand.ts";
import type { Sweepable } from "./sweepable.ts";

/** What a sweep gave, as far as it came, and of which setting of which scenario. */
export interface Swept {
  readonly scenario: Scenario;
  readonly setting: Sweepable;
  readonly runs: number;
  readonly points: readonly SweepPoint[];
}

/** Runs the scenario at hand over the values of a setting. */
export class SweepRun {
  readonly errand: Errand;
  /** Of what is under way, 0 to 1. */
  readonly share = signal(0);
  readonly swept: Signal<Swept | undefined> = signal(undefined);
  /** The value that is looked at. */
  readonly chosen: Signal<number | undefined> = signal(undefined);
  /** Whether what was found is of other settings than those at hand. */
  readonly isOld: ReadonlySignal<boolean>;

  private readonly client: Pick<SimClient, "sweep">;
  private readonly pool: Pick<Pool, "runOne">;

  constructor(client: Pick<SimClient, "sweep">, pool: Pick<Pool, "runOne">, workbench: Workbench) {
    this.client = client;
    this.pool = pool;
    this.errand = new Errand(workbench);
    this.isOld = computed(() => this.swept.value !== undefined && !same(this.swept.value.scenario, workbench.scenario.value));
  }

  async start(setting: Sweepable, asked: Omit<SweptSetting, "path">): Promise<void> {
    await this.errand.run(async (scenario, signal) => {
      const show = (points: readonly SweepPoint[]) => {
        this.swept.value = { scenario, setting, runs: asked.runs, points };
      };
      batch(() => {
        this.share.value = 0;
        this.chosen.value = undefined;
        show([]);
      });
      const run = async (variant: Scenario, seed: number) => (await this.pool.runOne({ scenario: variant, seed }, signal))?.outcome;
      const points = await this.client.sweep(scenario, { path: setting.field.path, ...asked }, run, (progress) => {
        if (signal.aborted) return;
        batch(() => {
          this.share.value = progress.share;
          show(progress.points);
        });
      });
      if (points !== undefined && !signal.aborted) show(points);
    });
  }
}
