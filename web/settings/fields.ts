/**
 * Reads the form off the scenario's JSON Schema, so that titles, units, ranges, defaults, help and sources are written
 * once, in the schema. This is the only module that knows how the schema spells them.
 */

interface About {
  /** Dotted path in the scenario, "worker.slots". */
  readonly path: string;
  readonly title: string;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  /** Page that the range or the default comes from. */
  readonly source: string | undefined;
}

export interface NumberField extends About {
  readonly type: "number";
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  /** Whether it may be left empty; the description says what that means. */
  readonly nullable: boolean;
}

export interface ChoiceField extends About {
  readonly type: "choice";
  readonly choices: readonly (string | number)[];
}

export interface SwitchField extends About {
  readonly type: "switch";
}

export interface TextField extends About {
  readonly type: "text";
  readonly maxLength: number;
}

/** One of several kinds, each with fields of its own: traffic, a length of time, a policy. */
export interface VariantField extends About {
  readonly type: "variant";
  readonly variants: readonly Variant[];
  /** Whether there may be none of them. */
  readonly nullable: boolean;
}

export interface Variant {
  readonly kind: string;
  readonly title: string;
  readonly fields: readonly Field[];
  /** Values of the fields that have a default. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Fields that are there together or not at all: the heartbeat. */
export interface OptionalField extends About {
  readonly type: "optional";
  readonly fields: readonly Field[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Fields that belong together. */
export interface GroupField extends About {
  readonly type: "group";
  readonly fields: readonly Field[];
}

/** A list of numbers, which can be typed when it is short. */
export interface ListField extends About {
  readonly type: "list";
  /** Whether the schema itself gives a list to begin with. */
  readonly hasDefault: boolean;
}

/** A list of things that have fields of their own: points, states, sources, classes, alarms. */
export interface RecordsField extends About {
  readonly type: "records";
  readonly hasDefault: boolean;
  readonly minItems: number;
  readonly maxItems: number;
  /** The fields of the thing at a place of the list; one field where things come in kinds. */
  readonly fieldsAt: (index: number) => readonly Field[];
  /** A thing to begin with, as far as the schema can tell. */
  readonly blank: () => unknown;
}

export type Field =
  NumberField | ChoiceField | SwitchField | TextField | VariantField | OptionalField | GroupField | ListField | RecordsField;

export interface Section {
  readonly path: string;
  readonly title: string;
  readonly source: string | undefined;
  /** The section itself when it is one of several kinds, else the fields in it. */
  readonly variant: VariantField | undefined;
  readonly fields: readonly Field[];
}

/** The part of JSON Schema that the scenario uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly title?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly source?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** The sections of the form: each property of the scenario that has fields of its own. */
export function sectionsOf(schema: JsonSchema): Section[] {
  const sections: Section[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isList = property.type === "array";
    if (property.oneOf === undefined && property.properties === undefined && !isList) continue;
    const field = fieldOf(name, name, property);
    if (isList) {
      sections.push({ path: name, title: property.title ?? name, source: property.source, variant: undefined, fields: [field] });
      continue;
    }
    sections.push({
      path: name,
      title: property.title ?? name,
      source: property.source,
      variant: field.type === "variant" ? field : undefined,
      fields: field.type === "variant" ? [] : fieldsOf(name, property),
    });
  }
  return sections;
}

/** Every field by its path; of paths that several kinds share, the first. */
export function fieldsByPath(sections: readonly Section[]): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  const visit = (fields: readonly Field[]) => {
    for (const field of fields) {
      if (!found.has(field.path)) found.set(field.path, field);
      if (field.type === "variant") for (const { fields: inner } of field.variants) visit(inner);
      if (field.type === "optional" || field.type === "group") visit(field.fields);
    }
  };
  for (const { variant, fields } of sections)
    visit(variant === undefined ? fields : variant.variants.flatMap(({ fields: inner }) => inner));
  return found;
}

/** The fields directly in an object, in the order of the schema. */
function fieldsOf(path: string, schema: JsonSchema): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, property]) => property.const === undefined)
    .map(([name, property]) => fieldOf(`${path}.${name}`, name, property));
}

function fieldOf(path: string, name: string, schema: JsonSchema): Field {
  const { inner, nullable } = withoutNull(schema);
  const about: About = {
    path,
    title: inner.title ?? schema.title ?? name,
    unit: inner.unit ?? schema.unit,
    description: ownDescription(inner) ?? ownDescription(schema),
    source: inner.source ?? schema.source,
  };
  if (inner.oneOf !== undefined) {
    return { ...about, type: "variant", variants: inner.oneOf.map((option) => variantOf(path, option)), nullable };
  }
  if (inner.properties !== undefined) {
    const fields = fieldsOf(path, inner);
    return nullable ? { ...about, type: "optional", fields, defaults: defaultsOf(inner) } : { ...about, type: "group", fields };
  }
  if (inner.enum !== undefined) return { ...about, type: "choice", choices: inner.enum.filter(isChoice) };
  switch (inner.type) {
    case "number":
    case "integer":
      return {
        ...about,
        type: "number",
        integer: inner.type === "integer",
        min: inner.minimum ?? -Infinity,
        max: inner.maximum ?? Infinity,
        nullable,
      };
    case "boolean":
      return { ...about, type: "switch" };
    case "string":
      return { ...about, type: "text", maxLength: inner.maxLength ?? 1000 };
    default:
      return listOf(about, schema, inner);
  }
}

function listOf(about: About, schema: JsonSchema, inner: JsonSchema): Field {
  const { items = {}, minItems = 0, maxItems = Infinity } = inner;
  const hasDefault = hasDefaultList(schema, inner);
  if (items.type === "number" || items.type === "integer") return { ...about, type: "list", hasDefault };
  const { path } = about;
  const fieldsAt = (index: number) => {
    const at = `${path}.${String(index)}`;
    return items.oneOf === undefined ? fieldsOf(at, items) : [fieldOf(at, String(index), items)];
  };
  return { ...about, type: "records", hasDefault, minItems, maxItems, fieldsAt, blank: () => blankOf(items) };
}

/** JSON Schema has no word for "or null": it is one of two alternatives. */
function withoutNull(schema: JsonSchema): { readonly inner: JsonSchema; readonly nullable: boolean } {
  const options = schema.anyOf ?? [];
  const rest = options.filter((option) => option.type !== "null");
  const [only] = rest;
  return { inner: rest.length === 1 && only !== undefined ? { ...schema, ...only } : schema, nullable: rest.length < options.length };
}

/** An empty list that must not stay empty is no default to begin with. */
function hasDefaultList(schema: JsonSchema, inner: JsonSchema): boolean {
  const fallback = schema.default ?? inner.default;
  return Array.isArray(fallback) ? fallback.length >= (inner.minItems ?? 0) : fallback !== undefined;
}

/** The description without the unit and the source, which the schema repeats there for editors. */
function ownDescription({ description, unit, source }: JsonSchema): string | undefined {
  const own = (description ?? "")
    .replace(`Source: ${source ?? ""}`, "")
    .replace(`Unit: ${unit ?? ""}.`, "")
    .trim();
  return own === "" ? undefined : own;
}

function variantOf(path: string, schema: JsonSchema): Variant {
  const kind = String(schema.properties?.["kind"]?.const);
  return { kind, title: schema.title ?? capitalised(kind), fields: fieldsOf(path, schema), defaults: defaultsOf(schema) };
}

function defaultsOf(schema: JsonSchema): Record<string, unknown> {
  const withDefault = Object.entries(schema.properties ?? {}).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(withDefault.map(([name, property]) => [name, property.default]));
}

function isChoice(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A value that a schema takes, with its defaults, and the least of what has none. */
function blankOf(schema: JsonSchema): unknown {
  const { inner, nullable } = withoutNull(schema);
  const fallback = inner.default ?? schema.default;
  if (fallback !== undefined && (typeof fallback !== "object" || fallback === null)) return fallback;
  if (nullable) return null;
  const [first] = inner.oneOf ?? [];
  if (first !== undefined) return blankOf(first);
  if (inner.const !== undefined) return inner.const;
  if (inner.enum !== undefined) return inner.enum[0];
  if (inner.properties !== undefined) {
    return Object.fromEntries(Object.entries(inner.properties).map(([name, property]) => [name, blankOf(property)]));
  }
  switch (inner.type) {
    case "number":
    case "integer":
      return Math.max(inner.minimum ?? 0, Math.min(1, inner.maximum ?? 1));
    case "boolean":
      return false;
    case "string":
      return "new";
    default:
      if (Array.isArray(fallback) && fallback.length >= (inner.minItems ?? 0)) return fallback;
      return Array.from({ length: inner.minItems ?? 0 }, () => blankOf(inner.items ?? {}));
  }
}
