/**
 * What is wrong with an input. Bad input is answered with all its faults at once; each says where, what value, what
 * bound, in which unit, and how to mend it.
 */
export interface Fault {
  readonly code: FaultCode;
  /** Field of a scenario, as `worker.slots` or `traffic.counts[3]`; empty for the document or the file as a whole. */
  readonly path: string;
  /** Line of a text file, from 1. */
  readonly line?: number;
  /** Column of a text file, from 1, counted in UTF-16 units as editors do. */
  readonly column?: number;
  /** What was found, where something was. */
  readonly value?: unknown;
  /** What would be allowed. */
  readonly bound?: Bound;
  /** Unit of the value and of the bound. */
  readonly unit?: string;
  /** What is wrong, with value, bound and unit: a clause without a full stop. */
  readonly problem: string;
  /** What to do about it: a clause without a full stop. */
  readonly mend: string;
}

export type FaultCode =
  /** The text is no JSON, or no table of counts. */
  | "syntax"
  | "unknown-field"
  | "missing"
  | "wrong-type"
  | "out-of-range"
  | "not-one-of"
  /** Two fields, each fine alone, that cannot both hold; or rows that contradict each other. */
  | "contradiction"
  /** More than can be simulated. */
  | "too-much"
  /** Written for a newer Headroom. */
  | "version"
  /** Faults beyond those listed. */
  | "more";

/** Both ends belong to the range. */
export type Bound = { readonly min?: number; readonly max?: number } | { readonly oneOf: readonly (string | number | boolean | null)[] };

/** One sentence: "fleet.max: 3 instances is below fleet.min, 5 instances; raise fleet.max to at least 5." */
export function formatFault(fault: Fault): string {
  const place = [
    ...(fault.path === "" ? [] : [fault.path]),
    ...(fault.line === undefined ? [] : [`line ${String(fault.line)}`]),
    ...(fault.column === undefined ? [] : [`column ${String(fault.column)}`]),
  ];
  const sentence = `${fault.problem}; ${fault.mend}.`;
  return place.length === 0 ? capitalised(sentence) : `${place.join(", ")}: ${sentence}`;
}

/** A value as a person would quote it, at most 60 characters of it. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${String(value.length)}`;
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value);
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "nothing";
    default:
      return value === null ? "null" : "an object";
  }
}

/** A number and its unit: "5 instances", "1 instance", "0.5 s"; "0.3" alone for a share ("of attempts") and without unit. */
export function amount(value: unknown, unit: string | undefined): string {
  if (unit === undefined || isShare(unit)) return String(value);
  return `${String(value)} ${value === 1 && /^[a-z]{3,}s$/.test(unit) ? unit.slice(0, -1) : unit}`;
}

/** Whether a unit says what the number is a share of: "of attempts". */
export function isShare(unit: string): boolean {
  return unit.startsWith("of ");
}

/** "2", "1 or 2", "1, 2 or 3". */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** The name most like `wrong`, for "did you mean", when it is no more than a third of its letters away. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

const LONGEST_QUOTE = 60;
/** Words longer than this are no misspelt field names. */
const LONGEST_NAME = 64;

/** Letters to insert, remove or replace to get from one word to the other (Levenshtein); `limit` when it is no less. */
function editDistance(from: string, to: string, limit: number): number {
  if (from.length > LONGEST_NAME || Math.abs(from.length - to.length) >= limit) return limit;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return Math.min(limit, previous[to.length] ?? limit);
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
