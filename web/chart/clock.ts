import { formatDuration, formatMoment, startOfRunMs, timeOfDay, type Scenario } from "../../sim/index.ts";

/** How a scenario's time is told: as clock time of a recording, as hours of the day, or as time elapsed. */
export interface Clock {
  readonly kind: "recording" | "day" | "elapsed";
  /** Milliseconds since 1970 UTC at time 0 of a recording; else 0. */
  readonly originMs: number;
}

const DAY_MS = 86_400_000;

export function clockOf(scenario: Scenario): Clock {
  const startMs = startOfRunMs(scenario);
  if (startMs !== undefined) return { kind: "recording", originMs: startMs };
  return { kind: scenario.traffic.kind === "daily" ? "day" : "elapsed", originMs: 0 };
}

/** A moment in full: "2014-04-11 09:12:47", "09:12:47", "2 d 09:12:47". */
export function momentText(clock: Clock, atMs: number): string {
  return formatMoment(atMs, clock.kind === "recording" ? clock.originMs : undefined);
}

/** A moment without its seconds: "11 Apr 09:12", "day 2 09:12", "09:12". */
export function shortMoment(clock: Clock, atMs: number): string {
  const time = timeOfDay(atMs + clock.originMs, { seconds: false });
  if (clock.kind === "recording") return `${dateText(atMs + clock.originMs)} ${time}`;
  return atMs < DAY_MS ? time : `day ${String(Math.floor(atMs / DAY_MS) + 1)} ${time}`;
}

/** A mark of the time axis, as short as its neighbours allow: "09:00", "11 Apr", "day 2", "2 h". */
export function tickText(clock: Clock, atMs: number, stepMs: number, durationMs: number): string {
  if (clock.kind === "elapsed") return atMs === 0 ? "0" : formatDuration(atMs);
  const startsDay = (atMs + clock.originMs) % DAY_MS === 0;
  if (clock.kind === "recording" && startsDay) return dateText(atMs + clock.originMs);
  // One day alone needs no number; it ends at 24:00.
  if (startsDay && (durationMs > DAY_MS || stepMs >= DAY_MS)) return `day ${String(Math.floor(atMs / DAY_MS) + 1)}`;
  if (startsDay && atMs > 0) return "24:00";
  return timeOfDay(atMs + clock.originMs, { seconds: stepMs < 60_000 });
}

/** What the time axis counts. */
export function axisTitle(clock: Clock): string {
  switch (clock.kind) {
    case "recording":
      return "UTC";
    case "day":
      return "hour of day";
    case "elapsed":
      return "elapsed";
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function dateText(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ""}`;
}
