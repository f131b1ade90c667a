import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { jsonPost, SECRET, SystemRig } from "./system-rig.ts";

let rig: SystemRig;
beforeAll(async () => {
  rig = await SystemRig.start();
});
afterAll(async () => {
  await rig.stop();
});

function order(id: string) {
  return { order_id: id, customer_id: 123, items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }] };
}

async function orderSystem(
  name: string,
  { isRaw = false, ...settings }: { readonly isRaw?: boolean } & Readonly<Record<string, string | boolean>> = {},
) {
  const queueUrl = await rig.queueWithDeadLetters(name, 2);
  const topicArn = await rig.topicTo(queueUrl, name, isRaw);
  const environment = { QUEUE_URL: queueUrl, TOPIC_ARN: topicArn, ...(settings as Record<string, string>) };
  return { queueUrl, api: rig.api("orders", environment), worker: () => rig.worker("orders", environment) };
}

describe.concurrent("the orders system", () => {
  it.each([
    ["the envelope of SNS", false],
    ["raw delivery", true],
  ])("takes orders at once and pays for them later, with %s", async (name, isRaw) => {
    const { api, queueUrl, worker } = await orderSystem(`later-${isRaw ? "raw" : "envelope"}`, { isRaw, PAYMENT_TIME_SEC: "0.1" });
    const answers = await Promise.all(["1", "2", "3"].map((id) => api.page("orders/async", jsonPost(order(id)))));
    expect(
      answers.map(({ status }) => status),
      name,
    ).toEqual([202, 202, 202]);
    expect(await rig.held(queueUrl)).toBe(3);
    const working = worker();
    await rig.emptied(queueUrl);
    const paid = working.log.filter(({ msg }) => msg === "order paid for").map(({ orderId }) => orderId);
    expect(paid.sort()).toEqual(["1", "2", "3"]);
  });

  it("lets a customer wait three seconds for a payment", async () => {
    const { api } = await orderSystem("sync");
    await api.page("ready");
    const startedAt = performance.now();
    const response = await api.page("orders/sync", jsonPost(order("1")));
    expect([response.status, await response.json()]).toEqual([200, { order_id: "1", status: "completed" }]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3000);
  });

  it("turns customers away while all payment places are busy", async () => {
    const { api } = await orderSystem("full", { PAYMENT_PLACES: "2" });
    await api.page("ready");
    const answers = await Promise.all(["1", "2", "3"].map((id) => api.page("orders/sync", jsonPost(order(id)))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    expect(Number(answers.find(({ status }) => status === 503)?.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  it("works on as many orders at a time as PROCESSOR_CONCURRENCY says", async () => {
    const { api, queueUrl, worker } = await orderSystem("concurrency", { PROCESSOR_CONCURRENCY: "3", PAYMENT_TIME_SEC: "0.5" });
    await Promise.all(Array.from({ length: 6 }, (_, id) => api.page("orders/async", jsonPost(order(String(id))))));
    const figures = (await worker().figures(({ busySlots }) => busySlots === 3)) as unknown as { readonly slots: number };
    expect(figures.slots).toBe(3);
    await rig.emptied(queueUrl);
  });

  it("finishes and deletes what it has begun when it has to go", async () => {
    const { api, queueUrl, worker } = await orderSystem("drain", { PAYMENT_TIME_SEC: "1.5", PROCESSOR_CONCURRENCY: "2" });
    await Promise.all(["1", "2", "3"].map((id) => api.page("orders/async", jsonPost(order(id)))));
    const leaving = worker();
    await leaving.figures(({ busySlots }) => busySlots === 2);
    leaving.kill("SIGTERM");
    expect(await leaving.exited).toBe(0);
    expect(await rig.held(queueUrl)).toBe(1);
    expect(leaving.log.filter(({ msg }) => msg === "order paid for")).toHaveLength(2);
  });

  it("answers the request under way before the API ends, and says meanwhile that it is not ready", async () => {
    const { api } = await orderSystem("stopping", { PAYMENT_TIME_SEC: "1.5" });
    await api.page("ready");
    const waiting = api.page("orders/sync", jsonPost(order("1")));
    await until("the order is being paid for", async () => (await (await api.page("metrics")).text()).includes("requests_in_progress 2"));
    api.kill("SIGTERM");
    await until("it is not ready", async () => (await api.page("ready")).status === 503);
    expect((await waiting).status).toBe(200);
    expect(await api.exited).toBe(0);
  });

  it("refuses what is no order, and moves what somebody else has sent to the dead-letter queue", async () => {
    const { api, queueUrl, worker } = await orderSystem("bad", { RETRY_DELAY_SEC: "0" });
    expect((await api.page("orders/async", jsonPost({ order_id: "Miller-1" }))).status).toBe(422);
    expect(await rig.held(queueUrl)).toBe(0);
    await rig.send(queueUrl, "a letter from Miller");
    const working = worker();
    await rig.emptied(queueUrl);
    await working.says("handler has thrown");
    const answer = await until("the figures tell of it", async () => {
      const figures = (await (await api.page("metrics", { headers: { Accept: "application/json" } })).json()) as { dead_letters: number };
      return figures.dead_letters === 1 && figures;
    });
    expect(answer).toEqual({ visible: 0, not_visible: 0, delayed: 0, dead_letters: 1 });
    expect(rig.written).not.toContain("Miller");
    expect(rig.written).not.toContain(SECRET);
  });
});
