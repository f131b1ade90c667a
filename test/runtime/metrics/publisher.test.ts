import { describe, expect, it } from "vitest";
import type { PublishedFigure, SeriesPoint } from "../../../runtime/aws/cloudwatch.ts";
import { MetricsPublisher } from "../../../runtime/metrics/publisher.ts";
import type { WorkerFigures } from "../../../runtime/metrics/worker-watch.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";
import { FakeGroup, FakeQueue, rememberingLog } from "../scaler/fakes.ts";

const MORNING = Date.UTC(2026, 0, 5, 9);

function world(periodSec: number) {
  const clock = new SteppedClock();
  const group = new FakeGroup(clock);
  const queue = new FakeQueue();
  const published: { readonly figures: readonly PublishedFigure[]; readonly at: number }[] = [];
  const cloudWatch = {
    age: [] as SeriesPoint[],
    fails: false,
    readSeries: () => Promise.resolve([cloudWatch.age]),
    publish(_: string, figures: readonly PublishedFigure[], at: number) {
      if (cloudWatch.fails) return Promise.reject(new Error("Throttling"));
      published.push({ figures, at });
      return Promise.resolve();
    },
  };
  const workers = {
    figures: { working: 1, busyShare: 0.5, serviceTimeMs: 100, beganAt: new Map() } as WorkerFigures | Error,
    look: () => (workers.figures instanceof Error ? Promise.reject(workers.figures) : Promise.resolve(workers.figures)),
  };
  const { log, entries } = rememberingLog();
  const publisher = new MetricsPublisher({
    group,
    queue,
    workers,
    cloudWatch,
    owners: { queueName: "jobs", groupName: "workers" },
    periodSec,
    clock,
    epochMs: () => MORNING + clock.now(),
    log,
  });
  return { clock, group, queue, published, cloudWatch, workers, publisher, entries };
}

function values(figures: readonly PublishedFigure[] = []): Record<string, number> {
  return Object.fromEntries(figures.map(({ metricName, value }) => [metricName, value]));
}

describe("the publisher", () => {
  it.each([60, 30, 10])("with a period of %i s publishes a second before the end of each", async (periodSec) => {
    const { clock, published, publisher } = world(periodSec);
    const end = new AbortController();
    const run = publisher.run(end.signal);
    await clock.pass(120_000);
    const due = Array.from({ length: 120 / periodSec }, (_, index) => MORNING + (index + 1) * periodSec * 1000 - 1000);
    expect(published.map(({ at }) => at)).toEqual(due);
    expect(published[0]?.figures.every(({ isHighResolution }) => isHighResolution === periodSec < 60)).toBe(true);
    end.abort();
    await run;
  });

  it("gives every figure the dimensions of queue and group, and its unit", async () => {
    const { queue, group, cloudWatch, published, publisher } = world(60);
    queue.held = { visible: 90, inFlight: 4, delayed: 0 };
    group.desired = 3;
    cloudWatch.age = [
      { atEpochMs: MORNING - 180_000, value: 50 },
      { atEpochMs: MORNING - 120_000, value: 70 },
    ];
    await publisher.publish();
    const figures = published[0]?.figures;
    expect(values(figures)).toEqual({
      BacklogPerInstance: 30,
      InFlightMessages: 4,
      BusyShare: 0.5,
      AgeOfOldestMessage: 70,
      InServiceInstances: 3,
    });
    for (const { dimensions } of figures ?? []) expect(dimensions).toEqual({ QueueName: "jobs", AutoScalingGroupName: "workers" });
    expect(figures?.find(({ metricName }) => metricName === "AgeOfOldestMessage")?.unit).toBe("Seconds");
  });

  it("publishes what it could read, says what it could not, and goes on after a failure", async () => {
    const { clock, queue, group, cloudWatch, workers, published, publisher, entries } = world(60);
    queue.held = new Error("timed out");
    workers.figures = new Error("ECONNREFUSED");
    await publisher.publish();
    expect(values(published[0]?.figures)).toEqual({ InServiceInstances: 1 });
    expect(entries.filter(({ level }) => level === "warn")).toHaveLength(2);
    group.failing.describe = "Throttling";
    await publisher.publish();
    expect(published).toHaveLength(1);
    delete group.failing.describe;
    cloudWatch.fails = true;
    const end = new AbortController();
    const run = publisher.run(end.signal);
    await clock.pass(60_000);
    cloudWatch.fails = false;
    await clock.pass(60_000);
    expect(published).toHaveLength(2);
    end.abort();
    await run;
    await settled();
  });
});
