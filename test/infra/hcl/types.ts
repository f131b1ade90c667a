import type { Node } from "./expression.ts";
import { Computed, elements, isObject, shown, text, type Value } from "./values.ts";

/** What a variable takes, as its `type` says. */
export type Type =
  | { readonly kind: "any" | "string" | "number" | "bool" }
  | { readonly kind: "list" | "set" | "map"; readonly of: Type }
  | { readonly kind: "tuple"; readonly of: readonly Type[] }
  | { readonly kind: "object"; readonly members: Readonly<Record<string, Member>> };

interface Member {
  readonly type: Type;
  readonly optional: boolean;
  readonly fallback: Value;
}

/** @param literal Computes the default of an optional member. */
export function typeFrom(node: Node, literal: (node: Node) => Value): Type {
  if (node.kind === "name") {
    const { name } = node;
    if (name === "any" || name === "string" || name === "number" || name === "bool") return { kind: name };
  }
  if (node.kind === "call") {
    const [first] = node.args;
    if ((node.name === "list" || node.name === "set" || node.name === "map") && first !== undefined) {
      return { kind: node.name, of: typeFrom(first, literal) };
    }
    if (node.name === "tuple" && first?.kind === "tuple") return { kind: "tuple", of: first.items.map((item) => typeFrom(item, literal)) };
    if (node.name === "object" && first?.kind === "object") return objectType(first, literal);
  }
  throw new SyntaxError(`${JSON.stringify(node)} is no type`);
}

function objectType(node: Extract<Node, { kind: "object" }>, literal: (node: Node) => Value): Type {
  const members = node.items.map(([key, value]): [string, Member] => {
    const name = key.kind === "literal" ? String(key.value) : "";
    if (value.kind !== "call" || value.name !== "optional")
      return [name, { type: typeFrom(value, literal), optional: false, fallback: null }];
    const [type, fallback] = value.args;
    if (type === undefined) throw new SyntaxError(`${name}: optional says no type`);
    return [name, { type: typeFrom(type, literal), optional: true, fallback: fallback === undefined ? null : literal(fallback) }];
  });
  return { kind: "object", members: Object.fromEntries(members) };
}

/** Brings a value to a type, as Terraform does: fills in defaults, drops what an object does not name, counts "5" as a number. */
export function converted(value: Value, type: Type, path: string): Value {
  if (value === null || value instanceof Computed) return value;
  switch (type.kind) {
    case "any":
      return value;
    case "string":
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return text(value);
      break;
    case "number":
      if (typeof value === "number") return value;
      if (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
      break;
    case "bool":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      break;
    case "list":
    case "set":
      if (!Array.isArray(value) && !(value instanceof Set)) break;
      return collection(
        elements(value).map((item, index) => converted(item, type.of, `${path}[${String(index)}]`)),
        type.kind,
      );
    case "tuple":
      if (!Array.isArray(value)) break;
      return type.of.map((of, index) => converted(elements(value)[index] ?? null, of, `${path}[${String(index)}]`));
    case "map":
      if (!isObject(value)) break;
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, converted(member, type.of, `${path}.${name}`)]));
    case "object":
      if (isObject(value)) return objectOf(value, type.members, path);
  }
  throw new TypeError(`${path} takes a ${type.kind}, and is given ${shown(value)}`);
}

function collection(items: readonly Value[], kind: "list" | "set"): Value {
  return kind === "set" ? new Set(items) : items;
}

function objectOf(value: Readonly<Record<string, Value>>, members: Readonly<Record<string, Member>>, path: string): Value {
  return Object.fromEntries(
    Object.entries(members).map(([name, { type, optional, fallback }]) => {
      const given = value[name];
      if (given === undefined && !optional) throw new TypeError(`${path} misses ${name}`);
      return [name, converted(given ?? fallback, type, `${path}.${name}`)];
    }),
  );
}
