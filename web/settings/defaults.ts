import type { JsonSchema } from "./fields.ts";

/**
 * A document with every default that its JSON Schema names, as the schema library would fill them in. For documents that
 * are known to be without a fault: nothing is checked.
 */
export function withDefaults(schema: JsonSchema, document: unknown): unknown {
  const value = document === undefined ? schema.default : document;
  if (value === undefined || value === null) return value;
  const inner = alternativeFor(schema, value);
  if (Array.isArray(value)) return value.map((item) => (inner.items === undefined ? (item as unknown) : withDefaults(inner.items, item)));
  if (typeof value !== "object") return value;
  const given = value as Readonly<Record<string, unknown>>;
  const filled: Record<string, unknown> = { ...given };
  for (const [name, property] of Object.entries(inner.properties ?? {})) {
    const member = withDefaults(property, given[name]);
    if (member !== undefined) filled[name] = member;
  }
  return filled;
}

/** Of the alternatives that a schema has, the one that the value is of: by its kind, or the one beside null. */
function alternativeFor(schema: JsonSchema, value: unknown): JsonSchema {
  const { anyOf, oneOf } = schema;
  if (anyOf !== undefined) {
    const other = anyOf.find((option) => option.type !== "null");
    return other === undefined ? schema : alternativeFor(other, value);
  }
  if (oneOf === undefined) return schema;
  const { kind } = value as { readonly kind?: unknown };
  return oneOf.find((option) => option.properties?.["kind"]?.const === kind) ?? schema;
}
