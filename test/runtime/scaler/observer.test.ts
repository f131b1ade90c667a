import { describe, expect, it } from "vitest";
import { parseMetric } from "../../../sim/core/policy/metric-parse.ts";
import type { MetricName } from "../../../sim/core/policy/policy.ts";
import { directoryOf } from "../../../runtime/metrics/worker-directory.ts";
import { WorkerWatch } from "../../../runtime/metrics/worker-watch.ts";
import { Observer } from "../../../runtime/scaler/observer.ts";
import { PublishedMetrics, type SeriesReader } from "../../../runtime/scaler/published-metrics.ts";
import { SteppedClock } from "../../support/stepped-clock.ts";
import { FakeGroup, FakeQueue } from "./fakes.ts";

const ORIGIN = Date.UTC(2026, 0, 5);
const BACKLOG_PER_INSTANCE = parseMetric("visible / inService");
if (!BACKLOG_PER_INSTANCE.ok) throw new Error("the usual metric can be read");
const metric = BACKLOG_PER_INSTANCE.expression;

function world(
  options: { periodSec?: number; names?: readonly MetricName[]; reader?: SeriesReader; uptimeSec?: Record<string, number> } = {},
) {
  const { periodSec = 60, names = ["visible", "inService"], uptimeSec } = options;
  const clock = new SteppedClock();
  const group = new FakeGroup(clock);
  const queue = new FakeQueue();
  const failures: string[] = [];
  const reader = options.reader ?? { readSeries: (queries) => Promise.resolve(queries.map(() => [])) };
  const metrics = new PublishedMetrics({
    reader,
    names,
    owners: { queueName: "jobs", groupName: "workers" },
    statistic: "Maximum",
    periodSec,
    originEpochMs: ORIGIN,
  });
  const stats = (url: string) => {
    const up = uptimeSec?.[new URL(url).hostname];
    if (up === undefined) return Promise.reject(new Error("no answer"));
    return Promise.resolve({ phase: "working", slots: 4, busySlots: 2, uptimeSec: up, jobs: { done: 2 }, jobTimeMs: 500 });
  };
  const observer = new Observer({
    group,
    queue,
    metrics,
    workers: uptimeSec === undefined ? undefined : new WorkerWatch(directoryOf("http://{instance}:9090"), stats),
    metric,
    periodMs: periodSec * 1000,
    warmUpMs: 300_000,
    originEpochMs: ORIGIN,
    now: () => clock.now(),
    failed: (what) => failures.push(what),
  });
  return { clock, group, queue, observer, failures };
}

describe("an observation", () => {
  it("has the group's instances by state; warming are those that came into service lately", async () => {
    const { clock, group, observer } = world();
    group.desired = 2;
    group.others = [
      { id: "p", state: "pending" },
      { id: "t", state: "terminating" },
      { id: "s", state: "other" },
    ];
    group.launches = [
      { instanceId: "i-0", beganAt: ORIGIN - 900_000, inServiceAt: ORIGIN - 800_000 },
      { instanceId: "i-1", beganAt: ORIGIN - 200_000, inServiceAt: ORIGIN - 100_000 },
    ];
    const { observation } = await observer.look();
    expect(observation.capacity).toEqual({ min: 0, max: 10, desired: 2, pending: 1, inService: 2, warming: 1, terminating: 1 });
    await clock.pass(210_000);
    expect((await observer.look()).observation.capacity.warming).toBe(0);
  });

  it("takes an instance that it has seen coming as warming from then on, and one nobody knows of as warm", async () => {
    const { clock, group, observer, failures } = world();
    group.failing.recentLaunches = "AccessDenied";
    expect((await observer.look()).observation.capacity.warming).toBe(0);
    expect(failures).toEqual(["activities"]);
    group.desired = 2;
    await clock.pass(60_000);
    expect((await observer.look()).observation.capacity.warming).toBe(1);
    await clock.pass(300_000);
    expect((await observer.look()).observation.capacity.warming).toBe(0);
  });

  it("gives each figure the time at which it was asked for, and leaves out what could not be read", async () => {
    const { clock, queue, observer, failures } = world();
    queue.held = { visible: 70, inFlight: 8, delayed: 1 };
    await clock.pass(5000);
    const { observation } = await observer.look();
    expect(observation).toMatchObject({ backlog: { value: 70, at: 5000 }, inFlight: { value: 8, at: 5000 } });
    expect(observation.telemetry).toBeUndefined();
    queue.held = new Error("timed out");
    expect((await observer.look()).observation.backlog).toBeUndefined();
    expect(failures).toContain("queue");
  });

  it("tells what the workers say, and how long launches took from decision to work", async () => {
    const { clock, group, observer } = world({ uptimeSec: { "i-0": 100, "i-1": 20 } });
    group.desired = 3;
    await clock.pass(200_000);
    group.launches = [
      { instanceId: "i-0", beganAt: ORIGIN + 10_000, inServiceAt: ORIGIN + 40_000 },
      { instanceId: "i-1", beganAt: ORIGIN + 130_000, inServiceAt: ORIGIN + 150_000 },
    ];
    const { telemetry } = (await observer.look()).observation;
    expect(telemetry).toEqual({
      working: { value: 2, at: 200_000 },
      busyShare: { value: 0.5, at: 200_000 },
      serviceTimeMs: { value: 250, at: 200_000 },
      launchDelayMs: { value: (90_000 + 50_000) / 2, at: 200_000 },
    });
  });

  it("has published metrics in the policy's time, complete periods only, and keeps the last ones when CloudWatch fails", async () => {
    let fails = false;
    const reader: SeriesReader = {
      readSeries: (queries, { toEpochMs }) =>
        fails
          ? Promise.reject(new Error("Throttling"))
          : Promise.resolve(queries.map(() => [-120_000, -60_000, 0].map((back) => ({ atEpochMs: toEpochMs + back, value: 6 })))),
    };
    const { clock, observer, failures } = world({ reader });
    await clock.pass(600_500);
    const { observation } = await observer.look();
    expect(observation.published?.visible?.map(({ at }) => at)).toEqual([480_000, 540_000]);
    expect(observation.metric.map(({ value }) => value)).toEqual([1, 1]);
    fails = true;
    expect((await observer.look()).observation.published).toEqual(observation.published);
    expect(failures).toEqual(["metrics"]);
  });

  it("with a period below a minute is metered by the scaler itself, once a period", async () => {
    const asked: string[] = [];
    const reader: SeriesReader = {
      readSeries: (queries) => {
        asked.push(...queries.map(({ metricName }) => metricName));
        return Promise.resolve(queries.map(() => []));
      },
    };
    const { clock, queue, group, observer } = world({ periodSec: 10, names: ["visible", "inService", "sent"], reader });
    group.desired = 2;
    for (const visible of [20, 40, 60]) {
      await clock.pass(10_000);
      queue.held = { visible, inFlight: 0, delayed: 0 };
      await observer.sample();
    }
    const { observation } = await observer.look();
    expect(asked).toEqual(["NumberOfMessagesSent"]);
    expect(observation.metric).toEqual([
      { at: 0, value: 10 },
      { at: 10_000, value: 20 },
      { at: 20_000, value: 30 },
    ]);
  });
});
