import { readScenario } from "../scenario/read.ts";
import type { Scenario } from "../scenario/schema.ts";

/** A value of a scenario, by dotted path. */
export interface Edit {
  readonly path: string;
  readonly value: unknown;
}

/** The document with other values in it; it shares all that is not touched. Lists are replaced as a whole. */
export function withEdits(document: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce<unknown>((edited, { path, value }) => withEdit(edited, path.split("."), value), document);
}

/** The scenario with other values in it, read anew: every default filled in. Undefined where that is no scenario. */
export function editedScenario(scenario: Scenario, edits: readonly Edit[]): Scenario | undefined {
  const read = readScenario(withEdits(scenario, edits));
  return read.ok ? read.scenario : undefined;
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split(".").reduce((value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name], document);
}

function withEdit(document: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const object = (document ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [name]: withEdit(object[name], rest, value) };
}
