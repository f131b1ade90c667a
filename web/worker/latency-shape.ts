import type { Histogram, HistogramBucket } from "../../sim/index.ts";
import type { LatencyBar, LatencyShape } from "./sim-api.ts";

const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99];
/** Bars in a power of ten; their edges are 1, 1.26, 1.58, 2, 2.51, … times it. */
const PER_DECADE = 10;
/** What is quicker than this shares the first bar. */
const FIRST_EDGE_MS = 1;

/** A histogram as people look at it: bars of equal width on a logarithmic scale, and percentiles. */
export function latencyShapeOf(histogram: Histogram): LatencyShape {
  const { count } = histogram;
  if (count === 0) return { count, bars: [], percentiles: [] };
  return {
    count,
    bars: barsOf(histogram.filled(), count),
    percentiles: PERCENTILES.map((percentile) => ({ percentile, ms: histogram.quantile(percentile / 100) })),
  };
}

function barsOf(buckets: readonly HistogramBucket[], count: number): LatencyBar[] {
  const shares = new Map<number, number>();
  for (const { from, to, count: inBucket } of buckets) {
    const place = placeOf((from + to - 1) / 2);
    shares.set(place, (shares.get(place) ?? 0) + inBucket / count);
  }
  const places = [...shares.keys()];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const place = first + index;
    return { fromMs: edgeOf(place), toMs: edgeOf(place + 1), share: shares.get(place) ?? 0 };
  });
}

function placeOf(ms: number): number {
  return ms < FIRST_EDGE_MS ? -1 : Math.floor(PER_DECADE * Math.log10(ms / FIRST_EDGE_MS) + 1e-9);
}

function edgeOf(place: number): number {
  return place < 0 ? 0 : FIRST_EDGE_MS * 10 ** (place / PER_DECADE);
}
