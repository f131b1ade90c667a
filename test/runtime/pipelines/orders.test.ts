import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { REAL_CLOCK } from "../../../runtime/clock.ts";
import { orderHandler } from "../../../runtime/pipelines/orders/handler.ts";
import { orderIn } from "../../../runtime/pipelines/orders/order.ts";
import { PaymentPlaces } from "../../../runtime/pipelines/orders/payment.ts";
import { addRoutes } from "../../../runtime/pipelines/orders/routes.ts";
import { handled } from "../../support/handled.ts";
import { problemIn, TestApi } from "../../support/test-api.ts";

const ORDER = { order_id: "001", customer_id: 123, items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }] };
const ENVELOPE = {
  Type: "Notification",
  MessageId: "m",
  TopicArn: "arn:aws:sns:us-east-1:000000000000:orders",
  Message: JSON.stringify(ORDER),
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function orderApi({ places = 20 } = {}) {
  const published: string[] = [];
  const topic = { publish: (message: string) => Promise.resolve(void published.push(message)) };
  const api = new TestApi({
    mount: (routes) => addRoutes(routes, { topic, places: new PaymentPlaces(places, REAL_CLOCK), paymentTimeSec: 3 }),
  });
  return { api, published };
}

/** An answer, and after how many milliseconds it came. */
async function timed(answer: Promise<Response>) {
  const startedAt = Date.now();
  const settled = answer.then((response) => ({ response, afterMs: Date.now() - startedAt }));
  await vi.advanceTimersByTimeAsync(10_000);
  return settled;
}

describe("POST /orders/sync", () => {
  it("answers when the order is paid for", async () => {
    const { response, afterMs } = await timed(orderApi().api.post("/orders/sync", ORDER));
    expect([response.status, afterMs]).toEqual([200, 3000]);
    expect(await response.json()).toEqual({ order_id: "001", status: "completed" });
  });

  it("turns away who finds no place, with the time until one is free, and takes them then", async () => {
    const { api } = orderApi({ places: 2 });
    const first = api.post("/orders/sync", ORDER);
    await vi.advanceTimersByTimeAsync(1000);
    const second = api.post("/orders/sync", ORDER);
    await vi.advanceTimersByTimeAsync(500);
    const third = await api.post("/orders/sync", ORDER);
    expect([third.status, third.headers.get("Retry-After")]).toEqual([503, "2"]);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await first).status).toBe(200);
    const fourth = api.post("/orders/sync", ORDER);
    await vi.advanceTimersByTimeAsync(3000);
    expect([(await second).status, (await fourth).status]).toEqual([200, 200]);
  });
});

describe("POST /orders/async", () => {
  it("publishes the order and answers at once", async () => {
    const { api, published } = orderApi();
    const { response, afterMs } = await timed(api.post("/orders/async", ORDER));
    expect([response.status, afterMs]).toEqual([202, 0]);
    expect(published.map((text) => JSON.parse(text) as unknown)).toEqual([ORDER]);
  });

  it("publishes nothing that is no order, and says all that is wrong", async () => {
    const { api, published } = orderApi();
    const response = await api.post("/orders/async", { order_id: "", items: [{ product_id: "a", quantity: 0, price: -1 }] });
    const { faults = [] } = await problemIn(response);
    expect(faults.map(({ path }) => path)).toEqual(["/order_id", "/customer_id", "/items/0/quantity", "/items/0/price"]);
    expect(published).toEqual([]);
  });
});

describe("the worker on orders", () => {
  it.each([
    ["as it was published", JSON.stringify(ORDER)],
    ["in the envelope of SNS", JSON.stringify(ENVELOPE)],
  ])("reads an order %s", (_, body) => {
    expect(orderIn(body)).toEqual(ORDER);
  });

  it("takes as long as a payment", async () => {
    const startedAt = Date.now();
    const outcome = handled(orderHandler(3, REAL_CLOCK), JSON.stringify(ORDER)).then((answer) => ({
      answer,
      afterMs: Date.now() - startedAt,
    }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await outcome).toEqual({ answer: { kind: "done" }, afterMs: 3000 });
  });

  it("has not paid when it was told to go before", async () => {
    const going = new AbortController();
    const outcome = handled(orderHandler(3, REAL_CLOCK), JSON.stringify(ORDER), { signal: going.signal });
    await vi.advanceTimersByTimeAsync(1000);
    going.abort(new Error("the worker has to go"));
    expect(await outcome).toEqual({ kind: "failed", reason: "the worker has to go" });
  });

  it.each(["hello", "{}", "null", JSON.stringify({ ...ENVELOPE, Message: "hello" })])(
    "fails on %s, and tells nothing of it",
    async (body) => {
      const outcome = await handled(orderHandler(3, REAL_CLOCK), body);
      expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringMatching(/^The message holds no/) as string });
      expect(JSON.stringify(outcome)).not.toContain("hello");
    },
  );
});
