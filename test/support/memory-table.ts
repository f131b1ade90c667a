import type { Changes, Condition, Item, Table } from "../../runtime/aws/table.ts";

/** A table in memory. */
export class MemoryTable implements Table {
  readonly items = new Map<string, Item>();
  private readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  /** The same table, with a gate before and after every call: where a test lets others go first, or makes its user die. */
  through(gate: Gate): Table {
    const passed = async <T>(operation: string, act: () => Promise<T>): Promise<T> => {
      await gate(operation, "before");
      const answer = await act();
      await gate(operation, "after");
      return answer;
    };
    return {
      get: (key) => passed("get", () => this.get(key)),
      put: (item, condition) => passed("put", () => this.put(item, condition)),
      update: (key, changes, condition) => passed("update", () => this.update(key, changes, condition)),
      delete: (key, condition) => passed("delete", () => this.delete(key, condition)),
    };
  }

  get(key: string): Promise<Item | undefined> {
    return Promise.resolve(this.items.get(key));
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    const key = String(item[this.key]);
    return this.changed(key, condition, () => this.items.set(key, item));
  }

  update(key: string, { set = {}, remove = [] }: Changes, condition?: Condition): Promise<boolean> {
    return this.changed(key, condition, () => {
      const after = { ...this.items.get(key), [this.key]: key, ...set };
      this.items.set(key, Object.fromEntries(Object.entries(after).filter(([name]) => !remove.includes(name))));
    });
  }

  delete(key: string, condition?: Condition): Promise<boolean> {
    return this.changed(key, condition, () => this.items.delete(key));
  }

  private changed(key: string, condition: Condition | undefined, act: () => void): Promise<boolean> {
    const isDue = holds(condition, this.items.get(key));
    if (isDue) act();
    return Promise.resolve(isDue);
  }
}

export type Gate = (operation: string, side: "before" | "after") => Promise<void>;

/** As DynamoDB has it: an attribute that is not there is neither equal to anything nor below it. */
function holds(condition: Condition | undefined, item: Item | undefined): boolean {
  if (condition === undefined) return true;
  if ("absent" in condition) return item?.[condition.absent] === undefined;
  if ("equals" in condition) return item?.[condition.equals[0]] === condition.equals[1];
  if ("below" in condition) {
    const value = item?.[condition.below[0]];
    return typeof value === "number" && value < condition.below[1];
  }
  return "all" in condition ? condition.all.every((part) => holds(part, item)) : condition.any.some((part) => holds(part, item));
}
