import type { Scenario } from "../scenario/schema.ts";

/** A value in which scenarios differ. */
export interface Difference {
  /** Dotted, as `worker.slots`; of something that comes in kinds, when the kinds differ, the thing itself. */
  readonly path: string;
  /** Of each scenario, in their order; undefined where there is no such field. */
  readonly values: readonly unknown[];
}

/** What a scenario says of itself is no difference between two fleets. */
const SILENT = new Set(["name", "lesson", "$schema", "version"]);

/** The fields in which scenarios differ, in the order of the schema: as deep as they can be told apart, lists as a whole. */
export function differencesBetween(scenarios: readonly Scenario[]): Difference[] {
  const found: Difference[] = [];
  visit("", scenarios, found);
  return found.filter(({ path }) => !SILENT.has(path));
}

function visit(path: string, values: readonly unknown[], found: Difference[]): void {
  const [first] = values;
  if (values.every((value) => sameValue(value, first))) return;
  if (!values.every(isRecord) || new Set(values.map(({ kind }) => kind)).size > 1) {
    found.push({ path, values });
    return;
  }
  const names = new Set(values.flatMap((value) => Object.keys(value)));
  for (const name of names)
    visit(
      path === "" ? name : `${path}.${name}`,
      values.map((value) => value[name]),
      found,
    );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values of a JSON document are equal, whatever the order of their fields. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every(
    (name) => Object.hasOwn(b, name) && sameValue((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
  );
}
