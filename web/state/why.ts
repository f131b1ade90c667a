import { signal, type ReadonlySignal } from "@preact/signals";
import type { WhyQuestion } from "../../sim/index.ts";

/** What the user asked the reason of, and where the focus was then. */
export class Why {
  private readonly asked = signal<WhyQuestion | undefined>(undefined);
  /** Undefined while nothing is asked. */
  readonly question: ReadonlySignal<WhyQuestion | undefined> = this.asked;
  private askedFrom: HTMLElement | undefined;

  ask(question: WhyQuestion): void {
    const focused = document.activeElement;
    // A question asked from within the answer goes back to where the first one was asked.
    if (this.asked.peek() === undefined) this.askedFrom = focused instanceof HTMLElement ? focused : undefined;
    this.asked.value = question;
  }

  /** Puts the answer away, and the focus back. */
  close(): void {
    this.asked.value = undefined;
    if (this.askedFrom?.isConnected === true) this.askedFrom.focus();
  }
}
