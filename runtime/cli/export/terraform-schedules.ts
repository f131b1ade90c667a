/** Days of the week as AWS's own cron has them; it counts from 1 for Sunday where every other counts from 0. */
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/**
 * A five-field cron in the form that Application Auto Scaling takes: `30 8 * * 1-5` becomes `cron(30 8 ? * MON-FRI *)`
 * (Application Auto Scaling User Guide, scheduled-scaling-using-cron-expressions). Undefined when there is none: one of
 * the two day fields has to be open.
 */
export function scheduleOf(cron: string): string | undefined {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  // A step over the days of the week would count from another day.
  if ((day !== "*" && weekday !== "*") || weekday.includes("/")) return undefined;
  const days = weekday.replaceAll(/\d/g, (digit) => DAYS[Number(digit)] ?? digit).toUpperCase();
  return weekday === "*" ? `cron(${minute} ${hour} ${day} ${month} ? *)` : `cron(${minute} ${hour} ? ${month} ${days} *)`;
}

/**
 * The name of a time zone as AWS takes it: IANA's. An offset of whole hours has one, whose sign is turned: `+02:00` is
 * `Etc/GMT-2`. Undefined for other offsets.
 */
export function ianaZone(zone: string): string | undefined {
  const offset = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (offset === null) return zone;
  const hours = Number(offset[2]);
  if (offset[3] !== "00" || (offset[1] === "-" && hours > 12)) return undefined;
  return hours === 0 ? "Etc/UTC" : `Etc/GMT${offset[1] === "+" ? "-" : "+"}${hours}`;
}
