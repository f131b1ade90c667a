import type { z } from "zod";
import { alternatives, amount, isShare, nearest, quote, type Fault } from "./faults.ts";
import { allFields, dotted, fieldAt, memberOf, type Field, type Path } from "./fields.ts";
import { jsonFault } from "./json-fault.ts";
import { crossFieldFaults } from "./rules.ts";
import { scenarioSchema, type Scenario } from "./schema.ts";

export type ReadScenario = { readonly ok: true; readonly scenario: Scenario } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads a scenario from JSON text, a byte order mark allowed. */
export function parseScenario(text: string): ReadScenario {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const fault = jsonFault(json);
    if (fault === undefined) throw error;
    return { ok: false, faults: [fault] };
  }
  return readScenario(value);
}

/**
 * Fills in the defaults and checks everything: each field by itself and the fields against each other, all faults at
 * once, in the order of the schema. It never throws, whatever `value` is.
 */
export function readScenario(value: unknown): ReadScenario {
  const sifted = withoutFaultyLists(value);
  const parsed = scenarioSchema.safeParse(sifted.value);
  const issues = parsed.error?.issues ?? [];
  // Walking through all fields takes longer than all the rest.
  const fields = issues.length + sifted.faults.length > 0 ? allFields(value) : [];
  const ofFields = [...issues.flatMap((issue) => faultsOf(issue, value, fields)), ...sifted.faults];
  const faults = [...ofFields, ...crossFieldFaults(sifted.value, new Set(ofFields.map((fault) => fault.path)))];
  if (parsed.success && faults.length === 0) return { ok: true, scenario: parsed.data };
  return { ok: false, faults: inOrder(withoutRepeats(faults), fields.length > 0 ? fields : allFields(value)) };
}

/** Bad numbers of a list, and unknown fields of an object, that are told one by one. */
const LISTED_ELEMENTS = 20;

/**
 * Checks long lists of numbers apart (recorded counts), and hands the document on with zeros in place of those that have
 * bad ones: the schema library would give a million issues for a million bad counts, and take a gigabyte for them, where
 * the first twenty and their number say as much.
 */
function withoutFaultyLists(value: unknown, path: Path = [], document: unknown = value): { value: unknown; faults: Fault[] } {
  if (Array.isArray(value)) return withoutFaultyNumbers(value as unknown[], path, document);
  if (typeof value !== "object" || value === null) return { value, faults: [] };
  let sifted = value;
  const faults: Fault[] = [];
  for (const name of fieldAt(path, document)?.names ?? []) {
    const member = withoutFaultyLists(memberOf(value, name), [...path, name], document);
    if (member.faults.length === 0) continue;
    sifted = { ...sifted, [name]: member.value };
    faults.push(...member.faults);
  }
  return { value: sifted, faults };
}

function withoutFaultyNumbers(list: readonly unknown[], path: Path, document: unknown): { value: unknown; faults: Fault[] } {
  const faults: Fault[] = [];
  const field = fieldAt([...path, 0], document);
  if (list.length <= LISTED_ELEMENTS || field?.type !== "number") return { value: list, faults };
  const { min = -Infinity, max = Infinity } = field;
  let total = 0;
  for (const [index, element] of list.entries()) {
    if (typeof element === "number" && element >= min && element <= max) continue;
    total += 1;
    if (total > LISTED_ELEMENTS) continue;
    const isNumber = typeof element === "number" && Number.isFinite(element);
    faults.push((isNumber ? outOfRange : wrongType)(field, element, dotted([...path, index])));
  }
  if (total === 0) return { value: list, faults };
  if (total > LISTED_ELEMENTS) {
    const problem = `${String(total - LISTED_ELEMENTS)} more of the ${String(list.length)} entries are at fault`;
    faults.push({ code: "more", path: dotted(path), problem, mend: "look for the same mistakes there" });
  }
  return { value: list.map(() => field.min ?? 0), faults };
}

/** The faults behind one issue of the schema library, in our words. */
function faultsOf(issue: z.core.$ZodIssue, document: unknown, fields: readonly Field[]): Fault[] {
  const steps = issue.path.filter((step) => typeof step !== "symbol");
  const path = dotted(steps);
  const value = steps.reduce<unknown>((found, step) => memberOf(found, step), document);
  const field = fieldAt(steps, document);
  if (issue.code === "unrecognized_keys") return unknownFields(steps, issue.keys, field?.names ?? [], fields);
  if (field === undefined) {
    // The kind is missing or unknown, so that the field cannot be told by it: the issue itself knows the kinds.
    const options = issue.code === "invalid_union" && "options" in issue ? (issue.options ?? []) : [];
    return [
      notOneOf(
        path,
        value,
        options.filter((option) => typeof option === "string"),
      ),
    ];
  }
  if (path === "version" && typeof value === "number" && value > newestVersion(field)) return [newerVersion(field, value)];
  if (value === undefined) return [missing(field, path)];
  if (issue.code === "invalid_value") return [notOneOf(path, value, field.options, field)];
  if (issue.code === "too_small" || issue.code === "too_big") return [outOfRange(field, value, path)];
  return [wrongType(field, value, path)];
}

function missing(field: Field, path: string): Fault {
  return { code: "missing", path, ...boundAndUnit(field), problem: "is missing", mend: `give ${expectation(field)}` };
}

function wrongType(field: Field, value: unknown, path: string): Fault {
  const whole = field.type === "integer" && typeof value === "number" && Number.isFinite(value);
  const kind = whole ? "a whole number" : NOUNS[field.type];
  const problem = path === "" ? `the document is ${quote(value)}, not ${kind}` : `${quote(value)} is not ${kind}`;
  return { code: "wrong-type", path, value, ...boundAndUnit(field), problem, mend: `give ${expectation(field)}` };
}

const NOUNS: Readonly<Record<Field["type"], string>> = {
  number: "a number",
  integer: "a number",
  text: "a text",
  instant: "a time in UTC",
  choice: "one of the values allowed",
  boolean: "true or false",
  object: "an object",
  list: "a list",
};

function outOfRange(field: Field, value: unknown, path: string): Fault {
  const { min, max, unit } = field;
  let problem: string;
  if (typeof value === "number") {
    const below = min !== undefined && value < min;
    problem = `${amount(value, unit)} is ${below ? "below the least" : "above the greatest"} allowed, ${amount(below ? min : max, unit)}`;
  } else {
    const length = typeof value === "string" || Array.isArray(value) ? value.length : 0;
    const of = field.type === "list" ? "entries" : "characters";
    problem = length === 0 ? "is empty" : `has ${String(length)} ${of}, more than ${String(max)}`;
  }
  return { code: "out-of-range", path, value, ...boundAndUnit(field), problem, mend: `give ${expectation(field)}` };
}

function notOneOf(path: string, value: unknown, options: readonly (string | number | boolean)[], field?: Field): Fault {
  const words = options.map((option) => quote(option));
  const unit = field === undefined ? "" : withUnit(field);
  const bound = { oneOf: options };
  const mend = `give ${alternatives(words)}${unit}`;
  if (value === undefined) return { code: "missing", path, bound, problem: "is missing", mend };
  const near =
    typeof value === "string"
      ? nearest(
          value,
          options.filter((option) => typeof option === "string"),
        )
      : undefined;
  const problem = `${quote(value)} is not allowed here`;
  return {
    code: "not-one-of",
    path,
    value,
    bound,
    ...(field?.unit === undefined ? {} : { unit: field.unit }),
    problem,
    mend: near === undefined ? mend : `${mend} (did you mean ${quote(near)}?)`,
  };
}

/** @param names Those that the parent has. */
function unknownFields(parent: Path, unknown: readonly string[], names: readonly string[], fields: readonly Field[]): Fault[] {
  const faults = unknown.slice(0, LISTED_ELEMENTS).map((name) => unknownField(parent, name, names, fields));
  if (unknown.length <= LISTED_ELEMENTS) return faults;
  const problem = `${String(unknown.length - LISTED_ELEMENTS)} more fields are not known here`;
  return [...faults, { code: "more", path: dotted(parent), problem, mend: "see whether this is a scenario at all" }];
}

function unknownField(parent: Path, name: string, names: readonly string[], fields: readonly Field[]): Fault {
  const path = dotted([...parent, name]);
  const near = nearest(name, names);
  const elsewhere = fields.find((field) => field.path.split(".").at(-1) === name)?.path;
  const mend =
    near !== undefined
      ? `rename it to ${dotted([...parent, near])}, or remove it`
      : elsewhere !== undefined
        ? `move it to ${elsewhere}, or remove it`
        : `remove it; known here: ${alternatives(names).replace(/ or (?=[^ ]*$)/, " and ")}`;
  return { code: "unknown-field", path, problem: "there is no such field", mend };
}

function newestVersion(field: Field): number {
  return Math.max(...field.options.filter((option) => typeof option === "number"));
}

function newerVersion(field: Field, value: number): Fault {
  const known = newestVersion(field);
  return {
    code: "version",
    path: "version",
    value,
    bound: { oneOf: field.options },
    problem: `the file is of version ${String(value)}, and this Headroom knows version ${String(known)}`,
    mend: `update Headroom, or write the file as version ${String(known)}`,
  };
}

/** "a whole number from 0 to 10000 instances", "age or latency", "a text of 1 to 120 characters". */
function expectation(field: Field): string {
  const { min, max, unit } = field;
  const orNull = field.nullable ? ", or null" : "";
  switch (field.type) {
    case "number":
    case "integer":
      return `a ${field.type === "integer" ? "whole number" : "number"} from ${String(min)} to ${amount(max, unit)}${unit !== undefined && isShare(unit) ? `, a share ${unit}` : ""}${orNull}`;
    case "text":
      return `a text of ${min === undefined ? "at most" : `${String(min)} to`} ${String(max)} characters${orNull}`;
    case "list":
      return `a list of ${String(min)} to ${String(max)} entries${orNull}`;
    case "choice":
      return `${alternatives(field.options.map((option) => quote(option)))}${withUnit(field)}${orNull}`;
    case "instant":
      return `a time as "2014-04-10T00:04:00Z", or "" for none`;
    case "boolean":
      return `true or false${orNull}`;
    case "object":
      return `an object in braces${orNull}`;
  }
}

function boundAndUnit(field: Field): Pick<Fault, "bound" | "unit"> {
  const { min, max, unit, options } = field;
  const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const bound = options.length > 0 ? { oneOf: options } : Object.keys(range).length > 0 ? range : undefined;
  return { ...(bound === undefined ? {} : { bound }), ...(unit === undefined ? {} : { unit }) };
}

function withUnit({ unit }: Field): string {
  return unit === undefined ? "" : ` ${unit}`;
}

/** The schema library reports a number that is beyond both a range and the exact integers twice. */
function withoutRepeats(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const key = `${fault.path}\n${fault.problem}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** As the fields come in the schema, so that people can walk through their file; what the schema does not know comes last. */
function inOrder(faults: readonly Fault[], fields: readonly Field[]): Fault[] {
  const places = new Map(fields.map((field, index) => [field.path, index]));
  const place = ({ code, path }: Fault) => {
    for (let end = path.length; end > 0; end = Math.max(path.lastIndexOf(".", end - 1), path.lastIndexOf("[", end - 1))) {
      const found = places.get(path.slice(0, end));
      if (found !== undefined) return found;
    }
    return path === "" && code !== "more" ? -1 : Infinity;
  };
  return faults
    .map((fault, index) => ({ fault, index, place: place(fault) }))
    .sort((a, b) => (a.place === b.place ? a.index - b.index : a.place < b.place ? -1 : 1))
    .map(({ fault }) => fault);
}
