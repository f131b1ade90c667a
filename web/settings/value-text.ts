import { formatDuration, formatNumber } from "../../sim/index.ts";
import type { Form } from "./arrangement.ts";
import type { Field } from "./fields.ts";

/** From here on seconds are told in words. */
const TELL_FROM_SEC = 60;
/** Members of a thing that stand for it in few words. */
const MOST_TOLD = 3;

/** Where a field is found in the form, in words: "Fleet: maximum", "Fleet: boot, median", of a list "Policy: policies, 2". */
export function fieldName({ fieldAt, sections }: Form, path: string): string {
  const section = sections.find((candidate) => path === candidate.path || path.startsWith(`${candidate.path}.`));
  if (section === undefined) return fieldAt(path)?.title ?? path;
  const names = path.split(".");
  const depth = section.path.split(".").length;
  const titles = names.slice(depth).flatMap((name, index) => {
    if (/^\d+$/.test(name)) return [String(Number(name) + 1)];
    const title = fieldAt(names.slice(0, depth + index + 1).join("."))?.title;
    return title === undefined ? [] : [uncapitalised(title)];
  });
  return titles.length === 0 ? section.title : `${section.title}: ${titles.join(", ")}`;
}

/** "maximum" of "Maximum"; "DLQ" stays. */
function uncapitalised(title: string): string {
  return /^[A-Z][^A-Z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** The value of a field in few words; of one that the form does not know as well. */
export function valueText(field: Field | undefined, value: unknown): string {
  if (value === undefined) return "–";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value === "" ? "none" : value;
  if (typeof value === "number") {
    if (field?.unit === "s" && value >= TELL_FROM_SEC) return formatDuration(value * 1000);
    if (field?.unit === undefined) return formatNumber(value);
    // One instance, not one instances.
    return `${formatNumber(value)} ${value === 1 ? field.unit.replace(/^(\w{3,})s$/, "$1") : field.unit}`;
  }
  if (Array.isArray(value)) return value.length === 0 ? "none" : `${formatNumber(value.length)} entries`;
  // What is there as a whole or not at all: its fields say more than that it is there.
  if (field?.type === "optional" || field?.type === "group") return recordText(field.fields, value) || "on";
  return kindText(field, value as Readonly<Record<string, unknown>>);
}

/** A thing of a list by the first of its fields: "At 1 h, Rate 20 messages/s". */
export function recordText(fields: readonly Field[], value: unknown): string {
  const [only] = fields;
  if (only?.type === "variant" && fields.length === 1) return valueText(only, value);
  const members = value as Readonly<Record<string, unknown>>;
  const told = fields.flatMap((field) => {
    const member = members[nameOf(field)];
    return member === null || typeof member === "object" || member === undefined ? [] : [`${field.title} ${valueText(field, member)}`];
  });
  return told.slice(0, MOST_TOLD).join(", ");
}

/** A thing that comes in kinds by its kind and its first fields: "Lognormal, 450 ms, 1 s". */
function kindText(field: Field | undefined, value: Readonly<Record<string, unknown>>): string {
  const { kind, ...rest } = value;
  const variant = field?.type === "variant" ? field.variants.find((candidate) => candidate.kind === kind) : undefined;
  const told = Object.entries(rest)
    .filter(([, member]) => member !== null && typeof member !== "object")
    .map(([name, member]) =>
      valueText(
        variant?.fields.find((inner) => nameOf(inner) === name),
        member,
      ),
    );
  return [...(typeof kind === "string" ? [variant?.title ?? kind.replaceAll("-", " ")] : []), ...told.slice(0, MOST_TOLD)].join(", ");
}

function nameOf({ path }: Field): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
