import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positionAfterKey, positionOf, scaleFor, TRACK_STEPS, valueAt, type Range } from "../../web/settings/slider-scale.ts";

const RATE: Range = { min: 0, max: 100_000, integer: false };
const SLOTS: Range = { min: 1, max: 1000, integer: true };
const SHARE: Range = { min: 0, max: 1, integer: false };

describe("a slider's track", () => {
  it("lies around the value that was loaded, a factor of ten to either side", () => {
    expect(scaleFor(RATE, 50)).toMatchObject({ kind: "log", low: 5, high: 500, zero: true });
    expect(scaleFor(SLOTS, 4)).toMatchObject({ kind: "log", low: 1, high: 50 });
  });

  it("has the loaded value in its middle", () => {
    expect(positionOf(scaleFor(RATE, 50), 50) / TRACK_STEPS).toBeCloseTo(0.52, 2);
  });

  it("ends at 0 where 0 is allowed", () => {
    expect(valueAt(scaleFor(RATE, 50), 0)).toBe(0);
    expect(valueAt(scaleFor(SHARE, 0.001), 0)).toBe(0);
    expect(valueAt(scaleFor(SLOTS, 4), 0)).toBe(1);
  });

  it("is straight where all values fit on it", () => {
    expect(scaleFor({ min: 0, max: 20, integer: true }, 20)).toMatchObject({ kind: "linear", low: 0, high: 20 });
  });

  it("shows a value beyond its ends at the end", () => {
    expect(positionOf(scaleFor(RATE, 50), 90_000)).toBe(TRACK_STEPS);
  });

  it("gives values in range that never fall as the hand moves right, and finds them again", () => {
    fc.assert(
      fc.property(anyRange(), fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const anchor = range.min + share * (range.max - range.min);
        const scale = scaleFor(range, anchor);
        let before = -Infinity;
        for (let position = 0; position <= TRACK_STEPS; position += 5) {
          const value = valueAt(scale, position);
          expect(value).toBeGreaterThanOrEqual(Math.max(range.min, before));
          expect(value).toBeLessThanOrEqual(range.max);
          if (range.integer) expect(Number.isInteger(value)).toBe(true);
          expect(valueAt(scale, positionOf(scale, value))).toBeCloseTo(value, 9);
          before = value;
        }
      }),
    );
  });

  it("moves to another value with each key press until it ends", () => {
    const scale = scaleFor(SLOTS, 4);
    let position = 0;
    const seen = [valueAt(scale, position)];
    while (position < TRACK_STEPS) {
      position = positionAfterKey(scale, position, 1);
      seen.push(valueAt(scale, position));
    }
    expect(new Set(seen.slice(0, -1)).size).toBe(seen.length - 1);
    expect(seen.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

function anyRange(): fc.Arbitrary<Range> {
  const number = fc.record({
    min: fc.constantFrom(0, 0.001, 0.01, 0.1, 1),
    max: fc.constantFrom(2, 10, 60, 86_400, 1e6),
    integer: fc.constant(false),
  });
  const integer = fc.record({ min: fc.constantFrom(0, 1, 60), max: fc.constantFrom(61, 100, 1000, 1_209_600), integer: fc.constant(true) });
  return fc.oneof(number, integer);
}
