/** Reading and changing values in a scenario by dotted path. Changes share all that they do not touch. */

export function valueAtPath(document: unknown, path: string): unknown {
  let value = document;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

export function withValueAt<T>(document: T, path: string, value: unknown): T {
  const dot = path.indexOf(".");
  const name = dot === -1 ? path : path.slice(0, dot);
  if (Array.isArray(document)) {
    const items = document.map((item: unknown, index) =>
      String(index) !== name ? item : dot === -1 ? value : withValueAt(item, path.slice(dot + 1), value),
    );
    return items as T;
  }
  const object = (typeof document === "object" && document !== null ? document : {}) as Record<string, unknown>;
  return { ...object, [name]: dot === -1 ? value : withValueAt(object[name], path.slice(dot + 1), value) } as T;
}

/** A path as faults write it, with places of lists in brackets: `traffic.points[3].atSec`. */
export function bracketed(path: string): string {
  return path.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}

/** Whether two values hold the same; what is the same object is not looked into. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const namesOfA = Object.keys(a);
  if (namesOfA.length !== Object.keys(b).length) return false;
  return namesOfA.every(
    (name) => Object.hasOwn(b, name) && same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
  );
}
