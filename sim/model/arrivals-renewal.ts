import { assertNever } from "../core/assert.ts";
import { fillHyperExponentials, gammaShape, shortShare, weibullScale } from "../kernel/distributions.ts";
import { exactExp, exactLog, exactPow } from "../kernel/exact-math.ts";
import { fillGammas } from "../kernel/gamma.ts";
import type { RandomStream } from "../kernel/random.ts";
import type { ArrivalSource } from "./arrivals.ts";

/** How the gaps between arrivals spread around their mean. */
export type GapSpec =
  | { readonly kind: "constant" }
  | { readonly kind: "gamma" | "lognormal" | "hyper-exponential"; readonly variation: number }
  | { readonly kind: "weibull"; readonly shape: number };

/** Arrivals with independent gaps of one distribution; the first comes a gap after the start. */
export class RenewalArrivals implements ArrivalSource {
  private readonly stream: RandomStream;
  private readonly gap: GapSpec;
  private readonly meanGapMs: number;
  private nowMs = 0;

  constructor(stream: RandomStream, gap: GapSpec, ratePerSec: number) {
    this.stream = stream;
    this.gap = gap;
    this.meanGapMs = 1000 / ratePerSec;
  }

  fill(times: Float64Array): void {
    this.fillGaps(times);
    for (let index = 0; index < times.length; index += 1) {
      // At a rate of 0 the gaps are infinite, save those of length 0.
      this.nowMs += this.meanGapMs === Infinity ? Infinity : this.meanGapMs * (times[index] as number);
      times[index] = this.nowMs;
    }
  }

  /** Fills `gaps` with gaps of mean 1. */
  private fillGaps(gaps: Float64Array): void {
    const { stream, gap } = this;
    switch (gap.kind) {
      case "constant":
        gaps.fill(1);
        return;
      case "gamma": {
        const shape = gammaShape(gap.variation);
        fillGammas(stream, shape, gaps);
        for (let index = 0; index < gaps.length; index += 1) gaps[index] = (gaps[index] as number) / shape;
        return;
      }
      case "lognormal": {
        const variance = exactLog(1 + gap.variation * gap.variation);
        const sigma = Math.sqrt(variance);
        stream.fillNormals(gaps);
        for (let index = 0; index < gaps.length; index += 1) gaps[index] = exactExp(sigma * (gaps[index] as number) - variance / 2);
        return;
      }
      case "weibull": {
        const scale = weibullScale(1, gap.shape);
        stream.fillExponentials(gaps);
        for (let index = 0; index < gaps.length; index += 1) gaps[index] = scale * exactPow(gaps[index] as number, 1 / gap.shape);
        return;
      }
      case "hyper-exponential":
        fillHyperExponentials(stream, shortShare(gap.variation), gaps);
        return;
      default:
        assertNever(gap);
    }
  }
}
