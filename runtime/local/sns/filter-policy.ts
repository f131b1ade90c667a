import { BlockList, isIP } from "node:net";
import { invalidParameter } from "./errors.ts";

/** What a filter looks at: for each key the values that a message has there, nothing for a key that it lacks. */
export type Facts = (key: string) => readonly unknown[] | undefined;
export type Filter = (facts: Facts) => boolean;

export type FilterScope = "MessageAttributes" | "MessageBody";

/**
 * Turns a filter policy into a test (SNS Developer Guide, sns-subscription-filter-policies). Keys are joined by "and", the
 * values of a key and the members of `$or` by "or". Nested keys, which only bodies have, are known by their path.
 *
 * @throws {AwsError} InvalidParameter
 */
export function readFilterPolicy(text: string, scope: FilterScope): Filter {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw refused("failed to parse JSON");
  }
  if (!isObject(policy)) throw refused("the policy must be a JSON object");
  return everyKey(policy, scope, "");
}

/** The facts of a message by its attributes: a String.Array has each of its members. */
export function factsOfAttributes(attributes: Readonly<Record<string, { DataType: string; StringValue?: string }>>): Facts {
  return (key) => {
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (attribute === undefined) return undefined;
    const { DataType, StringValue = "" } = attribute;
    if (DataType === "String.Array") return arrayIn(StringValue);
    return DataType.startsWith("Number") ? [Number(StringValue)] : DataType.startsWith("String") ? [StringValue] : [];
  };
}

/** The facts of a message by its body, undefined for one that is no JSON object: no policy lets it through. */
export function factsOfBody(body: string): Facts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const found = new Map<string, unknown[]>();
  collect(value, "", found);
  return (key) => found.get(key);
}

const SEPARATOR = "\u0000";
type Condition = (value: unknown) => boolean;

function everyKey(policy: Readonly<Record<string, unknown>>, scope: FilterScope, prefix: string): Filter {
  const tests = Object.entries(policy).map(([name, rule]): Filter => {
    if (name === "$or" && Array.isArray(rule) && rule.length > 1 && rule.every(isObject)) {
      const alternatives = (rule as Record<string, unknown>[]).map((alternative) => everyKey(alternative, scope, prefix));
      return (facts) => alternatives.some((passes) => passes(facts));
    }
    const key = prefix + name;
    if (Array.isArray(rule)) return ofKey(key, rule as readonly unknown[]);
    if (!isObject(rule) || scope === "MessageAttributes") throw refused(`"${name}" must be an object or an array`);
    return everyKey(rule, scope, key + SEPARATOR);
  });
  return (facts) => tests.every((passes) => passes(facts));
}

function ofKey(key: string, rules: readonly unknown[]): Filter {
  if (rules.length === 0) throw refused("empty arrays are not allowed");
  const conditions: Condition[] = [];
  let whenMissing = false;
  for (const rule of rules) {
    const exists = isObject(rule) ? rule["exists"] : undefined;
    if (exists === false) whenMissing = true;
    else if (exists === true) conditions.push(() => true);
    else conditions.push(condition(rule));
  }
  return (facts) => {
    const values = facts(key);
    if (values === undefined) return whenMissing;
    return values.some((value) => conditions.some((holds) => holds(value)));
  };
}

function condition(rule: unknown): Condition {
  if (!isObject(rule)) {
    if (isScalar(rule)) return (value) => value === rule;
    throw refused("match values must be text, numbers, booleans, null or one operator");
  }
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(rule);
  if (more.length > 0) throw refused("only one operator is allowed in an object");
  switch (operator) {
    case "prefix":
    case "suffix":
    case "wildcard":
    case "equals-ignore-case":
      return textCondition(operator, operand);
    case "anything-but":
      return anythingBut(operand);
    case "numeric":
      return numeric(operand);
    case "cidr":
      return cidr(operand);
    default:
      throw refused(`unrecognized match type ${operator}`);
  }
}

function textCondition(operator: "prefix" | "suffix" | "wildcard" | "equals-ignore-case", operand: unknown): Condition {
  if (typeof operand !== "string") throw refused(`${operator} match pattern must be a string`);
  const holds: Record<typeof operator, (value: string) => boolean> = {
    prefix: (value) => value.startsWith(operand),
    suffix: (value) => value.endsWith(operand),
    wildcard: wildcard(operand),
    "equals-ignore-case": (value) => value.toLowerCase() === operand.toLowerCase(),
  };
  return (value) => typeof value === "string" && holds[operator](value);
}

/** `*` stands for any text; a message is matched piece by piece, so that no pattern takes long. */
function wildcard(pattern: string): (value: string) => boolean {
  const pieces = pattern.split("*");
  return (value) => {
    const [first = "", ...rest] = pieces;
    const last = rest.pop();
    if (last === undefined) return value === first;
    if (!value.startsWith(first)) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = value.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return value.length - last.length >= from && value.endsWith(last);
  };
}

function anythingBut(operand: unknown): Condition {
  const refusals = (Array.isArray(operand) ? (operand as readonly unknown[]) : [operand]).map((rule) => {
    if (isObject(rule) ? !["prefix", "suffix", "wildcard", "equals-ignore-case"].includes(Object.keys(rule)[0] ?? "") : !isScalar(rule)) {
      throw refused("anything-but takes text, numbers, prefix, suffix, wildcard or equals-ignore-case");
    }
    return condition(rule);
  });
  return (value) => !refusals.some((holds) => holds(value));
}

function numeric(operand: unknown): Condition {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4) throw refused("numeric takes one or two pairs of an operator and a number");
  const limits = [parts.slice(0, 2), parts.slice(2)]
    .filter(({ length }) => length > 0)
    .map(([operator, limit]) => {
      if (typeof limit !== "number") throw refused("the limit of a numeric operator must be a number");
      return comparison(operator, limit);
    });
  return (value) => typeof value === "number" && limits.every((holds) => holds(value));
}

function comparison(operator: unknown, limit: number): (value: number) => boolean {
  switch (operator) {
    case "=":
      return (value) => value === limit;
    case "<":
      return (value) => value < limit;
    case "<=":
      return (value) => value <= limit;
    case ">":
      return (value) => value > limit;
    case ">=":
      return (value) => value >= limit;
    default:
      throw refused(`unrecognized numeric range operator ${String(operator)}`);
  }
}

function cidr(operand: unknown): Condition {
  const [network = "", bits = ""] = typeof operand === "string" ? operand.split("/") : [];
  const family = isIP(network);
  const isRange = family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  if (!isRange) throw refused("cidr must be a range of addresses");
  const range = new BlockList();
  range.addSubnet(network, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return (value) => typeof value === "string" && isIP(value) === family && range.check(value, family === 4 ? "ipv4" : "ipv6");
}

function collect(value: Readonly<Record<string, unknown>>, prefix: string, into: Map<string, unknown[]>): void {
  for (const [name, field] of Object.entries(value)) {
    for (const item of Array.isArray(field) ? (field as readonly unknown[]) : [field]) {
      if (isObject(item)) collect(item, prefix + name + SEPARATOR, into);
      else into.set(prefix + name, [...(into.get(prefix + name) ?? []), item]);
    }
  }
}

function arrayIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as readonly unknown[]) : [];
  } catch {
    return [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function refused(why: string) {
  return invalidParameter(`FilterPolicy: ${why}`);
}
