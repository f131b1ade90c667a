import { AwsError, type AwsRecord } from "../service.ts";
import { invalidValue, missing } from "./errors.ts";

/**
 * Reads the fields of a request. Numbers and booleans may come as text, as they do in the former query protocol.
 */

export function optionalText(input: AwsRecord, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(name, "a string");
  return value;
}

export function requiredText(input: AwsRecord, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") throw missing(name);
  return value;
}

export interface WholeRange {
  readonly min: number;
  readonly max: number;
}

export function optionalWhole(input: AwsRecord, name: string, { min, max }: WholeRange): number | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : NaN;
  if (!Number.isInteger(number)) throw wrongType(name, "a whole number");
  if (number < min || number > max) throw invalidValue(name, value, `Must be between ${min} and ${max}, if provided.`);
  return number;
}

/** An empty list in the query protocol is an empty string. */
function listOf(input: AwsRecord, name: string): readonly unknown[] {
  const value = input[name];
  if (value === undefined || value === null || value === "") return [];
  if (!Array.isArray(value)) throw wrongType(name, "a list");
  return value as readonly unknown[];
}

export function textsOf(input: AwsRecord, name: string): readonly string[] {
  return listOf(input, name).map((item) => {
    if (typeof item !== "string") throw wrongType(name, "a list of strings");
    return item;
  });
}

export function recordsOf(input: AwsRecord, name: string): readonly AwsRecord[] {
  return listOf(input, name).map((item) => {
    if (!isRecord(item)) throw wrongType(name, "a list of structures");
    return item;
  });
}

export function optionalRecord(input: AwsRecord, name: string): AwsRecord | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (!isRecord(value)) throw wrongType(name, "a structure");
  return value;
}

export function textMapOf(input: AwsRecord, name: string): Readonly<Record<string, string>> {
  const map = optionalRecord(input, name) ?? {};
  for (const [key, value] of Object.entries(map)) if (typeof value !== "string") throw wrongType(`${name}.${key}`, "a string");
  return map as Readonly<Record<string, string>>;
}

function isRecord(value: unknown): value is AwsRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongType(name: string, expected: string): AwsError {
  return new AwsError("SerializationException", `${name} has to be ${expected}.`);
}
