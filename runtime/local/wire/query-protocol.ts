import XMLBuilder from "fast-xml-builder";
import { AwsError, type AwsRecord, type AwsService } from "../service.ts";
import type { WireAnswer } from "./wire.ts";

/**
 * AWS query (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html): reads a form into an object as nested as JSON
 * would be, with strings for leaves.
 *
 * `Dimensions.member.1.Name=a` becomes `{ Dimensions: [{ Name: "a" }] }`; a map, `Attributes.entry.1.key=a` and
 * `Attributes.entry.1.value=b`, becomes `{ Attributes: { a: "b" } }`; and so do those that call their parts `Name` and
 * `Value`. An empty list cannot be told from an empty string: it becomes "".
 *
 * @throws {AwsError} MalformedQueryString for names nested deeper than any service's.
 */
export function readQuery(form: URLSearchParams): AwsRecord {
  const root: FormNode = new Map();
  for (const [name, value] of form) {
    const path = name.split(".");
    if (path.length > MAX_DEPTH) throw malformed(`${name.slice(0, 80)} has more than ${MAX_DEPTH} parts`);
    let node = root;
    for (const part of path.slice(0, -1)) {
      let next = node.get(part);
      if (next === undefined) node.set(part, (next = new Map()));
      if (typeof next === "string") throw malformed(`${name} is both a value and a structure`);
      node = next;
    }
    const last = path.at(-1) as string;
    if (node.has(last)) throw malformed(`${name} is given twice`);
    node.set(last, value);
  }
  return recordOf(root);
}

/** An answer in XML. `Map` values become AWS's `<entry>` lists, arrays its `<member>` lists, and a {@link Flattened} repeats its tag. */
export function xmlAnswer(action: string, output: AwsRecord, { xmlNamespace, requestId }: XmlAnswerOptions): WireAnswer {
  const response = {
    ...(xmlNamespace === undefined ? {} : { "@xmlns": xmlNamespace }),
    [`${action}Result`]: xmlNode(output),
    ResponseMetadata: { RequestId: requestId },
  };
  return { statusCode: 200, contentType: "text/xml", body: HEAD + BUILDER.build({ [`${action}Response`]: response }) };
}

export function xmlError({ code, message, statusCode, queryCode }: AwsError, { xmlNamespace, requestId }: XmlAnswerOptions): WireAnswer {
  const response = {
    ...(xmlNamespace === undefined ? {} : { "@xmlns": xmlNamespace }),
    Error: { Type: statusCode < 500 ? "Sender" : "Receiver", Code: queryCode ?? code, Message: escaped(message) },
    RequestId: requestId,
  };
  return { statusCode, contentType: "text/xml", body: HEAD + BUILDER.build({ ErrorResponse: response }) };
}

export interface XmlAnswerOptions {
  readonly xmlNamespace: AwsService["xmlNamespace"];
  readonly requestId: string;
}

/** A list whose items stand beside each other under the list's own name, without `<member>`. */
export class Flattened {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

type FormNode = Map<string, string | FormNode>;

const MAX_DEPTH = 24;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** Texts are escaped here, because its own entities leave a carriage return for the reader to turn into a line feed. */
const BUILDER = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", processEntities: false });

function malformed(what: string): AwsError {
  return new AwsError("MalformedQueryString", `The query string is malformed: ${what}.`);
}

function recordOf(node: FormNode): AwsRecord {
  return Object.fromEntries([...node].map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: string | FormNode): unknown {
  if (typeof value === "string") return value;
  const [inner] = value.values();
  if (value.size === 1 && typeof inner === "object" && isList(inner)) {
    if (value.has("member")) return itemsOf(inner);
    if (value.has("entry")) return mapOf(inner);
  }
  return isList(value) ? itemsOf(value) : recordOf(value);
}

function isList(node: FormNode): boolean {
  for (const name of node.keys()) if (!/^\d{1,9}$/.test(name)) return false;
  return true;
}

function itemsOf(list: FormNode): unknown[] {
  return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => valueOf(item));
}

function mapOf(list: FormNode): AwsRecord {
  const pairs = itemsOf(list).map((item): [string, unknown] => {
    const { key, value, Name = key, Value = value } = item as AwsRecord;
    if (typeof Name !== "string") throw malformed("an entry of a map has no key");
    return [Name, Value];
  });
  return Object.fromEntries(pairs);
}

function xmlNode(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Flattened) return value.items.map(xmlNode);
  if (value instanceof Map) {
    return { entry: [...(value as Map<string, unknown>)].map(([key, item]) => ({ key: escaped(key), value: xmlNode(item) })) };
  }
  if (Array.isArray(value)) return { member: value.map(xmlNode) };
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, xmlNode(field)]));
  }
  return typeof value === "string" ? escaped(value) : value;
}

function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;" };
