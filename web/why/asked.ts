import { batch, signal, type Signal } from "@preact/signals";
import type { Explanation, Scenario, WhyQuestion } from "../../sim/index.ts";
import type { SimClient } from "../worker/client.ts";
import type { RunView } from "../worker/sim-api.ts";

/** An answer, and the run that it is of. */
export interface Answer {
  readonly explanation: Explanation;
  readonly view: RunView;
  readonly scenario: Scenario;
}

/** Fetches answers. An answer stays until the next one is there: of a run that is gone it says so. */
export class Asked {
  readonly answer: Signal<Answer | undefined> = signal(undefined);
  /** The run is no longer at hand, or none is there yet. */
  readonly waiting = signal(false);

  private question: WhyQuestion | undefined;
  private readonly client: Pick<SimClient, "explain">;

  constructor(client: Pick<SimClient, "explain">) {
    this.client = client;
  }

  /** Asks of a run. What happened at a moment is asked again of every new run; what has a place in one run's lists is not. */
  async ask(question: WhyQuestion, view: RunView, scenario: Scenario): Promise<void> {
    const isNew = question !== this.question;
    const { kind } = question;
    if (!isNew && kind !== "wait" && kind !== "capacity" && this.answer.peek() !== undefined) return;
    this.question = question;
    if (isNew) this.answer.value = undefined;
    const explanation = view.whole ? await this.client.explain(view.digest, question) : undefined;
    if (question !== this.question) return;
    batch(() => {
      this.waiting.value = explanation === undefined;
      if (explanation !== undefined) this.answer.value = { explanation, view, scenario };
    });
  }
}
