import type { RandomStream } from "../kernel/random.ts";
import { CHUNK, type ArrivalSource } from "./arrivals.ts";

/** Poisson arrivals at a rate that is constant over each of equal intervals and repeats after the last one. */
export class PoissonArrivals implements ArrivalSource {
  private readonly stream: RandomStream;
  private readonly ratesPerMs: Float64Array;
  private readonly intervalMs: number;
  private readonly draws = new Float64Array(CHUNK);
  private nowMs = 0;
  private interval = 0;
  private intervalEndMs: number;

  constructor(stream: RandomStream, ratesPerSec: ArrayLike<number>, intervalMs: number) {
    this.stream = stream;
    this.ratesPerMs = Float64Array.from(ratesPerSec, (rate) => rate / 1000);
    this.intervalMs = intervalMs;
    this.intervalEndMs = intervalMs;
  }

  /** For each arrival walks on through the intervals until the expected number passed over exceeds an exponential draw. */
  fill(times: Float64Array, endMs: number): void {
    const { draws } = this;
    this.stream.fillExponentials(draws);
    let { nowMs } = this;
    for (let index = 0; index < times.length; index += 1) {
      let expected = draws[index] as number;
      let rate = this.ratesPerMs[this.interval] as number;
      while (expected >= (this.intervalEndMs - nowMs) * rate && this.intervalEndMs <= endMs) {
        expected -= (this.intervalEndMs - nowMs) * rate;
        nowMs = this.intervalEndMs;
        this.intervalEndMs += this.intervalMs;
        this.interval = this.interval + 1 === this.ratesPerMs.length ? 0 : this.interval + 1;
        rate = this.ratesPerMs[this.interval] as number;
      }
      // At a rate of 0 in the last interval the quotient is infinite, which says the same.
      nowMs += expected / rate;
      times[index] = nowMs;
    }
    this.nowMs = nowMs;
  }
}

/** A stretch of time over which a rate goes in a straight line; it begins where the one before ends. */
export interface RatePiece {
  readonly endMs: number;
  readonly fromPerSec: number;
  readonly toPerSec: number;
}

/** Poisson arrivals at a rate that is a straight line over each piece; after the last piece it begins anew. */
export class RampArrivals implements ArrivalSource {
  private readonly stream: RandomStream;
  private readonly pieces: readonly RatePiece[];
  private readonly draws = new Float64Array(CHUNK);
  private nowMs = 0;
  private piece = 0;
  private pieceStartMs = 0;
  /** Start of the round through the pieces. */
  private roundMs = 0;

  /** @param pieces At least one; their ends ascend, and only the last may never end, at a rate that is constant. */
  constructor(stream: RandomStream, pieces: readonly RatePiece[]) {
    this.stream = stream;
    this.pieces = pieces;
  }

  fill(times: Float64Array, endMs: number): void {
    const { draws } = this;
    this.stream.fillExponentials(draws);
    for (let index = 0; index < times.length; index += 1) {
      this.pass(draws[index] as number, endMs);
      times[index] = this.nowMs;
    }
  }

  /** Moves on until `expected` arrivals have been passed over. */
  private pass(expected: number, endMs: number): void {
    let left = expected;
    while (this.nowMs < Infinity) {
      const { endMs: pieceEnds, fromPerSec, toPerSec } = this.pieces[this.piece] as RatePiece;
      const end = this.roundMs + pieceEnds;
      const slope = end === Infinity ? 0 : (toPerSec - fromPerSec) / (end - this.pieceStartMs) / 1000;
      const rate = fromPerSec / 1000 + slope * (this.nowMs - this.pieceStartMs);
      const whole = end === Infinity ? Infinity : ((rate + toPerSec / 1000) / 2) * (end - this.nowMs);
      if (left < whole) {
        // The root of rate x + slope x² / 2 = left, in the form that does not cancel.
        this.nowMs += (2 * left) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * left)));
        return;
      }
      if (end > endMs) {
        this.nowMs = Infinity;
        return;
      }
      left -= whole;
      this.nowMs = end;
      this.pieceStartMs = end;
      this.piece += 1;
      if (this.piece === this.pieces.length) {
        this.piece = 0;
        this.roundMs = end;
      }
    }
  }
}
