import type { Pipeline } from "../pipeline.ts";

/** Orders that are paid for while the customer waits, or later: load balancer → API → SNS → SQS → workers. */
export const orders: Pipeline = {
  name: "orders",
  summary: "Orders, paid for while the customer waits or worked off from a queue",
  scenarioId: "orders",
  needs: [
    { kind: "queue", setting: "QUEUE_URL" },
    { kind: "topic", setting: "TOPIC_ARN", isRaw: false },
  ],
  sample: {
    method: "POST",
    path: "/orders/async",
    needsToken: false,
    body: orderOf("002"),
    nthBody: (number) => orderOf(String(number)),
  },
  api: async () => (await import("./routes.ts")).api,
  worker: async () => (await import("./handler.ts")).worker,
};

function orderOf(orderId: string) {
  return { order_id: orderId, customer_id: 123, items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }] };
}
