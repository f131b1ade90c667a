import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { CountedArrivals } from "../../../sim/model/arrivals-counts.ts";
import { PoissonArrivals } from "../../../sim/model/arrivals-poisson.ts";
import { dailyRatesPerSec } from "../../../sim/model/arrivals-rates.ts";
import { Arrivals, type ArrivalSource } from "../../../sim/model/arrivals.ts";
import { chiSquareDeviation, FAR } from "../../support/statistics.ts";

const seeds = fc.nat();

/** Every arrival up to the end of the run, milliseconds. */
function times(source: ArrivalSource, endMs: number): number[] {
  const arrivals = new Arrivals([source], endMs);
  const all: number[] = [];
  for (let at = arrivals.next(); at !== Infinity; at = arrivals.next()) all.push(at);
  for (let again = 0; again < 1000; again += 1) if (arrivals.next() !== Infinity) throw new Error("An arrival followed the last one.");
  return all;
}

/** Arrivals in each interval; one that falls on a boundary belongs to the interval that ends there, as its row does. */
function countsOf(all: readonly number[], intervalMs: number, intervals: number): number[] {
  const counts = new Array<number>(intervals).fill(0);
  for (const at of all) counts[Math.max(0, Math.ceil(at / intervalMs) - 1)]! += 1;
  return counts;
}

function expectInOrder(all: readonly number[], endMs: number): void {
  all.forEach((at, index) => {
    expect(Number.isInteger(at) && at >= (all[index - 1] ?? 0) && at <= endMs).toBe(true);
  });
}

describe("recorded counts", () => {
  const recording = fc.record({
    counts: fc.array(fc.oneof(fc.nat(40), fc.constant(0)), { minLength: 1, maxLength: 30 }),
    intervalMs: fc.constantFrom(1000, 60_000, 300_000),
  });

  it("are kept exactly, interval by interval", () => {
    fc.assert(
      fc.property(recording, seeds, ({ counts, intervalMs }, seed) => {
        const endMs = counts.length * intervalMs;
        const all = times(new CountedArrivals(new RandomStream(seed, "arrivals"), { counts, intervalMs, startMs: 0, scale: 1 }), endMs);
        expect(countsOf(all, intervalMs, counts.length)).toEqual(counts);
        expectInOrder(all, endMs);
      }),
    );
  });

  it("are kept when scaled: after every interval the total is the scaled total, rounded", () => {
    fc.assert(
      fc.property(recording, fc.double({ min: 0.001, max: 5, noNaN: true }), seeds, ({ counts, intervalMs }, scale, seed) => {
        const endMs = counts.length * intervalMs;
        const all = times(new CountedArrivals(new RandomStream(seed, "arrivals"), { counts, intervalMs, startMs: 0, scale }), endMs);
        let exact = 0;
        let given = 0;
        countsOf(all, intervalMs, counts.length).forEach((count, interval) => {
          exact += counts[interval]! * scale;
          given += count;
          expect(given).toBe(Math.round(exact));
        });
      }),
    );
  });

  it("end with the run, though the recording goes on, and end before it, when the recording does", () => {
    const source = () =>
      new CountedArrivals(new RandomStream(1, "arrivals"), { counts: [100, 100], intervalMs: 60_000, startMs: 0, scale: 1 });
    expect(times(source(), 60_000)).toHaveLength(100);
    expect(times(source(), 86_400_000)).toHaveLength(200);
  });

  it("are spread evenly over their interval", () => {
    const all = times(
      new CountedArrivals(new RandomStream(3, "arrivals"), { counts: [20_000], intervalMs: 60_000, startMs: 0, scale: 1 }),
      60_000,
    );
    expect(Math.abs(chiSquareDeviation(countsOf(all, 3000, 20), new Array<number>(20).fill(1000)))).toBeLessThan(FAR);
  });
});

describe("Poisson arrivals", () => {
  const minuteMs = 60_000;

  it("have the rate of each interval as their mean, and as much variance", () => {
    const rates = [0, 5, 0.5, 2];
    const rounds = 2000;
    const all = times(new PoissonArrivals(new RandomStream(5, "arrivals"), rates, minuteMs), rates.length * rounds * minuteMs);
    const counts = countsOf(all, minuteMs, rates.length * rounds);
    rates.forEach((rate, interval) => {
      const expected = rate * 60;
      const ofInterval = counts.filter((_, index) => index % rates.length === interval);
      const mean = ofInterval.reduce((sum, count) => sum + count, 0) / rounds;
      const variance = ofInterval.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (rounds - 1);
      // The variance of a sample's variance: (μ4 − σ⁴) / n, with μ4 = λ + 3 λ² for a Poisson count.
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(FAR * Math.sqrt(expected / rounds));
      expect(Math.abs(variance - expected)).toBeLessThanOrEqual(FAR * Math.sqrt((expected + 2 * expected ** 2) / rounds));
    });
  });

  it("fall anywhere within an interval, and independently of the one before", () => {
    const all = times(new PoissonArrivals(new RandomStream(8, "arrivals"), [20], minuteMs), 1_000_000);
    const counts = countsOf(all, 100, 10_000);
    // Of 10,000 tenths of a second with 2 arrivals on average, those with 0, 1, 2, 3, 4 and more.
    const found = [0, 1, 2, 3, 4].map((wanted) => counts.filter((count) => count === wanted).length);
    const chance = [1, 2, 2, 4 / 3, 2 / 3].map((share) => share * Math.exp(-2));
    const rest = 1 - chance.reduce((sum, share) => sum + share, 0);
    const expected = [...chance, rest].map((share) => share * counts.length);
    expect(Math.abs(chiSquareDeviation([...found, counts.length - found.reduce((sum, count) => sum + count, 0)], expected))).toBeLessThan(
      FAR,
    );
  });

  it("come in order, on whole milliseconds, and not after the end of the run", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 400_000 }),
        seeds,
        (rates, endMs, seed) => {
          expectInOrder(times(new PoissonArrivals(new RandomStream(seed, "arrivals"), rates, minuteMs), endMs), endMs);
        },
      ),
    );
  });

  it("do not come at all at a rate of 0", () => {
    expect(times(new PoissonArrivals(new RandomStream(1, "arrivals"), [0], minuteMs), 10 * minuteMs)).toEqual([]);
  });
});

describe("a day's rates", () => {
  const shape = { base: 2, peak: 50, peakAtHour: 9, widthHours: 1 };
  const rates = dailyRatesPerSec(shape);
  const at = (hour: number) => rates[Math.round(hour * 60) % 1440]!;

  it("have their peak at its hour, and their base far from it", () => {
    expect(rates).toHaveLength(1440);
    expect(at(9)).toBeCloseTo(50, 1);
    expect(at(0)).toBeCloseTo(2, 10);
    expect(Math.max(...rates)).toBe(Math.max(at(9), at(9 - 1 / 60)));
  });

  it("are half-way up at half the width on both sides", () => {
    // A minute has the rate of its middle.
    expect((at(8.5 - 1 / 60) + at(8.5)) / 2).toBeCloseTo(26, 1);
    expect((at(9.5 - 1 / 60) + at(9.5)) / 2).toBeCloseTo(26, 1);
    expect(at(9 + 0.25)).toBeCloseTo(at(9 - 0.25 - 1 / 60), 10);
  });

  it("go on across midnight", () => {
    const late = dailyRatesPerSec({ ...shape, peakAtHour: 23.5 });
    expect((late[1439]! + late[0]!) / 2).toBeCloseTo(26, 1);
    expect(late[29]).toBeLessThan(late[0]!);
  });

  it("add up to the base and the area of the bell", () => {
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / 1440;
    expect(mean).toBeCloseTo(2 + (48 * Math.sqrt(Math.PI / (4 * Math.LN2))) / 24, 6);
  });
});
