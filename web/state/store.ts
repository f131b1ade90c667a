import type { ReadScenario, Scenario } from "../../sim/index.ts";
import { LongLists } from "../worker/long-lists.ts";

export interface Kept {
  readonly base: Scenario;
  readonly draft: Scenario;
}

/** Where the page keeps its work over a reload. */
export interface Store {
  read(): Promise<Kept | undefined>;
  write(kept: Kept): void;
}

type KeyedStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;
type ReadDocument = (document: unknown) => Promise<ReadScenario>;

const KEY = "headroom.workbench.1";
/** A browser gives a page about 5 MB; a longer recording would also take long to write. */
const MOST_NUMBERS = 200_000;
const WRITE_AFTER_MS = 300;

/**
 * Keeps the work in the browser's storage. What comes back is checked like any other input: another version of the page,
 * or a hand, may have written it.
 */
export class LocalStore implements Store {
  private pending: ReturnType<typeof setTimeout> | undefined;
  private unwritten: Kept | undefined;
  private readonly storage: KeyedStorage;
  private readonly readDocument: ReadDocument;
  /** Told once each time the work is too large to keep. */
  private readonly onTooLarge: () => void;

  constructor(storage: KeyedStorage, read: ReadDocument, onTooLarge: () => void) {
    this.storage = storage;
    this.readDocument = read;
    this.onTooLarge = onTooLarge;
  }

  async read(): Promise<Kept | undefined> {
    let stored: unknown;
    try {
      stored = JSON.parse(this.storage.getItem(KEY) ?? "null");
    } catch {
      return undefined;
    }
    if (typeof stored !== "object" || stored === null || !("base" in stored) || !("draft" in stored)) return undefined;
    const base = await this.readDocument(stored.base);
    const draft = await this.readDocument(stored.draft);
    if (!base.ok || !draft.ok) return undefined;
    const { scenario } = draft;
    const [traffic, baseTraffic] = [scenario.traffic, base.scenario.traffic];
    // One recording, not two copies of it.
    if (traffic.kind === "counts" && baseTraffic.kind === "counts" && sameCounts(traffic.counts, baseTraffic.counts)) {
      return { base: base.scenario, draft: { ...scenario, traffic: { ...traffic, counts: baseTraffic.counts } } };
    }
    return { base: base.scenario, draft: scenario };
  }

  /** Writes a moment later, when the hand has come to rest. */
  write(kept: Kept): void {
    this.unwritten = kept;
    clearTimeout(this.pending);
    this.pending = setTimeout(() => {
      this.flush();
    }, WRITE_AFTER_MS);
  }

  /** Writes what waits; for a page that is about to go away. */
  flush(): void {
    clearTimeout(this.pending);
    if (this.unwritten !== undefined) this.writeNow(this.unwritten);
    this.unwritten = undefined;
  }

  private writeNow({ base, draft }: Kept): void {
    if (numbersIn({ base, draft }) > MOST_NUMBERS) {
      this.storage.removeItem(KEY);
      this.onTooLarge();
      return;
    }
    try {
      this.storage.setItem(KEY, JSON.stringify({ base, draft }));
    } catch {
      // The browser's quota is used up, or the user forbids storage.
      this.onTooLarge();
    }
  }
}

/** In the long lists, each counted once. */
function numbersIn(kept: Kept): number {
  return [...new LongLists().takeOut(kept).lists.values()].reduce((sum, list) => sum + list.length, 0);
}

function sameCounts(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((count, index) => count === b[index]);
}
