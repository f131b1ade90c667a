import { InvalidArgumentError } from "commander";

/** Reads a length of time as people write it: `90`, `90s`, `5m`, `8h50m`, `250ms`. Seconds. */
export function seconds(text: string): number {
  const written = text.trim();
  const value = PLAIN.test(written) ? Number(written) : sum(WITH_UNITS.exec(written)?.slice(1) ?? []);
  if (!(value > 0)) throw new InvalidArgumentError("Give a length of time, such as 90s, 5m or 8h50m.");
  return value;
}

function sum(numbers: readonly (string | undefined)[]): number {
  return numbers.reduce((total, number = "0", unit) => total + Number(number) * (UNIT_SEC[unit] ?? NaN), 0);
}

const PLAIN = /^\d+(?:\.\d+)?$/;
/** Hours, minutes, seconds and milliseconds, the largest first, each at most once. */
const WITH_UNITS = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const UNIT_SEC = [3600, 60, 1, 0.001];
