import type { Handler } from "../../worker/handler.ts";
import type { Clock } from "../../clock.ts";
import { workerPart } from "../pipeline.ts";
import { orderIn } from "./order.ts";
import { pay, PAYMENT_TIME_SETTING } from "./payment.ts";

/** PROCESSOR_CONCURRENCY is how many orders are worked on at the same time: the worker's SLOTS. */
export const worker = workerPart({
  settings: {
    shape: PAYMENT_TIME_SETTING,
    rules: [],
    otherNames: { SLOTS: "PROCESSOR_CONCURRENCY" },
    usual: { SLOTS: "100", CONCURRENT_RECEIVES: "5" },
  },
  open: (settings, { clock }) => ({ handler: orderHandler(settings.PAYMENT_TIME_SEC, clock), close: () => undefined }),
});

/**
 * Pays for the order in a message. What holds no order fails at every receive, and ends in the dead-letter queue, where
 * somebody can look at it.
 */
export function orderHandler(paymentTimeSec: number, clock: Clock): Handler {
  return async ({ body }, { signal, log }) => {
    const { order_id: orderId } = orderIn(body);
    await pay(paymentTimeSec, clock, signal);
    log.info({ orderId }, "order paid for");
    return { kind: "done" };
  };
}
