import { batch, effect, signal, type Signal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import type { Workbench } from "../state/workbench.ts";

/** How the last piece of work ended, where it did not end by itself. */
type Ended = "stopped" | "changed" | undefined;

/**
 * Work on the scenario at hand that takes its time. It is stopped by the user, or by a change of the scenario: then its
 * answer would be of settings that are no more, and the change has to be simulated.
 */
export class Errand {
  readonly isUnderWay = signal(false);
  readonly ended: Signal<Ended> = signal(undefined);
  readonly failure: Signal<string | undefined> = signal(undefined);

  private of: Scenario | undefined;
  private abort = new AbortController();
  private readonly workbench: Pick<Workbench, "draft" | "scenario">;

  constructor(workbench: Pick<Workbench, "draft" | "scenario">) {
    this.workbench = workbench;
    effect(() => {
      if (workbench.draft.value !== this.of) this.stop("changed");
    });
  }

  async run(work: (scenario: Scenario, signal: AbortSignal) => Promise<void>): Promise<void> {
    this.stop();
    const { signal } = (this.abort = new AbortController());
    const scenario = this.workbench.scenario.peek();
    this.of = this.workbench.draft.peek();
    batch(() => {
      this.isUnderWay.value = true;
      this.ended.value = undefined;
      this.failure.value = undefined;
    });
    try {
      await work(scenario, signal);
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    } finally {
      if (!signal.aborted) this.isUnderWay.value = false;
    }
  }

  /** Takes what broke the work, or what it needs before it can begin. */
  fail(error: unknown): void {
    this.failure.value = error instanceof Error ? error.message : String(error);
  }

  stop(why: Ended = "stopped"): void {
    if (!this.isUnderWay.peek()) return;
    this.abort.abort();
    batch(() => {
      this.isUnderWay.value = false;
      this.ended.value = why;
    });
  }
}
