import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InstanceHost } from "../../support/instance-host.ts";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker, COMMAND_BUNDLE, WorkerProcess } from "../../support/worker-process.ts";

let host: InstanceHost;
let sqs: Sqs;
let queueUrl: string;
let worker: WorkerProcess;

beforeAll(builtWorker);

beforeEach(async () => {
  host = await InstanceHost.start();
  sqs = await Sqs.start([host.autoScaling]);
  queueUrl = await sqs.queue("jobs", { VisibilityTimeout: "2" });
});

afterEach(async () => {
  await worker.end();
  await sqs.stop();
  await host.stop();
});

function start(environment: Readonly<Record<string, string>> = {}, options: ConstructorParameters<typeof WorkerProcess>[1] = {}): void {
  const fast = { HEARTBEAT_EVERY_SEC: "0.7", HEARTBEAT_EXTEND_TO_SEC: "2", ENDED_RECEIVES: "hang-up", DELETE_LINGER_MS: "0" };
  worker = new WorkerProcess({ QUEUE_URL: queueUrl, AWS_ENDPOINT_URL: sqs.endpoint, ...fast, ...environment }, options);
}

/** Numbers of the processes that worked, in the order of their start. */
function started(): number[] {
  return worker.log.filter(({ msg }) => msg === "a process was started").map(({ pid }) => Number(pid));
}

describe("a worker in several processes", () => {
  it("has the slots of one, divided, and tells what all of them have done", async () => {
    await sqs.send(queueUrl, new Array(40).fill({ serviceTimeMs: 50 }));
    start({ PROCESSES: "2", SLOTS: "5" });
    const figures = (await worker.figures(({ deletes }) => deletes.settled === 40)) as { slots?: number } & Awaited<
      ReturnType<typeof worker.figures>
    >;
    expect(figures).toMatchObject({ slots: 5, jobs: { done: 40 }, messagesReceived: 40, phase: "working" });
    const metrics = await (await worker.page("metrics")).text();
    expect(metrics).toContain('headroom_worker_jobs_total{result="done"} 40');
    expect(metrics).toContain('headroom_worker_job_duration_seconds_count{result="done"} 40');
    expect(metrics).toContain("headroom_worker_slots 5");
    expect((await worker.page("ready")).status).toBe(200);
  });

  it("goes on when one is killed: what that held comes back, and nothing is lost or forgotten", async () => {
    await sqs.send(queueUrl, new Array(30).fill({ serviceTimeMs: 300 }));
    start({ PROCESSES: "2", SLOTS: "4" });
    await worker.figures(({ jobs, busySlots }) => jobs.done >= 4 && busySlots === 4);
    process.kill(started()[0]!, "SIGKILL");
    await worker.says("has ended unasked");
    await until("the queue is empty", async () => {
      const { visible, inFlight } = await sqs.counts(queueUrl);
      return visible + inFlight === 0;
    });
    expect(started()).toHaveLength(3);
    const { jobs } = await worker.figures(() => true);
    expect(jobs.done).toBeGreaterThanOrEqual(28);
  });

  it("drains all its processes, and completes its hook once, when the last of them has gone", async () => {
    await sqs.send(queueUrl, [{ serviceTimeMs: 1000 }, { serviceTimeMs: 3500 }]);
    start({
      PROCESSES: "2",
      SLOTS: "2",
      MAX_MESSAGES_PER_RECEIVE: "1",
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: host.url,
      AUTO_SCALING_GROUP_NAME: "workers",
      LIFECYCLE_HOOK_NAME: "drain",
      LIFECYCLE_HEARTBEAT_SEC: "1",
      METADATA_POLL_SEC: "0.1",
      SCALE_IN_PROTECTION: "on",
      SCALE_IN_PROTECTION_IDLE_SEC: "0",
    });
    await worker.figures(({ busySlots }) => busySlots === 2);
    await until("it is protected", () => host.tellings("SetInstanceProtection").length === 1);
    host.targetLifecycleState = "Terminated";
    await until("it is not ready", async () => (await worker.page("ready")).status === 503);
    expect(await worker.exited).toBe(0);
    const stopped = worker.log.filter(({ msg }) => msg === "stopped");
    expect(stopped.map(({ jobsGivenUp, isComplete }) => [jobsGivenUp, isComplete])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(await sqs.counts(queueUrl)).toEqual({ visible: 0, inFlight: 0 });
    expect(host.tellings("RecordLifecycleActionHeartbeat").length).toBeGreaterThanOrEqual(2);
    expect(host.tellings("CompleteLifecycleAction")).toHaveLength(1);
    expect(host.told.at(-1)?.what).toBe("CompleteLifecycleAction");
  });

  it("drains on SIGTERM, and gives back what has not ended in time", async () => {
    await sqs.send(queueUrl, [{ serviceTimeMs: 60_000 }, { serviceTimeMs: 60_000 }]);
    start({ PROCESSES: "2", SLOTS: "2", MAX_MESSAGES_PER_RECEIVE: "1", DRAIN_LIMIT_SEC: "1" });
    await worker.figures(({ busySlots }) => busySlots === 2);
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(1);
    expect(await sqs.visible(queueUrl)).toHaveLength(2);
  });

  it("has its processes make room after so many jobs, and counts on", async () => {
    await sqs.send(queueUrl, new Array(120).fill({ serviceTimeMs: 10 }));
    start({ PROCESSES: "2", SLOTS: "4", RECYCLE_AFTER_JOBS: "20" });
    const { jobs } = await worker.figures(({ deletes }) => deletes.settled === 120);
    expect(jobs.done).toBe(120);
    await until("some have made room", () => worker.log.filter(({ msg }) => String(msg).includes("makes room")).length >= 2);
    expect(worker.log.filter(({ msg }) => String(msg).includes("unasked"))).toEqual([]);
  });

  it("needs a slot for each process", async () => {
    start({ PROCESSES: "3", SLOTS: "2" });
    expect(await worker.exited).toBe(2);
    expect(worker.stderr).toContain("SLOTS is 2, and has to be at least PROCESSES, which is 3");
  });

  it("ends when its handler cannot be loaded: the next process could not do so either", async () => {
    start({ PROCESSES: "2", HANDLER: "./nowhere.ts" }, { bundle: COMMAND_BUNDLE, given: ["worker"] });
    expect(await worker.exited).toBe(2);
    expect(worker.stderr).toContain("nowhere.ts");
  });
});
