import { grown } from "../kernel/grown.ts";
import { NONE, type MessageStore } from "./message-store.ts";

/** Visible messages in one doubly linked list a group, through the store's links. Groups are small numbers. */
export class GroupLists {
  private readonly store: MessageStore;
  private heads = new Int32Array(0);
  private tails = new Int32Array(0);

  constructor(store: MessageStore) {
    this.store = store;
  }

  /** Makes room for `groups` lists; those that are new are empty. */
  grow(groups: number): void {
    this.heads = grown(this.heads, groups, NONE);
    this.tails = grown(this.tails, groups, NONE);
  }

  first(group: number): number {
    return this.heads[group] as number;
  }

  /** `after` is a message of the list, or NONE for its end. */
  insertBefore(group: number, message: number, after: number): void {
    const store = this.store;
    const before = after === NONE ? (this.tails[group] as number) : (store.timerOrPrevious[after] as number);
    store.nextOrReceivedAt[message] = after;
    store.timerOrPrevious[message] = before;
    if (before === NONE) this.heads[group] = message;
    else store.nextOrReceivedAt[before] = message;
    if (after === NONE) this.tails[group] = message;
    else store.timerOrPrevious[after] = message;
  }

  remove(group: number, message: number): void {
    const store = this.store;
    const before = store.timerOrPrevious[message] as number;
    const after = store.nextOrReceivedAt[message] as number;
    if (before === NONE) this.heads[group] = after;
    else store.nextOrReceivedAt[before] = after;
    if (after === NONE) this.tails[group] = before;
    else store.timerOrPrevious[after] = before;
  }
}
