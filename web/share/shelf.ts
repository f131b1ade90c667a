import { signal, type ReadonlySignal } from "@preact/signals";

/** A scenario that the user keeps on this device. */
export interface Kept {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** As it was written: to be read like any other input. */
  readonly document: unknown;
}

const DATABASE = "headroom";
const STORE = "scenarios";

/** The scenarios kept in this browser's IndexedDB, the newest first. Every method rejects when the browser forbids storage. */
export class Shelf {
  private readonly list = signal<readonly Kept[]>([]);
  readonly kept: ReadonlySignal<readonly Kept[]> = this.list;
  private database: Promise<IDBDatabase> | undefined;

  /** Reads what is there. */
  async open(): Promise<void> {
    const all = await this.request((store) => store.getAll() as IDBRequest<Kept[]>, "readonly");
    this.list.value = all.toSorted((a, b) => b.savedAt - a.savedAt);
  }

  async add(name: string, document: unknown): Promise<void> {
    await this.request((store) => store.add({ name, savedAt: Date.now(), document }), "readwrite");
    await this.open();
  }

  async rename(kept: Kept, name: string): Promise<void> {
    await this.request((store) => store.put({ ...kept, name }), "readwrite");
    await this.open();
  }

  async remove({ id }: Kept): Promise<void> {
    await this.request((store) => store.delete(id), "readwrite");
    await this.open();
  }

  /** Puts back what was removed. */
  async restore(kept: Kept): Promise<void> {
    await this.request((store) => store.put(kept), "readwrite");
    await this.open();
  }

  private async request<T>(ask: (store: IDBObjectStore) => IDBRequest<T>, mode: IDBTransactionMode): Promise<T> {
    this.database ??= openDatabase();
    const database = await this.database;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        resolve(request.result);
      };
      transaction.onabort = () => {
        reject(transaction.error ?? new Error("The browser gave up storing."));
      };
    });
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("The browser does not store anything."));
    };
  });
}
