import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsToShow, take } from "../../web/worker/decimate.ts";

describe("the rows that a chart is drawn from", () => {
  it("are all rows when there are few", () => {
    expect([...rowsToShow([Float64Array.of(3, 1, 2)], 10)]).toEqual([0, 1, 2]);
    expect([...rowsToShow([new Float64Array(0)], 10)]).toEqual([]);
  });

  it("are no more than asked for, in order, and hold the first, the last and the extremes of every column", () => {
    fc.assert(
      fc.property(anyColumns(), fc.integer({ min: 12, max: 300 }), (columns, atMost) => {
        const rows = rowsToShow(columns, atMost);
        const size = columns[0]!.length;
        expect(rows.length).toBeLessThanOrEqual(Math.max(atMost, 2 * columns.length + 2));
        expect(rows[0]).toBe(0);
        expect(rows.at(-1)).toBe(size - 1);
        for (let i = 1; i < rows.length; i += 1) expect(rows[i]).toBeGreaterThan(rows[i - 1]!);
        for (const column of columns) {
          const shown = take(column, rows);
          expect(Math.max(...shown)).toBe(Math.max(...column));
          expect(Math.min(...shown)).toBe(Math.min(...column));
        }
      }),
    );
  });

  it("keep a peak of one row at its time and height", () => {
    const column = new Float64Array(20_000).fill(1);
    column[13_337] = 500;
    const rows = rowsToShow([column], 2000);
    expect(take(column, rows)[[...rows].indexOf(13_337)]).toBe(500);
  });
});

function anyColumns(): fc.Arbitrary<Float64Array[]> {
  return fc
    .tuple(fc.integer({ min: 2, max: 2000 }), fc.integer({ min: 1, max: 5 }), fc.integer())
    .map(([rows, columns, seed]) => Array.from({ length: columns }, (_, column) => noise(rows, seed + column)));
}

/** Cheaper than drawing ten thousand numbers one by one. */
function noise(length: number, seed: number): Float64Array {
  let state = seed | 1;
  return Float64Array.from({ length }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 1;
    return (state >>> 8) % 1000;
  });
}
