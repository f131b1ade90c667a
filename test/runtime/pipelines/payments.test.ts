import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paymentHandler } from "../../../runtime/pipelines/payments/handler.ts";
import { PAYMENT } from "../../../runtime/pipelines/payments/payment.ts";
import { addRoutes } from "../../../runtime/pipelines/payments/routes.ts";
import { handled } from "../../support/handled.ts";
import { MemoryObjectStore } from "../../support/memory-store.ts";
import { problemIn, TestApi } from "../../support/test-api.ts";

const NOW = Date.UTC(2026, 10, 21, 15, 30);
const PREFIXES = { payments: "raw", quarantine: "quarantine" };
const PAID = { payment_id: "p123", amount: 99.12, ts: "2026-01-15T12:00:00Z" };

function paymentApi() {
  const sent: string[] = [];
  const queue = { send: (text: string) => Promise.resolve(void sent.push(text)) };
  return { api: new TestApi({ mount: (routes) => addRoutes(routes, { queue, epochMs: () => NOW }) }), sent };
}

describe("POST /payments", () => {
  it("enqueues a payment as it is", async () => {
    const { api, sent } = paymentApi();
    const response = await api.post("/payments", PAID);
    expect([response.status, await response.json()]).toEqual([202, { enqueued: true, payment_id: "p123" }]);
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([PAID]);
  });

  it("fills in the id and the time, in UTC", async () => {
    const { api, sent } = paymentApi();
    const { payment_id: id } = (await (await api.post("/payments", { amount: 1 })).json()) as { payment_id: string };
    expect(JSON.parse(sent[0]!)).toEqual({ payment_id: id, amount: 1, ts: "2026-11-21T15:30:00.000Z" });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["/amount", { amount: 0 }],
    ["/amount", { amount: "99.12" }],
    ["/payment_id", { ...PAID, payment_id: "../../etc" }],
    ["/ts", { ...PAID, ts: "yesterday" }],
    ["/ts", { ...PAID, ts: "2026-02-30T12:00:00Z" }],
    ["/ts", { ...PAID, ts: "9999-12-31T23:00:00-10:00" }],
    ["/paymentid", { ...PAID, paymentid: "p124" }],
  ])("says once what is wrong with %s", async (path, body) => {
    const { api, sent } = paymentApi();
    const response = await api.post("/payments", body);
    expect(response.status).toBe(422);
    expect((await problemIn(response)).faults?.map((fault) => fault.path)).toEqual([path]);
    expect(sent).toEqual([]);
  });
});

describe("the worker on payments", () => {
  it("keeps a payment under the day of its time in UTC, once, however often its message comes", async () => {
    const store = new MemoryObjectStore();
    const body = JSON.stringify({ ...PAID, ts: "2026-01-15T23:30:00-02:00" });
    for (let receive = 0; receive < 3; receive += 1) expect(await handled(paymentHandler(store, PREFIXES), body)).toEqual({ kind: "done" });
    expect(store.contents()).toEqual({ "raw/dt=2026-01-16/p123.json": JSON.parse(body) as unknown });
  });

  it("puts aside another payment with an id that is taken, and keeps the first", async () => {
    const store = new MemoryObjectStore();
    const log: string[] = [];
    await handled(paymentHandler(store, PREFIXES), JSON.stringify(PAID));
    await handled(paymentHandler(store, PREFIXES), JSON.stringify({ ...PAID, amount: 1 }), { id: "m2", log });
    expect(Object.keys(store.contents())).toEqual(["raw/dt=2026-01-15/p123.json", "quarantine/dt=2026-01-15/m2.json"]);
    expect(store.contents()["raw/dt=2026-01-15/p123.json"]).toEqual(PAID);
    expect(log.join("")).toContain("Another payment of that day has this id.");
  });

  it("fails when the store does not answer, so that the message comes back", async () => {
    const store = { put: () => Promise.reject(new Error("S3 is away")), get: () => Promise.resolve(undefined) };
    expect(await handled(paymentHandler(store, PREFIXES), JSON.stringify(PAID))).toEqual({ kind: "failed", reason: "S3 is away" });
  });

  it("keeps or puts aside whatever comes, under one key a message, and never fails by it", async () => {
    const anyBody = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.record({ payment_id: fc.string(), amount: fc.double(), ts: fc.string() }).map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(anyBody, fc.integer({ min: 1, max: 3 }), async (body, receives) => {
        const store = new MemoryObjectStore();
        for (let receive = 0; receive < receives; receive += 1)
          expect(await handled(paymentHandler(store, PREFIXES), body)).toEqual({ kind: "done" });
        expect(store.objects.size).toBe(1);
        const [key, content] = Object.entries(store.contents())[0]!;
        if (key.startsWith("raw/")) expect(PAYMENT.parse(content)).toEqual(JSON.parse(body));
        else expect(content).toMatchObject({ message_id: "message-1", body });
      }),
    );
  });
});
