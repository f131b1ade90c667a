import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { QueueSender } from "../../aws/queue-sender.ts";
import { DynamoTable } from "../../aws/table.ts";
import { BODY_PROBLEMS, problemResponses } from "../../ingest/problem-document.ts";
import { RequestProblem } from "../../ingest/problem.ts";
import { messageText } from "../message-text.ts";
import { apiPart, type Api } from "../pipeline.ts";
import { TransactionDesk } from "./desk.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { shownRecord, TRANSACTION_STATUSES, TransactionRecords } from "./records.ts";
import { QUEUE_SETTING, TABLE_SETTINGS } from "./settings.ts";
import { TRANSACTION_REQUEST, TRANSACTION_TYPES } from "./transaction.ts";

export const api = apiPart({
  settings: { shape: { ...QUEUE_SETTING, ...TABLE_SETTINGS }, rules: [] },
  address: "TRANSACTION_QUEUE_URL",
  open(given, { aws, epochMs }) {
    const queueUrl = given.TRANSACTION_QUEUE_URL;
    const sender = new QueueSender({ queueUrl, ...aws, attempts: 3 });
    const transactions = new DynamoTable({ name: given.TRANSACTIONS_TABLE_NAME, key: "transaction_id", ...aws });
    const keys = new DynamoTable({ name: given.IDEMPOTENCY_TABLE_NAME, key: "idempotency_key", ...aws });
    const desk = new TransactionDesk({
      keys: new IdempotencyKeys({ table: keys, epochMs, expiresAfterSec: given.IDEMPOTENCY_EXPIRY_HOURS * HOUR_SEC }),
      records: new TransactionRecords(transactions, epochMs),
      send: (message) => sender.send(messageText(message)),
    });
    return {
      mount: (routes) => addRoutes(routes, desk),
      queueUrl,
      close() {
        for (const client of [sender, transactions, keys]) client.close();
      },
    };
  },
});

/** POST /transactions and GET /transactions/{transaction_id}. */
export function addRoutes(routes: Api, desk: Pick<TransactionDesk, "accept" | "find">): void {
  routes.openapi(CREATE, async (context) => {
    const accepted = await desk.accept(context.req.valid("json"));
    if (accepted.kind === "key-taken") {
      throw new RequestProblem(422, "This idempotency_key stands for another request.", {
        faults: [{ in: "body", path: "/idempotency_key", must: "has to be a new one for a new transaction" }],
      });
    }
    if (accepted.isReplay) context.header("Idempotent-Replayed", "true");
    return context.json(shownRecord(accepted.record) as ShownTransaction, 202);
  });
  routes.openapi(READ, async (context) => {
    const record = await desk.find(context.req.valid("param").transaction_id);
    if (record === undefined) throw new RequestProblem(404, "There is no such transaction.");
    return context.json(shownRecord(record) as ShownTransaction, 200);
  });
}

const shown = z
  .object({
    transaction_id: z.uuid(),
    transaction_type: z.enum(TRANSACTION_TYPES),
    status: z.enum(TRANSACTION_STATUSES),
    source_account: z.string().optional(),
    target_account: z.string().optional(),
    amount: z.number().optional(),
    currency: z.string(),
    balance: z.number().optional().meta({ description: "Of the account that paid, or was looked at; of the target for a DEPOSIT." }),
    duplicate_of: z.uuid().optional().meta({ description: "The transaction that the same idempotency key stood for." }),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().optional(),
  })
  .meta({ description: "A transaction as it stands." });

type ShownTransaction = z.output<typeof shown>;

const CREATE = createRoute({
  method: "post",
  path: "/transactions",
  summary: "Takes a transaction, to be booked soon; the same request with the same idempotency_key is the same transaction",
  request: { body: { required: true, content: { "application/json": { schema: TRANSACTION_REQUEST } } } },
  responses: {
    202: { description: "It is in the queue, or as far as it has come by now", content: { "application/json": { schema: shown } } },
    ...problemResponses(...BODY_PROBLEMS),
  },
});

const READ = createRoute({
  method: "get",
  path: "/transactions/{transaction_id}",
  summary: "Tells how a transaction stands",
  request: { params: z.object({ transaction_id: z.uuid() }) },
  responses: {
    200: { description: "The transaction", content: { "application/json": { schema: shown } } },
    ...problemResponses(404, 422, 429, 503),
  },
});

const HOUR_SEC = 3600;
