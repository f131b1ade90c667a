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
  // Where nobody has paid anything in yet.
  localSettings: { OPENING_BALANCE: "10000" },
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
    nthBody: (number) => ({
      transaction_type: "TRANSFER",
      // Money goes round in a ring of a hundred accounts, so that none of them runs dry.
      source_account: `10000000${String(number % 100).padStart(2, "0")}`,
      target_account: `10000000${String((number + 1) % 100).padStart(2, "0")}`,
      amount: (100 + (number % 500)) / 100,
      currency: "USD",
      idempotency_key: `request-${number}`,
    }),
  },
  api: () => import("./routes.ts").then(({ api }) => api),
  worker: () => import("./handler.ts").then(({ worker }) => worker),
};
