import { offsetOf, tokenOf } from "./page-token.ts";
import { AwsError, type AwsRecord } from "./service.ts";

/** A service's own error for a parameter that is missing or invalid. */
export type ParameterFault = (fault: "missing" | "invalid", message: string) => AwsError;

/**
 * Reads the fields of a request, of either protocol: numbers, booleans and instants may come as they are or as text. Throws
 * an {@link AwsError} that names the field, the value and what would be right.
 */
export class RequestFields {
  private readonly record: AwsRecord;
  private readonly fault: ParameterFault;
  private readonly path: string;

  constructor(record: AwsRecord, fault: ParameterFault, path = "") {
    this.record = record;
    this.fault = fault;
    this.path = path;
  }

  has(name: string): boolean {
    const value = this.record[name];
    return value !== undefined && value !== null && value !== "";
  }

  text(name: string, range?: TextRange): string {
    return this.required(name, this.optionalText(name, range));
  }

  optionalText(name: string, { longest = 2048 }: TextRange = {}): string | undefined {
    const value = this.record[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw this.invalid(name, "has to be a string");
    if (value.length > longest) throw this.invalid(name, `has ${value.length} characters, and may have ${longest} at most`);
    return value === "" ? undefined : value;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    return this.required(name, this.optionalOneOf(name, choices));
  }

  optionalOneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.invalid(name, `is "${value}", and has to be one of ${choices.join(", ")}`);
    return choice;
  }

  number(name: string, range?: NumberRange): number {
    return this.required(name, this.optionalNumber(name, range));
  }

  optionalNumber(name: string, { min = -Infinity, max = Infinity }: NumberRange = {}): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.record[name];
    const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : NaN;
    if (!Number.isFinite(number)) throw this.invalid(name, "has to be a number");
    if (number < min || number > max) throw this.invalid(name, `is ${number}, and has to be from ${min} to ${max}`);
    return number;
  }

  whole(name: string, range?: NumberRange): number {
    return this.required(name, this.optionalWhole(name, range));
  }

  optionalWhole(name: string, range?: NumberRange): number | undefined {
    const number = this.optionalNumber(name, range);
    if (number !== undefined && !Number.isInteger(number)) throw this.invalid(name, `is ${number}, and has to be a whole number`);
    return number;
  }

  flag(name: string, byDefault: boolean): boolean {
    if (!this.has(name)) return byDefault;
    const value = this.record[name];
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    throw this.invalid(name, "has to be true or false");
  }

  /** Milliseconds since 1970. */
  instant(name: string): number {
    return this.required(name, this.optionalInstant(name));
  }

  optionalInstant(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.record[name];
    const at = typeof value === "number" ? value * 1000 : typeof value === "string" ? Date.parse(value) : NaN;
    if (Number.isNaN(at)) throw this.invalid(name, "has to be an instant");
    return at;
  }

  texts(name: string): readonly string[] {
    return this.items(name).map((item) => {
      if (typeof item !== "string") throw this.invalid(name, "has to be a list of strings");
      return item;
    });
  }

  numbers(name: string): readonly number[] {
    return this.items(name).map((item) => {
      const number = typeof item === "string" ? Number(item) : item;
      if (typeof number !== "number" || !Number.isFinite(number)) throw this.invalid(name, "has to be a list of numbers");
      return number;
    });
  }

  list(name: string): readonly RequestFields[] {
    return this.items(name).map((item, index) => this.inner(`${name}.${index + 1}`, item));
  }

  structure(name: string): RequestFields {
    return this.required(name, this.optionalStructure(name));
  }

  optionalStructure(name: string): RequestFields | undefined {
    return this.has(name) ? this.inner(name, this.record[name]) : undefined;
  }

  /** What the client sent, for what is kept and given back unread. */
  asSent(name: string): unknown {
    return this.has(name) ? this.record[name] : undefined;
  }

  missing(name: string): AwsError {
    return this.fault("missing", `The parameter ${this.path}${name} is required.`);
  }

  /** @param objection As in "is 3, and has to be at most 2". */
  invalid(name: string, objection: string): AwsError {
    return this.fault("invalid", `The parameter ${this.path}${name} ${objection}.`);
  }

  private required<Value>(name: string, value: Value | undefined): Value {
    if (value === undefined) throw this.missing(name);
    return value;
  }

  private items(name: string): readonly unknown[] {
    if (!this.has(name)) return [];
    const value = this.record[name];
    if (!Array.isArray(value)) throw this.invalid(name, "has to be a list");
    return value as readonly unknown[];
  }

  private inner(name: string, value: unknown): RequestFields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.invalid(name, "has to be a structure");
    return new RequestFields(value as AwsRecord, this.fault, `${this.path}${name}.`);
  }
}

interface TextRange {
  readonly longest?: number;
}

interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** One page of a list, and the token of the next one while there is one. */
export function pageOf<Item>(items: readonly Item[], fields: RequestFields, { most }: { most: number }) {
  const from = offsetOf(fields.optionalText("NextToken"));
  if (from === undefined) throw new AwsError("InvalidNextToken", "The NextToken is not one that was given out here.");
  const to = from + (fields.optionalWhole("MaxRecords", { min: 1, max: most }) ?? most);
  return { page: items.slice(from, to), NextToken: to < items.length ? tokenOf(to) : undefined };
}
