import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";

/** Steps back are kept up to this number. */
const MOST_STEPS = 100;

/** What was there before, to go back to and forth again. */
export class History<State> {
  private readonly past: Signal<readonly State[]> = signal([]);
  private readonly future: Signal<readonly State[]> = signal([]);
  private now: State;
  private readonly same: (a: State, b: State) => boolean;

  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.past.value.length > 0);
  readonly canRedo: ReadonlySignal<boolean> = computed(() => this.future.value.length > 0);

  constructor(now: State, same: (a: State, b: State) => boolean) {
    this.now = now;
    this.same = same;
  }

  /** Takes a state that the hand came to rest at; one that is as the last is no step. */
  record(state: State): void {
    if (this.same(state, this.now)) return;
    this.past.value = [...this.past.value, this.now].slice(-MOST_STEPS);
    this.future.value = [];
    this.now = state;
  }

  /** The state before; undefined when there is none. */
  undo(): State | undefined {
    const before = this.past.value.at(-1);
    if (before === undefined) return undefined;
    this.past.value = this.past.value.slice(0, -1);
    this.future.value = [...this.future.value, this.now];
    this.now = before;
    return before;
  }

  redo(): State | undefined {
    const after = this.future.value.at(-1);
    if (after === undefined) return undefined;
    this.future.value = this.future.value.slice(0, -1);
    this.past.value = [...this.past.value, this.now];
    this.now = after;
    return after;
  }
}
