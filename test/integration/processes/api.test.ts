import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import type { WorkerProcess } from "../../support/worker-process.ts";
import { jsonPost, SystemRig } from "../systems/system-rig.ts";

let rig: SystemRig;
let folder: string;
let count = 0;

beforeAll(async () => {
  rig = await SystemRig.start();
  folder = await mkdtemp(join(tmpdir(), "headroom-processes-"));
});
// One after the other: each is a handful of programs, which would wait for one another on a small machine.
afterEach(() => rig.endPrograms());
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true });
});

const ORDER = { order_id: "1", customer_id: 123, items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }] };
/** A connection of its own: it goes to whichever process is next. */
const ALONE = { Connection: "close" };

async function ordersApi(environment: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  count += 1;
  const name = `processes-${count}`;
  const queueUrl = await rig.queue(name);
  const topicArn = await rig.topicTo(queueUrl, name, true);
  return rig.api("orders", { TOPIC_ARN: topicArn, QUEUE_URL: queueUrl, PAYMENT_TIME_SEC: "0.01", ...environment });
}

async function allListen(api: WorkerProcess, processes: number): Promise<void> {
  await until("all processes listen", () => api.log.filter(({ msg }) => msg === "listening").length >= processes);
}

function pidsOf(api: WorkerProcess): number[] {
  return api.log.filter(({ msg }) => msg === "a process was started").map(({ pid }) => Number(pid));
}

function started(api: WorkerProcess): number {
  return pidsOf(api).length;
}

/** Value of one figure of `/metrics`. */
async function figure(api: WorkerProcess, name: string): Promise<number> {
  const lines = (await (await api.page("metrics", { headers: ALONE })).text()).split("\n");
  return Number(
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.split(" ")
      .at(-1) ?? 0,
  );
}

const ACCEPTED = 'headroom_api_requests_total{method="POST",route="/orders/async",status="202"}';

describe("an API in several processes", () => {
  it("serves by one port, and tells what all of them have served, and what the queue holds once", async () => {
    const api = await ordersApi({ PROCESSES: "3" });
    await allListen(api, 3);
    for (let request = 0; request < 12; request += 1) {
      expect((await api.page("orders/async", jsonPost(ORDER, ALONE))).status).toBe(202);
    }
    const served = new Set(api.log.filter(({ route }) => route === "/orders/async").map(({ process }) => process));
    expect(served.size).toBeGreaterThan(1);
    expect(await figure(api, ACCEPTED)).toBe(12);
    expect(await figure(api, 'headroom_api_queue_messages{state="visible"}')).toBe(12);
    expect(await figure(api, "headroom_api_requests_in_progress")).toBe(1);
    expect((await api.page("ready", { headers: ALONE })).status).toBe(200);
  });

  it("goes on when one is killed, and has another in its place", async () => {
    const api = await ordersApi({ PROCESSES: "2" });
    await allListen(api, 2);
    process.kill(pidsOf(api)[0]!, "SIGKILL");
    await api.says("has ended unasked");
    for (let request = 0; request < 10; request += 1) {
      expect((await api.page("orders/async", jsonPost(ORDER, ALONE))).status).toBe(202);
    }
    await allListen(api, 3);
    expect(started(api)).toBe(3);
  });

  it("replaces one that is kept from its work", async () => {
    const api = await ordersApi({ PROCESSES: "2", PROCESS_SILENCE_LIMIT_SEC: "2" });
    await allListen(api, 2);
    process.kill(pidsOf(api)[1]!, "SIGSTOP");
    expect(await api.says("nothing was heard")).toMatchObject({ process: 1 });
    await allListen(api, 3);
    expect((await api.page("health", { headers: ALONE })).status).toBe(200);
  });

  it("loses no request while its processes make room for new ones, and forgets none of them", async () => {
    const api = await ordersApi({ PROCESSES: "2", RECYCLE_AFTER_REQUESTS: "40" });
    await allListen(api, 2);
    const statuses: number[] = [];
    // A process that makes room ends once each of its connections has been answered: the callers go on until one has.
    const hasStopped = () => api.log.some(({ msg }) => msg === "stopped");
    const madeRoom = () => api.log.filter(({ msg }) => String(msg).includes("makes room")).length;
    let isCalling = true;
    const caller = async () => {
      while (isCalling) statuses.push((await api.page("orders/async", jsonPost(ORDER))).status);
    };
    const callers = Promise.all(Array.from({ length: 8 }, caller));
    try {
      await until("three have made room, and one has gone", () => madeRoom() >= 3 && hasStopped());
    } finally {
      isCalling = false;
      await callers;
    }
    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(await figure(api, ACCEPTED)).toBe(statuses.length);
    expect(api.log.filter(({ msg }) => String(msg).includes("unasked"))).toEqual([]);
    expect(api.log.filter(({ msg, hasAnsweredAll }) => msg === "stopped" && hasAnsweredAll !== true)).toEqual([]);
    expect(await figure(api, ACCEPTED)).toBe(statuses.length);
  });

  it("answers what is under way in all processes before it ends, and says meanwhile that it is not ready", async () => {
    const api = await ordersApi({ PROCESSES: "2", PAYMENT_TIME_SEC: "1.5" });
    await allListen(api, 2);
    const waiting = Array.from({ length: 4 }, () => api.page("orders/sync", jsonPost(ORDER, ALONE)));
    await until("orders are being paid for", async () => (await figure(api, "headroom_api_requests_in_progress")) === 5);
    api.kill("SIGTERM");
    await until("it is not ready", async () => (await api.page("ready", { headers: ALONE })).status === 503);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await api.exited).toBe(0);
    expect(await api.says("all processes have ended")).toMatchObject({ exitCode: 0 });
  });

  it("limits callers by what all processes together have served", async () => {
    const api = await ordersApi({ PROCESSES: "3", RATE_LIMIT_PER_MIN: "6" });
    await allListen(api, 3);
    const statuses: number[] = [];
    for (let request = 0; request < 10; request += 1) statuses.push((await api.page("orders/async", jsonPost(ORDER, ALONE))).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 202, 429, 429, 429, 429]);
    expect(new Set(api.log.filter(({ status }) => status === 202).map(({ process }) => process)).size).toBeGreaterThan(1);
  });

  it("has as many payment places as one, divided", async () => {
    const api = await ordersApi({ PROCESSES: "2", PAYMENT_PLACES: "3", PAYMENT_TIME_SEC: "1" });
    const places = () =>
      api.log.flatMap(({ msg, settings }) => (msg === "starting" ? [(settings as Record<string, unknown>)["PAYMENT_PLACES"]] : []));
    await until("both have started", () => places().length === 2);
    expect(places().sort()).toEqual([1, 2]);
  });

  it("takes its processes from a settings file, and tells all that is wrong with it", async () => {
    const config = join(folder, "api.json");
    await writeFile(config, JSON.stringify({ PROCESSES: 30, RECYCLE_AFTER_REQUESTS: -1, PAYMENT_PLACES: 20, THREADS: 4 }));
    const faulty = rig.apiWith("orders", { TOPIC_ARN: "arn:aws:sns:us-east-1:1:orders" }, ["--config", config]);
    expect(await faulty.exited).toBe(2);
    expect(faulty.stderr).toContain(`RECYCLE_AFTER_REQUESTS is -1 in ${config}`);
    expect(faulty.stderr).toContain(`THREADS in ${config} is no setting`);
    expect(faulty.stderr).toContain("PAYMENT_PLACES is 20, and has to be at least PROCESSES, which is 30");
    await writeFile(config, JSON.stringify({ PROCESSES: 2 }));
    const api = rig.apiWith("orders", { TOPIC_ARN: "arn:aws:sns:us-east-1:1:orders" }, ["--config", config]);
    await allListen(api, 2);
  });

  it("ends all of it when its port is taken", async () => {
    const first = await ordersApi({ PROCESSES: "2" });
    const port = String((await until("it listens", () => first.log.find(({ msg }) => msg === "listening")))["port"]);
    const second = await ordersApi({ PROCESSES: "2", PORT: port });
    expect(await second.exited).toBe(2);
    expect(second.stderr).toContain("EADDRINUSE");
  });

  it("ends with the process that looks after it", async () => {
    const api = await ordersApi({ PROCESSES: "2" });
    await allListen(api, 2);
    const pids = pidsOf(api);
    api.kill("SIGKILL");
    await api.exited;
    await until("they have gone", () => pids.every((pid) => !isThere(pid)));
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
