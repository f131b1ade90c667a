import { formatDuration, formatNumber } from "../../sim/index.ts";
import type { Form } from "./arrangement.ts";

/** Where a field is found in the form, in words: "Fleet: Maximum". */
export function fieldName({ fieldAt, sections }: Form, path: string): string {
  const section = sections.find((candidate) => path === candidate.path || path.startsWith(`${candidate.path}.`));
  const title = fieldAt(path)?.title ?? path.split(".").at(-1) ?? path;
  return section === undefined || section.path === path ? (section?.title ?? title) : `${section.title}: ${title.toLowerCase()}`;
}

/** The value of a field in few words. */
export function valueText(form: Form, path: string, value: unknown): string {
  if (value === undefined) return "–";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value === "" ? "none" : value;
  if (typeof value === "number") {
    const unit = form.fieldAt(path)?.unit;
    if (unit === "s" && value >= 60) return formatDuration(value * 1000);
    return unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
  }
  if (Array.isArray(value)) return value.length === 0 ? "none" : `${formatNumber(value.length)} entries`;
  return recordText(form, path, value as Readonly<Record<string, unknown>>);
}

/** The kind, and the first numbers: "uniform, 0.5 s, 2 s". */
function recordText(form: Form, path: string, value: Readonly<Record<string, unknown>>): string {
  const { kind, ...rest } = value;
  const field = form.fieldAt(path);
  const title = field?.type === "variant" ? field.variants.find((variant) => variant.kind === kind)?.title : undefined;
  const inner = Object.entries(rest).filter(([, member]) => member !== null && typeof member !== "object");
  const told = inner.slice(0, MOST_TOLD).map(([name, member]) => valueText(form, `${path}.${name}`, member));
  return [...(typeof kind === "string" ? [title ?? kind.replaceAll("-", " ")] : []), ...told].join(", ");
}

const MOST_TOLD = 3;
