import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillGammas, gammaFunction } from "../../../sim/kernel/gamma.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { FAR, kolmogorovDistance, moments } from "../../support/statistics.ts";

describe("the gamma function", () => {
  it("is the factorial at whole numbers, and half of √π at 3/2", () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      expect(gammaFunction(n) / factorial).toBeCloseTo(1, 13);
      factorial *= n;
    }
    expect(gammaFunction(1.5)).toBeCloseTo(Math.sqrt(Math.PI) / 2, 14);
  });

  it("grows by its argument with each step of one", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 99, noNaN: true }), (x) => Math.abs(gammaFunction(x + 1) / (x * gammaFunction(x)) - 1) < 2e-13),
    );
  });

  it("is not known below 1", () => {
    expect(() => gammaFunction(0.5)).toThrow("not at 0.5");
  });
});

describe("gamma draws", () => {
  const draw = (shape: number) => {
    const sample = new Float64Array(500_000);
    fillGammas(new RandomStream(1, String(shape)), shape, sample);
    return sample;
  };

  it.each([0.1, 0.5, 1, 2, 4.5, 100])("of shape %d have that mean, and that variance", (shape) => {
    const { mean, square } = moments(draw(shape));
    expect(Math.abs(mean.value - shape)).toBeLessThan(FAR * mean.error);
    expect(Math.abs(square.value - shape * (shape + 1))).toBeLessThan(FAR * square.error);
  });

  it("of shapes 1/2, 1 and 2 follow the distributions known by other names", () => {
    expect(kolmogorovDistance(draw(1), (x) => 1 - Math.exp(-x))).toBeLessThan(2.5);
    expect(kolmogorovDistance(draw(2), (x) => 1 - Math.exp(-x) * (1 + x))).toBeLessThan(2.5);
    // Half the square of a normal: P(X < x) = erf(√x), by its series.
    expect(kolmogorovDistance(draw(0.5).subarray(0, 50_000), (x) => erf(Math.sqrt(x)))).toBeLessThan(2.5);
  });

  function erf(x: number): number {
    if (x > 5) return 1;
    let term = x;
    let sum = x;
    for (let n = 1; n < 200; n += 1) sum += (term *= (-x * x) / n) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
});
