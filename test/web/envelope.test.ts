import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLUMN_NAMES, type Columns } from "../../sim/index.ts";
import { bandsOf, envelopeOf } from "../../web/worker/envelope.ts";
import { Speed } from "../../web/worker/speed.ts";
import { gallery } from "../../sim/index.ts";

const series = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 1500 });

describe("the envelope of a run", () => {
  it("holds every value of the run, and no stretch reaches beyond what was there", () => {
    fc.assert(
      fc.property(series, (values) => {
        const { timeMs, values: columns } = envelopeOf(columnsOf(values));
        const { low, high } = columns.backlog;
        expect(timeMs.length).toBe(low.length + 1);
        values.forEach((value, row) => {
          const stretch = Math.floor(((row + 1) * low.length - 1) / values.length);
          expect(low[stretch]).toBeLessThanOrEqual(value);
          expect(high[stretch]).toBeGreaterThanOrEqual(value);
        });
        expect(Math.max(...high)).toBe(Math.max(...values));
        expect(Math.min(...low)).toBe(Math.min(...values));
      }),
    );
  });

  it("of several runs holds each of them", () => {
    const one = envelopeOf(columnsOf([1, 5, 2, 0]));
    const other = envelopeOf(columnsOf([3, 4, 2, 9]));
    const { low, high } = bandsOf([one, other]).values.ageOfOldestMs;
    expect([...low]).toEqual([1, 4, 2, 0]);
    expect([...high]).toEqual([3, 5, 2, 9]);
  });
});

describe("what a machine can simulate in a given time", () => {
  it("is learnt from the runs before", () => {
    const scenario = { ...gallery[0]!.scenario, traffic: { kind: "poisson" as const, ratePerSec: 10, batch: null, scale: 1 } };
    const speed = new Speed();
    for (let run = 0; run < 20; run += 1) speed.learn(scenario, 86.4);
    expect(speed.messagesIn(1)).toBeCloseTo(10_000, -2);
    speed.learn({ ...scenario, traffic: { ...scenario.traffic, ratePerSec: 0 } }, 100);
    expect(speed.messagesIn(1)).toBeCloseTo(10_000, -2);
  });
});

function columnsOf(values: readonly number[]): Columns {
  const column = Float64Array.from(values);
  return { ...(Object.fromEntries(COLUMN_NAMES.map((name) => [name, column])) as Columns), timeMs: column.map((_, row) => row * 1000) };
}
