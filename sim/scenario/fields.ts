import { z } from "zod";
import { quote } from "./faults.ts";
import { scenarioSchema } from "./schema.ts";

/**
 * What the schema knows of one field: for the sentences of the faults, for forms, for the JSON Schema. It is read off
 * the schema itself, so that no range is written twice.
 */
export interface Field {
  /** Dotted, as `worker.slots`. */
  readonly path: string;
  readonly type: "number" | "integer" | "text" | "instant" | "choice" | "boolean" | "object" | "list";
  readonly title: string | undefined;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  /** Page that the range or the default comes from. */
  readonly source: string | undefined;
  /** Least and greatest value of a number, length of a text or a list. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Values of a choice; the kinds of an object that has kinds. */
  readonly options: readonly (string | number | boolean)[];
  /** Whether `null` may be given, for "none" or "as usual". */
  readonly nullable: boolean;
  /** Value when the field is left out; undefined when it has to be given. Objects fill in their own defaults. */
  readonly default: unknown;
  readonly required: boolean;
  /** Names of the fields of an object. */
  readonly names: readonly string[];
}

export type Path = readonly (string | number)[];

/**
 * Looks a field up. An object that has kinds (`traffic`) is entered by the `kind` found in `document`, so that the same
 * path may lead to different fields; undefined when there is no such field.
 */
export function fieldAt(path: Path, document: unknown = {}): Field | undefined {
  let schema: z.core.$ZodType = scenarioSchema;
  let value = document;
  let list: Unwrapped["meta"] = {};
  for (const step of path) {
    const inner = unwrap(schema).schema;
    const found: z.core.$ZodType | undefined =
      typeof step === "number"
        ? inner instanceof z.ZodArray
          ? inner.element
          : undefined
        : ownProperty(variantOf(inner, value)?.shape ?? {}, step);
    if (found === undefined) return undefined;
    list = typeof step === "number" ? unwrap(schema).meta : {};
    schema = found;
    value = memberOf(value, step);
    if (value === undefined) value = unwrap(schema).default;
  }
  return describe({ path, schema, value, inherited: list });
}

/** The title of the kind that an object of the document has, "EC2 target tracking"; undefined for what comes in no kinds. */
export function kindTitleAt(path: Path, document: unknown): string | undefined {
  let schema: z.core.$ZodType | undefined = scenarioSchema;
  let value = document;
  for (const step of path) {
    schema = schema && ownProperty(variantOf(unwrap(schema).schema, value)?.shape ?? {}, String(step));
    value = memberOf(value, step);
  }
  const union = schema && unwrap(schema).schema;
  if (!(union instanceof z.ZodDiscriminatedUnion)) return undefined;
  const variant = variantOf(union, value);
  const title = variant === undefined ? undefined : metaOf(variant)["title"];
  return typeof title === "string" ? title : undefined;
}

/** Every field that a document of these kinds may have, in the order of the schema; lists are not entered. */
export function allFields(document: unknown = {}): Field[] {
  const fields: Field[] = [];
  const visit = (path: Path) => {
    const field = fieldAt(path, document);
    if (field === undefined) return;
    if (path.length > 0) fields.push(field);
    for (const name of field.names) visit([...path, name]);
  };
  visit([]);
  return fields;
}

/** Title, unit, description and source of a schema, wherever among its defaults they are written. */
export function metaOf(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  return unwrap(schema).meta;
}

/** As people write it: `traffic.counts[3]`; names that are none, as only faulty documents have them, in quotes. */
export function dotted(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${String(step)}]`;
    else if (!/^[\w$-]+$/.test(String(step))) text += `[${quote(String(step))}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text;
}

/** A member of an object or a list that is its own: nothing inherited, whatever the name. */
export function memberOf(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, step)
    ? (value as Record<string | number, unknown>)[step]
    : undefined;
}

interface Unwrapped {
  readonly schema: z.core.$ZodType;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly nullable: boolean;
  readonly required: boolean;
  readonly default: unknown;
}

/** Takes the defaults, the optional and the nullable off a schema, and gathers what they say; the outermost word counts. */
function unwrap(outer: z.core.$ZodType): Unwrapped {
  let schema = outer;
  let meta: Record<string, unknown> = {};
  let nullable = false;
  let required = true;
  let fallback: unknown;
  for (;;) {
    meta = { ...z.globalRegistry.get(schema), ...meta };
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
      required = false;
      fallback ??= schema.def.defaultValue;
      schema = schema.def.innerType;
    } else if (schema instanceof z.ZodOptional) {
      required = false;
      schema = schema.def.innerType;
    } else if (schema instanceof z.ZodNullable) {
      nullable = true;
      schema = schema.def.innerType;
    } else {
      return { schema, meta, nullable, required, default: fallback };
    }
  }
}

function variantOf(schema: z.core.$ZodType, value: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined;
  const kind = memberOf(value, schema.def.discriminator);
  return variants(schema).find((variant) => kindOf(variant) === kind);
}

function variants(union: z.ZodDiscriminatedUnion): z.ZodObject[] {
  return union.options.filter((option) => option instanceof z.ZodObject);
}

function kindOf(variant: z.ZodObject): string | number | boolean | undefined {
  const { kind } = variant.shape;
  return kind instanceof z.ZodLiteral ? choices([...kind.values])[0] : undefined;
}

interface Found {
  readonly path: Path;
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  /** What the list says of its elements. */
  readonly inherited: Unwrapped["meta"];
}

function describe({ path, schema: outer, value, inherited }: Found): Field {
  const { schema, meta, nullable, required, default: fallback } = unwrap(outer);
  const said = { ...inherited, ...meta };
  const word = (name: string) => (typeof said[name] === "string" ? said[name] : undefined);
  return {
    path: dotted(path),
    title: word("title"),
    unit: word("unit"),
    description: word("description"),
    source: word("source"),
    nullable,
    required,
    default: fallback,
    ...shapeOf(schema, value),
  };
}

type Shape = Pick<Field, "type" | "min" | "max" | "options" | "names">;

function shapeOf(schema: z.core.$ZodType, value: unknown): Shape {
  const empty = { min: undefined, max: undefined, options: [], names: [] };
  if (schema instanceof z.ZodNumber) {
    return {
      ...empty,
      type: schema.format === "safeint" ? "integer" : "number",
      min: schema.minValue ?? undefined,
      max: schema.maxValue ?? undefined,
    };
  }
  if (schema instanceof z.ZodBoolean) return { ...empty, type: "boolean" };
  if (schema instanceof z.ZodEnum) return { ...empty, type: "choice", options: choices(schema.options) };
  if (schema instanceof z.ZodLiteral) return { ...empty, type: "choice", options: choices([...schema.values]) };
  if (schema instanceof z.ZodString) {
    return { ...empty, type: "text", min: schema.minLength ?? undefined, max: schema.maxLength ?? undefined };
  }
  if (schema instanceof z.ZodArray) {
    return { ...empty, type: "list", ...lengthsOf(schema) };
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const options = choices(variants(schema).map((variant) => kindOf(variant)));
    return { ...empty, type: "object", options, names: Object.keys(variantOf(schema, value)?.shape ?? {}) };
  }
  if (schema instanceof z.ZodObject) return { ...empty, type: "object", names: Object.keys(schema.shape) };
  // The one union without kinds: an instant that may be left empty.
  return { ...empty, type: "instant" };
}

function lengthsOf(list: z.ZodArray): Pick<Shape, "min" | "max"> {
  let min: number | undefined;
  let max: number | undefined;
  for (const check of list.def.checks ?? []) {
    if (check instanceof z.core.$ZodCheckMinLength) min = check._zod.def.minimum;
    if (check instanceof z.core.$ZodCheckMaxLength) max = check._zod.def.maximum;
    if (check instanceof z.core.$ZodCheckLengthEquals) min = max = check._zod.def.length;
  }
  return { min, max };
}

function choices(values: readonly unknown[]): (string | number | boolean)[] {
  return values.filter((value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean");
}

function ownProperty(shape: Readonly<Record<string, z.core.$ZodType>>, name: string): z.core.$ZodType | undefined {
  return Object.hasOwn(shape, name) ? shape[name] : undefined;
}
