import type { Scenario } from "../scenario/schema.ts";
import { formatDuration, formatMoment, startOfRunMs, timeOfDay } from "./format.ts";

/** "at 09:12", "on day 3 at 09:12", "on 2014-04-11 at 09:12", or, where the traffic has no hours, "after 9 h 12 min". */
export function momentWords(atMs: number, scenario: Scenario): string {
  const clock = clockWords(atMs, scenario);
  if (clock === undefined) return `after ${formatDuration(atMs)}`;
  return `${clock.includes(" ") ? "on" : "at"} ${clock}`;
}

/** "09:12", "day 3 at 09:12", "2014-04-11 at 09:12"; undefined for traffic that knows neither the date nor the hour. */
export function clockWords(atMs: number, scenario: Scenario): string | undefined {
  const start = startOfRunMs(scenario);
  if (start !== undefined) {
    const [day = "", time = ""] = formatMoment(atMs, start).split(" ");
    return `${day} at ${time.slice(0, 5)}`;
  }
  if (!("peakAtHour" in scenario.traffic)) return undefined;
  const day = Math.floor(atMs / 86_400_000);
  const time = timeOfDay(atMs, { seconds: false });
  return day === 0 ? time : `day ${String(day + 1)} at ${time}`;
}
