import { describe, expect, it } from "vitest";
import { EventLoopWatch } from "../../../runtime/worker/event-loop-watch.ts";
import { workerPages, type WorkerView } from "../../../runtime/worker/http.ts";
import { Telemetry } from "../../../runtime/worker/telemetry.ts";
import { SteppedClock } from "../../support/stepped-clock.ts";

const VIEW: WorkerView = {
  phase: "working",
  slots: 4,
  busySlots: 1,
  abandonedJobs: 0,
  isFailingToReceive: false,
  hasStalled: false,
  longestStallMs: 3.4,
  uptimeSec: 60,
};

async function ask(path: string, view: Partial<WorkerView> = {}, telemetry = new Telemetry()) {
  const response = await workerPages(() => ({
    view: { ...VIEW, ...view },
    counts: telemetry.counts,
    registry: telemetry.registry,
  })).request(path);
  return { status: response.status, text: await response.text(), type: response.headers.get("Content-Type") };
}

describe("the worker's pages", () => {
  it("say that it is well, until the process was kept from its work", async () => {
    expect(await ask("/health")).toMatchObject({ status: 200, text: '{"status":"ok","longestStallMs":3}' });
    expect(await ask("/health", { hasStalled: true, longestStallMs: 7100 })).toMatchObject({
      status: 503,
      text: '{"status":"stalled","longestStallMs":7100}',
    });
  });

  it("say whether it takes messages, and why not", async () => {
    expect(await ask("/ready")).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    expect(await ask("/ready", { phase: "draining" })).toMatchObject({ status: 503, text: '{"status":"draining"}' });
    expect(await ask("/ready", { isFailingToReceive: true })).toMatchObject({ status: 503, text: '{"status":"failing to receive"}' });
  });

  it("give all figures as JSON", async () => {
    const telemetry = new Telemetry();
    telemetry.jobEnded("done", 120);
    const { status, text } = await ask("/stats", {}, telemetry);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ phase: "working", slots: 4, jobs: { done: 1, failed: 0 }, deletes: { settled: 0 } });
  });

  it("give them to Prometheus, with units in the names and seconds in the buckets", async () => {
    const telemetry = new Telemetry();
    telemetry.received(2, [1500]);
    telemetry.jobEnded("failed", 120);
    telemetry.deleted(2600);
    telemetry.awsFailed("throttled");
    telemetry.watch(() => ({ slots: 4, busySlots: 3, abandonedJobs: 0, longestStallMs: 0 }));
    for (let read = 0; read < 2; read += 1) {
      const { text, type } = await ask("/metrics", {}, telemetry);
      expect(type).toContain("text/plain; version=0.0.4");
      expect(text.split("\n")).toEqual(
        expect.arrayContaining([
          'headroom_worker_receives_total{result="messages"} 1',
          "headroom_worker_messages_received_total 2",
          'headroom_worker_jobs_total{result="failed"} 1',
          'headroom_worker_job_duration_seconds_bucket{le="0.1",result="failed"} 0',
          'headroom_worker_job_duration_seconds_bucket{le="0.25",result="failed"} 1',
          'headroom_worker_message_wait_seconds_bucket{le="2.5"} 1',
          "headroom_worker_message_latency_seconds_sum 2.6",
          'headroom_worker_aws_failures_total{kind="throttled"} 1',
          "headroom_worker_busy_slots 3",
        ]),
      );
    }
  });

  it("are these four", async () => {
    expect(await ask("/")).toMatchObject({ status: 404 });
  });
});

describe("the watch over the event loop", () => {
  it("remembers a long stall for a minute, and the longest for good", async () => {
    const clock = new SteppedClock();
    const watch = new EventLoopWatch(clock);
    watch.begin();
    await clock.pass(10_000);
    expect(watch).toMatchObject({ hasStalled: false, longestStallMs: 0 });
    await clock.stall(6000);
    expect(watch).toMatchObject({ hasStalled: true, longestStallMs: 5500 });
    await clock.pass(59_000);
    expect(watch.hasStalled).toBe(true);
    await clock.pass(1500);
    expect(watch).toMatchObject({ hasStalled: false, longestStallMs: 5500 });
    watch.end();
    expect(clock.nextAt).toBe(Infinity);
  });
});
