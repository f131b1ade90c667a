import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Edit, Fault, Scenario } from "../../sim/index.ts";
import { History } from "./history.ts";
import { withEdit } from "./links.ts";
import type { LiveRun } from "./live-run.ts";
import { bracketed, same, valueAtPath, withValueAt } from "./path.ts";
import type { Kept, Store } from "./store.ts";

/** After the last change of a moving hand, when no release was seen, the exact run starts. */
const SETTLE_AFTER_MS = 250;

/** Says what is wrong with a scenario; of calls made one after the other the answers come in the same order. */
export type Judge = (scenario: Scenario) => Promise<readonly Fault[]>;

/**
 * The scenario at hand: as it was loaded (`base`), as the form shows it (`draft`, which may be at fault), and as it is
 * simulated (`scenario`, the newest draft without a fault). Every change is judged at once and then asked of the live run.
 */
export class Workbench {
  readonly base: Signal<Scenario>;
  readonly draft: Signal<Scenario>;
  readonly scenario: Signal<Scenario>;
  readonly faults: Signal<readonly Fault[]> = signal([]);
  readonly changed: ReadonlySignal<boolean>;
  /** Drafts that wait for their judgement. */
  readonly unjudged = signal(0);
  readonly history: History<Kept>;
  private settling: ReturnType<typeof setTimeout> | undefined;

  private readonly judge: Judge;
  private readonly live: Pick<LiveRun, "ask">;
  private readonly store: Pick<Store, "write">;

  constructor({ base, draft }: Kept, judge: Judge, live: Pick<LiveRun, "ask">, store: Pick<Store, "write">) {
    this.judge = judge;
    this.live = live;
    this.store = store;
    this.base = signal(base);
    this.draft = signal(draft);
    this.scenario = signal(draft);
    this.history = new History({ base, draft }, (a, b) => a.base === b.base && same(a.draft, b.draft));
    this.changed = computed(() => !same(this.draft.value, this.base.value));
  }

  /** Simulates what is there. */
  start(): void {
    this.live.ask(this.scenario.value, this.base.value, "exact");
  }

  /** Changes one value. `moving` while the hand is still on the slider: a preview is enough then. */
  edit(path: string, value: unknown, { moving = false } = {}): void {
    this.put(withEdit(this.draft.value, path, value), moving);
  }

  /** Changes several values as one step. */
  change(edits: readonly Edit[]): void {
    this.put(
      edits.reduce((draft, { path, value }) => withValueAt(draft, path, value), this.draft.value),
      false,
    );
  }

  /** The hand let go. */
  settle(): void {
    void this.submit("exact");
  }

  /** Whether the value at `path` differs from the one that was loaded. */
  isChanged(path: string): boolean {
    return !same(valueAtPath(this.draft.value, path), valueAtPath(this.base.value, path));
  }

  /** Back to the value that was loaded. */
  reset(path: string): void {
    this.put(withValueAt(this.draft.value, path, valueAtPath(this.base.value, path)), false);
  }

  /** Back to the scenario as it was loaded. */
  resetAll(): void {
    this.put(this.base.value, false);
  }

  /** Takes another scenario as the base. */
  load(scenario: Scenario): void {
    this.restore({ base: scenario, draft: scenario });
  }

  /** Takes a whole piece of work: a scenario as it was loaded, and as it was changed. */
  restore({ base, draft }: Kept): void {
    this.base.value = base;
    this.put(draft, false);
  }

  /** Back to where the hand rested before the newest change or load. */
  undo(): void {
    const before = this.history.undo();
    if (before !== undefined) this.restore(before);
  }

  redo(): void {
    const after = this.history.redo();
    if (after !== undefined) this.restore(after);
  }

  faultsAt(path: string): readonly Fault[] {
    const written = bracketed(path);
    return this.faults.value.filter((fault) => fault.path === written);
  }

  /** Whether something at `path`, or deeper, is at fault. */
  hasFaultBelow(path: string): boolean {
    const written = bracketed(path);
    return this.faults.value.some(
      (fault) => fault.path === written || (fault.path.startsWith(written) && /^[.[]/.test(fault.path.slice(written.length))),
    );
  }

  private put(draft: Scenario, moving: boolean): void {
    this.draft.value = draft;
    void this.submit(moving ? "preview" : "exact");
  }

  /** Has the draft judged and, if it has no fault, simulated. */
  private async submit(precision: "preview" | "exact"): Promise<void> {
    clearTimeout(this.settling);
    if (precision === "preview") {
      this.settling = setTimeout(() => {
        this.settle();
      }, SETTLE_AFTER_MS);
    }
    const [draft, base] = [this.draft.value, this.base.value];
    if (precision === "exact") this.history.record({ base, draft });
    this.unjudged.value += 1;
    const faults = await this.judge(draft);
    batch(() => {
      this.unjudged.value -= 1;
      if (draft === this.draft.value) this.faults.value = faults;
      if (faults.length > 0) return;
      this.scenario.value = draft;
      this.live.ask(draft, base, precision);
      if (precision === "exact") this.store.write({ base, draft });
    });
  }
}
