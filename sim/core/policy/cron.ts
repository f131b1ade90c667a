/**
 * The five-field cron of scheduled actions (ec2-auto-scaling-scheduled-scaling): minute, hour, day of month, month, day
 * of week, each `*`, a number, a range `1-5`, a list `1,15` or a step; names of months and days are understood.
 * When both days are restricted, either will do, as in every cron since 1979.
 *
 * A zone is a table: an offset, and the instants at which it changes. Pure code cannot ask the machine for its time zone
 * database, and two machines would not give the same answer; who builds a schedule brings the table
 * (sim/scenario/zones.ts makes them for the zones of the European, American and Australian rules).
 *
 * Where clocks jump ahead, a local time that does not exist is skipped that day; where they fall back, a local time that
 * comes twice counts the first time. AWS calls its schedules aware of daylight saving and says no more.
 */
export interface Cron {
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 for Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether one of the two day fields is `*`: then both must match, else either. */
  readonly bothDays: boolean;
}

export interface Zone {
  /** East of UTC, before the first change. */
  readonly offsetMinutes: number;
  /** In order of time. */
  readonly changes: readonly { readonly atEpochMs: number; readonly offsetMinutes: number }[];
}

export const UTC: Zone = { offsetMinutes: 0, changes: [] };

export type ParsedCron = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly problem: string };

const MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS = [
  { name: "minute", least: 0, most: 59, words: [] },
  { name: "hour", least: 0, most: 23, words: [] },
  { name: "day of the month", least: 1, most: 31, words: [] },
  { name: "month", least: 1, most: 12, words: MONTH_NAMES },
  { name: "day of the week", least: 0, most: 7, words: DAY_NAMES },
] as const;

export function parseCron(text: string): ParsedCron {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    return { ok: false, problem: `has ${text.trim() === "" ? 0 : parts.length} fields, and a schedule has 5` };
  const values: number[][] = [];
  for (const [index, field] of FIELDS.entries()) {
    const found = fieldValues(parts[index] as string, field);
    if (typeof found === "string") return { ok: false, problem: `"${parts[index] as string}" is no ${field.name}: ${found}` };
    values.push(found);
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = values;
  const bothDays = (parts[2] as string).startsWith("*") || (parts[4] as string).startsWith("*");
  const cron: Cron = {
    text: parts.join(" "),
    minutes,
    hours,
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays.map((day) => day % 7)),
    bothDays,
  };
  return { ok: true, cron };
}

/** The first time after `afterEpochMs` (milliseconds since 1970) that matches; Infinity when none does in nine years. */
export function nextTime(cron: Cron, zone: Zone, afterEpochMs: number): number {
  const firstDay = Math.floor((afterEpochMs + offsetAt(zone, afterEpochMs)) / DAY_MS);
  // A local day may begin again where clocks fall back over midnight, hence from the day before.
  for (let day = firstDay - 1; day < firstDay + FARTHEST_DAYS; day += 1) {
    if (!matchesDay(cron, day)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const at = instantOf(zone, day * DAY_MS + (hour * 60 + minute) * MINUTE_MS);
        if (at !== undefined && at > afterEpochMs) return at;
      }
    }
  }
  return Infinity;
}

/** The first instant at which clocks in the zone show this local time; undefined when they skip it. */
function instantOf(zone: Zone, localMs: number): number | undefined {
  let earliest: number | undefined;
  for (const offsetMinutes of new Set([zone.offsetMinutes, ...zone.changes.map((change) => change.offsetMinutes)])) {
    const at = localMs - offsetMinutes * MINUTE_MS;
    if (offsetAt(zone, at) === offsetMinutes * MINUTE_MS && at < (earliest ?? Infinity)) earliest = at;
  }
  return earliest;
}

/** Milliseconds east of UTC. */
function offsetAt(zone: Zone, epochMs: number): number {
  let { offsetMinutes } = zone;
  for (const change of zone.changes) {
    if (change.atEpochMs > epochMs) break;
    offsetMinutes = change.offsetMinutes;
  }
  return offsetMinutes * MINUTE_MS;
}

function matchesDay(cron: Cron, day: number): boolean {
  const { month, dayOfMonth } = dateOf(day);
  if (!cron.months.has(month)) return false;
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7;
  const byDate = cron.days.has(dayOfMonth);
  const byWeekday = cron.weekdays.has(weekday);
  return cron.bothDays ? byDate && byWeekday : byDate || byWeekday;
}

/** Month and day of a day counted from 1970-01-01 (Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html). */
function dateOf(day: number): { month: number; dayOfMonth: number } {
  const shifted = day + 719_468;
  const dayOfEra = shifted - Math.floor(shifted / 146_097) * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return { month: fromMarch < 10 ? fromMarch + 3 : fromMarch - 9, dayOfMonth: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

interface CronField {
  readonly least: number;
  readonly most: number;
  readonly words: readonly string[];
}

/** The values of a field in order, or what is wrong with it. */
function fieldValues(text: string, field: CronField): number[] | string {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:\*|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(part);
    if (match === null) return "give *, a number, a range as 1-5, a list as 1,15 or a step as */10";
    const [, from, to, stepText] = match;
    const every = stepText === undefined ? 1 : Number(stepText);
    const least = from === undefined ? field.least : numberOf(from, field);
    const open = stepText === undefined ? least : field.most;
    const most = from === undefined ? field.most : to === undefined ? open : numberOf(to, field);
    const inRange = least >= field.least && most <= field.most && least <= most && every >= 1;
    if (!inRange) return `give numbers from ${field.least} to ${field.most}`;
    for (let value = least; value <= most; value += every) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** NaN for a word that is none; it fails every comparison. */
function numberOf(text: string, { least, words }: CronField): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = words.indexOf(text.toLowerCase());
  return index < 0 ? NaN : index + least;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Leap days are at most eight years apart. */
const FARTHEST_DAYS = 9 * 366;
