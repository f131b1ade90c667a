import { signal, type Signal } from "@preact/signals";

/** Something that happened and that the user should know of. */
export interface Notice {
  readonly id: number;
  readonly kind: "info" | "problem";
  readonly title: string;
  readonly lines: readonly string[];
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** The notices on the page: problems until they are dismissed, of the others the newest. */
export class Notices {
  readonly list: Signal<readonly Notice[]> = signal([]);
  private nextId = 1;

  add(notice: Omit<Notice, "id">): void {
    const kept = this.list.value.filter((other) => other.kind === "problem" && notice.kind === "info");
    this.list.value = [...kept, { ...notice, id: this.nextId }];
    this.nextId += 1;
  }

  dismiss(id: number): void {
    this.list.value = this.list.value.filter((notice) => notice.id !== id);
  }
}
