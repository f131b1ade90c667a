import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { Topic } from "../../aws/topic.ts";
import { BODY_PROBLEMS, problemResponses } from "../../ingest/problem-document.ts";
import { RequestProblem } from "../../ingest/problem.ts";
import { optional, plainText, webAddress, wholeNumber, withDefault } from "../../settings.ts";
import { messageText } from "../message-text.ts";
import { apiPart, type Api } from "../pipeline.ts";
import { ORDER } from "./order.ts";
import { PAYMENT_TIME_SETTING, PaymentPlaces } from "./payment.ts";

const shape = {
  TOPIC_ARN: plainText("the SNS topic that asynchronous orders are published to"),
  QUEUE_URL: optional(webAddress("the queue that the topic delivers to; /metrics tells what it holds")),
  ...PAYMENT_TIME_SETTING,
  PAYMENT_PLACES: withDefault(
    wholeNumber({
      min: 1,
      max: 10_000,
      unit: "payments",
      what: "how many synchronous orders are paid for at the same time, in all processes together",
    }),
    20,
  ),
};

export const api = apiPart({
  settings: { shape, rules: [] },
  address: "TOPIC_ARN",
  divided: ["PAYMENT_PLACES"],
  open(settings, { aws, clock }) {
    const topic = new Topic({ arn: settings.TOPIC_ARN, ...aws });
    const places = new PaymentPlaces(settings.PAYMENT_PLACES, clock);
    return {
      mount: (routes) => addRoutes(routes, { topic, places, paymentTimeSec: settings.PAYMENT_TIME_SEC }),
      queueUrl: settings.QUEUE_URL,
      close: () => topic.close(),
    };
  },
});

interface RouteParts {
  readonly topic: Pick<Topic, "publish">;
  readonly places: PaymentPlaces;
  readonly paymentTimeSec: number;
}

export function addRoutes(routes: Api, { topic, places, paymentTimeSec }: RouteParts): void {
  routes.openapi(SYNC, async (context) => {
    const { order_id } = context.req.valid("json");
    const waitMs = await places.pay(paymentTimeSec);
    if (waitMs !== undefined) {
      throw new RequestProblem(503, "All places at which payments are taken are busy.", {
        retryAfterSec: Math.max(1, Math.ceil(waitMs / 1000)),
      });
    }
    return context.json({ order_id, status: "completed" as const }, 200);
  });
  routes.openapi(ASYNC, async (context) => {
    const order = context.req.valid("json");
    await topic.publish(messageText(order));
    return context.json({ order_id: order.order_id, status: "accepted" as const }, 202);
  });
}

const request = { body: { required: true, content: { "application/json": { schema: ORDER } } } };

const SYNC = createRoute({
  method: "post",
  path: "/orders/sync",
  summary: "Takes an order and answers when it is paid for",
  request,
  responses: {
    200: { description: "It is paid for", content: { "application/json": { schema: answer("completed") } } },
    ...problemResponses(...BODY_PROBLEMS),
  },
});

const ASYNC = createRoute({
  method: "post",
  path: "/orders/async",
  summary: "Takes an order and answers at once; it is paid for later",
  request,
  responses: {
    202: { description: "It is in the queue", content: { "application/json": { schema: answer("accepted") } } },
    ...problemResponses(...BODY_PROBLEMS),
  },
});

function answer<const Status extends string>(status: Status) {
  return z.object({ order_id: z.string(), status: z.literal(status) });
}
