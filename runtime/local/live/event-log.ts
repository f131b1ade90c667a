import type { MeasuredEvent } from "../../../sim/index.ts";

/** All that was told of one run, in order. Whoever has read it to its end can wait for more. */
export class EventLog {
  private readonly list: MeasuredEvent[] = [];
  private readonly waiting = new Set<() => void>();

  get events(): readonly MeasuredEvent[] {
    return this.list;
  }

  add(event: MeasuredEvent): void {
    this.list.push(event);
    for (const wake of [...this.waiting]) wake();
  }

  /** Calls `wake` at each further event, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => this.waiting.delete(wake);
  }
}
