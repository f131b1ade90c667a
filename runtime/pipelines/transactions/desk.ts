import { randomUUID } from "node:crypto";
import type { IdempotencyKeys } from "./idempotency.ts";
import type { TransactionRecord, TransactionRecords } from "./records.ts";
import { fingerprintOf, type TransactionMessage, type TransactionRequest } from "./transaction.ts";

/** What came of a request: its transaction, new or known by its key; or the key stands for another request. */
export type Accepted =
  | { readonly kind: "accepted"; readonly record: TransactionRecord; readonly isReplay: boolean }
  | { readonly kind: "key-taken"; readonly by: string };

/**
 * Takes requests: key, record, queue, in this order. Wherever it dies or the queue refuses, the same request with the same
 * key goes on from there: it meets its own key and its own record, and is queued if it never was. At worst a message is
 * sent twice, which the worker is prepared for.
 */
export class TransactionDesk {
  private readonly keys: IdempotencyKeys;
  private readonly records: TransactionRecords;
  private readonly send: (message: TransactionMessage) => Promise<void>;

  constructor(options: {
    readonly keys: IdempotencyKeys;
    readonly records: TransactionRecords;
    /** Puts a message on the queue, or rejects. */
    readonly send: (message: TransactionMessage) => Promise<void>;
  }) {
    this.keys = options.keys;
    this.records = options.records;
    this.send = options.send;
  }

  async accept(request: TransactionRequest): Promise<Accepted> {
    const fingerprint = fingerprintOf(request);
    const ownId = randomUUID();
    const holder = await this.keys.take(request.idempotency_key, ownId, fingerprint);
    if (holder.fingerprint !== fingerprint) return { kind: "key-taken", by: holder.transactionId };
    const message = { transaction_id: holder.transactionId, ...request };
    const record = await this.records.open(message);
    if (record.status === "PENDING" && !record.isQueued) {
      await this.send(message);
      await this.records.noteQueued(holder.transactionId);
    }
    return { kind: "accepted", record, isReplay: holder.transactionId !== ownId };
  }

  find(transactionId: string): Promise<TransactionRecord | undefined> {
    return this.records.get(transactionId);
  }
}
