import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { BatchedArrivals, meanBatch, type BatchSpec } from "../../../sim/model/arrivals-batches.ts";
import { MmppArrivals } from "../../../sim/model/arrivals-mmpp.ts";
import { PoissonArrivals, RampArrivals } from "../../../sim/model/arrivals-poisson.ts";
import { expectedOfPieces, flashSaleRates, piecewiseRates, weeklyRatesPerSec } from "../../../sim/model/arrivals-rates.ts";
import { RenewalArrivals, type GapSpec } from "../../../sim/model/arrivals-renewal.ts";
import { Arrivals, CHUNK, type ArrivalSource } from "../../../sim/model/arrivals.ts";
import { FAR, kolmogorovDistance, moments } from "../../support/statistics.ts";

const stream = (name: string, seed = 1) => new RandomStream(seed, name);
const HOUR_MS = 3_600_000;

/** The first `count` arrivals of a source, in continuous time. */
function first(source: ArrivalSource, count: number): Float64Array {
  const times = new Float64Array(Math.ceil(count / CHUNK) * CHUNK);
  for (let from = 0; from < times.length; from += CHUNK) source.fill(times.subarray(from, from + CHUNK), Number.MAX_VALUE);
  return times.subarray(0, count);
}

function all(source: ArrivalSource, endMs: number): number[] {
  const times = new Float64Array(CHUNK);
  const found: number[] = [];
  for (;;) {
    source.fill(times, endMs);
    for (const at of times) {
      if (at > endMs) return found;
      found.push(at);
    }
  }
}

describe("renewal arrivals", () => {
  const gaps: [GapSpec, number][] = [
    [{ kind: "gamma", variation: 0.5 }, 0.5],
    [{ kind: "gamma", variation: 2 }, 2],
    [{ kind: "lognormal", variation: 1.5 }, 1.5],
    [{ kind: "weibull", shape: 1 }, 1],
    // Γ(2) / Γ(1.5)² − 1 = 4/π − 1 is the squared variation of a Weibull of shape 2.
    [{ kind: "weibull", shape: 2 }, Math.sqrt(4 / Math.PI - 1)],
    [{ kind: "hyper-exponential", variation: 2 }, 2],
    [{ kind: "hyper-exponential", variation: 1 }, 1],
  ];

  it.each(gaps)("with gaps %o have their rate, and vary by %d", (gap, variation) => {
    const times = first(new RenewalArrivals(stream("arrivals"), gap, 20), 200_000);
    const { mean, square } = moments(times.map((at, index) => at - (times[index - 1] ?? 0)));
    expect(Math.abs(mean.value - 50)).toBeLessThan(FAR * mean.error);
    expect(Math.abs(square.value - 2500 * (1 + variation * variation))).toBeLessThan(FAR * square.error);
  });

  it("with constant gaps come like clockwork, the first a gap after the start", () => {
    expect([...first(new RenewalArrivals(stream("arrivals"), { kind: "constant" }, 4), 4)]).toEqual([250, 500, 750, 1000]);
  });

  it.each(gaps)("with gaps %o do not come at all at a rate of 0", (gap) => {
    expect(all(new RenewalArrivals(stream("arrivals"), gap, 0), HOUR_MS)).toEqual([]);
  });

  it("with gamma gaps of variation 1 are Poisson arrivals", () => {
    const times = first(new RenewalArrivals(stream("arrivals"), { kind: "gamma", variation: 1 }, 10), 20_000);
    const found = times.map((at, index) => at - (times[index - 1] ?? 0));
    expect(kolmogorovDistance(found, (ms) => 1 - Math.exp(-ms / 100))).toBeLessThan(2.5);
  });
});

describe("Poisson arrivals at a rate of straight pieces", () => {
  it("bring what is expected of each stretch, in ramps, holds and rounds", () => {
    const pieces = piecewiseRates({
      points: [
        { atSec: 60, ratePerSec: 2 },
        { atSec: 120, ratePerSec: 20 },
        { atSec: 240, ratePerSec: 0 },
      ],
      ramps: true,
      repeatEverySec: 300,
      scale: 5,
    });
    // 60 s at 10/s, a ramp to 100/s over 60 s, down to 0 over 120 s, and 60 s of nothing.
    expect(expectedOfPieces(pieces, 0, 300_000)).toBeCloseTo(600 + 3300 + 6000, 6);
    const rounds = 100;
    const counts = new Float64Array(15);
    for (const at of all(new RampArrivals(stream("arrivals"), pieces), rounds * 300_000)) counts[Math.floor((at % 300_000) / 20_000)]! += 1;
    counts.forEach((count, stretch) => {
      const expected = rounds * expectedOfPieces(pieces, stretch * 20_000, (stretch + 1) * 20_000);
      expect(Math.abs(count - expected)).toBeLessThanOrEqual(FAR * Math.sqrt(expected));
    });
  });

  it("fall within a ramp as its slope says", () => {
    const rise = [
      { endMs: 10_000, fromPerSec: 0, toPerSec: 1000 },
      { endMs: Infinity, fromPerSec: 0, toPerSec: 0 },
    ];
    const found = Float64Array.from(all(new RampArrivals(stream("arrivals"), rise), HOUR_MS));
    expect(kolmogorovDistance(found, (ms) => (ms / 10_000) ** 2)).toBeLessThan(2.5);
  });

  it("hold each rate until the next point when they are steps", () => {
    const points = [
      { atSec: 10, ratePerSec: 1 },
      { atSec: 20, ratePerSec: 3 },
    ];
    const steps = piecewiseRates({ points, ramps: false, repeatEverySec: null, scale: 1 });
    expect([0, 10, 20, 30].map((sec) => expectedOfPieces(steps, sec * 1000, sec * 1000 + 1000))).toEqual([1, 1, 3, 3]);
    expect(piecewiseRates({ points: [points[0]!], ramps: true, repeatEverySec: null, scale: 1 }).at(-1)).toEqual({
      endMs: Infinity,
      fromPerSec: 1,
      toPerSec: 1,
    });
  });

  it("never go back and never pass the end of the run, whatever the points", () => {
    const point = fc.record({ atSec: fc.integer({ min: 0, max: 50 }), ratePerSec: fc.constantFrom(0, 0.5, 30) });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom(null, 20, 60),
        fc.nat(),
        (points, ramps, repeatEverySec, seed) => {
          const ascending = points.sort((a, b) => a.atSec - b.atSec);
          const found = all(
            new RampArrivals(stream("arrivals", seed), piecewiseRates({ points: ascending, ramps, repeatEverySec, scale: 1 })),
            120_000,
          );
          expect(found.every((at, index) => at >= (found[index - 1] ?? 0) && at <= 120_000)).toBe(true);
        },
      ),
    );
  });

  it("of a flash sale rise, hold, and halve with each half-life", () => {
    const sale = flashSaleRates({ base: 5, peak: 205, onsetSec: 100, riseSec: 10, holdSec: 60, halfLifeSec: 600 });
    const at = (sec: number) => expectedOfPieces(sale, sec * 1000 - 0.5, sec * 1000 + 0.5) * 1000;
    expect([50, 105, 140, 170 + 600, 170 + 1200, 170 + 60_000].map((sec) => Math.round(at(sec) * 100) / 100)).toEqual([
      5, 105, 205, 105, 55, 5,
    ]);
    // The extra of the decay: 200/s × 600 s / ln 2, drawn in chords that lie 0.016 % above.
    const extra = expectedOfPieces(sale, 170_000, 20_000_000) - 5 * (20_000 - 170);
    expect(extra / ((200 * 600) / Math.LN2)).toBeCloseTo(1.0001, 3);
  });

  it("of a week have each day's share", () => {
    const shape = { base: 2, peak: 50, peakAtHour: 9, widthHours: 1 };
    const week = weeklyRatesPerSec(shape, [1, 1, 1, 1, 1, 0.5, 0]);
    expect(week).toHaveLength(7 * 1440);
    expect(week[5 * 1440 + 540]).toBeCloseTo(week[540]! / 2, 12);
    expect(week[6 * 1440 + 540]).toBe(0);
  });
});

describe("correlated bursts", () => {
  const states = [
    { ratePerSec: 1, meanStaySec: 30 },
    { ratePerSec: 40, meanStaySec: 10 },
    { ratePerSec: 0, meanStaySec: 20 },
  ];

  it("have the mean rate of their states, each weighed by its stay, from the very start", () => {
    const rounds = 3000;
    const spans = Float64Array.from(
      { length: rounds },
      (_, seed) => all(new MmppArrivals(stream("a", seed), stream("b", seed), states), 20_000).length,
    );
    const { mean } = moments(spans);
    expect(Math.abs(mean.value - 20 * ((30 * 1 + 10 * 40) / 60))).toBeLessThan(FAR * mean.error);
  });

  it("vary more than Poisson arrivals of the same rate, by what two states come to", () => {
    // Index of dispersion of counts over a long time: 1 + 2 (λ1 − λ2)² π1 π2 / (λ (r1 + r2)), with r the rates of leaving.
    const two = [
      { ratePerSec: 2, meanStaySec: 4 },
      { ratePerSec: 12, meanStaySec: 1 },
    ];
    const dispersion = 1 + (2 * 100 * 0.8 * 0.2) / (4 * 1.25);
    const spanMs = 400_000;
    const found = all(new MmppArrivals(stream("a"), stream("b"), two), 4000 * spanMs);
    const counts = new Float64Array(4000);
    for (const at of found) counts[Math.min(3999, Math.floor(at / spanMs))]! += 1;
    const { mean } = moments(counts);
    const { mean: variance } = moments(counts.map((count) => (count - mean.value) ** 2));
    // Over 400 s the index is lower than in the limit by about a time constant of 0.8 s in 400.
    expect(Math.abs(variance.value / mean.value - dispersion)).toBeLessThan((FAR * variance.error) / mean.value + dispersion / 400);
  });

  it("change their states at the same times whatever the rates in them", () => {
    const quiet = states.map((state) => ({ ...state, ratePerSec: state.ratePerSec === 40 ? 1 : 0 }));
    const busy = states.map((state) => ({ ...state, ratePerSec: state.ratePerSec === 40 ? 200 : 0 }));
    const few = all(new MmppArrivals(stream("a"), stream("b"), quiet), HOUR_MS);
    const seconds = new Set(all(new MmppArrivals(stream("a"), stream("b"), busy), HOUR_MS).map((at) => Math.floor(at / 1000)));
    // Wherever the few arrivals are, the many are within a second.
    const near = few.filter((at) => [-1, 0, 1].some((apart) => seconds.has(Math.floor(at / 1000) + apart)));
    expect(near).toEqual(few);
    expect(seconds.size).toBeLessThan(1000);
  });
});

describe("batches", () => {
  it.each<BatchSpec>([
    { kind: "fixed", count: 7 },
    { kind: "geometric", mean: 4 },
    { kind: "geometric", mean: 1 },
    { kind: "uniform", min: 2, max: 9 },
  ])("of %o come together, in their mean size", (batch) => {
    const poisson = new PoissonArrivals(stream("arrivals"), [10], HOUR_MS);
    const found = all(new BatchedArrivals(poisson, stream("sizes"), batch), 20_000_000);
    const sizes: number[] = [];
    found.forEach((at, index) => {
      if (at === found[index - 1]) sizes[sizes.length - 1]! += 1;
      else sizes.push(1);
    });
    const { mean, square } = moments(sizes);
    expect(Math.abs(mean.value - meanBatch(batch))).toBeLessThanOrEqual(FAR * mean.error);
    const squared = { fixed: 49, geometric: batch.kind === "geometric" ? 2 * batch.mean ** 2 - batch.mean : 0, uniform: 35.5 }[batch.kind];
    expect(Math.abs(square.value - squared)).toBeLessThanOrEqual(FAR * square.error);
  });
});

describe("several sources", () => {
  const some = (seed: number) => [
    new PoissonArrivals(stream("a", seed), [3], HOUR_MS),
    new RenewalArrivals(stream("b", seed), { kind: "constant" }, 2),
    new RenewalArrivals(stream("c", seed), { kind: "constant" }, 4),
  ];

  it("are merged by time, each arrival with its source, and none is lost", () => {
    const arrivals = new Arrivals(some(4), 600_000);
    const merged: { at: number; source: number }[] = [];
    for (let at = arrivals.next(); at !== Infinity; at = arrivals.next()) merged.push({ at, source: arrivals.source });
    const expected = some(4).flatMap((source, index) => all(source, 600_000).map((at) => ({ at, source: index })));
    expected.sort((a, b) => a.at - b.at || a.source - b.source);
    expect(merged).toEqual(expected.map(({ at, source }) => ({ at: Math.ceil(at), source })));
  });

  it("at the same time come in the order of the list", () => {
    const arrivals = new Arrivals(some(1).slice(1), 1000);
    const order = Array.from({ length: 6 }, () => [arrivals.next(), arrivals.source]);
    expect(order).toEqual([
      [250, 1],
      [500, 0],
      [500, 1],
      [750, 1],
      [1000, 0],
      [1000, 1],
    ]);
  });

  it("and no source at all bring nothing", () => {
    expect(new Arrivals([], 1000).next()).toBe(Infinity);
  });
});
