import { meanOf, causeOfWait, rowWhereWaitBegan, slotsNeeded } from "./cause.ts";
import { chainOfDecision, type Chain } from "./chain.ts";
import type { Result } from "./result.ts";
import { slotsPerInstance } from "../scenario/slots.ts";

/** How messages came to wait, and what was done about it, around a moment of a run. */
export interface WaitStory {
  /** When the oldest message was last young: a tenth of what it came to. */
  readonly began: {
    readonly at: number;
    /** Mean arrivals from there to the worst moment. */
    readonly ratePerSec: number;
    /** Busy on average at that rate, retries left out. */
    readonly slotsNeeded: number;
    /** Of the instances that were in service meanwhile, at the least. */
    readonly slotsThere: number;
  };
  readonly worst: { readonly at: number; readonly ageMs: number; readonly backlog: number; /** As in a verdict. */ readonly cause: string };
  /** When the oldest message was young again; undefined where the run ends first. */
  readonly endedAt: number | undefined;
  /** Of the first decision that grew the fleet, or, where none did, of the one in force at the worst moment. */
  readonly answer: Chain;
}

/**
 * The wait whose worst moment lies within `withinMs` of a moment: the stretch in which the oldest message was older than a
 * tenth of what it came to. Undefined where no message waited.
 */
export function waitAround(result: Result, atMs: number, withinMs: number): WaitStory | undefined {
  const { columns, scenario } = result;
  const { timeMs, ageOfOldestMs, backlog, inService, arrivalRatePerSec } = columns;
  const near = rowOfMost(ageOfOldestMs, firstRowFrom(timeMs, atMs - withinMs), firstRowFrom(timeMs, atMs + withinMs));
  if (near === undefined || !((ageOfOldestMs[near] ?? 0) > 0)) return undefined;
  const [from, to] = stretchAround(ageOfOldestMs, near);
  const worst = rowOfMost(ageOfOldestMs, from, to) ?? near;
  const began = rowWhereWaitBegan(result, worst);
  const young = (ageOfOldestMs[worst] ?? 0) / 10;
  const over = ageOfOldestMs.findIndex((age, row) => row > worst && age < young);

  const ratePerSec = meanOf(arrivalRatePerSec, Math.min(worst, began + 1), worst);
  const at = timeMs[began] ?? 0;
  const worstAt = timeMs[worst] ?? 0;
  return {
    began: {
      at,
      ratePerSec,
      slotsNeeded: slotsNeeded(scenario, ratePerSec),
      slotsThere: leastOf(inService.subarray(began, worst + 1)) * slotsPerInstance(scenario),
    },
    worst: { at: worstAt, ageMs: ageOfOldestMs[worst] ?? NaN, backlog: backlog[worst] ?? NaN, cause: causeOfWait(result, worst) },
    endedAt: over < 0 ? undefined : timeMs[over],
    answer: answerTo(result, at, over < 0 ? Infinity : (timeMs[over] ?? Infinity), worstAt),
  };
}

function answerTo(result: Result, fromMs: number, toMs: number, worstMs: number): Chain {
  const { decisions } = result;
  const grew = decisions.findIndex(({ at, before, desired }) => at >= fromMs && at <= toMs && desired > before);
  const inForce = grew >= 0 ? grew : decisions.findLastIndex(({ at }) => at <= worstMs);
  return inForce < 0 ? [] : chainOfDecision(result, inForce);
}

/** The rows around one in which the value stays above a tenth of its own. */
function stretchAround(values: Float64Array, row: number): [number, number] {
  const least = (values[row] ?? 0) / 10;
  let [from, to] = [row, row];
  while (from > 0 && (values[from - 1] ?? 0) >= least) from -= 1;
  while (to < values.length - 1 && (values[to + 1] ?? 0) >= least) to += 1;
  return [from, to];
}

function rowOfMost(values: Float64Array, from: number, to: number): number | undefined {
  let most: number | undefined;
  for (let row = from; row <= Math.min(to, values.length - 1); row += 1) {
    if (most === undefined || (values[row] ?? 0) > (values[most] ?? 0)) most = row;
  }
  return most;
}

function leastOf(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The first row at or after a time; the last one where there is none. */
function firstRowFrom(timeMs: Float64Array, atMs: number): number {
  const row = timeMs.findIndex((time) => time >= atMs);
  return row < 0 ? timeMs.length - 1 : row;
}
