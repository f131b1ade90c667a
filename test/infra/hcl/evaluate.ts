import type { ForNode, Node, Part } from "./expression.ts";
import { FUNCTIONS, type HclFunction } from "./functions.ts";
import { Computed, elements, encode, equal, isObject, shown, text, type Value } from "./values.ts";

/** Where names come from: the module's own, and what a for expression or a dynamic block adds to them. */
export interface Scope {
  /** Undefined when there is no such name. */
  readonly find: (name: string) => Value | undefined;
  /** Functions that depend on the module, as `templatefile`. */
  readonly functions: Readonly<Record<string, HclFunction>>;
  /** What an attribute is that an object does not have; throws when there cannot be one. */
  readonly missing?: (of: Value, name: string) => Value | undefined;
}

export function within(scope: Scope, names: Readonly<Record<string, Value>>): Scope {
  return { ...scope, find: (name) => (Object.hasOwn(names, name) ? names[name] : scope.find(name)) };
}

/** Computes an expression. Throws for what Terraform would refuse: unknown names, attributes that are not there, wrong types. */
export function evaluate(node: Node, scope: Scope): Value {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "template":
      return node.parts.map((part) => rendered(part, scope)).join("");
    case "name": {
      const value = scope.find(node.name);
      if (value === undefined) throw new ReferenceError(`${node.name} is declared nowhere`);
      return value;
    }
    case "attribute":
      return memberOf(evaluate(node.of, scope), node.name, scope);
    case "index":
      return memberOf(evaluate(node.of, scope), evaluate(node.by, scope), scope);
    case "splat":
      return splat(evaluate(node.of, scope), (item) => evaluate(node.each, within(scope, { [node.variable]: item })));
    case "call":
      return called(node, scope);
    case "unary": {
      const value = evaluate(node.of, scope);
      if (value instanceof Computed) return value;
      return node.operator === "!" ? !truth(value) : -number(value);
    }
    case "binary":
      return binary(node, scope);
    case "choice": {
      const condition = evaluate(node.condition, scope);
      // What depends on something to be made is itself known only then.
      return condition instanceof Computed ? condition : evaluate(truth(condition) ? node.then : node.otherwise, scope);
    }
    case "tuple":
      return node.items.map((item) => evaluate(item, scope));
    case "object":
      return Object.fromEntries(node.items.map(([key, value]) => [text(evaluate(key, scope)), evaluate(value, scope)]));
    case "for":
      return forExpression(node, scope);
  }
}

/** Key and value of each element, as `for` and `for_each` see them. */
export function entriesOf(value: Value): (readonly [key: Value, value: Value])[] {
  if (isObject(value)) return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (value instanceof Set) return [...(value as ReadonlySet<Value>)].map((item) => [item, item]);
  return elements(value).map((item, index) => [index, item]);
}

function rendered(part: Part, scope: Scope): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "value":
      return text(evaluate(part.value, scope));
    case "if": {
      const chosen = truth(evaluate(part.condition, scope)) ? part.then : part.otherwise;
      return chosen.map((inner) => rendered(inner, scope)).join("");
    }
    case "each":
      return entriesOf(evaluate(part.over, scope))
        .map(([key, value]) => {
          const inner = within(scope, part.key === undefined ? { [part.value]: value } : { [part.key]: key, [part.value]: value });
          return part.parts.map((piece) => rendered(piece, inner)).join("");
        })
        .join("");
  }
}

function memberOf(of: Value, by: Value, scope: Scope): Value {
  if (of instanceof Computed) return new Computed(typeof by === "number" ? `${of.path}[${String(by)}]` : `${of.path}.${text(by)}`);
  if (isObject(of)) {
    const name = text(by);
    const member = Object.hasOwn(of, name) ? of[name] : scope.missing?.(of, name);
    if (member === undefined) throw new ReferenceError(`there is no ${name} in ${shown(of)}`);
    return member;
  }
  const item = elements(of)[number(by)];
  if (item === undefined) throw new RangeError(`there is no element ${text(by)} in ${shown(of)}`);
  return item;
}

function splat(of: Value, each: (item: Value) => Value): Value {
  if (of === null) return [];
  return Array.isArray(of) || of instanceof Set ? elements(of).map(each) : [each(of)];
}

function called(node: Extract<Node, { kind: "call" }>, scope: Scope): Value {
  if (node.name === "try" || node.name === "can") {
    for (const arg of node.args) {
      try {
        const value = evaluate(arg, scope);
        return node.name === "can" ? true : value;
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || error instanceof SyntaxError))
          throw error;
      }
    }
    if (node.name === "can") return false;
    throw new RangeError("none of the attempts of try succeeds");
  }
  const known = scope.functions[node.name] ?? FUNCTIONS[node.name];
  if (known === undefined) throw new ReferenceError(`there is no function ${node.name}`);
  const args = node.args.map((arg) => evaluate(arg, scope));
  const last = node.spread ? args.pop() : undefined;
  return known(...args, ...(node.spread ? elements(last) : []));
}

function binary(node: Extract<Node, { kind: "binary" }>, scope: Scope): Value {
  const left = evaluate(node.left, scope);
  if (node.operator === "&&" && !(left instanceof Computed)) return truth(left) && evaluate(node.right, scope);
  if (node.operator === "||" && !(left instanceof Computed)) return truth(left) || evaluate(node.right, scope);
  const right = evaluate(node.right, scope);
  if (left instanceof Computed || right instanceof Computed) return left instanceof Computed ? left : right;
  if (node.operator === "==") return equal(left, right);
  if (node.operator === "!=") return !equal(left, right);
  const [a, b] = [number(left), number(right)];
  switch (node.operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw new SyntaxError(`${node.operator} is no operator`);
  }
}

function forExpression(node: ForNode, scope: Scope): Value {
  const list: Value[] = [];
  const grouped = new Map<string, Value[]>();
  for (const [key, value] of entriesOf(evaluate(node.over, scope))) {
    const inner = within(scope, node.key === undefined ? { [node.value]: value } : { [node.key]: key, [node.value]: value });
    if (node.condition !== undefined && !truth(evaluate(node.condition, inner))) continue;
    const result = evaluate(node.result, inner);
    if (node.resultKey === undefined) {
      list.push(result);
    } else {
      const name = text(evaluate(node.resultKey, inner));
      if (grouped.has(name) && !node.grouped) throw new RangeError(`two elements have the key ${name}`);
      grouped.set(name, [...(grouped.get(name) ?? []), result]);
    }
  }
  if (node.resultKey === undefined) return list;
  return Object.fromEntries([...grouped].map(([name, values]) => [name, node.grouped ? values : (values[0] ?? null)]));
}

function truth(value: Value): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new TypeError(`${encode(value)} is neither true nor false`);
}

function number(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
  throw new TypeError(`${shown(value)} is no number`);
}
