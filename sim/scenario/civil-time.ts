/**
 * Civil time in the proleptic Gregorian calendar, UTC, by arithmetic alone: the platform's `Date` reads zone-less text in
 * the zone of the machine, so that the same file would start at different times in Zürich and in Seattle.
 *
 * Days are converted with the algorithms of Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html:
 * years start on 1 March, so that the leap day is the last of its year, and 400 years repeat exactly.
 */

const DAY_MS = 86_400_000;
const DAYS_IN_400_YEARS = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468;

export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Milliseconds since 1970-01-01T00:00:00Z; undefined when there is no such day or time, as on 30 February. */
export function epochMsOf(civil: CivilTime): number | undefined {
  const { year, month, day, hour, minute, second, millisecond } = civil;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || millisecond > 999) return undefined;
  return daysSinceEpoch(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
}

export function civilTimeOf(epochMs: number): CivilTime {
  const days = Math.floor(epochMs / DAY_MS);
  const inDay = epochMs - days * DAY_MS;
  const shifted = days + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(inDay / 3_600_000),
    minute: Math.floor(inDay / 60_000) % 60,
    second: Math.floor(inDay / 1000) % 60,
    millisecond: Math.floor(inDay % 1000),
  };
}

/** ISO 8601 in UTC, as a scenario's `traffic.startsAt` wants it: 2014-04-10T00:04:00Z, with milliseconds only if there are any. */
export function isoInstant(epochMs: number): string {
  const { year, month, day, hour, minute, second, millisecond } = civilTimeOf(epochMs);
  const fraction = millisecond === 0 ? "" : `.${pad(millisecond, 3)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}Z`;
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d{2}:?(?:\d{2})?))?)?$/i;

/**
 * Reads `2014-04-10 00:04:00`, `2014-04-10T00:04Z`, `2014-04-10T02:04:00.500+02:00` or a bare day; a time without a
 * zone is UTC, as CloudWatch's exports are. Digits beyond milliseconds are dropped.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const part = (index: number) => Number(match[index] ?? 0);
  const millisecond = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = epochMsOf({
    year: part(1),
    month: part(2),
    day: part(3),
    hour: part(4),
    minute: part(5),
    second: part(6),
    millisecond,
  });
  const offsetMinutes = zoneOffsetMinutes(match[8]);
  return local === undefined || offsetMinutes === undefined ? undefined : local - offsetMinutes * 60_000;
}

/** Minutes east of UTC; undefined for an offset that no clock has (the real ones end at 14 hours). */
function zoneOffsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(2) || 0);
  const total = Number(digits.slice(0, 2)) * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return zone.startsWith("-") ? -total : total;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_IN_400_YEARS + dayOfEra - DAYS_TO_EPOCH;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
