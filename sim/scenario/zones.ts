import type { Zone } from "../core/policy/cron.ts";
import { civilTimeOf, epochMsOf } from "./civil-time.ts";

/**
 * Time zones for schedules, as tables computed from the rules in force today.
 *
 * The machine's own time zone database is not asked: it differs between machines and versions, and a scenario has to
 * give the same run everywhere. Known are UTC, fixed offsets, and the zones below under four families of rules (IANA tz
 * 2025b): European, North American, Australian, and none. What was decreed before these rules, and what will be after,
 * is not known here.
 */
type Rule = "none" | "europe" | "america" | "australia";

const KNOWN: Readonly<Record<string, { readonly standardMinutes: number; readonly rule: Rule }>> = {
  UTC: { standardMinutes: 0, rule: "none" },
  "Etc/UTC": { standardMinutes: 0, rule: "none" },
  "Europe/London": { standardMinutes: 0, rule: "europe" },
  "Europe/Dublin": { standardMinutes: 0, rule: "europe" },
  "Europe/Lisbon": { standardMinutes: 0, rule: "europe" },
  "Europe/Zurich": { standardMinutes: 60, rule: "europe" },
  "Europe/Berlin": { standardMinutes: 60, rule: "europe" },
  "Europe/Paris": { standardMinutes: 60, rule: "europe" },
  "Europe/Madrid": { standardMinutes: 60, rule: "europe" },
  "Europe/Rome": { standardMinutes: 60, rule: "europe" },
  "Europe/Vienna": { standardMinutes: 60, rule: "europe" },
  "Europe/Amsterdam": { standardMinutes: 60, rule: "europe" },
  "Europe/Stockholm": { standardMinutes: 60, rule: "europe" },
  "Europe/Athens": { standardMinutes: 120, rule: "europe" },
  "Europe/Helsinki": { standardMinutes: 120, rule: "europe" },
  "America/New_York": { standardMinutes: -300, rule: "america" },
  "America/Toronto": { standardMinutes: -300, rule: "america" },
  "America/Chicago": { standardMinutes: -360, rule: "america" },
  "America/Denver": { standardMinutes: -420, rule: "america" },
  "America/Los_Angeles": { standardMinutes: -480, rule: "america" },
  "America/Phoenix": { standardMinutes: -420, rule: "none" },
  "America/Sao_Paulo": { standardMinutes: -180, rule: "none" },
  "Asia/Kolkata": { standardMinutes: 330, rule: "none" },
  "Asia/Singapore": { standardMinutes: 480, rule: "none" },
  "Asia/Shanghai": { standardMinutes: 480, rule: "none" },
  "Asia/Tokyo": { standardMinutes: 540, rule: "none" },
  "Australia/Brisbane": { standardMinutes: 600, rule: "none" },
  "Australia/Sydney": { standardMinutes: 600, rule: "australia" },
};

/** Names of the zones that are known. */
export const ZONE_NAMES: readonly string[] = Object.keys(KNOWN);

/** The zone of a name or an offset (`+05:30`), with its changes in the years around a span of time; undefined when it is neither. */
export function zoneNamed(name: string, fromEpochMs: number, toEpochMs: number): Zone | undefined {
  const offset = /^([+-])(\d{2}):(\d{2})$/.exec(name);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    if (minutes > 14 * 60 || Number(offset[3]) > 59) return undefined;
    return { offsetMinutes: offset[1] === "-" ? -minutes : minutes, changes: [] };
  }
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known === undefined) return undefined;
  const { standardMinutes, rule } = known;
  const changes = [];
  const lastYear = civilTimeOf(toEpochMs).year + 1;
  for (let year = civilTimeOf(fromEpochMs).year - 1; year <= lastYear; year += 1) {
    const [begins, ends] = summerOf(rule, year, standardMinutes);
    if (begins === undefined) continue;
    changes.push({ atEpochMs: begins, offsetMinutes: standardMinutes + 60 }, { atEpochMs: ends, offsetMinutes: standardMinutes });
  }
  changes.sort((a, b) => a.atEpochMs - b.atEpochMs);
  return { offsetMinutes: standardMinutes, changes };
}

/** When summer time begins and ends in a year. */
function summerOf(rule: Rule, year: number, standardMinutes: number): [number, number] | [undefined, undefined] {
  const local = (dayMs: number, hours: number, offsetMinutes: number) => dayMs + hours * HOUR_MS - offsetMinutes * MINUTE_MS;
  switch (rule) {
    case "none":
      return [undefined, undefined];
    case "europe":
      // Last Sundays of March and October, 01:00 UTC, everywhere at once (Directive 2000/84/EC).
      return [sunday(year, 3, "last") + HOUR_MS, sunday(year, 10, "last") + HOUR_MS];
    case "america":
      // Second Sunday of March to the first of November, 02:00 by the clock (Energy Policy Act of 2005).
      return [local(sunday(year, 3, 2), 2, standardMinutes), local(sunday(year, 11, 1), 2, standardMinutes + 60)];
    case "australia":
      // First Sunday of October to the first of April, 02:00 standard time.
      return [local(sunday(year, 10, 1), 2, standardMinutes), local(sunday(year, 4, 1), 2, standardMinutes)];
  }
}

/** Midnight UTC of the n-th or last Sunday of a month. */
function sunday(year: number, month: number, which: number | "last"): number {
  const first = epochMsOf({ year, month, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 }) ?? 0;
  // 1970-01-01 was a Thursday.
  const weekday = (((first / DAY_MS + 4) % 7) + 7) % 7;
  const firstSunday = first + ((7 - weekday) % 7) * DAY_MS;
  if (which !== "last") return firstSunday + (which - 1) * 7 * DAY_MS;
  const fifth = firstSunday + 28 * DAY_MS;
  return civilTimeOf(fifth).month === month ? fifth : fifth - 7 * DAY_MS;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
