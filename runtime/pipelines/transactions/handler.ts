import { AwsFailure } from "../../aws/errors.ts";
import { DynamoTable } from "../../aws/table.ts";
import type { Handler, Outcome } from "../../worker/handler.ts";
import { formatIssues } from "../format-issues.ts";
import { contentIfAny } from "../message-text.ts";
import { workerPart } from "../pipeline.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Ledger } from "./ledger.ts";
import { minorUnits } from "./money.ts";
import { TransactionProcessor } from "./processor.ts";
import { TransactionRecords } from "./records.ts";
import { LEDGER_SETTINGS, TABLE_SETTINGS } from "./settings.ts";
import { TRANSACTION_MESSAGE } from "./transaction.ts";

export const worker = workerPart({
  settings: {
    shape: { ...TABLE_SETTINGS, ...LEDGER_SETTINGS },
    rules: [],
    otherNames: { QUEUE_URL: "TRANSACTION_QUEUE_URL" },
    // Every booking needs the tables: while they do not answer, more messages would only wear out their receives.
    usual: { CIRCUIT_BREAKER_FAILURES: "5", JOB_TIME_LIMIT_SEC: "30" },
  },
  open(given, { aws, epochMs }) {
    const transactions = new DynamoTable({ name: given.TRANSACTIONS_TABLE_NAME, key: "transaction_id", ...aws });
    const keys = new DynamoTable({ name: given.IDEMPOTENCY_TABLE_NAME, key: "idempotency_key", ...aws });
    const accounts = new DynamoTable({ name: given.ACCOUNTS_TABLE_NAME, key: "entry_id", ...aws });
    const processor = new TransactionProcessor({
      records: new TransactionRecords(transactions, epochMs),
      keys: new IdempotencyKeys({ table: keys, epochMs, expiresAfterSec: given.IDEMPOTENCY_EXPIRY_HOURS * HOUR_SEC }),
      ledger: new Ledger(accounts, (currency) => minorUnits(given.OPENING_BALANCE, currency) ?? 0),
    });
    return {
      handler: transactionHandler(processor),
      close() {
        for (const table of [transactions, keys, accounts]) table.close();
      },
    };
  },
});

/** Books the transaction of a message. What cannot be read fails until it is dead, and is looked at there. */
export function transactionHandler(processor: TransactionProcessor): Handler {
  return async ({ body }, { log }): Promise<Outcome> => {
    const message = TRANSACTION_MESSAGE.safeParse(contentIfAny(body));
    if (!message.success) return { kind: "failed", reason: `no transaction: ${formatIssues(message.error)}` };
    try {
      const processed = await processor.process(message.data);
      if (processed.kind === "busy") {
        const retryDelaySec = Math.ceil(processed.forMs / 1000) + 1;
        return { kind: "failed", reason: "another worker is at this transaction", retryDelaySec };
      }
      log.info({ transactionId: message.data.transaction_id, status: processed.record.status }, "transaction processed");
      return { kind: "done" };
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      return { kind: "failed", reason: error.message, isDownstream: error.isRetryable };
    }
  };
}

const HOUR_SEC = 3600;
