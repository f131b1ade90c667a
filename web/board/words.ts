import { formatDuration, UNKNOWN, type JobStatus, type ToldJob } from "../../sim/index.ts";

export const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  SUBMITTED: "Pending",
  IN_PROGRESS: "In progress",
  COMPLETED: "Completed",
  FAILED: "Failed",
};

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const COUNT = new Intl.NumberFormat("en");

/** "14:03:05" in the reader's zone; with its date when that is another than today's. */
export function momentText(atMs: number, nowMs: number): string {
  const clock = CLOCK.format(atMs);
  return DAY.format(atMs) === DAY.format(nowMs) ? clock : `${DAY.format(atMs)} ${clock}`;
}

/** Every digit: jobs are counted. */
export function countText(count: number): string {
  return COUNT.format(count);
}

/** From its submission until a worker has first begun it. */
export function waitedText({ submitted_at: from, started_at: to }: ToldJob): string {
  return betweenText(from, to);
}

/** From when a worker has first begun it until its end. */
export function tookText({ started_at: from, finished_at: to }: ToldJob): string {
  return betweenText(from, to);
}

function betweenText(from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? UNKNOWN : formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
}

/** For a sentence: of a long name the beginning. */
export function shortName(name: string): string {
  return name.length <= LONGEST_SHOWN ? name : `${name.slice(0, LONGEST_SHOWN).trimEnd()}…`;
}

const LONGEST_SHOWN = 40;

/** "has to be at most 200 characters long" as a sentence. */
export function demandText(must: string): string {
  return `${must.charAt(0).toUpperCase()}${must.slice(1)}.`;
}
