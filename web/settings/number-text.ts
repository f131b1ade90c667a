/** Numbers as people type them into a box. */

const UNITS_SEC: Readonly<Record<string, number>> = { ms: 0.001, s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/**
 * Reads a number as typed: "1,000", "0.5", "1e3"; in fields of seconds also "90 s", "5 min", "1 h 30 min". NaN when it is
 * none of these.
 */
export function parseNumber(text: string, unit: string | undefined): number {
  const trimmed = text.trim().replace(/^\+/, "");
  const plain = trimmed.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, "").replace(/(?<=\d)[\u2009\u00A0 ](?=\d{3}(?:\D|$))/g, "");
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  if (unit !== "s") return NaN;
  const parts = [...trimmed.matchAll(/(\d+\.?\d*|\.\d+)\s*([a-z]+)\s*/gi)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== trimmed) return NaN;
  return parts.reduce((sum, [, amount, name]) => sum + Number(amount) * (UNITS_SEC[String(name).toLowerCase()] ?? NaN), 0);
}

/** A plain value as text; empty for anything else. */
export function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** As the box shows it: digits only, no more of them than the value has. */
export function numberText(value: unknown): string {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "";
}
