import { describe, expect, it } from "vitest";
import { fitRate } from "../../../../sim/core/policy/arrival-rate.ts";
import { RandomStream } from "../../../../sim/kernel/random.ts";

const MINUTE_MS = 60_000;

function fitted(counts: readonly number[]): { perMinute: number; trend: number } {
  const datapoints = counts.map((value, minute) => ({ at: minute * MINUTE_MS, value }));
  const { perMs, trend } = fitRate(datapoints, MINUTE_MS, counts.length * MINUTE_MS);
  return { perMinute: perMs * MINUTE_MS, trend: trend * MINUTE_MS * MINUTE_MS };
}

/** Messages a minute, in batches of `size` that arrive as a Poisson process. */
function inBatches(perMinute: number, size: number, minutes: number, seed: number): number[] {
  const stream = new RandomStream(seed, "batches");
  const counts = new Array<number>(minutes).fill(0);
  const meanGap = size / perMinute;
  for (let at = stream.exponential() * meanGap; at < minutes; at += stream.exponential() * meanGap) counts[Math.floor(at)]! += size;
  return counts;
}

describe("the rate of arrivals", () => {
  it("is the counts' where they do not change, without a trend", () => {
    expect(fitted([100, 100, 100, 100, 100, 100, 100, 100])).toEqual({ perMinute: 100, trend: 0 });
    expect(fitted([])).toEqual({ perMinute: 0, trend: 0 });
  });

  it("rises with a trend that stands out, and not with what chance does", () => {
    const ramp = fitted([1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700]);
    expect(ramp.trend).toBeGreaterThan(80);
    expect(ramp.trend).toBeLessThanOrEqual(100);
    expect(fitted([98, 103, 95, 104, 101, 97, 105, 99]).trend).toBe(0);
  });

  it("is what came last after a jump, however long it was otherwise before", () => {
    expect(fitted([100, 104, 97, 101, 99, 103, 98, 102, 100, 99, 600]).perMinute).toBeCloseTo(600, 6);
    expect(fitted([600, 604, 597, 601, 599, 603, 598, 602, 600, 599, 100]).perMinute).toBeCloseTo(100, 6);
  });

  it("is no jump where messages come in batches: a minute with two of them is none of twice the load", () => {
    const counts = [0, 60, 0, 0, 120, 60, 0, 60, 0, 0, 60, 0, 60, 0, 120];
    expect(fitted(counts).perMinute).toBeLessThan(50);
  });

  it.each([
    [600, 1],
    [600, 60],
    [6000, 60],
  ])("is found for %i a minute in batches of %i nearly as well as so many counts can tell", (perMinute, size) => {
    const errors = Array.from({ length: 400 }, (_, seed) => fitted(inBatches(perMinute, size, 15, seed)).perMinute - perMinute);
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    // The mean of eight counts has this standard error; a jump or a trend taken for one would be several times as much.
    expect(rms).toBeLessThan(1.4 * Math.sqrt((perMinute * size) / 8));
  });

  it("follows a flash sale on traffic that comes in batches", () => {
    const before = [0, 60, 0, 0, 120, 60, 0, 60, 0, 0, 60, 0, 60, 60];
    expect(fitted([...before, 3000]).perMinute).toBeCloseTo(3000, 6);
  });
});
