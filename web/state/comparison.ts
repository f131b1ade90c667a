import { signal, type ReadonlySignal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";

/** More lines than this nobody tells apart. */
export const MOST_COMPARED = 4;

/** The scenarios that are to be compared, in their order; each is as it was when it was taken in. */
export class Comparison {
  private readonly list = signal<readonly Scenario[]>([]);
  readonly scenarios: ReadonlySignal<readonly Scenario[]> = this.list;

  get isFull(): boolean {
    return this.list.value.length >= MOST_COMPARED;
  }

  has(scenario: Scenario): boolean {
    return this.list.value.includes(scenario);
  }

  add(scenario: Scenario): void {
    if (!this.isFull && !this.has(scenario)) this.list.value = [...this.list.value, scenario];
  }

  remove(scenario: Scenario): void {
    this.list.value = this.list.value.filter((other) => other !== scenario);
  }

  replace(scenarios: readonly Scenario[]): void {
    this.list.value = scenarios.slice(0, MOST_COMPARED);
  }
}

/** "A" to "D". */
export function letterOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
