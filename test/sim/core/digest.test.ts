import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Digest } from "../../../sim/core/digest.ts";
import { FAR, binomialDeviation } from "../../support/statistics.ts";

/** Numbers, texts and columns, as they are added one after the other. */
type Part = number | string | Float64Array;
const parts: fc.Arbitrary<Part[]> = fc.array(fc.oneof(fc.double(), fc.string(), fc.float64Array({ maxLength: 20 })), { maxLength: 8 });

describe("the digest", () => {
  it("is 16 hexadecimal digits, the same for the same parts", () => {
    fc.assert(
      fc.property(parts, (added) => {
        expect(digestOf(...added)).toMatch(/^[0-9a-f]{16}$/);
        expect(digestOf(...added)).toBe(digestOf(...added));
      }),
    );
  });

  it("differs for parts that differ anywhere, also in where one ends and the next begins", () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one.map(shown)) !== JSON.stringify(other.map(shown)));
        expect(digestOf(...one)).not.toBe(digestOf(...other));
      }),
    );
  });

  it.each<[Part[], Part[]]>([
    [["ab"], ["a", "b"]],
    [[""], []],
    [["a\0"], ["a"]],
    [["\0\0\0\0"], ["\0\0\0"]],
    [
      [1, 2],
      [2, 1],
    ],
    [[0], [-0]],
    [[1], ["1"]],
    [[1], [Float64Array.of(1)]],
    [[Float64Array.of(1, 2)], [Float64Array.of(1), Float64Array.of(2)]],
    [[Float64Array.of(), Float64Array.of()], [Float64Array.of()]],
    [[Infinity], [-Infinity]],
    [[NaN], [Infinity]],
    [[1], [1 + 2 ** -52]],
  ])("tells %o from %o", (one, other) => {
    expect(digestOf(...one)).not.toBe(digestOf(...other));
  });

  it("takes every NaN for the same one", () => {
    const odd = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_0001n, 0x7ff0_0000_0000_0001n, 0x7ff8_0000_0000_0000n).buffer);
    expect(digestOf(odd)).toBe(digestOf(Float64Array.of(NaN, NaN, NaN)));
    expect(digestOf(odd[0]!)).toBe(digestOf(NaN));
  });

  it("sees a part of a larger buffer as it would see a copy", () => {
    const whole = Float64Array.from({ length: 100 }, (_, index) => index * 1.5);
    expect(digestOf(whole.subarray(3, 77))).toBe(digestOf(whole.slice(3, 77)));
  });

  it("may be read in between without a change to the end", () => {
    const digest = new Digest();
    digest.addString("a");
    expect(digest.hex()).toBe(digestOf("a"));
    expect(digest.hex()).toBe(digestOf("a"));
    digest.addNumber(1);
    expect(digest.hex()).toBe(digestOf("a", 1));
  });

  it("has half of its bits changed by each bit of a number, wherever the number stands", () => {
    const values = Float64Array.from({ length: 8 }, (_, index) => 1000 * (index + 1) + 0.25);
    const before = BigInt(`0x${digestOf(values)}`);
    const bits = new BigUint64Array(values.buffer);
    let changed = 0;
    for (let place = 0; place < bits.length; place += 1) {
      for (let bit = 0n; bit < 52n; bit += 1n) {
        bits[place]! ^= 1n << bit;
        const difference = bitsSet(before ^ BigInt(`0x${digestOf(values)}`));
        expect(difference).toBeGreaterThan(8);
        changed += difference;
        bits[place]! ^= 1n << bit;
      }
    }
    expect(Math.abs(binomialDeviation(changed, 8 * 52 * 64, 0.5))).toBeLessThan(FAR);
  });

  it("does not repeat itself, not even in half of its digits more than chance has it", () => {
    const seen = { all: new Set<string>(), left: new Set<string>(), right: new Set<string>() };
    const count = 100_000;
    for (let number = 0; number < count; number += 1) {
      const digest = digestOf(number, number % 7);
      seen.all.add(digest);
      seen.left.add(digest.slice(0, 8));
      seen.right.add(digest.slice(8));
    }
    expect(seen.all.size).toBe(count);
    // Of 10^5 draws from 2^32, 1.2 repeat an earlier one on average; more than 9 do so once in a million.
    expect(count - seen.left.size).toBeLessThan(10);
    expect(count - seen.right.size).toBeLessThan(10);
  });
});

function digestOf(...added: Part[]): string {
  const digest = new Digest();
  for (const part of added) {
    if (typeof part === "number") digest.addNumber(part);
    else if (typeof part === "string") digest.addString(part);
    else digest.addFloat64s(part);
  }
  return digest.hex();
}

function shown(part: Part): unknown {
  const number = (value: number) => (Object.is(value, -0) ? "-0" : String(value));
  if (typeof part === "number") return { number: number(part) };
  return typeof part === "string" ? { text: part } : { column: Array.from(part, number) };
}

function bitsSet(bits: bigint): number {
  return bits.toString(2).replaceAll("0", "").length;
}
