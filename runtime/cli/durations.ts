import { InvalidArgumentError } from "commander";

/** Reads a length of time as people write it: `90`, `90s`, `5m`, `2h`, `250ms`. Seconds. */
export function seconds(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const value = Number(number) * (UNIT_SEC[unit] ?? NaN);
  if (number === "" || !(value > 0)) throw new InvalidArgumentError("Give a length of time, such as 90s, 5m or 2h.");
  return value;
}

const UNIT_SEC: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
