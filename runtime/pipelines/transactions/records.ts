import type { Condition, Item, Table } from "../../aws/table.ts";
import { amountOf } from "./money.ts";
import type { TransactionMessage } from "./transaction.ts";

/** PENDING until there is an outcome; the others are outcomes, and final. */
export const TRANSACTION_STATUSES = ["PENDING", "COMPLETED", "FAILED", "DUPLICATE"] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

export type Leg = "debit" | "credit";

/** Number of the ledger's entry that a leg is to have, or has; undefined before it was planned. */
export type Plan = Readonly<Partial<Record<Leg, number | undefined>>>;

/** A transaction as it stands in its table. */
export interface TransactionRecord {
  readonly status: TransactionStatus;
  readonly planned: Plan;
  /** Whether it has been put on the queue. */
  readonly isQueued: boolean;
  readonly item: Item;
}

export type TransactionOutcome =
  | { readonly status: "COMPLETED"; readonly balanceUnits: number }
  | { readonly status: "FAILED"; readonly code: string; readonly message: string }
  | { readonly status: "DUPLICATE"; readonly of: string };

/** The transactions table. An outcome is written once: every change is made on condition that there is none yet. */
export class TransactionRecords {
  private readonly table: Table;
  private readonly epochMs: () => number;

  constructor(table: Table, epochMs: () => number) {
    this.table = table;
    this.epochMs = epochMs;
  }

  async get(transactionId: string): Promise<TransactionRecord | undefined> {
    const item = await this.table.get(transactionId);
    return item === undefined ? undefined : recordOf(item);
  }

  /** The record of a transaction, which is made if it is not there. */
  async open(message: TransactionMessage): Promise<TransactionRecord> {
    const item = itemOf({ ...message, status: "PENDING", created_at: this.timestamp() });
    if (await this.table.put(item, { absent: "transaction_id" })) return recordOf(item);
    const there = await this.get(message.transaction_id);
    if (there === undefined) throw new Error(`The transaction ${message.transaction_id} has been removed while it was worked on.`);
    return there;
  }

  async noteQueued(transactionId: string): Promise<void> {
    await this.table.update(transactionId, { set: { queued_at: this.timestamp() } }, { absent: "queued_at" });
  }

  /** Plans which entry a leg is to have. False when it was planned otherwise meanwhile, or there is an outcome. */
  plan(transactionId: string, leg: Leg, { from, to }: { readonly from: number | undefined; readonly to: number }): Promise<boolean> {
    return this.table.update(transactionId, { set: { [`${leg}_sequence`]: to } }, { all: [PENDING, isPlanned(leg, from)] });
  }

  /** Records the outcome. False when there is one, or when a leg of `unchanged` is not, or no longer, planned so. */
  finish(transactionId: string, outcome: TransactionOutcome, unchanged: Plan = {}): Promise<boolean> {
    const legs = (["debit", "credit"] as const).filter((leg) => leg in unchanged);
    const condition = { all: [PENDING, ...legs.map((leg) => isPlanned(leg, unchanged[leg]))] };
    return this.table.update(transactionId, { set: { ...outcomeFields(outcome), completed_at: this.timestamp() } }, condition);
  }

  private timestamp(): string {
    return new Date(this.epochMs()).toISOString();
  }
}

/** As clients see it. */
export function shownRecord({ item }: TransactionRecord): Record<string, unknown> {
  const currency = String(item["currency"]);
  const { balance_units: balance, error_code: code, error_message: message, ...rest } = item;
  const shown = Object.entries(rest).filter(([name]) => SHOWN.has(name));
  return {
    ...Object.fromEntries(shown),
    ...(typeof balance === "number" ? { balance: amountOf(balance, currency) } : {}),
    ...(code === undefined ? {} : { error: { code, message } }),
  };
}

const SHOWN: ReadonlySet<string> = new Set([
  "transaction_id",
  "transaction_type",
  "source_account",
  "target_account",
  "amount",
  "currency",
  "status",
  "duplicate_of",
  "created_at",
  "completed_at",
]);

const PENDING: Condition = { equals: ["status", "PENDING"] };

function isPlanned(leg: Leg, planned: number | undefined): Condition {
  const name = `${leg}_sequence`;
  return planned === undefined ? { absent: name } : { equals: [name, planned] };
}

function outcomeFields(outcome: TransactionOutcome): Item {
  switch (outcome.status) {
    case "COMPLETED":
      return { status: outcome.status, balance_units: outcome.balanceUnits };
    case "FAILED":
      return { status: outcome.status, error_code: outcome.code, error_message: outcome.message };
    case "DUPLICATE":
      return { status: outcome.status, duplicate_of: outcome.of };
  }
}

function recordOf(item: Item): TransactionRecord {
  const planned = (leg: Leg) => {
    const sequence = item[`${leg}_sequence`];
    return typeof sequence === "number" ? sequence : undefined;
  };
  return {
    status: item["status"] as TransactionStatus,
    planned: { debit: planned("debit"), credit: planned("credit") },
    isQueued: item["queued_at"] !== undefined,
    item,
  };
}

/** Without what is not set. */
function itemOf(fields: Readonly<Record<string, Item[string] | undefined>>): Item {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Item;
}
