import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { ApproximateCounts } from "../../../sim/model/approximate-counts.ts";
import { SortedCalendar } from "../../support/sorted-calendar.ts";

const CHANGED = 70;
const TAKEN = 71;
const READ = 72;

/** A queue whose counts are the time of their last change, and somebody who reads them at the times given. */
function read(options: { withinMs: number; seed?: number; changesAt: readonly number[]; readsAt: readonly number[] }) {
  const { withinMs, seed = 1, changesAt, readsAt } = options;
  const calendar = new SortedCalendar();
  const queue = { visible: 0, inFlight: 0, delayed: 0 };
  const counts = new ApproximateCounts({ calendar, event: TAKEN, withinMs, stream: new RandomStream(seed, "approximate counts"), queue });
  for (const at of changesAt) calendar.scheduleControl(at, CHANGED, 0);
  const ahead = [...readsAt].sort((a, b) => a - b);
  const plan = () => {
    const at = ahead.shift();
    if (at === undefined) return;
    counts.willBeRead(at, calendar.now);
    calendar.scheduleControl(at, READ, 0);
  };
  const seen: { now: number; at: number; visible: number; inFlight: number; delayed: number }[] = [];
  let taken = 0;
  plan();
  while (calendar.advance(Infinity)) {
    const { now, kind } = calendar;
    if (kind === CHANGED) queue.visible = queue.inFlight = queue.delayed = now;
    else if (kind === TAKEN) {
      counts.taken(now);
      taken += 1;
    } else {
      seen.push({ now, ...counts.read(now) });
      plan();
    }
  }
  return { seen, taken };
}

const times = () => fc.array(fc.nat(1000), { maxLength: 30 });

describe("the counts of GetQueueAttributes", () => {
  it("are those that the queue had at the time they name, no older than the setting, and never go back", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(), times(), times(), (withinMs, seed, changesAt, readsAt) => {
        const { seen } = read({ withinMs, seed, changesAt, readsAt });
        let before = 0;
        for (const { now, at, visible, inFlight, delayed } of seen) {
          expect(visible).toBe(Math.max(0, ...changesAt.filter((change) => change <= at)));
          expect([inFlight, delayed]).toEqual([visible, visible]);
          expect(at).toBeLessThanOrEqual(now);
          expect(now - at).toBeLessThanOrEqual(withinMs);
          expect(at).toBeGreaterThanOrEqual(before);
          before = at;
        }
        expect(seen).toHaveLength(readsAt.length);
      }),
    );
  });

  it("are those of the very moment where nothing is late", () => {
    const { seen, taken } = read({ withinMs: 0, changesAt: [100, 200], readsAt: [100, 150, 200] });
    expect(seen.map(({ now, at, visible }) => [now, at, visible])).toEqual([
      [100, 100, 100],
      [150, 150, 100],
      [200, 200, 200],
    ]);
    expect(taken).toBe(0);
  });

  it("are of any age up to the setting, each as likely, and taken at most once for each reading", () => {
    const readsAt = Array.from({ length: 4000 }, (_, index) => (index + 1) * 60_000);
    const { seen, taken } = read({ withinMs: 5000, changesAt: [], readsAt });
    const ages = seen.map(({ now, at }) => now - at);
    // The mean of 4000 draws from 0 to 5000 has a standard error of 23.
    expect(ages.reduce((sum, age) => sum + age, 0) / ages.length).toBeCloseTo(2500, -2.3);
    expect([Math.min(...ages), Math.max(...ages)].map((age) => Math.round(age / 100) * 100)).toEqual([0, 5000]);
    expect(taken).toBe(readsAt.length);
  });
});
