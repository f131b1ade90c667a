import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { BUCKET, FUNCTIONS, jsonPost, SystemRig } from "./system-rig.ts";

let rig: SystemRig;
beforeAll(async () => {
  rig = await SystemRig.start();
});
afterAll(async () => {
  await rig.stop();
});

const PAYMENT = { payment_id: "p123", amount: 99.12, ts: "2026-01-15T12:00:00Z" };

async function paymentSystem(name: string) {
  const queueUrl = await rig.queue(name, { VisibilityTimeout: "2" });
  // A prefix of its own: the systems of all tests share a bucket.
  const environment = { QUEUE_URL: queueUrl, BUCKET, PREFIX: `${name}-raw`, QUARANTINE_PREFIX: `${name}-aside`, HEARTBEAT_EVERY_SEC: "0" };
  return {
    queueUrl,
    environment,
    api: () => rig.api("payments", environment),
    worker: (more: Readonly<Record<string, string>> = {}) => rig.worker("payments", { ...environment, ...more }),
    kept: () => rig.store.list(`${name}-`),
  };
}

describe.concurrent("the payments system", () => {
  it("keeps what the API has taken under the day of the payment", async () => {
    const { api, worker, queueUrl, kept } = await paymentSystem("day");
    const response = await api().page("payments", jsonPost(PAYMENT));
    expect([response.status, await response.json()]).toEqual([202, { enqueued: true, payment_id: "p123" }]);
    worker();
    await until("it is kept", async () => (await kept()).length === 1);
    expect(await kept()).toEqual(["day-raw/dt=2026-01-15/p123.json"]);
    expect(JSON.parse((await rig.store.get("day-raw/dt=2026-01-15/p123.json")) ?? "")).toEqual(PAYMENT);
    await rig.emptied(queueUrl);
  });

  it("keeps a payment once when a worker is killed between the write and the delete, and another gets the message", async () => {
    const { worker, queueUrl, kept } = await paymentSystem("killed");
    await rig.send(queueUrl, JSON.stringify(PAYMENT));
    const first = worker({ DELETE_LINGER_MS: "60000" });
    await until("it is kept", async () => (await kept()).length === 1);
    first.kill("SIGKILL");
    await first.exited;
    expect(await rig.held(queueUrl)).toBe(1);
    const second = worker();
    await second.figures(({ jobs }) => jobs.done === 1);
    await rig.emptied(queueUrl);
    expect(await kept()).toEqual(["killed-raw/dt=2026-01-15/p123.json"]);
  });

  it("puts aside what holds no payment, and goes on", async () => {
    const { worker, queueUrl, kept } = await paymentSystem("aside");
    await rig.send(queueUrl, "{'payment_id': 'p1'}");
    await rig.send(queueUrl, JSON.stringify({ amount: 5 }));
    await rig.send(queueUrl, JSON.stringify(PAYMENT));
    const working = worker();
    await rig.emptied(queueUrl);
    const keys = await kept();
    expect(keys.filter((key) => key.startsWith("aside-raw/"))).toEqual(["aside-raw/dt=2026-01-15/p123.json"]);
    expect(keys.filter((key) => key.startsWith("aside-aside/dt="))).toHaveLength(2);
    expect(working.log.filter(({ msg }) => msg === "put aside").map(({ reason }) => reason)).toContain("The message holds no JSON.");
  });

  it("takes five messages at a time", async () => {
    const { worker } = await paymentSystem("five");
    const { settings } = (await worker().says("starting")) as unknown as { readonly settings: Readonly<Record<string, unknown>> };
    expect(settings).toMatchObject({ MAX_MESSAGES_PER_RECEIVE: 5, SLOTS: 5, PREFIX: "five-raw" });
  });

  it("tells all faults of the settings of worker and pipeline at once", async () => {
    const failing = rig.worker("payments", { SLOTS: "none", PREFIX: "raw" });
    expect(await failing.exited).toBe(2);
    for (const fault of ["BUCKET is not set", "QUEUE_URL is not set", 'SLOTS is "none"']) expect(failing.stderr).toContain(fault);
  });

  it("is served by a function behind API Gateway as by a server", async () => {
    const { queueUrl, environment } = await paymentSystem("function");
    const event = {
      version: "2.0",
      routeKey: "POST /payments",
      rawPath: "/payments",
      rawQueryString: "",
      headers: { "content-type": "application/json", "x-request-id": "asked-1" },
      requestContext: {
        domainName: "api.example.com",
        http: { method: "POST", path: "/payments", sourceIp: "192.0.2.7" },
        stage: "$default",
      },
      body: JSON.stringify(PAYMENT),
      isBase64Encoded: false,
    };
    const call = `const { handler } = await import(process.argv[1]); console.log("ANSWER" + JSON.stringify(await handler(JSON.parse(process.argv[2]), {}))); process.exit();`;
    const given = ["--input-type=module", "-e", call, pathToFileURL(join(FUNCTIONS, "index.mjs")).href, JSON.stringify(event)];
    const env = { ...rig.environment, ...environment, PIPELINE: "payments", AWS_REGION: "us-east-1", ...credentials() };
    const { stdout } = await promisify(execFile)(process.execPath, given, { env });
    const answer = JSON.parse(stdout.split("ANSWER")[1] ?? "null") as { statusCode: number; body: string; headers: Record<string, string> };
    expect(answer).toMatchObject({ statusCode: 202, headers: { "x-request-id": "asked-1" } });
    expect(JSON.parse(answer.body)).toEqual({ enqueued: true, payment_id: "p123" });
    expect(await rig.held(queueUrl)).toBe(1);
  });
});

function credentials(): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "a-secret-of-nobody" };
}
