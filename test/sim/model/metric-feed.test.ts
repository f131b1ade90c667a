import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { MetricFeed, type MetricFeedSettings, type Sample } from "../../../sim/model/metric-feed.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const settings: MetricFeedSettings = {
  periodMs: MINUTE_MS,
  lagMs: 45_000,
  statistic: "maximum",
  irregularProbability: 0,
  sleepAfterMs: 6 * HOUR_MS,
  wakeWithinMs: 900_000,
  remembers: 0,
};
const quiet: Sample = {
  visible: 0,
  inFlight: 0,
  delayed: 0,
  ageSec: 0,
  sent: 0,
  received: 0,
  deleted: 0,
  emptyReceives: 0,
  touched: false,
  deadLetters: undefined,
  inService: 2,
  desired: 2,
  busyShare: NaN,
};

function feed(more: Partial<MetricFeedSettings> = {}): MetricFeed {
  return new MetricFeed(
    { ...settings, ...more },
    {
      queue: new RandomStream(1, "metrics"),
      deadLetters: new RandomStream(1, "dead-letter metrics"),
    },
  );
}

describe("published metrics", () => {
  it("can be read after the lag, at the start of their period", () => {
    const metrics = feed();
    metrics.sample({ ...quiet, visible: 7, touched: true }, MINUTE_MS);
    expect(metrics.published(MINUTE_MS + 44_999).visible).toEqual([]);
    const read = metrics.published(MINUTE_MS + 45_000);
    expect(read.visible).toEqual([{ at: 0, value: 7 }]);
    expect(read.inService).toEqual([{ at: 0, value: 2 }]);
    expect(read.busyShare).toEqual([]);
  });

  it("keeps the newest 32 datapoints", () => {
    const metrics = feed();
    for (let minute = 1; minute <= 50; minute += 1) metrics.sample({ ...quiet, visible: minute, touched: true }, minute * MINUTE_MS);
    expect(metrics.published(HOUR_MS).visible?.map(({ value }) => value)).toEqual(Array.from({ length: 32 }, (_, index) => index + 19));
  });

  it("has no queue metrics while the queue sleeps, and late ones when it wakes; the group's go on", () => {
    const metrics = feed();
    const minutes = 7 * 60;
    for (let minute = 1; minute <= minutes; minute += 1) metrics.sample(quiet, minute * MINUTE_MS);
    const asleep = metrics.published(minutes * MINUTE_MS + 45_000);
    expect(asleep.visible?.at(-1)?.at).toBe(6 * HOUR_MS - MINUTE_MS);
    expect(asleep.inService?.at(-1)?.at).toBe((minutes - 1) * MINUTE_MS);
    const wakes = (minutes + 1) * MINUTE_MS;
    metrics.sample({ ...quiet, visible: 100, touched: true }, wakes);
    expect(metrics.published(wakes + 45_000).visible?.at(-1)?.value).toBe(0);
    expect(metrics.published(wakes + 900_000).visible?.at(-1)).toEqual({ at: wakes - MINUTE_MS, value: 100 });
  });

  it("lets the dead-letter queue sleep and wake by itself", () => {
    const metrics = feed();
    const minutes = 7 * 60;
    const busy = { ...quiet, visible: 5, touched: true };
    for (let minute = 1; minute <= minutes; minute += 1)
      metrics.sample({ ...busy, deadLetters: { visible: 0, touched: false } }, minute * MINUTE_MS);
    const asleep = metrics.published(minutes * MINUTE_MS + 45_000);
    expect(asleep.deadLetters?.at(-1)?.at).toBe(6 * HOUR_MS - MINUTE_MS);
    expect(asleep.visible?.at(-1)?.at).toBe((minutes - 1) * MINUTE_MS);
    const wakes = (minutes + 1) * MINUTE_MS;
    metrics.sample({ ...busy, deadLetters: { visible: 1, touched: true } }, wakes);
    expect(metrics.published(wakes + 900_000).deadLetters?.at(-1)).toEqual({ at: wakes - MINUTE_MS, value: 1 });
  });

  it("remembers as much as it is asked to, whatever an observation shows", () => {
    const metrics = feed({ remembers: 100 });
    for (let minute = 1; minute <= 150; minute += 1) metrics.sample({ ...quiet, visible: minute, touched: true }, minute * MINUTE_MS);
    expect(metrics.history(3 * HOUR_MS).visible).toHaveLength(100);
    expect(metrics.published(3 * HOUR_MS).visible).toHaveLength(32);
  });

  it("doubles now and then with the sum, and does not with the maximum", () => {
    const values = (statistic: "sum" | "maximum") => {
      const metrics = feed({ statistic, irregularProbability: 0.3 });
      for (let minute = 1; minute <= 30; minute += 1) metrics.sample({ ...quiet, visible: 10, sent: 5, touched: true }, minute * MINUTE_MS);
      const { visible = [], sent = [], inService = [] } = metrics.published(HOUR_MS);
      return {
        visible: new Set(visible.map(({ value }) => value)),
        counted: sent.reduce((sum, { value }) => sum + value, 0),
        gaps: 30 - visible.length,
        group: inService.length,
      };
    };
    const summed = values("sum");
    expect(summed.visible).toEqual(new Set([10, 20]));
    expect(summed.gaps).toBeGreaterThan(2);
    expect(summed.group).toBe(30);
    expect(values("maximum").visible).toEqual(new Set([10]));
    // Counters lose nothing: what slipped is counted a minute later.
    expect(values("maximum").counted).toBeGreaterThanOrEqual(145);
  });

  it("comes every ten seconds when the metrics are our own, the group's still every minute", () => {
    const metrics = feed({ periodMs: 10_000 });
    for (let second = 10; second <= 120; second += 10) metrics.sample({ ...quiet, busyShare: 0.5 }, second * 1000);
    const read = metrics.published(HOUR_MS);
    expect([read.visible?.length, read.busyShare?.length, read.inService?.length]).toEqual([12, 12, 2]);
  });
});
