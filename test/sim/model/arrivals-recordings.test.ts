import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { CountedArrivals } from "../../../sim/model/arrivals-counts.ts";
import { TimestampArrivals } from "../../../sim/model/arrivals-timestamps.ts";
import { Arrivals, type ArrivalSource } from "../../../sim/model/arrivals.ts";

interface Arrival {
  readonly at: number;
  readonly sizeKib: number;
}

function all(source: ArrivalSource, endMs: number): Arrival[] {
  const arrivals = new Arrivals([source], endMs);
  const found: Arrival[] = [];
  for (let at = arrivals.next(); at !== Infinity; at = arrivals.next()) found.push({ at, sizeKib: arrivals.sizeKib });
  return found;
}

const stream = (seed = 1) => new RandomStream(seed, "arrivals");
const DAY_MS = 86_400_000;

describe("recorded counts that are moved", () => {
  const counts = [100, 0, 50, 7];
  const counted = (startMs: number, intervalMs = 60_000) =>
    all(new CountedArrivals(stream(), { counts, intervalMs, startMs, scale: 1 }), DAY_MS);

  it("come later by the shift, all of them", () => {
    const plain = counted(0);
    expect(counted(90_000).map(({ at }) => at)).toEqual(plain.map(({ at }) => at + 90_000));
  });

  it("leave out what lies before the start of the run", () => {
    const cut = counted(-150_000);
    expect(cut.filter(({ at }) => at > 30_000 && at <= 90_000)).toHaveLength(7);
    const half = cut.filter(({ at }) => at <= 30_000).length;
    expect(half).toBeGreaterThan(10);
    expect(half).toBeLessThan(40);
    expect(counted(-1_000_000)).toEqual([]);
  });

  it("take longer when stretched, and are as many", () => {
    const stretched = counted(0, 180_000);
    expect(stretched).toHaveLength(157);
    expect(stretched.filter(({ at }) => at <= 180_000)).toHaveLength(100);
  });
});

describe("recorded times", () => {
  const recording = { atSec: [0.25, 1, 1, 3.5], sizesBytes: [1, 1024, 1025, 1_048_576], startMs: 0, stretch: 1, scale: 1 };

  it("are kept, with their sizes in whole KiB", () => {
    expect(all(new TimestampArrivals(stream(), recording), DAY_MS)).toEqual([
      { at: 250, sizeKib: 1 },
      { at: 1000, sizeKib: 1 },
      { at: 1000, sizeKib: 2 },
      { at: 3500, sizeKib: 1024 },
    ]);
  });

  it("are stretched from the start of the recording, then shifted, and cut at both ends of the run", () => {
    const moved = { ...recording, startMs: -1000, stretch: 2 };
    expect(all(new TimestampArrivals(stream(), moved), 5000).map(({ at }) => at)).toEqual([1000, 1000]);
    expect(all(new TimestampArrivals(stream(), moved), 6000).map(({ at }) => at)).toEqual([1000, 1000, 6000]);
  });

  it("are kept one by one in the right number when scaled, copies between a message and the next", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 700 }),
        fc.double({ min: 0.01, max: 6, noNaN: true }),
        fc.nat(),
        (gaps, scale, seed) => {
          let sum = 0;
          const atSec = gaps.map((gap) => (sum += gap) / 1000);
          const scaled = all(new TimestampArrivals(stream(seed), { ...recording, atSec, sizesBytes: [], scale }), DAY_MS);
          const exact = atSec.reduce((total) => total + scale, 0);
          expect(scaled).toHaveLength(Math.round(exact));
          expect(scaled.every(({ at }, index) => at >= (scaled[index - 1]?.at ?? 0))).toBe(true);
          expect(scaled.every(({ at }) => at >= Math.ceil(atSec[0]! * 1000) && at <= Math.ceil(atSec.at(-1)! * 1000))).toBe(true);
        },
      ),
    );
  });

  it("keep the size of the message that they copy", () => {
    const doubled = all(new TimestampArrivals(stream(), { ...recording, scale: 2 }), DAY_MS);
    expect(doubled.map(({ sizeKib }) => sizeKib)).toEqual([1, 1, 1, 1, 2, 2, 1024, 1024]);
  });
});
