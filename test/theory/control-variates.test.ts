import { describe, expect, it } from "vitest";
import { RandomStream } from "../../sim/kernel/random.ts";
import { interval } from "../../sim/measure/confidence.ts";
import { binomialBounds } from "../support/binomial.ts";
import { controlledInterval, inverted } from "./control-variates.ts";

describe("an interval with controls", () => {
  const stream = new RandomStream(1, "controls");
  const normals = (count: number) => Array.from({ length: count }, () => stream.normal());

  it("is Student's when there are none, or they say nothing", () => {
    const values = normals(10);
    const plain = interval(values, 0.95);
    for (const controls of [[], [values.map(() => 0.3)]]) {
      const { mean, halfWidth } = controlledInterval(values, controls, 0.95);
      expect(mean).toBeCloseTo(plain.mean, 12);
      expect(halfWidth).toBeCloseTo(plain.halfWidth, 12);
    }
  });

  it("has no width left when the controls explain everything", () => {
    const [first, second] = [normals(8), normals(8).map((value) => value / 1000)];
    const values = first.map((value, index) => 7 + 3 * value - 200 * second[index]!);
    const { mean, halfWidth } = controlledInterval(values, [first, second], 0.99);
    expect(mean).toBeCloseTo(7, 10);
    expect(halfWidth).toBeLessThan(1e-9);
  });

  it("holds the truth as often as it says, and is narrower than without", () => {
    const trials = 4000;
    let holding = 0;
    let narrower = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const control = normals(20);
      const values = control.map((value) => 5 + 2 * value + stream.normal());
      const { low, high, halfWidth } = controlledInterval(values, [control, normals(20)], 0.95);
      if (low <= 5 && high >= 5) holding += 1;
      if (halfWidth < interval(values, 0.95).halfWidth) narrower += 1;
    }
    const { least, most } = binomialBounds(trials, 0.95);
    expect(holding).toBeGreaterThanOrEqual(least);
    expect(holding).toBeLessThanOrEqual(most);
    expect(narrower / trials).toBeGreaterThan(0.99);
  });

  it("needs more replications than controls", () => {
    expect(() => controlledInterval([1, 2], [[0, 1]], 0.95)).toThrow("2 replications do not suffice for 1 controls");
  });
});

describe("an inverse", () => {
  it("undoes its matrix, also when rows have to be swapped", () => {
    const inverse = inverted([
      [0, 2, 1],
      [4, 0, 0],
      [1, 1, 1],
    ]);
    const columns = inverse[0]!.map((_, column) => inverse.map((row) => row[column]!));
    [
      [0, 2, 1],
      [4, 0, 0],
      [1, 1, 1],
    ].forEach((row, i) => {
      columns.forEach((column, j) => {
        expect(row.reduce((sum, value, k) => sum + value * column[k]!, 0)).toBeCloseTo(i === j ? 1 : 0, 12);
      });
    });
  });

  it("is refused where there is none", () => {
    expect(() =>
      inverted([
        [1, 2],
        [2, 4],
      ]),
    ).toThrow("no inverse");
  });
});
