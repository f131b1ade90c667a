import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What stands in a table: texts, finite numbers and truths by the name of their attribute. */
export type Item = Readonly<Record<string, ItemValue>>;
export type ItemValue = string | number | boolean;

/**
 * What has to hold for the item that is there, if a write is to be done:
 *
 * - `absent`: it has no such attribute; of the key's name: there is no item.
 * - `equals`: an attribute has this value. `below`: it is a number less than this one.
 * - `all`, `any`: of several conditions.
 */
export type Condition =
  | { readonly absent: string }
  | { readonly equals: readonly [name: string, value: ItemValue] }
  | { readonly below: readonly [name: string, value: number] }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

/**
 * The expressions of one DynamoDB request. Names and values get placeholders throughout, so that no attribute collides
 * with a reserved word (DynamoDB Developer Guide, ReservedWords).
 */
export class Expressions {
  private readonly names = new Map<string, string>();
  private readonly values: AttributeValue[] = [];

  /** The expression of an update. */
  changes(set: Item, remove: readonly string[]): string {
    const settings = Object.entries(set).map(([name, value]) => `${this.name(name)} = ${this.value(value)}`);
    const removals = remove.map((name) => this.name(name));
    return [
      ...(settings.length === 0 ? [] : [`SET ${settings.join(", ")}`]),
      ...(removals.length === 0 ? [] : [`REMOVE ${removals.join(", ")}`]),
    ].join(" ");
  }

  /** The condition and all placeholders so far: the last to be asked for. */
  guard(condition: Condition | undefined): Guard {
    const ConditionExpression = condition === undefined ? undefined : this.condition(condition);
    const { names, values } = this;
    return {
      ConditionExpression,
      ExpressionAttributeNames: names.size === 0 ? undefined : Object.fromEntries([...names].map(([name, place]) => [place, name])),
      ExpressionAttributeValues: values.length === 0 ? undefined : Object.fromEntries(values.map((value, index) => [`:v${index}`, value])),
    };
  }

  private condition(condition: Condition): string {
    if ("absent" in condition) return `attribute_not_exists(${this.name(condition.absent)})`;
    if ("equals" in condition) return `${this.name(condition.equals[0])} = ${this.value(condition.equals[1])}`;
    if ("below" in condition) return `${this.name(condition.below[0])} < ${this.value(condition.below[1])}`;
    const [parts, word] = "all" in condition ? [condition.all, " AND "] : [condition.any, " OR "];
    return parts.map((part) => `(${this.condition(part)})`).join(word);
  }

  private name(name: string): string {
    const place = this.names.get(name) ?? `#n${this.names.size}`;
    this.names.set(name, place);
    return place;
  }

  private value(value: ItemValue): string {
    return `:v${this.values.push(valueOf(value)) - 1}`;
  }
}

interface Guard {
  readonly ConditionExpression: string | undefined;
  readonly ExpressionAttributeNames: Record<string, string> | undefined;
  readonly ExpressionAttributeValues: Record<string, AttributeValue> | undefined;
}

export function valuesOf(item: Item): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueOf(value)]));
}

/** Attributes of kinds that we never write are left out. */
export function itemOf(values: Readonly<Record<string, AttributeValue>>): Item {
  const known = Object.entries(values).flatMap(([name, value]): [string, ItemValue][] => {
    if (value.S !== undefined) return [[name, value.S]];
    if (value.N !== undefined) return [[name, Number(value.N)]];
    return value.BOOL === undefined ? [] : [[name, value.BOOL]];
  });
  return Object.fromEntries(known);
}

function valueOf(value: ItemValue): AttributeValue {
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
}
