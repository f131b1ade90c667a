import type { Pipeline } from "../pipeline.ts";

/** Online banking: five kinds of transactions, each booked once. */
export const transactions: Pipeline = {
  name: "transactions",
  summary: "online banking: transactions through SQS to accounts in DynamoDB, each booked once",
  scenarioId: "banking",
  needs: [
    { kind: "queue", setting: "TRANSACTION_QUEUE_URL" },
    { kind: "table", setting: "TRANSACTIONS_TABLE_NAME", hashKey: "transaction_id" },
    { kind: "table", setting: "IDEMPOTENCY_TABLE_NAME", hashKey: "idempotency_key", expiresAttribute: "expires_at" },
    { kind: "table", setting: "ACCOUNTS_TABLE_NAME", hashKey: "entry_id" },
  ],
  sample: {
    method: "POST",
    path: "/transactions",
    needsToken: false,
    body: {
      transaction_type: "TRANSFER",
      source_account: "1234567890",
      target_account: "0987654321",
      amount: 100,
      currency: "USD",
      idempotency_key: "unique-key-123",
    },
  },
  api: () => import("./routes.ts").then(({ api }) => api),
  worker: () => import("./handler.ts").then(({ worker }) => worker),
};
