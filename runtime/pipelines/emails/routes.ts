import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { CachedParameter, ParameterStore } from "../../aws/parameter-store.ts";
import { QueueSender } from "../../aws/queue-sender.ts";
import { BODY_PROBLEMS, problemResponses } from "../../ingest/problem-document.ts";
import { isSameToken, requireToken, TOKEN_SECURITY } from "../../ingest/token.ts";
import { plainText, webAddress } from "../../settings.ts";
import { messageText } from "../message-text.ts";
import { apiPart, type Api } from "../pipeline.ts";
import { EMAIL } from "./email.ts";

const shape = {
  SQS_QUEUE_URL: webAddress("the queue that e-mails are sent to"),
  SSM_TOKEN_PARAMETER: plainText("the parameter that holds the token which callers have to show, a SecureString"),
};

export const api = apiPart({
  settings: { shape, rules: [] },
  address: "SQS_QUEUE_URL",
  open({ SQS_QUEUE_URL: queueUrl, SSM_TOKEN_PARAMETER: name }, { aws, clock }) {
    const queue = new QueueSender({ queueUrl, ...aws, attempts: 3 });
    const parameters = new ParameterStore(aws);
    const token = new CachedParameter({ read: () => parameters.read(name), clock });
    return {
      mount: (routes) => addRoutes(routes, { queue, token }),
      queueUrl,
      close: () => {
        queue.close();
        parameters.close();
      },
    };
  },
});

interface RouteParts {
  readonly queue: Pick<QueueSender, "send">;
  readonly token: Pick<CachedParameter, "value" | "renewed">;
}

export function addRoutes(routes: Api, { queue, token }: RouteParts): void {
  // A token that does not fit may be one that was changed a moment ago.
  const isGood = async (given: string) => isSameToken(given, await token.value()) || isSameToken(given, await token.renewed());
  routes.openapi(emailRoute(isGood), async (context) => {
    await queue.send(messageText(context.req.valid("json")));
    return context.json({ enqueued: true as const }, 202);
  });
}

function emailRoute(isGood: (token: string) => Promise<boolean>) {
  return createRoute({
    method: "post",
    path: "/api/email",
    summary: "Takes an e-mail",
    security: TOKEN_SECURITY,
    middleware: [requireToken(isGood)] as const,
    request: { body: { required: true, content: { "application/json": { schema: EMAIL } } } },
    responses: {
      202: { description: "It is in the queue", content: { "application/json": { schema: z.object({ enqueued: z.literal(true) }) } } },
      ...problemResponses(401, ...BODY_PROBLEMS),
    },
  });
}
