/** What expressions compute: JSON's values, sets, and what only AWS will know. */
export type Value =
  null | string | number | boolean | readonly Value[] | ReadonlySet<Value> | Computed | { readonly [name: string]: Value };

/**
 * What is known only once it has been made: the ARN of a queue, the address of a load balancer. It knows where it comes
 * from, as `module.queue.aws_sqs_queue.main.arn`, so that one can follow who refers to whom; in a text it shows as that
 * path in guillemets.
 */
export class Computed {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  toString(): string {
    return `«${this.path}»`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export function isObject(value: Value | undefined): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Set) && !(value instanceof Computed);
}

/** The elements of a list or a set; a computed value has none that anybody could count. */
export function elements(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  if (value instanceof Set) return [...(value as ReadonlySet<Value>)];
  throw new TypeError(`${shown(value)} is no list`);
}

/** As Terraform turns it into text. */
export function text(value: Value | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Computed) return value.toString();
  throw new TypeError(`${shown(value)} is no text`);
}

export function equal(left: Value | undefined, right: Value | undefined): boolean {
  return encode(left ?? null) === encode(right ?? null);
}

/** JSON with its keys in order, as `jsonencode` writes it. */
export function encode(value: Value): string {
  if (value instanceof Set) return encode([...(value as ReadonlySet<Value>)]);
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(encode).join(",")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, member]) => `${quoted(name)}:${encode(member)}`).join(",")}}`;
  }
  return typeof value === "string" || value instanceof Computed ? quoted(String(value)) : JSON.stringify(value);
}

/** Terraform writes these three as escapes, so that the text may stand in a page. */
function quoted(value: string): string {
  return JSON.stringify(value).replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

export function shown(value: Value | undefined): string {
  return value === undefined ? "nothing" : encode(value).slice(0, 200);
}
