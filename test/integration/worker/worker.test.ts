import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker, COMMAND_BUNDLE, WorkerProcess } from "../../support/worker-process.ts";

const NOTES_HANDLER = join(import.meta.dirname, "../../fixtures/handlers/notes.ts");

let sqs: Sqs;
let folder: string;
let stations = 0;
/** Ended at the end: tests run side by side, because most of their time is waiting. */
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  await builtWorker();
  sqs = await Sqs.start();
  folder = await mkdtemp(join(tmpdir(), "headroom-worker-"));
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.end()));
  await sqs.stop();
  await rm(folder, { recursive: true });
});

/** A queue of a test's own, and workers on it. */
class Station {
  readonly queueUrl: string;
  private readonly notesPath: string;

  private constructor(queueUrl: string, notesPath: string) {
    this.queueUrl = queueUrl;
    this.notesPath = notesPath;
  }

  static async make(visibilityTimeoutSec = 30): Promise<Station> {
    stations += 1;
    const name = `queue-${stations}`;
    const notesPath = join(folder, name);
    await writeFile(notesPath, "");
    return new Station(await sqs.queue(name, { VisibilityTimeout: String(visibilityTimeoutSec) }), notesPath);
  }

  send(bodies: readonly unknown[]): Promise<string[]> {
    return sqs.send(this.queueUrl, bodies);
  }

  /** A worker that emulates. */
  start(environment: Readonly<Record<string, string>> = {}): WorkerProcess {
    return started({ QUEUE_URL: this.queueUrl, AWS_ENDPOINT_URL: sqs.endpoint, ...environment });
  }

  /** A worker with a handler in TypeScript, as `headroom worker` bundles it. */
  startNoting(environment: Readonly<Record<string, string>> = {}): WorkerProcess {
    const settings = { QUEUE_URL: this.queueUrl, AWS_ENDPOINT_URL: sqs.endpoint, NOTES: this.notesPath, ...environment };
    return started(settings, { bundle: COMMAND_BUNDLE, given: ["worker", "--handler", NOTES_HANDLER] });
  }

  counts(): ReturnType<Sqs["counts"]> {
    return sqs.counts(this.queueUrl);
  }

  /** Ends of work that the handler noted: message and attempt. */
  async noted(): Promise<string[]> {
    return (await readFile(this.notesPath, "utf8")).split("\n").filter((line) => line !== "");
  }

  /** The messages whose work has ended, each as often as it has. */
  async notedIds(): Promise<string[]> {
    return (await this.noted()).map((line) => line.split(" ")[0]!).sort();
  }
}

function started(...given: ConstructorParameters<typeof WorkerProcess>): WorkerProcess {
  const worker = new WorkerProcess(...given);
  workers.push(worker);
  return worker;
}

describe.concurrent("a worker on a real queue", () => {
  it("works on every message once and deletes it", async () => {
    const station = await Station.make();
    await station.send(new Array(120).fill({ serviceTimeMs: 5 }));
    const worker = station.start({ SLOTS: "20" });
    const { jobs, messagesReceived } = await worker.figures(({ deletes }) => deletes.settled === 120);
    expect(jobs.done).toBe(120);
    expect(messagesReceived).toBe(120);
    expect(await station.counts()).toEqual({ visible: 0, inFlight: 0 });
  });

  it("has its jobs done and deleted before it ends on SIGTERM, and takes nothing new", async () => {
    const station = await Station.make();
    await station.send(new Array(10).fill({ serviceTimeMs: 1500 }));
    const worker = station.start({ SLOTS: "4" });
    await worker.figures(({ busySlots }) => busySlots === 4);
    worker.kill("SIGTERM");
    const draining = await worker.figures(({ phase }) => phase === "draining");
    expect((await worker.page("ready")).status).toBe(503);
    expect((await worker.page("health")).status).toBe(200);
    expect(draining.busySlots).toBe(4);
    expect(await worker.exited).toBe(0);
    expect(await worker.says("stopped")).toMatchObject({ jobsGivenUp: 0, isComplete: true, figures: { deletes: { settled: 4 } } });
    expect(await station.counts()).toEqual({ visible: 6, inFlight: 0 });
  });

  it("gives back what has not ended when its time is up: another can have it at once", async () => {
    const station = await Station.make(600);
    const ids = await station.send([{ serviceTimeMs: 60_000 }]);
    const worker = station.start({ DRAIN_LIMIT_SEC: "1" });
    await worker.figures(({ busySlots }) => busySlots === 1);
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(1);
    expect(await sqs.visible(station.queueUrl)).toEqual(ids);
  });

  it("ends at once on a second signal", async () => {
    const station = await Station.make();
    await station.send([{ serviceTimeMs: 60_000 }]);
    const worker = station.start();
    await worker.figures(({ busySlots }) => busySlots === 1);
    worker.kill("SIGTERM");
    await worker.says("draining");
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(143);
  });

  it("loses nothing when it is killed: what it held comes back and is worked on by another", async () => {
    const station = await Station.make(2);
    const settings = { SLOTS: "5", HEARTBEAT_EVERY_SEC: "0" };
    const ids = await station.send(new Array(20).fill({ do: "sleep", ms: 300 }));
    const doomed = station.startNoting(settings);
    await until("work has begun", async () => (await station.noted()).length > 0);
    doomed.kill("SIGKILL");
    expect(await doomed.exited).toBe("SIGKILL");
    station.startNoting(settings);
    await until("all is done", async () => new Set(await station.notedIds()).size === 20);
    expect(new Set(await station.notedIds())).toEqual(new Set(ids));
    await until("all is deleted", async () => (await station.counts()).inFlight === 0);
    expect((await station.noted()).some((line) => line.endsWith(" 2"))).toBe(true);
  });

  it("keeps a message hidden for as long as its job runs, far beyond the visibility timeout", async () => {
    const station = await Station.make(2);
    await station.send([{ do: "sleep", ms: 6000 }]);
    const settings = { HEARTBEAT_EVERY_SEC: "0.7", HEARTBEAT_EXTEND_TO_SEC: "2" };
    const [one, two] = [station.startNoting(settings), station.startNoting(settings)];
    await until("the job is done", async () => (await station.noted()).length > 0);
    await until("its message is deleted", async () => (await station.counts()).inFlight === 0);
    const figures = await Promise.all([one, two].map((worker) => worker.figures(() => true)));
    expect(figures.map(({ messagesReceived }) => messagesReceived).sort()).toEqual([0, 1]);
    expect(figures.reduce((sum, { extensions }) => sum + extensions.settled, 0)).toBeGreaterThanOrEqual(6);
    expect(await station.noted()).toHaveLength(1);
  });

  it("ends when the process that started it has gone", async () => {
    const worker = (await Station.make()).start();
    await worker.page("health");
    worker.child.disconnect();
    expect(await worker.exited).toBe(1);
    expect(await worker.says("has gone")).toBeDefined();
  });

  it("waits, longer and longer, while the queue cannot be reached, and is not ready", async () => {
    const worker = started({ QUEUE_URL: "http://127.0.0.1:9/000000000000/nowhere", AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    await until("it is not ready", async () => (await worker.page("ready")).status === 503);
    expect(await (await worker.page("ready")).json()).toEqual({ status: "failing to receive" });
    expect(await worker.says("no messages received")).toMatchObject({ kind: "unreachable", isRetryable: true });
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
  });
});

describe.concurrent("a handler that breaks", () => {
  it("by a throw, a rejection left behind, or too much time does not touch the jobs beside it", async () => {
    const station = await Station.make(60);
    const deeds = ["throw", "leave a rejection", "hang", "sleep", "sleep"];
    const ids = await station.send(deeds.map((deed) => ({ do: deed, ms: 1500 })));
    const worker = station.startNoting({ SLOTS: "5", JOB_TIME_LIMIT_SEC: "2.5" });
    const figures = await worker.figures(({ jobs }) => jobs["timed-out"] === 1);
    expect(figures).toMatchObject({ jobs: { done: 3, failed: 1, "timed-out": 1 }, strayErrors: 1, abandonedJobs: 1, phase: "working" });
    expect(await station.notedIds()).toEqual([ids[1], ids[3], ids[4]].sort());
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(JSON.stringify(worker.log)).not.toContain("a-secret-of-nobody");
  });

  it("by an exception that nobody can catch lets the others finish, and has the worker started afresh", async () => {
    const station = await Station.make(60);
    const ids = await station.send([{ do: "leave an exception" }, { do: "sleep", ms: 1500 }]);
    const worker = station.startNoting({ SLOTS: "2" });
    expect(await worker.exited).toBe(1);
    expect(await station.notedIds()).toEqual([...ids].sort());
    expect(await worker.says("has thrown")).toMatchObject({ err: { message: "thrown from a timer" } });
  });

  it("by computing without a pause is told by /health, once it answers again", async () => {
    const station = await Station.make(60);
    await station.send([{ do: "burn", ms: 6000 }]);
    const worker = station.startNoting();
    const health = await until("it has stalled", async () => {
      // While it computes nobody answers, and connections that waited are reset.
      const response = await worker.page("health").catch(() => undefined);
      return response?.status === 503 ? (response.json() as Promise<unknown>) : undefined;
    });
    expect(health).toMatchObject({ status: "stalled" });
  });
});

describe.concurrent("the worker's settings", () => {
  it("are refused with all faults at once, by the bundle and by the command", async () => {
    for (const options of [{}, { bundle: COMMAND_BUNDLE, given: ["worker"] }]) {
      const worker = started({ SLOTS: "0", WAIT_TIME_SEC: "30", QUEUE_URL: "http://127.0.0.1:9/1/jobs" }, options);
      expect(await worker.exited).toBe(2);
      expect(worker.stderr).toContain('SLOTS is "0" in the environment, and has to be a whole number from 1 to 1000, in jobs');
      expect(worker.stderr).toContain('WAIT_TIME_SEC is "30" in the environment, and has to be a whole number from 0 to 20, in seconds');
    }
  });

  it("may come from a file, and are printed at the start without secrets", async () => {
    const config = join(folder, "settings.json");
    await writeFile(config, JSON.stringify({ QUEUE_URL: (await Station.make()).queueUrl, SLOTS: 7 }));
    const worker = started({ AWS_ENDPOINT_URL: sqs.endpoint.replace("//", "//me:hunter2@") }, { given: ["--config", config] });
    expect(await worker.says("starting")).toMatchObject({
      settings: { SLOTS: 7, AWS_ENDPOINT_URL: expect.stringContaining("***@") as string },
    });
    expect(JSON.stringify(worker.log) + worker.stderr).not.toMatch(/hunter2|a-secret-of-nobody/);
  });

  it("name what is wrong with a handler's file", async () => {
    const path = join(folder, "no-handler.js");
    await writeFile(path, "export const handler = 1;\n");
    for (const [given, fault] of [
      [path, "it has no default export"],
      [join(folder, "missing.js"), "cannot be loaded"],
    ] as const) {
      const worker = started({ QUEUE_URL: "http://127.0.0.1:9/1/jobs", HANDLER: given });
      expect(await worker.exited).toBe(2);
      expect(worker.stderr).toContain(fault);
    }
  });
});
