import { decimalNumber, plainText, webAddress, wholeNumber, withDefault } from "../../settings.ts";

/**
 * Settings that API and worker share, with the names that users of the system know. A key has to outlive the
 * messages that carry it: SQS keeps them for four days unless it is told otherwise.
 */
export const TABLE_SETTINGS = {
  TRANSACTIONS_TABLE_NAME: plainText("the table of transactions, by transaction_id"),
  IDEMPOTENCY_TABLE_NAME: plainText("the table of idempotency keys, by idempotency_key, with expires_at"),
  IDEMPOTENCY_EXPIRY_HOURS: withDefault(
    wholeNumber({ min: 1, max: 8760, unit: "hours", what: "how long an idempotency key stands for its transaction" }),
    168,
  ),
};

export const QUEUE_SETTING = { TRANSACTION_QUEUE_URL: webAddress("the queue that transactions are sent to") };

export const LEDGER_SETTINGS = {
  ACCOUNTS_TABLE_NAME: plainText("the table of the accounts' entries, by entry_id"),
  OPENING_BALANCE: withDefault(
    decimalNumber({ min: 0, max: 1e9, unit: "units of each currency", what: "what an account has before its first entry" }),
    0,
  ),
};
