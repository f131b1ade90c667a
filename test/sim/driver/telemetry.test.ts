import { describe, expect, it } from "vitest";
import { Telemeter, type Metered } from "../../../sim/driver/telemetry.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { ApproximateCounts } from "../../../sim/model/approximate-counts.ts";
import { SortedCalendar } from "../../support/sorted-calendar.ts";

const MINUTE_MS = 60_000;

/** Slots that work on jobs of one length each, without a pause, from `from` on. */
function metered(slots: readonly { readonly jobMs: number; readonly from?: number }[]) {
  let now = 0;
  const time = ({ from = 0 }: (typeof slots)[number]) => Math.max(0, now - from);
  const sum = (of: (slot: (typeof slots)[number]) => number) => slots.reduce((total, slot) => total + of(slot), 0);
  const queue = { visible: 0, inFlight: 0, delayed: 0, sent: 0, received: 0, deleted: 0, emptyReceives: 0, ageOfOldestMs: () => 0 };
  const work = {
    get jobsEnded() {
      return sum((slot) => Math.floor(time(slot) / slot.jobMs));
    },
    queueCalls: 0,
    busySlotMs: () => sum(time),
    workingSlotMs: () => slots.length * now,
  };
  const fleet = { working: 1, launchDelayMs: undefined, capacity: () => ({ inService: 1, desired: 1 }) };
  const parts: Metered = { queue, fleet, work, deadLetters: undefined };
  const telemeter = new Telemeter(parts, 0);
  return {
    /** The time of a job as read after so many minutes. */
    after(minutes: number): number | undefined {
      while (now < minutes * MINUTE_MS) {
        now += MINUTE_MS;
        telemeter.sample(now);
      }
      return telemeter.read(now).serviceTimeMs?.value;
    },
  };
}

describe("the time of a job as workers report it", () => {
  it("is not known before one has ended", () => {
    expect(metered([{ jobMs: 600_000 }]).after(9)).toBeUndefined();
  });

  it("is right for jobs of many periods, whose time falls into minutes in which none ends", () => {
    const world = metered([{ jobMs: 600_000 }, { jobMs: 600_000, from: 290_000 }]);
    expect(world.after(10)! / 600_000).toBeCloseTo(0.75, 1);
    expect(world.after(100)! / 600_000).toBeCloseTo(1, 1);
    expect(world.after(2000)! / 600_000).toBeCloseTo(1, 2);
  });

  it("is right for jobs of seconds, at once", () => {
    const world = metered([{ jobMs: 500 }, { jobMs: 500 }]);
    expect(world.after(1)).toBeCloseTo(500, -1);
    expect(world.after(30)).toBeCloseTo(500, 0);
  });

  it("does not take those just begun for slow ones when the fleet grows", () => {
    const grown = Array.from({ length: 20 }, () => ({ jobMs: 600_000, from: 6_000_000 }));
    const world = metered([{ jobMs: 600_000 }, ...grown]);
    expect(world.after(99)! / 600_000).toBeCloseTo(1, 1);
    for (let minutes = 100; minutes < 200; minutes += 1) {
      expect(world.after(minutes)! / 600_000).toBeGreaterThan(0.5);
      expect(world.after(minutes)! / 600_000).toBeLessThan(2);
    }
  });
});

describe("the counts that are published", () => {
  const work = { jobsEnded: 0, queueCalls: 0, busySlotMs: () => 0, workingSlotMs: () => 0 };
  const fleet = { working: 1, launchDelayMs: undefined, capacity: () => ({ inService: 1, desired: 1 }) };

  /** Metered each 10 s for five minutes while a message comes every millisecond: what was published of each period's end. */
  function published(isOwn: boolean): { readonly now: number; readonly visible: number }[] {
    const calendar = new SortedCalendar();
    const queue = {
      get visible() {
        return calendar.now;
      },
      ...{ inFlight: 0, delayed: 0, sent: 0, received: 0, deleted: 0, emptyReceives: 0, ageOfOldestMs: () => 0 },
    };
    const stream = new RandomStream(1, "approximate counts");
    const counts = new ApproximateCounts({ calendar, event: 71, withinMs: 5000, stream, queue });
    const telemeter = new Telemeter({ queue, fleet, work, deadLetters: undefined }, 0, isOwn ? { counts, periodMs: 10_000 } : undefined);
    for (let at = 10_000; at <= 300_000; at += 10_000) calendar.scheduleControl(at, 72, 0);
    const samples = [];
    while (calendar.advance(300_000)) {
      if (calendar.kind === 71) counts.taken(calendar.now);
      else samples.push({ now: calendar.now, visible: telemeter.sample(calendar.now).visible });
    }
    return samples;
  }

  it("are SQS's own at the end of the period", () => {
    for (const { now, visible } of published(false)) expect(visible).toBe(now);
  });

  it("are some seconds older where a process of ours reads the queue", () => {
    const ages = published(true).map(({ now, visible }) => now - visible);
    expect(ages).toHaveLength(30);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThanOrEqual(5000);
    expect(new Set(ages).size).toBeGreaterThan(20);
  });
});
