import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactExp, exactLog, exactPow } from "../../../sim/kernel/exact-math.ts";

/** x and its logarithm rounded correctly, computed with 200 bits (mpmath 1.3). */
const LOGARITHMS = [
  [5e-324, -744.4400719213812],
  [1e-310, -713.8013788281542],
  [2.2250738585072014e-308, -708.3964185322641],
  [1e-100, -230.25850929940458],
  [0.1, -2.3025850929940455],
  [0.5, -0.6931471805599453],
  [0.7071067811865475, -0.34657359027997275],
  [0.7071067811865476, -0.3465735902799726],
  [0.9999999999999999, -1.1102230246251565e-16],
  [1.0000000000000002, 2.2204460492503128e-16],
  [1.1, 0.09531017980432493],
  [1.4142135623730951, 0.3465735902799727],
  [2, 0.6931471805599453],
  [2.718281828459045, 1],
  [10, 2.302585092994046],
  [12345.678, 9.421061321291832],
  [1e15, 34.538776394910684],
  [1.7976931348623157e308, 709.782712893384],
] as const;

/** x and its exponential, in the same way. */
const EXPONENTIALS = [
  [-745, 5e-324],
  [-740.5, 2.5e-322],
  [-708.5, 2.006132305331306e-308],
  [-708, 3.307553003638408e-308],
  [-100, 3.720075976020836e-44],
  [-10.5, 2.7536449349747158e-5],
  [-1, 0.36787944117144233],
  [-0.34657359027997264, 0.7071067811865476],
  [-0.1, 0.9048374180359595],
  [-1e-9, 0.999999999],
  [1e-300, 1],
  [1e-9, 1.000000001],
  [0.1, 1.1051709180756477],
  [0.34657359027997264, 1.414213562373095],
  [0.3465735902799727, 1.4142135623730951],
  [0.5, 1.6487212707001282],
  [1, 2.718281828459045],
  [1.0397207708399179, 2.82842712474619],
  [1.039720770839918, 2.8284271247461903],
  [2, 7.38905609893065],
  [10.5, 36315.502674246636],
  [100, 2.6881171418161356e43],
  [709, 8.218407461554972e307],
  [709.782712893384, 1.7976931348622732e308],
] as const;

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("exactLog", () => {
  it.each(LOGARITHMS)("of %d is %d to the last place", (x, logarithm) => {
    expect(placesBetween(exactLog(x), logarithm)).toBeLessThanOrEqual(1);
  });

  it("is within two places of the engine's own for every positive number", () => {
    fc.assert(
      fc.property(anyDouble, (number) => {
        const x = Math.abs(number);
        expect(placesBetween(exactLog(x), Math.log(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is within two places of the engine's own from 0 to 4, where random numbers need it", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4, noNaN: true }), (x) => {
        expect(placesBetween(exactLog(x), Math.log(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is exact at the edges", () => {
    expect(exactLog(1)).toBe(0);
    expect(exactLog(0)).toBe(-Infinity);
    expect(exactLog(-0)).toBe(-Infinity);
    expect(exactLog(-1)).toBeNaN();
    expect(exactLog(-5e-324)).toBeNaN();
    expect(exactLog(-Infinity)).toBeNaN();
    expect(exactLog(NaN)).toBeNaN();
    expect(exactLog(Infinity)).toBe(Infinity);
  });
});

describe("exactExp", () => {
  it.each(EXPONENTIALS)("of %d is %d to the last place", (x, exponential) => {
    expect(placesBetween(exactExp(x), exponential)).toBeLessThanOrEqual(1);
  });

  it("is within two places of the engine's own wherever the result is finite", () => {
    fc.assert(
      fc.property(fc.double({ min: -746, max: 710, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), (wide, near) => {
        expect(placesBetween(exactExp(wide), Math.exp(wide))).toBeLessThanOrEqual(2);
        expect(placesBetween(exactExp(near), Math.exp(near))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is exact at the edges", () => {
    expect(exactExp(0)).toBe(1);
    expect(exactExp(-0)).toBe(1);
    expect(exactExp(5e-324)).toBe(1);
    expect(exactExp(709.7827128933841)).toBe(Infinity);
    expect(exactExp(Infinity)).toBe(Infinity);
    expect(exactExp(-745.1332191019412)).toBe(0);
    expect(exactExp(-Infinity)).toBe(0);
    expect(exactExp(NaN)).toBeNaN();
  });

  it("makes no jump where the method passes from one power of two to the next", () => {
    for (let k = -1021; k < 1023; k += 1) {
      const edge = (k + 0.5) * Math.LN2;
      const [below, at, above] = [edge - Math.abs(edge) * 2 ** -52, edge, edge + Math.abs(edge) * 2 ** -52].map(exactExp);
      expect(at! / below! - 1).toBeLessThanOrEqual(2 ** -51 * (1 + Math.abs(edge)));
      expect(above! / at! - 1).toBeLessThanOrEqual(2 ** -51 * (1 + Math.abs(edge)));
    }
  });
});

describe("exactPow", () => {
  it("is off by less than it says", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }), (x, y) => {
        const power = Math.pow(x, y);
        fc.pre(power > 1e-300 && power < 1e300);
        const bound = (1 + 1.5 * Math.abs(y * Math.log(x))) * 2 ** -52;
        expect(Math.abs(exactPow(x, y) - power)).toBeLessThanOrEqual((bound + 2 ** -52) * power);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    [0, 0],
    [0, 2],
    [0, -2],
    [1, 1e300],
    [2, 0],
    [2, 1],
    [0.5, Infinity],
    [2, Infinity],
    [2, -Infinity],
    [Infinity, 0.5],
    [Infinity, -0.5],
    [Infinity, 0],
    [NaN, 0],
    [NaN, 2],
    [2, NaN],
  ])("of %d to the power %d is what Math.pow says", (x, y) => {
    expect(exactPow(x, y)).toBe(Math.pow(x, y));
  });

  it("of a negative number is not a number", () => {
    expect(exactPow(-2, 2)).toBeNaN();
    expect(exactPow(-2, 0)).toBe(1);
  });
});

/** How many doubles lie between two doubles of one sign: 0 for equal ones. */
function placesBetween(first: number, second: number): number {
  if (Object.is(first, second)) return 0;
  const [one, two] = new BigInt64Array(Float64Array.of(first, second).buffer);
  return Math.abs(Number(one! - two!));
}
