import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonPost, SystemRig, BUCKET } from "./system-rig.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACED = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };
const ORDER = { order_id: "1", customer_id: 123, items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }] };

let rig: SystemRig;
beforeAll(async () => {
  rig = await SystemRig.start();
});
afterAll(() => rig.stop());

describe("a request's trace stands in the log on both sides of the queue", () => {
  it.each([
    ["with the envelope of SNS", false],
    ["delivered raw", true],
  ])("of an order, %s", async (_, isRaw) => {
    const queueUrl = await rig.queue(`traced-${String(isRaw)}`);
    const environment = {
      QUEUE_URL: queueUrl,
      TOPIC_ARN: await rig.topicTo(queueUrl, `traced-${String(isRaw)}`, isRaw),
      PAYMENT_TIME_SEC: "0",
    };
    const [api, worker] = [rig.api("orders", environment), rig.worker("orders", environment)];
    expect((await api.page("orders/async", jsonPost(ORDER, TRACED))).status).toBe(202);
    expect(await worker.says("order paid for")).toMatchObject({ traceId: TRACE_ID });
    expect(await api.says("answered")).toMatchObject({ traceId: TRACE_ID });
  });

  it("of a message that goes to the queue at once", async () => {
    const queueUrl = await rig.queue("traced");
    const environment = { QUEUE_URL: queueUrl, BUCKET, LOG_LEVEL: "debug" };
    const [api, worker] = [rig.api("payments", environment), rig.worker("payments", environment)];
    const payment = { payment_id: "p1", amount: 1, ts: "2026-01-15T12:00:00Z" };
    await api.page("payments", jsonPost(payment));
    // Whichever comes second is put aside: let it be the traced one.
    await rig.emptied(queueUrl);
    expect((await api.page("payments", jsonPost({ ...payment, amount: 2 }, TRACED))).status).toBe(202);
    expect(await worker.says("put aside")).toMatchObject({ traceId: TRACE_ID });
  });
});
