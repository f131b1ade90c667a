import { Computed, elements, encode, equal, isObject, shown, text, type Value } from "./values.ts";

export type HclFunction = (...args: readonly Value[]) => Value;

/** The functions that infra calls, as Terraform documents them. Those that read files are in `plan.ts`. */
export const FUNCTIONS: Readonly<Record<string, HclFunction>> = {
  jsonencode: (value) => encode(value ?? null),
  jsondecode: (value) => JSON.parse(text(value)) as Value,
  base64encode: (value) => Buffer.from(text(value)).toString("base64"),

  tostring: (value) => (value === null ? null : text(value)),
  tonumber: (value) => (value === null ? null : number(value)),
  tobool: (value) => (value === "true" ? true : value === "false" ? false : (value ?? null)),
  tolist: (value) => [...elements(value)],
  toset: (value) => distinctSet(elements(value)),
  tomap: (value) => value ?? null,

  length: (value) => (typeof value === "string" ? value.length : isObject(value) ? Object.keys(value).length : elements(value).length),
  keys: (value) => Object.keys(object(value)).sort(),
  values: (value) => {
    const members = object(value);
    return Object.keys(members)
      .sort()
      .map((name) => members[name] ?? null);
  },
  lookup: (value, name, fallback) => object(value)[text(name)] ?? fallback ?? null,
  merge: (...maps) => Object.assign({}, ...maps.filter((map) => map !== null).map(object)) as Value,
  zipmap: (names, values) => Object.fromEntries(elements(names).map((name, index) => [text(name), elements(values)[index] ?? null])),
  concat: (...lists) => lists.flatMap((list) => [...elements(list)]),
  flatten: (value) => flat(value ?? null),
  compact: (value) => elements(value).filter((item) => item !== null && item !== ""),
  distinct: (value) => [...distinctSet(elements(value), false)],
  reverse: (value) => [...elements(value)].reverse(),
  sort: (value) => [...elements(value)].map(text).sort(),
  slice: (value, from, to) => elements(value).slice(number(from), number(to)),
  element: (value, index) => elements(value)[number(index) % elements(value).length] ?? null,
  index: (value, item) => elements(value).findIndex((candidate) => equal(candidate, item)),
  contains: (value, item) => elements(value).some((candidate) => equal(candidate, item)),
  range: (...bounds) => numbersTo(bounds.map(number)),
  one: (value) => elements(value)[0] ?? null,
  setsubtract: (value, other) => distinctSet(elements(value).filter((item) => !elements(other).some((known) => equal(known, item)))),
  setintersection: (value, other) => distinctSet(elements(value).filter((item) => elements(other).some((known) => equal(known, item)))),
  setunion: (...sets) => distinctSet(sets.flatMap((set) => [...elements(set)])),
  alltrue: (value) => elements(value).every((item) => item === true),
  anytrue: (value) => elements(value).some((item) => item === true),
  coalesce: (...values) => values.find((value) => value !== null && value !== "") ?? null,
  coalescelist: (...lists) => lists.find((list) => elements(list).length > 0) ?? [],

  max: (...values) => Math.max(...values.map(number)),
  min: (...values) => Math.min(...values.map(number)),
  sum: (values) => elements(values).reduce<number>((sum, value) => sum + number(value), 0),
  ceil: (value) => Math.ceil(number(value)),
  floor: (value) => Math.floor(number(value)),
  abs: (value) => Math.abs(number(value)),

  format: (pattern, ...args) => formatted(text(pattern), args),
  join: (separator, ...lists) => lists.flatMap((list) => elements(list).map(text)).join(text(separator)),
  split: (separator, value) => text(value).split(text(separator)),
  replace: (value, search, replacement) => text(value).replaceAll(pattern(text(search)), text(replacement).replaceAll(/\$(?!\d)/g, "$$$$")),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  title: (value) => text(value).replaceAll(/\b\w/g, (letter) => letter.toUpperCase()),
  substr: (value, from, length) => text(value).slice(number(from), number(length) < 0 ? undefined : number(from) + number(length)),
  trimspace: (value) => text(value).trim(),
  trimprefix: (value, prefix) => (text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value)),
  trimsuffix: (value, suffix) => (text(value).endsWith(text(suffix)) ? text(value).slice(0, -text(suffix).length) : text(value)),
  startswith: (value, prefix) => text(value).startsWith(text(prefix)),
  endswith: (value, suffix) => text(value).endsWith(text(suffix)),
  strcontains: (value, part) => text(value).includes(text(part)),
  regex: (expression, value) => firstMatch(text(expression), text(value)),
  regexall: (expression, value) => [...text(value).matchAll(new RegExp(text(expression), "g"))].map((match) => match[1] ?? match[0]),

  cidrhost: (block, host) => address(subnet(text(block), 32 - prefixLength(text(block)), number(host))),
  cidrsubnet: (block, bits, index) => subnet(text(block), number(bits), number(index)),
};

function number(value: Value | undefined): number {
  const result = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isNaN(result)) throw new TypeError(`${shown(value)} is no number`);
  return result;
}

function object(value: Value | undefined): Readonly<Record<string, Value>> {
  if (!isObject(value)) throw new TypeError(`${shown(value)} is no object`);
  return value;
}

function flat(value: Value): Value[] {
  if (value instanceof Computed || !(Array.isArray(value) || value instanceof Set)) return [value];
  return elements(value).flatMap(flat);
}

/** Sets of texts are in order, as Terraform has them; `distinct` keeps the order of its list. */
function distinctSet(items: readonly Value[], inOrder = true): ReadonlySet<Value> {
  const kept = items.filter((item, place) => items.findIndex((other) => equal(other, item)) === place);
  return new Set(inOrder && kept.every((item) => typeof item === "string") ? [...kept].sort() : kept);
}

function numbersTo(bounds: readonly number[]): number[] {
  const [first = 0, second, step = 1] = bounds;
  const [from, to] = second === undefined ? [0, first] : [first, second];
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);
}

function formatted(form: string, args: readonly Value[]): string {
  let next = 0;
  return form.replaceAll(/%(0?)(\d*)([sdvq%])/g, (_, zero: string, width: string, verb: string) => {
    if (verb === "%") return "%";
    const value = args[next] ?? null;
    next += 1;
    const plain =
      verb === "q"
        ? JSON.stringify(text(value))
        : typeof value === "object" && value !== null && !(value instanceof Computed)
          ? encode(value)
          : text(value);
    return plain.padStart(Number(width), zero === "0" ? "0" : " ");
  });
}

/** Between slashes it is a regular expression, otherwise a text. */
function pattern(search: string): RegExp | string {
  return search.length > 1 && search.startsWith("/") && search.endsWith("/") ? new RegExp(search.slice(1, -1), "g") : search;
}

function firstMatch(expression: string, value: string): Value {
  const match = new RegExp(expression).exec(value);
  if (match === null) throw new RangeError(`${value} does not match ${expression}`);
  return match.length === 1 ? match[0] : match.slice(1).map((group) => (group as string | undefined) ?? null);
}

function prefixLength(block: string): number {
  const length = Number(/^\d+\.\d+\.\d+\.\d+\/(\d+)$/.exec(block)?.[1] ?? Number.NaN);
  if (!(length <= 32)) throw new RangeError(`${block} is no IPv4 block`);
  return length;
}

function subnet(block: string, bits: number, index: number): string {
  const length = prefixLength(block) + bits;
  const bytes = block.replace(/\/.*/, "").split(".").map(Number);
  if (bytes.some((byte) => byte > 255) || length > 32 || index >= 2 ** bits) throw new RangeError(`${block} has no such part`);
  const base = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + index * 2 ** (32 - length);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${String(length)}`;
}

function address(block: string): string {
  return block.replace(/\/.*/, "");
}
