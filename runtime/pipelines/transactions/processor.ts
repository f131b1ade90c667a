import { randomUUID } from "node:crypto";
import type { IdempotencyKeys } from "./idempotency.ts";
import type { Account, Entry, Ledger } from "./ledger.ts";
import { amountOf } from "./money.ts";
import type { Leg, Plan, TransactionOutcome, TransactionRecord, TransactionRecords } from "./records.ts";
import { effectsOf, fingerprintOf, type TransactionMessage } from "./transaction.ts";

/** How the work on a message ended: with the outcome of its transaction, or another worker is at it. */
export type Processed =
  { readonly kind: "outcome"; readonly record: TransactionRecord } | { readonly kind: "busy"; readonly forMs: number };

/**
 * Books transactions, each once, however often its message comes and wherever a worker dies.
 *
 * A leg (what is taken, what is given) is booked in three steps, each of them one conditional write:
 *
 * 1. The record notes which entry of the ledger the leg is to have: the one after the newest.
 * 2. That entry is written if it is free.
 * 3. When all legs are booked, the record gets its outcome.
 *
 * Whoever begins again, or works on the same transaction at the same time, finds the note and looks at that entry. If it is
 * there for this transaction, the leg is booked. If it is free, it is written now, by whomever. If another transaction has
 * it, it can never be written for this one, and only then is another number noted, on condition that the note is still
 * the old one. So there is at every moment at most one entry that can be written for a leg, and a worker that was held up
 * for hours does no harm. A refusal is recorded on the same condition.
 */
export class TransactionProcessor {
  private readonly ledger: Ledger;
  private readonly records: TransactionRecords;
  private readonly keys: IdempotencyKeys;

  constructor(stores: { readonly ledger: Ledger; readonly records: TransactionRecords; readonly keys: IdempotencyKeys }) {
    this.ledger = stores.ledger;
    this.records = stores.records;
    this.keys = stores.keys;
  }

  async process(message: TransactionMessage): Promise<Processed> {
    const { transaction_id: transactionId, idempotency_key: key } = message;
    const record = await this.records.open(message);
    if (record.status !== "PENDING") {
      // Its worker may have died before it could say so.
      if (record.status !== "DUPLICATE") await this.keys.complete(key, transactionId);
      return { kind: "outcome", record };
    }
    const holder = await this.keys.take(key, transactionId, fingerprintOf(message));
    if (holder.transactionId !== transactionId) {
      const isNew = await this.records.finish(transactionId, { status: "DUPLICATE", of: holder.transactionId }, NOTHING_PLANNED);
      // Its key has expired while it was worked on: what has begun is brought to its end.
      if (!isNew) await this.book(message);
      return this.outcome(transactionId);
    }
    const owner = randomUUID();
    const leased = await this.keys.lease(key, { transactionId, owner, leaseMs: LEASE_MS });
    if (leased !== undefined) return { kind: "busy", forMs: leased.leaseEndsInMs };
    try {
      await this.book(message);
      await this.keys.complete(key, transactionId);
    } catch (error) {
      await this.keys.release(key, owner).catch(() => undefined);
      throw error;
    }
    return this.outcome(transactionId);
  }

  private async book(message: TransactionMessage): Promise<void> {
    const { transaction_id: transactionId, currency } = message;
    const { debit, credit, told } = effectsOf(message);
    let balanceUnits: number | undefined;
    if (debit !== undefined) {
      const entry = await this.bookLeg(transactionId, "debit", { number: debit.account, currency }, -debit.units);
      if (entry === undefined) return;
      balanceUnits = entry.balanceUnits;
    }
    if (credit !== undefined) {
      const entry = await this.bookLeg(transactionId, "credit", { number: credit.account, currency }, credit.units);
      if (entry === undefined) return;
      balanceUnits ??= entry.balanceUnits;
    }
    balanceUnits ??= (await this.ledger.newest({ number: told, currency })).balanceUnits;
    await this.records.finish(transactionId, { status: "COMPLETED", balanceUnits });
  }

  /** Books a leg. Returns its entry; undefined when the transaction has an outcome, a refusal of this leg among them. */
  private async bookLeg(transactionId: string, leg: Leg, account: Account, units: number): Promise<Entry | undefined> {
    const booking = { transactionId, units };
    for (;;) {
      const record = await this.records.get(transactionId);
      if (record?.status !== "PENDING") return undefined;
      const planned = record.planned[leg];
      let entry: Entry | undefined;
      const taken = planned === undefined ? undefined : await this.ledger.written(account, planned);
      if (taken?.transactionId === transactionId) {
        entry = taken;
      } else if (planned !== undefined && taken === undefined) {
        entry = await this.ledger.append(account, await this.ledger.entry(account, planned - 1), booking);
      } else {
        const newest = await this.ledger.newest(account);
        if (units < 0 && newest.balanceUnits + units < 0) {
          const refusal = insufficientFunds(account, newest.balanceUnits, -units);
          if (await this.records.finish(transactionId, refusal, { [leg]: planned })) return undefined;
        } else if (await this.records.plan(transactionId, leg, { from: planned, to: newest.sequence + 1 })) {
          entry = await this.ledger.append(account, newest, booking);
        }
      }
      if (entry === undefined) continue;
      await this.ledger.noteNewest(account, entry.sequence);
      return entry;
    }
  }

  private async outcome(transactionId: string): Promise<Processed> {
    const record = await this.records.get(transactionId);
    if (record === undefined) throw new Error(`The transaction ${transactionId} has been removed while it was worked on.`);
    return { kind: "outcome", record };
  }
}

function insufficientFunds({ number, currency }: Account, hasUnits: number, needsUnits: number): TransactionOutcome {
  const message = `Account ${number} has ${amountOf(hasUnits, currency)} ${currency}, and ${amountOf(needsUnits, currency)} are needed.`;
  return { status: "FAILED", code: "INSUFFICIENT_FUNDS", message };
}

const NOTHING_PLANNED: Plan = { debit: undefined, credit: undefined };

/** Longer than a booking takes, and much shorter than the queue's visibility timeout: who comes after a crash finds it free. */
const LEASE_MS = 5000;
