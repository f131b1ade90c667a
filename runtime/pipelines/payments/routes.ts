import { createRoute } from "@hono/zod-openapi";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { QueueSender } from "../../aws/queue-sender.ts";
import { BODY_PROBLEMS, problemResponses } from "../../ingest/problem-document.ts";
import { webAddress } from "../../settings.ts";
import { messageText } from "../message-text.ts";
import { apiPart, type Api } from "../pipeline.ts";
import { PAYMENT_REQUEST, type Payment } from "./payment.ts";

const shape = { QUEUE_URL: webAddress("the queue that payments are sent to") };

export const api = apiPart({
  settings: { shape, rules: [] },
  address: "QUEUE_URL",
  open({ QUEUE_URL: queueUrl }, { aws, epochMs }) {
    const queue = new QueueSender({ queueUrl, ...aws, attempts: 3 });
    return {
      mount: (routes) => addRoutes(routes, { queue, epochMs }),
      queueUrl,
      close: () => queue.close(),
    };
  },
});

interface RouteParts {
  readonly queue: Pick<QueueSender, "send">;
  readonly epochMs: () => number;
}

export function addRoutes(routes: Api, { queue, epochMs }: RouteParts): void {
  routes.openapi(PAY, async (context) => {
    const { payment_id = randomUUID(), amount, ts = new Date(epochMs()).toISOString() } = context.req.valid("json");
    const payment: Payment = { payment_id, amount, ts };
    await queue.send(messageText(payment));
    return context.json({ enqueued: true as const, payment_id }, 202);
  });
}

const PAY = createRoute({
  method: "post",
  path: "/payments",
  summary: "Takes a payment",
  request: { body: { required: true, content: { "application/json": { schema: PAYMENT_REQUEST } } } },
  responses: {
    202: {
      description: "It is in the queue",
      content: { "application/json": { schema: z.object({ enqueued: z.literal(true), payment_id: z.string() }) } },
    },
    ...problemResponses(...BODY_PROBLEMS),
  },
});
