/**
 * Takes long lists of numbers (the counts of a recording) out of a document that crosses between threads again and again,
 * and puts them back on the other side, where each list was handed over once.
 */

/** A scenario whose long lists were handed over before. */
export interface CarriedScenario {
  readonly light: unknown;
}

/** Copying a list of this length takes no time that anyone would notice. */
const LONG = 2000;

/** Stands in the document where a list was taken out. */
interface Stub {
  readonly longList: number;
}

export class LongLists {
  private readonly ids = new WeakMap<readonly number[], number>();
  private nextId = 1;

  /** The document with a stub for each long list, and the lists by the number in their stubs. */
  takeOut(document: unknown): { readonly light: unknown; readonly lists: ReadonlyMap<number, readonly number[]> } {
    const lists = new Map<number, readonly number[]>();
    const light = mapValues(document, (value) => {
      if (!isLongList(value)) return undefined;
      const id = this.idOf(value);
      lists.set(id, value);
      const stub: Stub = { longList: id };
      return stub;
    });
    return { light, lists };
  }

  private idOf(list: readonly number[]): number {
    const known = this.ids.get(list);
    if (known !== undefined) return known;
    const id = this.nextId;
    this.nextId += 1;
    this.ids.set(list, id);
    return id;
  }
}

/** The document with stubs for the lists that are known by a number, whoever made the copies of them that stand in it. */
export function stubKnown(document: unknown, known: ReadonlyMap<number, readonly number[]>): unknown {
  return mapValues(document, (value) => {
    if (!isLongList(value)) return undefined;
    const found = [...known].find(([, list]) => isSameList(list, value));
    return found && ({ longList: found[0] } satisfies Stub);
  });
}

/** The document with its lists again. */
export function putBack(light: unknown, listOf: (id: number) => readonly number[]): unknown {
  return mapValues(light, (value) => (isStub(value) ? listOf(value.longList) : undefined));
}

/** The document with long lists cut to their first number: enough to check everything around them. */
export function cutShort<T>(document: T): T {
  return mapValues(document, (value) => (isLongList(value) ? value.slice(0, 1) : undefined)) as T;
}

/** Replaces values that `replace` has something else for, however deep; what has none of them stays the same object. */
function mapValues(value: unknown, replace: (value: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    if (typeof value[0] !== "object") return value;
    const items = value.map((item) => mapValues(item, replace));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value).map(([name, inner]) => [name, mapValues(inner, replace)] as const);
  return entries.every(([name, inner]) => inner === (value as Record<string, unknown>)[name]) ? value : Object.fromEntries(entries);
}

function isLongList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > LONG && typeof value[0] === "number";
}

function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === other.length && one.every((number, index) => number === other[index]));
}

function isStub(value: unknown): value is Stub {
  return typeof value === "object" && value !== null && "longList" in value && typeof value.longList === "number";
}
