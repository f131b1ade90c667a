import { describe, expect, it } from "vitest";
import { durationSampler, LONGEST_MS, meanSec, secondMomentSec2 } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import { FAR, kolmogorovDistance, moments } from "../../support/statistics.ts";

function draw(spec: DurationSpec, count: number): Float64Array {
  const sampler = durationSampler(spec, new RandomStream(3, JSON.stringify(spec)));
  return Float64Array.from({ length: count }, () => sampler.nextMs() / 1000);
}

const histogram = { kind: "histogram" as const, edgesSec: [1, 2, 5, 5, 100], weights: [3, 6, 1, 0] };

describe("lengths of time of every further shape", () => {
  it.each<DurationSpec>([
    { kind: "gamma", meanSec: 30, variation: 0.3 },
    { kind: "gamma", meanSec: 300, variation: 2 },
    { kind: "hyper-exponential", meanSec: 60, variation: 3 },
    { kind: "weibull", meanSec: 50, shape: 0.7 },
    { kind: "weibull", meanSec: 50, shape: 3 },
    { kind: "pareto", minSec: 10, shape: 5 },
    histogram,
  ])("have the mean and the mean square of %o", (spec) => {
    const { mean, square } = moments(draw(spec, 300_000));
    expect(Math.abs(mean.value - meanSec(spec))).toBeLessThan(FAR * mean.error + 0.0005);
    expect(Math.abs(square.value - secondMomentSec2(spec))).toBeLessThan(FAR * square.error + 0.001 * mean.value);
  });

  it("fit a Weibull, a Pareto and a hyper-exponential all along", () => {
    const weibull = draw({ kind: "weibull", meanSec: 50, shape: 2 }, 50_000);
    const scale = 50 / (Math.sqrt(Math.PI) / 2);
    expect(kolmogorovDistance(weibull, (sec) => 1 - Math.exp(-((sec / scale) ** 2)))).toBeLessThan(2.5);
    expect(
      kolmogorovDistance(draw({ kind: "pareto", minSec: 60, shape: 1.5 }, 50_000), (sec) => 1 - (60 / Math.max(60, sec)) ** 1.5),
    ).toBeLessThan(2.5);
    const short = (1 + Math.sqrt(3 / 5)) / 2;
    const mixture = (sec: number) => 1 - short * Math.exp((-2 * short * sec) / 60) - (1 - short) * Math.exp((-2 * (1 - short) * sec) / 60);
    expect(kolmogorovDistance(draw({ kind: "hyper-exponential", meanSec: 60, variation: 2 }, 50_000), mixture)).toBeLessThan(2.5);
  });

  it("fall into the bins of a histogram by their counts, evenly within each, and into no empty one", () => {
    const sample = draw(histogram, 50_000);
    const distribution = (sec: number) => (sec < 1 ? 0 : sec < 2 ? 0.3 * (sec - 1) : sec < 5 ? 0.3 + 0.2 * (sec - 2) : 1);
    expect(
      kolmogorovDistance(
        sample.filter((sec) => sec !== 5),
        (sec) => distribution(sec) / 0.9,
      ),
    ).toBeLessThan(2.5);
    expect(Math.max(...sample)).toBe(5);
  });

  it("have no mean square, and an end, where the tail is too long", () => {
    expect(secondMomentSec2({ kind: "pareto", minSec: 1, shape: 2 })).toBe(Infinity);
    expect(Math.max(...draw({ kind: "pareto", minSec: 86_400, shape: 1.05 }, 10_000))).toBe(LONGEST_MS / 1000);
  });

  it("refuse a histogram without as many bins as its edges make, or with nothing in them", () => {
    const stream = new RandomStream(1, "wrong");
    expect(() => durationSampler({ ...histogram, weights: [1] }, stream)).toThrow("1 bins have 2 edges, not 5");
    expect(() => durationSampler({ ...histogram, weights: [0, 0, 0, 0] }, stream)).toThrow("a bin that is not empty");
  });
});
