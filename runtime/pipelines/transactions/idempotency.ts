import type { Item, Table } from "../../aws/table.ts";

/**
 * Which transaction an idempotency key stands for, and how far it is: `IN_PROGRESS` from the moment it was taken,
 * `COMPLETED` when its outcome is recorded. After its expiry a key is free again, whether DynamoDB has deleted it by then
 * or not (it may take days: DynamoDB Developer Guide, howitworks-ttl).
 *
 * While a worker is at it, it holds a lease on the key, so that a second one that is handed the same message waits. The
 * lease saves work; that nothing is booked twice does not depend on it.
 */
export class IdempotencyKeys {
  private readonly table: Table;
  private readonly epochMs: () => number;
  private readonly expiresAfterSec: number;

  constructor(options: { readonly table: Table; readonly epochMs: () => number; readonly expiresAfterSec: number }) {
    this.table = options.table;
    this.epochMs = options.epochMs;
    this.expiresAfterSec = options.expiresAfterSec;
  }

  /** Takes a key for a transaction, or tells whose it is. */
  async take(key: string, transactionId: string, fingerprint: string): Promise<Holder> {
    const item = { idempotency_key: key, transaction_id: transactionId, fingerprint, status: "IN_PROGRESS", expires_at: this.expiry() };
    for (;;) {
      if (await this.table.put(item, { any: [{ absent: "idempotency_key" }, this.isExpired()] })) return holderOf(item);
      const there = await this.table.get(key);
      if (there !== undefined && !this.hasExpired(there)) return holderOf(there);
    }
  }

  /** Takes the lease on a key for a while. Undefined when that is done; else who has it. */
  async lease(key: string, { transactionId, owner, leaseMs }: Lease): Promise<Leased | undefined> {
    const now = this.epochMs();
    const isFree = { any: [{ absent: "lease_until" }, { below: ["lease_until", now] }, { equals: ["lease_owner", owner] }] } as const;
    const isOurs = { all: [{ equals: ["transaction_id", transactionId] }, { equals: ["status", "IN_PROGRESS"] }, isFree] } as const;
    const set = { lease_owner: owner, lease_until: now + leaseMs };
    if (await this.table.update(key, { set }, isOurs)) return undefined;
    const there = await this.table.get(key);
    return { leaseEndsInMs: Math.max(0, Number(there?.["lease_until"] ?? now) - now) };
  }

  /** Gives the lease back before its time. */
  async release(key: string, owner: string): Promise<void> {
    await this.table.update(key, { remove: ["lease_owner", "lease_until"] }, { equals: ["lease_owner", owner] });
  }

  /** The outcome of its transaction is recorded. */
  async complete(key: string, transactionId: string): Promise<void> {
    const set = { status: "COMPLETED", expires_at: this.expiry() };
    await this.table.update(key, { set, remove: ["lease_owner", "lease_until"] }, { equals: ["transaction_id", transactionId] });
  }

  private expiry(): number {
    return Math.ceil(this.epochMs() / 1000) + this.expiresAfterSec;
  }

  private isExpired() {
    return { below: ["expires_at", Math.floor(this.epochMs() / 1000)] } as const;
  }

  private hasExpired(item: Item): boolean {
    return Number(item["expires_at"]) < Math.floor(this.epochMs() / 1000);
  }
}

/** Whose a key is. */
export interface Holder {
  readonly transactionId: string;
  readonly fingerprint: string;
}

export interface Lease {
  readonly transactionId: string;
  /** Who works on it: another one at each try. */
  readonly owner: string;
  readonly leaseMs: number;
}

/** Somebody else has the lease. */
export interface Leased {
  readonly leaseEndsInMs: number;
}

function holderOf(item: Item): Holder {
  return { transactionId: String(item["transaction_id"]), fingerprint: String(item["fingerprint"]) };
}
