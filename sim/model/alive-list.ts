import { NONE, type MessageStore } from "./message-store.ts";

/** All messages of one queue, whatever their state, in the order in which they were sent. */
export class AliveList {
  /** The message sent first, NONE when there are none. */
  first = NONE;

  private last = NONE;
  private readonly store: MessageStore;

  constructor(store: MessageStore) {
    this.store = store;
  }

  /** Takes a message in; only a dead letter may have to pass others on its way. */
  append(message: number): void {
    const { store } = this;
    const sentAt = store.sentAt[message] as number;
    let before = this.last;
    while (before !== NONE && isLater(store.sentAt[before] as number, sentAt)) before = store.previousAlive[before] as number;
    const after = before === NONE ? this.first : (store.nextAlive[before] as number);
    store.previousAlive[message] = before;
    store.nextAlive[message] = after;
    if (before === NONE) this.first = message;
    else store.nextAlive[before] = message;
    if (after === NONE) this.last = message;
    else store.previousAlive[after] = message;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let message = this.first; message !== NONE; message = this.store.nextAlive[message] as number) yield message;
  }

  remove(message: number): void {
    const { store } = this;
    const before = store.previousAlive[message] as number;
    const after = store.nextAlive[message] as number;
    if (before === NONE) this.first = after;
    else store.nextAlive[before] = after;
    if (after === NONE) this.last = before;
    else store.previousAlive[after] = before;
  }
}

/** Compares the lower 32 bits of two times that lie less than 24 days apart; messages of one queue never lie further, at 14 days of retention. */
function isLater(at: number, than: number): boolean {
  return ((at - than) | 0) > 0;
}
