/**
 * Money as whole minor units (cents), so that sums are exact. How many decimals a currency has comes from the engine's own
 * table of ISO 4217.
 */

/** Decimals of a currency: 2 for USD, 0 for JPY; undefined for what is none. */
export function decimalsOf(currency: string): number | undefined {
  return CURRENCIES.has(currency)
    ? new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits
    : undefined;
}

/** Minor units of an amount; undefined when it has more decimals than the currency, or is too large to be exact. */
export function minorUnits(amount: number, currency: string): number | undefined {
  const decimals = decimalsOf(currency);
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(amount)) ?? [];
  if (decimals === undefined || whole === "" || fraction.length > decimals) return undefined;
  const units = Number(`${sign}${whole}${fraction.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(units) ? units : undefined;
}

/** The amount that so many minor units are. */
export function amountOf(units: number, currency: string): number {
  return Number((units / 10 ** (decimalsOf(currency) ?? 0)).toFixed(decimalsOf(currency) ?? 0));
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
