/**
 * Logarithm, exponential and power that give the same bits on every engine.
 *
 * The language leaves the last bits of `Math.log`, `Math.exp` and `Math.pow` to the engine, so a simulation that used
 * them could not promise the same result in Node, Chromium and Firefox. These functions use only operations that IEEE
 * 754 fixes to the bit (+ − × ÷ on doubles, and the reading and setting of bits), in a fixed order.
 *
 * `exactLog` and `exactExp` follow `e_log.c` and `e_exp.c` of fdlibm 5.3 in their coefficients and in the splitting of
 * ln 2, without the branches by which fdlibm saves arithmetic: a processor guesses those wrong more dearly than it
 * multiplies. The notice of fdlibm:
 *
 *   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
 *   Developed at SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this
 *   software is freely granted, provided that this notice is preserved.
 *
 * Source: https://www.netlib.org/fdlibm/
 */

/** One double and its two halves: the way to its bits. Bits are only read; {@link POWERS} scale a number instead. */
const DOUBLE = new Float64Array(1);
const HALVES = new Int32Array(DOUBLE.buffer);

/** Where the half with sign, exponent and upper fraction lies: 1 on the usual little-endian machines. */
const UPPER = upperHalfIndex();
const LOWER = 1 - UPPER;

/** ln 2 in two parts. The upper one ends in zeros, so that a whole number up to 2^20 times it is exact. */
const LN2_UPPER = 6.9314718036912381649e-1;
const LN2_LOWER = 1.90821492927058770002e-10;
const ONE_OVER_LN2 = 1.442695040888963387;

const TWO_TO_54 = 18_014_398_509_481_984;

/**
 * 2^k at index k + 1024, for k from −1024 to 1023. Multiplying by one of them is exact, and faster than setting the
 * exponent bits, because reading a double right after writing one half of it makes the processor wait.
 */
const POWERS_ZERO = 1024;
const POWERS = powersOfTwo();

/** Above it the exponential is infinite, and below the other it is 0. */
const EXP_OVERFLOWS_ABOVE = 7.09782712893383973096e2;
const EXP_VANISHES_BELOW = -7.4513321910194110842e2;

/**
 * The natural logarithm, off by less than 0.9 units in the last place.
 *
 * −Infinity at 0 (of either sign), NaN below it, Infinity at Infinity.
 *
 * Method: x = 2^k (1 + f) with √2/2 < 1 + f < √2; then log(1 + f) = f − f²/2 + s (f²/2 + R), with s = f / (2 + f) and R a
 * polynomial in s² that is off by less than 2^−58.45; then k ln 2 is added in two parts.
 */
export function exactLog(x: number): number {
  DOUBLE[0] = x;
  let upper = HALVES[UPPER] as number;
  let normal = x;
  let exponent = 0;
  if (upper < 0x0010_0000) {
    if (((upper & 0x7fff_ffff) | (HALVES[LOWER] as number)) === 0) return -Infinity;
    if (upper < 0) return NaN;
    exponent = -54;
    normal = x * TWO_TO_54;
    DOUBLE[0] = normal;
    upper = HALVES[UPPER] as number;
  }
  if (upper >= 0x7ff0_0000) return x + x;

  let shift = (upper >> 20) - 1023;
  upper &= 0x000f_ffff;
  shift += (upper + 0x9_5f64) >> 20;
  exponent += shift;
  const f = normal * (POWERS[POWERS_ZERO - shift] as number) - 1;

  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const halfSquare = 0.5 * f * f;
  return exponent * LN2_UPPER - (halfSquare - (s * (halfSquare + (odd + even)) + exponent * LN2_LOWER) - f);
}

/**
 * The exponential, off by less than 0.9 units in the last place (1 where the result is subnormal, below −708.4).
 *
 * Infinity above 709.78, 0 below −745.13.
 *
 * Method: x = k ln 2 + r with |r| ≤ ln 2 / 2, and ln 2 in two parts so that r keeps its low bits; then exp(r) by a
 * rational form with a polynomial in r² that is off by less than 2^−59; then 2^k goes into the exponent bits.
 */
export function exactExp(x: number): number {
  if (!(x <= EXP_OVERFLOWS_ABOVE)) return x + Infinity;
  if (x < EXP_VANISHES_BELOW) return 0;

  const k = Math.floor(ONE_OVER_LN2 * x + 0.5) | 0;
  const high = x - k * LN2_UPPER;
  const low = k * LN2_LOWER;
  const r = high - low;
  const square = r * r;
  const c =
    r -
    square *
      (1.66666666666666019037e-1 +
        square *
          (-2.77777777770155933842e-3 +
            square * (6.61375632143793436117e-5 + square * (-1.6533902205465251539e-6 + square * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // The two ends go in two steps: 2^1024 is no double, and a product that is subnormal must be rounded once only.
  if (k > 1023) return y * 2 * (POWERS[POWERS_ZERO + 1023] as number);
  if (k < -1021) return y * (POWERS[POWERS_ZERO + k + 1000] as number) * (POWERS[POWERS_ZERO - 1000] as number);
  return y * (POWERS[POWERS_ZERO + k] as number);
}

/**
 * `x` to the power `y`, for `x` of 0 or more, as exp(y ln x): off by less than (1 + 1.5 |y ln x|) 2^−52 of the result,
 * which is at most 2.5e-13 of it, and usually 1e-15.
 *
 * It follows `Math.pow` at 0, Infinity and NaN, save that a negative `x` gives NaN for every `y` but 0.
 */
export function exactPow(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  return exactExp(y * exactLog(x));
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2 * POWERS_ZERO);
  let power = 1;
  for (let k = 0; k < POWERS_ZERO; k += 1, power *= 2) powers[POWERS_ZERO + k] = power;
  power = 1;
  for (let k = 0; k <= POWERS_ZERO; k += 1, power /= 2) powers[POWERS_ZERO - k] = power;
  return powers;
}

function upperHalfIndex(): 0 | 1 {
  DOUBLE[0] = 1;
  return HALVES[1] === 0 ? 0 : 1;
}
