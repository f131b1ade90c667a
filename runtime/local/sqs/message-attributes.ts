import { hash } from "node:crypto";
import type { AwsRecord } from "../service.ts";
import { sqsError } from "./errors.ts";
import { optionalRecord, optionalText } from "./input.ts";

/** A message attribute as it was sent; a binary value stays in the base64 of the wire. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/**
 * Reads and checks message attributes (SQS Developer Guide, sqs-message-metadata); undefined when there are none.
 *
 * @throws {AwsError} InvalidParameterValue
 */
export function readMessageAttributes(input: AwsRecord, field: string): MessageAttributes | undefined {
  const given = optionalRecord(input, field);
  if (given === undefined) return undefined;
  const names = Object.keys(given);
  if (names.length === 0) return undefined;
  if (names.length > MAX_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  }
  return Object.fromEntries(names.map((name) => [name, attributeOf(name, optionalRecord(given, name) ?? {})]));
}

/** What the attributes add to the size of a message, in bytes: names, types and values. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? "");
    if (BinaryValue !== undefined) bytes += Buffer.byteLength(BinaryValue, "base64");
  }
  return bytes;
}

/**
 * MD5 as clients compute it to see that nothing was lost (sqs-attributes-md5): by name, and of each attribute the name,
 * the type and the value with their lengths, and 1 for text or 2 for bytes.
 */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const parts: Buffer[] = [];
  const add = (bytes: Buffer) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    parts.push(BinaryValue === undefined ? TEXT : BYTES);
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue, "base64"));
  }
  return hash("md5", Buffer.concat(parts));
}

/** Those that a receive asks for: names, `All`, `.*`, or a prefix with `.*`. */
export function selectedAttributes(attributes: MessageAttributes, asked: readonly string[]): MessageAttributes {
  if (asked.includes("All") || asked.includes(".*")) return attributes;
  const prefixes = asked.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -2));
  const isAsked = (name: string) => asked.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isAsked(name)));
}

const MAX_ATTRIBUTES = 10;
const MAX_NAME_LENGTH = 256;
const TEXT = Buffer.from([1]);
const BYTES = Buffer.from([2]);

function attributeOf(name: string, given: AwsRecord): MessageAttribute {
  checkName(name);
  const DataType = optionalText(given, "DataType") ?? "";
  const kind = /^(String|Number|Binary)(?:\..+)?$/.exec(DataType)?.[1];
  if (kind === undefined || DataType.length > MAX_NAME_LENGTH) {
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const [StringValue, BinaryValue] = [optionalText(given, "StringValue"), optionalText(given, "BinaryValue")];
  const value = kind === "Binary" ? BinaryValue : StringValue;
  if ((kind === "Binary" ? StringValue : BinaryValue) !== undefined) {
    throw invalid(
      `The message (user) attribute '${name}' with type '${DataType}' must use field '${kind === "Binary" ? "Binary" : "String"}'.`,
    );
  }
  if (value === undefined || value === "") {
    throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`);
  }
  if (kind === "Number" && !isNumber(value)) throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  return BinaryValue === undefined ? { DataType, StringValue: value } : { DataType, BinaryValue };
}

function checkName(name: string): void {
  const isFit = /^[\w-]+(?:\.[\w-]+)*$/.test(name) && name.length <= MAX_NAME_LENGTH;
  if (!isFit) throw invalid(`Invalid message attribute name '${name}': it has letters, digits, _, - and single dots inside.`);
  if (/^(?:aws|amazon)\./i.test(name)) throw invalid(`The message attribute name '${name}' begins with a reserved prefix.`);
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function invalid(message: string) {
  return sqsError("InvalidParameterValue", message);
}
