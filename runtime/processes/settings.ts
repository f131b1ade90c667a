import { availableParallelism } from "node:os";
import type { SettingsRule } from "../settings.ts";
import { decimalNumber, wholeNumber, withDefault } from "../settings.ts";

/** The settings of a program that can run as several processes on one machine; those of the recycling have its own names. */
export const PROCESS_SETTINGS = {
  PROCESSES: withDefault(
    wholeNumber({ min: 0, max: 64, unit: "processes, 0 for one a processor", what: "how many processes share the machine's work" }),
    1,
  ),
  PROCESS_SILENCE_LIMIT_SEC: withDefault(
    decimalNumber({
      min: 1,
      max: 3600,
      unit: "seconds",
      what: "how long one of several processes may be kept from its work, by code that computes without a pause, before it is replaced",
    }),
    30,
  ),
};

/** @param unit What is counted, such as `requests`. */
export function recycleSetting(unit: string) {
  return withDefault(
    wholeNumber({
      min: 0,
      max: 1_000_000_000,
      unit: `${unit}, 0 for never`,
      what: "after how many a process makes room for a new one; each draws up to a fifth more, so that they do not do so together",
    }),
    0,
  );
}

/** What decides on the processes of a program. */
export interface ProcessConfiguration {
  readonly PROCESSES: number;
  readonly PROCESS_SILENCE_LIMIT_SEC: number;
}

/** Tells a process that it is one of several, and which. */
export const PLACE_VARIABLE = "HEADROOM_PROCESS";

/** Whether this process looks after others that do the work, or is one of these. One that never makes room needs nobody. */
export function isShared({ PROCESSES: processes }: ProcessConfiguration, recycleAfter: number): boolean {
  return processes !== 1 || recycleAfter > 0 || PLACE_VARIABLE in process.env;
}

/**
 * How many processes there are.
 *
 * @param most There are not more than this, unless somebody has said so.
 */
export function processCount({ PROCESSES: given }: ProcessConfiguration, most = Infinity): number {
  return given > 0 ? given : Math.min(availableParallelism(), most);
}

/** What holds for the machine is divided among its processes, and each needs one at least. */
export function divisible(name: string): SettingsRule<Readonly<Record<string, unknown>>> {
  return {
    names: ["PROCESSES", name],
    objection: ({ PROCESSES: processes, [name]: whole }) =>
      Number(whole) < Number(processes)
        ? `${name} is ${Number(whole)}, and has to be at least PROCESSES, which is ${Number(processes)}: it is divided among the processes. Raise it, or lower the other.`
        : undefined,
  };
}

/** The share of one process: as even as whole numbers allow. */
export function shareOf(whole: number, place: number, processes: number): number {
  return Math.floor(whole / processes) + (place < whole % processes ? 1 : 0);
}
