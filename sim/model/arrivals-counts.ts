import { exactExp } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";
import { CHUNK, type ArrivalSource } from "./arrivals.ts";

/**
 * Recorded counts: in each interval exactly the recorded number of arrivals, scaled, spread over it as a Poisson process
 * would spread that number (uniformly and independently). Nothing arrives after the last interval, nor before time 0.
 */
export class CountedArrivals implements ArrivalSource {
  private readonly stream: RandomStream;
  private readonly counts: readonly number[];
  private readonly intervalMs: number;
  private readonly startMs: number;
  private readonly scale: number;
  private readonly draws = new Float64Array(CHUNK);
  private interval = -1;
  private left = 0;
  private nowMs = 0;
  /** Scaled counts handed out and counted so far: rounding is carried over, so that totals are right. */
  private given = 0;
  private counted = 0;

  /** @param recording `startMs` is the start of its first interval, before or after the start of the run. */
  constructor(stream: RandomStream, recording: { counts: readonly number[]; intervalMs: number; startMs: number; scale: number }) {
    this.stream = stream;
    this.counts = recording.counts;
    this.intervalMs = recording.intervalMs;
    this.startMs = recording.startMs;
    this.scale = recording.scale;
  }

  fill(times: Float64Array): void {
    const { draws } = this;
    let index = 0;
    while (index < times.length) {
      this.stream.fillExponentials(draws);
      for (let draw = 0; draw < draws.length && index < times.length; draw += 1) {
        while (this.left === 0 && this.interval < this.counts.length) this.nextInterval();
        if (this.left === 0) {
          times.fill(Infinity, index);
          return;
        }
        // The earliest of `left` uniform times in the rest of the interval: 1 − U^(1/left) of it, with U = exp(−E).
        const restMs = this.startMs + (this.interval + 1) * this.intervalMs - this.nowMs;
        this.nowMs += restMs * (1 - exactExp(-(draws[draw] as number) / this.left));
        this.left -= 1;
        if (this.nowMs < 0) continue;
        times[index] = this.nowMs;
        index += 1;
      }
    }
  }

  private nextInterval(): void {
    this.interval += 1;
    // What lies wholly before the run is left out at once, however long it is.
    if (this.startMs < 0) this.interval = Math.max(this.interval, Math.floor(-this.startMs / this.intervalMs));
    this.nowMs = this.startMs + this.interval * this.intervalMs;
    this.counted += (this.counts[this.interval] ?? 0) * this.scale;
    this.left = Math.round(this.counted) - this.given;
    this.given += this.left;
  }
}
