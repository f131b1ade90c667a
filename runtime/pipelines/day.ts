/** The day of an instant in UTC, in its parts. */
export function utcDay(epochMs: number): { readonly year: string; readonly month: string; readonly day: string } {
  const [year = "", month = "", day = ""] = new Date(epochMs).toISOString().slice(0, 10).split("-");
  return { year, month, day };
}
