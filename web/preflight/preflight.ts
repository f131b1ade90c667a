import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Finding, Scenario } from "../../sim/index.ts";
import type { SimClient } from "../worker/client.ts";

/** After the last change the scenario is looked through; while the hand moves it is not. */
const REST_MS = 200;

/** What arithmetic finds in the scenario at hand, kept in step with it. What was found stays until the next is known. */
export class Preflight {
  readonly findings: Signal<readonly Finding[]> = signal([]);
  /** Whether the list is shown. */
  readonly open = signal(false);
  readonly failure: Signal<string | undefined> = signal(undefined);

  private readonly client: Pick<SimClient, "preflight">;
  private readonly scenario: ReadonlySignal<Scenario>;

  /** @param view The first run goes before: nothing is found until there is one. */
  constructor(client: Pick<SimClient, "preflight">, scenario: ReadonlySignal<Scenario>, view: ReadonlySignal<unknown>) {
    this.client = client;
    this.scenario = scenario;
    const isShown = computed(() => view.value !== undefined);
    effect(() => {
      const asked = scenario.value;
      if (!isShown.value) return undefined;
      const resting = setTimeout(() => void this.look(asked), REST_MS);
      return () => {
        clearTimeout(resting);
      };
    });
  }

  private async look(asked: Scenario): Promise<void> {
    const isOld = () => asked !== this.scenario.peek();
    try {
      const findings = await this.client.preflight(asked);
      if (isOld()) return;
      batch(() => {
        this.findings.value = findings;
        this.failure.value = undefined;
      });
    } catch (error) {
      if (!isOld()) this.failure.value = error instanceof Error ? error.message : String(error);
    }
  }
}
