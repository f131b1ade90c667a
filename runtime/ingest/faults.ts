import type { z } from "zod";
import type { RequestFault } from "./problem.ts";

/** Which part of a request a schema was for, in the words of the library that checks it. */
export type RequestPart = "json" | "form" | "query" | "param" | "header" | "cookie";

/** Tells all that a schema finds wrong with one part of a request: where, what value, what it has to be. */
export function faultsOf(error: z.core.$ZodError, given: unknown, part: RequestPart): RequestFault[] {
  return error.issues.flatMap(issueFaults).map(({ path, ...fault }) => faultAt(path, fault, given, part));
}

type Path = readonly PropertyKey[];

interface Found {
  readonly path: Path;
  readonly must: string;
}

function issueFaults(issue: z.core.$ZodIssue): Found[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], must: "has to be left out: there is no such field" }));
  }
  return [{ path, must: issue.message.startsWith("has to ") ? issue.message : demandOf(issue) }];
}

/** What a value has to be, as far as it follows from the kind of fault. Schemas say it themselves where that is not enough. */
function demandOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `has to be ${TYPES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `has to be ${issue.inclusive === true ? "at least" : "more than"} ${boundIn(issue.origin, issue.minimum)}`;
    case "too_big":
      return `has to be ${issue.inclusive === true ? "at most" : "less than"} ${boundIn(issue.origin, issue.maximum)}`;
    case "invalid_value":
      return `has to be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "not_multiple_of":
      return `has to be a multiple of ${issue.divisor}`;
    case "invalid_format":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "unrecognized_keys":
    case "custom":
      return `is not valid: ${issue.message}`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

function boundIn(origin: string, bound: number | bigint): string {
  if (origin === "string") return `${bound} characters long`;
  if (origin === "array") return `${bound} entries long`;
  return String(bound);
}

function faultAt(path: Path, { must }: Pick<Found, "must">, given: unknown, part: RequestPart): RequestFault {
  const value = valueAt(given, path);
  const place = PLACES[part];
  const where = place === "body" ? pointer(path) : path.map(String).join(".");
  return { in: place, path: where, ...(value === undefined ? {} : { value: shown(value) }), must };
}

const PLACES: Readonly<Record<RequestPart, RequestFault["in"]>> = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "header",
  cookie: "header",
};

/** RFC 6901. */
function pointer(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function valueAt(given: unknown, path: Path): unknown {
  let value = given;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

/** Values are told back shortened: a fault is to be found, not to be carried. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return `(a list of ${value.length})`;
  if (typeof value === "object" && value !== null) return "(an object)";
  // JSON has no word for numbers that are too large for it to read.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

const LONGEST_SHOWN = 100;
