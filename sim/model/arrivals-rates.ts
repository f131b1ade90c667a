import { exactExp } from "../kernel/exact-math.ts";
import type { RatePiece } from "./arrivals-poisson.ts";

/** Rates over time, for the Poisson arrivals of `arrivals-poisson.ts`. */

export interface DailyShape {
  readonly base: number;
  readonly peak: number;
  readonly peakAtHour: number;
  readonly widthHours: number;
}

/** Rates of one day with a bell-shaped peak, by the minute: `base` far from the peak, `peak` at its top. */
export function dailyRatesPerSec(shape: DailyShape): Float64Array {
  const rates = new Float64Array(MINUTES_A_DAY);
  for (let minute = 0; minute < MINUTES_A_DAY; minute += 1) {
    const hour = (minute + 0.5) / 60;
    const apart = Math.abs(hour - shape.peakAtHour);
    const hoursFromPeak = Math.min(apart, 24 - apart);
    // A normal curve is at half its height where the distance is half the width: exp(−ln 2).
    const halfWidths = (2 * hoursFromPeak) / shape.widthHours;
    const height = exactExp(-LN_2 * halfWidths * halfWidths);
    rates[minute] = shape.base + (shape.peak - shape.base) * height;
  }
  return rates;
}

/** Rates of a week by the minute: each day has its share of a full day's. */
export function weeklyRatesPerSec(shape: DailyShape, dayShares: readonly number[]): Float64Array {
  const day = dailyRatesPerSec(shape);
  const rates = new Float64Array(dayShares.length * MINUTES_A_DAY);
  for (const [index, share] of dayShares.entries()) {
    rates.set(
      day.map((rate) => rate * share),
      index * MINUTES_A_DAY,
    );
  }
  return rates;
}

/** A rate through given points: held until the next one, or in a straight line to it; the last holds to the end. */
export function piecewiseRates(shape: {
  points: readonly { readonly atSec: number; readonly ratePerSec: number }[];
  ramps: boolean;
  repeatEverySec: number | null;
  scale: number;
}): RatePiece[] {
  const { points, ramps, repeatEverySec, scale } = shape;
  const endSec = repeatEverySec ?? Infinity;
  const pieces: RatePiece[] = [];
  let from = (points[0]?.ratePerSec ?? 0) * scale;
  let before = 0;
  for (const { atSec, ratePerSec } of points) {
    if (atSec >= endSec) break;
    const rate = ratePerSec * scale;
    if (atSec > before) pieces.push({ endMs: atSec * 1000, fromPerSec: from, toPerSec: ramps ? rate : from });
    from = rate;
    before = atSec;
  }
  pieces.push({ endMs: endSec * 1000, fromPerSec: from, toPerSec: from });
  return pieces;
}

/**
 * A flash sale: the base rate, a straight rise to the peak, a hold, and a decay by half in each half-life. The decay is
 * drawn in {@link PIECES_A_HALF_LIFE} straight lines each, which gives 0.016 % more arrivals than the curve, and ends
 * where less than one in 16,000 of the extra rate is left.
 */
export function flashSaleRates(sale: {
  base: number;
  peak: number;
  onsetSec: number;
  riseSec: number;
  holdSec: number;
  halfLifeSec: number;
}): RatePiece[] {
  const { base, peak, halfLifeSec } = sale;
  const pieces: RatePiece[] = [];
  let atSec = 0;
  const add = (lengthSec: number, fromPerSec: number, toPerSec: number) => {
    if (lengthSec === 0) return;
    atSec += lengthSec;
    pieces.push({ endMs: atSec * 1000, fromPerSec, toPerSec });
  };
  add(sale.onsetSec, base, base);
  add(sale.riseSec, base, peak);
  add(sale.holdSec, peak, peak);
  let rate = peak;
  for (let piece = 1; piece <= HALF_LIVES * PIECES_A_HALF_LIFE; piece += 1) {
    const next = base + (peak - base) * exactExp((-LN_2 * piece) / PIECES_A_HALF_LIFE);
    add(halfLifeSec / PIECES_A_HALF_LIFE, rate, next);
    rate = next;
  }
  pieces.push({ endMs: Infinity, fromPerSec: base, toPerSec: base });
  return pieces;
}

/** Arrivals expected from `fromMs` to `toMs` at a rate in pieces, which repeat if they end. */
export function expectedOfPieces(pieces: readonly RatePiece[], fromMs: number, toMs: number): number {
  return expectedUpTo(pieces, toMs) - expectedUpTo(pieces, fromMs);
}

function expectedUpTo(pieces: readonly RatePiece[], untilMs: number): number {
  const roundMs = (pieces.at(-1) as RatePiece).endMs;
  const rounds = roundMs === Infinity ? 0 : Math.floor(untilMs / roundMs);
  const restMs = rounds === 0 ? untilMs : untilMs - rounds * roundMs;
  return (rounds === 0 ? 0 : rounds * expectedInRound(pieces, roundMs)) + expectedInRound(pieces, restMs);
}

function expectedInRound(pieces: readonly RatePiece[], untilMs: number): number {
  let sum = 0;
  let startMs = 0;
  for (const { endMs, fromPerSec, toPerSec } of pieces) {
    if (startMs >= untilMs) break;
    const lengthMs = Math.min(endMs, untilMs) - startMs;
    const share = endMs === Infinity ? 0 : lengthMs / (endMs - startMs);
    sum += ((fromPerSec + (fromPerSec + share * (toPerSec - fromPerSec))) / 2) * (lengthMs / 1000);
    startMs = endMs;
  }
  return sum;
}

const MINUTES_A_DAY = 1440;
const LN_2 = 0.6931471805599453;
const HALF_LIVES = 14;
const PIECES_A_HALF_LIFE = 16;
