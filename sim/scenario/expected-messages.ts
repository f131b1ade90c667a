import { assertNever } from "../core/assert.ts";
import { meanSec } from "../kernel/distributions.ts";
import { dailyRatesPerSec, expectedOfPieces, flashSaleRates, piecewiseRates, weeklyRatesPerSec } from "../model/arrivals-rates.ts";
import type { RatePiece } from "../model/arrivals-poisson.ts";
import type { Traffic } from "./schema.ts";

/**
 * Messages that a traffic sends on average from `fromSec` to `toSec`. Of users it is the most that they could send, as
 * if every answer came at once; of correlated bursts the long-run mean.
 */
export function expectedMessages(traffic: Traffic, fromSec: number, toSec: number): number {
  const { scale } = traffic;
  const lengthSec = Math.max(0, toSec - fromSec);
  switch (traffic.kind) {
    case "poisson":
    case "renewal":
      return traffic.ratePerSec * scale * lengthSec;
    case "piecewise":
    case "flash-sale":
      return expectedOfPieces(ratePieces(traffic), fromSec * 1000, toSec * 1000);
    case "daily":
    case "weekly":
      return expectedByMinute(minuteRatesPerSec(traffic), fromSec, toSec);
    case "mmpp": {
      const staySec = traffic.states.reduce((sum, state) => sum + state.meanStaySec, 0);
      return (traffic.states.reduce((sum, state) => sum + state.ratePerSec * state.meanStaySec, 0) / staySec) * scale * lengthSec;
    }
    case "counts": {
      const intervalSec = traffic.intervalSec * traffic.stretch;
      const first = (fromSec - traffic.shiftSec) / intervalSec;
      const last = (toSec - traffic.shiftSec) / intervalSec;
      let sum = 0;
      for (let index = Math.max(0, Math.floor(first)); index < last && index < traffic.counts.length; index += 1) {
        sum += (traffic.counts[index] as number) * (Math.min(last, index + 1) - Math.max(first, index));
      }
      return sum * scale;
    }
    case "timestamps": {
      let count = 0;
      for (const recordedSec of traffic.atSec) {
        const atSec = recordedSec * traffic.stretch + traffic.shiftSec;
        if (atSec >= fromSec && atSec < toSec) count += 1;
      }
      return count * scale;
    }
    case "users": {
      const begins = Math.max(fromSec, traffic.startAtSec);
      const ends = Math.min(toSec, traffic.startAtSec + (traffic.stopAfterSec ?? Infinity));
      return (traffic.users * scale * Math.max(0, ends - begins)) / (meanSec(traffic.thinkTime) + QUICK_ANSWER_SEC);
    }
    case "sum":
      return traffic.sources.reduce((sum, source) => sum + expectedMessages(source.traffic, fromSec, toSec), 0) * scale;
    default:
      return assertNever(traffic);
  }
}

/** The rate of a traffic of straight pieces, scaled. */
export function ratePieces(traffic: Extract<Traffic, { kind: "piecewise" | "flash-sale" }>): RatePiece[] {
  const { scale } = traffic;
  if (traffic.kind === "piecewise") {
    return piecewiseRates({ points: traffic.points, ramps: traffic.between === "ramps", repeatEverySec: traffic.repeatEverySec, scale });
  }
  return flashSaleRates({
    base: traffic.baseRatePerSec * scale,
    peak: traffic.peakRatePerSec * scale,
    onsetSec: traffic.onsetSec,
    riseSec: traffic.riseSec,
    holdSec: traffic.holdSec,
    halfLifeSec: traffic.halfLifeSec,
  });
}

/** The rate in each minute of a traffic that repeats by the day or the week, scaled. */
export function minuteRatesPerSec(traffic: Extract<Traffic, { kind: "daily" | "weekly" }>): Float64Array {
  const shape = {
    base: traffic.baseRatePerSec * traffic.scale,
    peak: traffic.peakRatePerSec * traffic.scale,
    peakAtHour: traffic.peakAtHour,
    widthHours: traffic.peakWidthHours,
  };
  return traffic.kind === "daily" ? dailyRatesPerSec(shape) : weeklyRatesPerSec(shape, traffic.dayShares);
}

function expectedByMinute(ratesPerSec: Float64Array, fromSec: number, toSec: number): number {
  const pieces = Array.from(ratesPerSec, (rate, minute): RatePiece => ({ endMs: (minute + 1) * 60_000, fromPerSec: rate, toPerSec: rate }));
  return expectedOfPieces(pieces, fromSec * 1000, toSec * 1000);
}

/** As soon as a real service answers. */
const QUICK_ANSWER_SEC = 0.01;
