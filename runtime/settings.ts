import { z } from "zod";

/**
 * How every part of the runtime reads its settings: each has one name, which is the environment variable and the key in
 * a settings file alike; the environment overrules the file, and the command line both. All faults of all settings are told at once.
 */

/** Where settings come from. An empty text counts as not set. */
export interface SettingSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What options and arguments set, by the settings' names; it overrules the environment. */
  readonly commandLine?: Readonly<Record<string, string | undefined>> | undefined;
  /** What a settings file holds, one object of names and values; undefined without a file. */
  readonly file?: { readonly path: string; readonly values: unknown } | undefined;
}

/** The settings of one part of the runtime: their types by name, and what has to hold between them. */
export interface SettingsSchema<Shape extends z.ZodRawShape> {
  readonly shape: Shape;
  readonly rules: readonly SettingsRule<z.output<z.ZodObject<Shape>>>[];
  /** Second names, by the first: a setting that is not set under its own name is looked for under the other. */
  readonly otherNames?: Readonly<Record<string, string>>;
  /** Other defaults than the settings' own, as they would be written in the environment. */
  readonly usual?: Readonly<Record<string, string>>;
}

/** Looked at only when none of the settings it names is at fault itself. */
export interface SettingsRule<Settings> {
  readonly names: readonly (keyof Settings & string)[];
  /** What is wrong and how to mend it, a sentence that begins with a name; undefined when all is well. */
  objection(settings: Settings): string | undefined;
}

/** Settings that cannot be used. The message has a line for each fault. */
export class SettingsProblem extends Error {
  override readonly name = "SettingsProblem";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(["The settings cannot be used:", ...faults.map((fault) => `  ${fault}`)].join("\n"));
    this.faults = faults;
  }
}

/**
 * Reads settings with every default filled in.
 *
 * @throws {SettingsProblem} With all faults: name, value, where it was set, what it has to be, and how to mend it.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  { shape, rules, otherNames = {}, usual = {} }: SettingsSchema<Shape>,
  { environment, commandLine = {}, file }: SettingSources,
): z.output<z.ZodObject<Shape>> {
  const faults: string[] = [];
  const known = [...Object.keys(shape), ...Object.values(otherNames)];
  const places: Place[] = [
    { values: commandLine, where: "on the command line" },
    { values: environment, where: "in the environment" },
    ...(file === undefined ? [] : [{ values: fileValues(file.path, file.values, known, faults), where: `in ${file.path}` }]),
  ];
  const values: Record<string, unknown> = {};
  const faulty = new Set<string>();
  for (const [name, type] of Object.entries(shape)) {
    const given = findGiven(name, otherNames[name], places);
    const read = z.safeParse(type, given?.value ?? usual[name]);
    if (read.success) {
      values[name] = read.data;
    } else {
      faulty.add(name);
      faults.push(faultOf(type, given ?? { name: otherNames[name] ?? name, value: undefined, where: "" }));
    }
  }
  const settings = values as z.output<z.ZodObject<Shape>>;
  for (const rule of rules) {
    const broken = rule.names.some((name) => faulty.has(name)) ? undefined : rule.objection(settings);
    if (broken !== undefined) faults.push(broken);
  }
  if (faults.length > 0) throw new SettingsProblem(faults);
  return settings;
}

/** Settings as they may be printed: without those that are not set, secrets, and names and passwords in addresses. */
export function printableSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isSecret(name) ? "***" : typeof value === "string" ? withoutUserInfo(value) : value]),
  );
}

export function wholeNumber({ min, max, unit, what }: NumberSetting) {
  const expected = `a whole number from ${min} to ${max}, in ${unit}`;
  return z.preprocess(fromText, z.int().min(min).max(max)).meta({ expected, what });
}

export function decimalNumber({ min, max, unit, what }: NumberSetting) {
  const expected = `a number from ${min} to ${max}, in ${unit}`;
  return z.preprocess(fromText, z.number().min(min).max(max)).meta({ expected, what });
}

export function webAddress(what: string) {
  const expected = "an address that begins with http:// or https://";
  return z.url({ protocol: /^https?$/ }).meta({ expected, what });
}

export function plainText(what: string) {
  return z.string().min(1).meta({ expected: "a text", what });
}

/** One of some words, in whatever case it is written. */
export function oneOf<const Word extends string>(words: readonly [Word, ...Word[]], what: string) {
  return z
    .preprocess((value) => (typeof value === "string" ? value.toLowerCase() : value), z.enum(words))
    .meta({ expected: `one of ${words.join(", ")}`, what });
}

/** A setting that may be left out, and has then this value. */
export function withDefault<Type extends z.ZodType>(type: Type, value: Exclude<z.output<Type>, undefined>) {
  const { expected, what } = metaOf(type);
  return z.preprocess((given) => given ?? value, type).meta({ expected, what, default: value });
}

/** A setting that may be left out. */
export function optional<Type extends z.ZodType>(type: Type) {
  return type.optional().meta({ ...metaOf(type), isOptional: true });
}

interface NumberSetting {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** What it is for, in a few words that end the sentence "… sets". */
  readonly what: string;
}

interface SettingMeta {
  readonly expected: string;
  readonly what: string;
  readonly default?: unknown;
  readonly isOptional?: boolean;
}

function metaOf(type: z.core.$ZodType): SettingMeta {
  return z.globalRegistry.get(type) as unknown as SettingMeta;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function fromText(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

/** Where settings are looked for, one after the other. */
interface Place {
  readonly values: Readonly<Record<string, unknown>>;
  readonly where: string;
}

interface Given {
  readonly name: string;
  readonly value: unknown;
  readonly where: string;
}

function findGiven(name: string, otherName: string | undefined, places: readonly Place[]): Given | undefined {
  for (const { values, where } of places) {
    for (const candidate of [name, otherName]) {
      if (candidate !== undefined && isSet(values[candidate])) return { name: candidate, value: values[candidate], where };
    }
  }
  return undefined;
}

/** Known by their names: passwords and tokens themselves, not the names of secrets and parameters that hold them. */
function isSecret(name: string): boolean {
  return /PASSWORD|SECRET(?!_ARN$)|TOKEN$/.test(name);
}

function faultOf(type: z.core.$ZodType, { name, value: given, where }: Given): string {
  const { expected, what, ...rest } = metaOf(type);
  if (given === undefined) return `${name} is not set: set it to ${expected}. It is ${what}.`;
  const mend =
    "default" in rest
      ? `change it, or leave it out for ${String(rest.default)}`
      : rest.isOptional === true
        ? "change it, or leave it out"
        : "correct it";
  if (isSecret(name)) return `${name} ${where} is not ${expected}: ${mend}. It is ${what}.`;
  const shown = typeof given === "string" ? JSON.stringify(withoutUserInfo(given)) : JSON.stringify(given);
  return `${name} is ${shown} ${where}, and has to be ${expected}: ${mend}. It is ${what}.`;
}

function fileValues(path: string, values: unknown, known: readonly string[], faults: string[]): Record<string, unknown> {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    faults.push(
      `${path} holds ${Array.isArray(values) ? "a list" : JSON.stringify(values)}, and has to hold an object of names and values.`,
    );
    return {};
  }
  for (const name of Object.keys(values)) {
    if (!known.includes(name)) faults.push(`${name} in ${path} is no setting: remove it, or correct it to one of ${known.join(", ")}.`);
  }
  return values as Record<string, unknown>;
}

function withoutUserInfo(text: string): string {
  return text.replace(/^(\w+:\/\/)[^/@\s]*@/, "$1***@");
}
