import { civilTimeOf, parseInstant } from "../scenario/civil-time.ts";
import type { Scenario } from "../scenario/schema.ts";

/**
 * Figures as people read them, the same on the page, in the command and in the sentences of the verdict: at most three
 * significant digits, the unit always, "–" for what is not known. No locale is asked, so that the text is the same
 * everywhere.
 */

/** Stands for a figure that is not known; never 0. */
export const UNKNOWN = "–";

const SIGNIFICANT_DIGITS = 3;
/** Numbers below it are only said to be so. */
const SMALLEST = 0.0001;
const SHORTEST_MS = 0.1;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Three significant digits, thousands apart by commas, words from a million on: 0.0457, 41.3, 1,240, 24.9 million. What is
 * too small to matter to anybody says so: < 0.0001.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value < 0) return `−${formatNumber(-value)}`;
  if (value > 0 && value < SMALLEST) return `< ${String(SMALLEST)}`;
  const rounded = significant(value);
  if (rounded >= 1e9) return `${plain(significant(rounded / 1e9))} billion`;
  if (rounded >= 1e6) return `${plain(significant(rounded / 1e6))} million`;
  return plain(rounded);
}

/** A count and its noun: "1 instance", "9 instances", "1,240 messages", "2 launches". */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count)} ${count === 1 ? noun : plural}`;
}

/** Of a length of time in milliseconds: "450 ms", "41.3 s", "4 min 10 s", "1 h 5 min", "3 d 4 h". */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return UNKNOWN;
  if (durationMs < 0) return `−${formatDuration(-durationMs)}`;
  if (durationMs === 0) return "0 s";
  if (durationMs < SHORTEST_MS) return `< ${String(SHORTEST_MS)} ms`;
  const underMinute = significant(durationMs);
  if (underMinute < SECOND_MS) return `${plain(underMinute)} ms`;
  if (underMinute < MINUTE_MS) return `${plain(significant(underMinute / SECOND_MS))} s`;
  const wholeSeconds = roundTo(durationMs, SECOND_MS);
  if (wholeSeconds < HOUR_MS) return twoUnits(wholeSeconds, MINUTE_MS, "min", SECOND_MS, "s");
  const wholeMinutes = roundTo(durationMs, MINUTE_MS);
  if (wholeMinutes < DAY_MS) return twoUnits(wholeMinutes, HOUR_MS, "h", MINUTE_MS, "min");
  return twoUnits(roundTo(durationMs, HOUR_MS), DAY_MS, "d", HOUR_MS, "h");
}

/** Of a rate a second: "450 /s". */
export function formatRate(perSec: number): string {
  return Number.isFinite(perSec) ? `${formatNumber(perSec)} /s` : UNKNOWN;
}

/** Of a share from 0 to 1: "67.3 %". */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${formatNumber(share * 100)} %` : UNKNOWN;
}

/** Of an amount in dollars, with its cents or without: "$412", "$86.72", "$4.50", "$0.0012", "$1,240". */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return UNKNOWN;
  if (usd < 0) return `−${formatUsd(-usd)}`;
  const isInCents = usd >= 0.1 && usd < LEAST_WHOLE_USD;
  if (isInCents && !Number.isInteger(usd)) return `$${(Math.round(usd * 100) / 100).toFixed(2)}`;
  const text = formatNumber(usd);
  return text.startsWith("<") ? text.replace(" ", " $") : `$${text}`;
}

/** From here on three digits say the amount without its cents. */
const LEAST_WHOLE_USD = 99.995;

/**
 * How sure a figure is, "± 3 s", told as the figure is: two digits say enough. "± 0" for less than a thousandth of it;
 * empty where there is no interval, as of one run.
 */
export function formatSpread(mean: number, halfWidth: number, text: (value: number) => string): string {
  if (!Number.isFinite(mean) || !Number.isFinite(halfWidth)) return "";
  if (halfWidth < Math.abs(mean) * 0.001 || halfWidth === 0) return "± 0";
  return `± ${text(Number(halfWidth.toPrecision(2)))}`;
}

/** Of dollars a month: "$412 / month". */
export function formatUsdPerMonth(usd: number): string {
  return Number.isFinite(usd) ? `${formatUsd(usd)} / month` : UNKNOWN;
}

/** When the run started, milliseconds since 1970 UTC; undefined for traffic that has no date of its own. */
export function startOfRunMs({ traffic }: Scenario): number | undefined {
  return "startsAt" in traffic && traffic.startsAt !== "" ? parseInstant(traffic.startsAt) : undefined;
}

/**
 * A moment of the run: clock time in UTC for a recording ("2014-04-11 09:12:47"), else the time elapsed ("09:12:47",
 * "2 d 09:12:47"). Both sort as text within a run of less than ten days.
 */
export function formatMoment(atMs: number, startMs: number | undefined): string {
  if (!Number.isFinite(atMs)) return UNKNOWN;
  const wholeSeconds = roundTo(atMs, SECOND_MS);
  if (startMs === undefined) {
    const days = Math.floor(wholeSeconds / DAY_MS);
    return `${days === 0 ? "" : `${String(days)} d `}${timeOfDay(wholeSeconds)}`;
  }
  const { year, month, day } = civilTimeOf(startMs + wholeSeconds);
  return `${String(year)}-${twoDigits(month)}-${twoDigits(day)} ${timeOfDay(startMs + wholeSeconds)}`;
}

/** Hours and minutes, and the seconds unless `seconds` is false. */
export function timeOfDay(ms: number, { seconds = true } = {}): string {
  const { hour, minute, second } = civilTimeOf(ms);
  return `${twoDigits(hour)}:${twoDigits(minute)}${seconds ? `:${twoDigits(second)}` : ""}`;
}

function twoUnits(value: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const whole = Math.floor(value / largeMs);
  const rest = Math.round((value - whole * largeMs) / smallMs);
  return rest === 0 ? `${String(whole)} ${large}` : `${String(whole)} ${large} ${String(rest)} ${small}`;
}

function significant(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

/** With commas between the thousands; numbers from a ten-thousandth on have no exponent. */
function plain(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
