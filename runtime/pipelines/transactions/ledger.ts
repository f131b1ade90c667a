import type { Item, Table } from "../../aws/table.ts";

/**
 * The accounts of the bank: for each account and currency a row of entries, numbered from 1 without a gap. An entry says
 * what was booked for which transaction and what the balance was then; it is written once and never changed.
 *
 * DynamoDB's single items are all that this needs. The next entry is written on condition that its number is free, so that
 * of two bookings that meet one goes first and the other sees the balance after it. And what an entry holds tells a
 * booking that is tried again, after a crash or by a second worker, whether it has been done.
 */
export class Ledger {
  private readonly table: Table;
  private readonly openingUnits: (currency: string) => number;

  /** @param openingUnits What an account has before its first entry, minor units. */
  constructor(table: Table, openingUnits: (currency: string) => number) {
    this.table = table;
    this.openingUnits = openingUnits;
  }

  /** The newest entry, or what stands for it when there is none. */
  async newest(account: Account): Promise<Entry> {
    const hint = await this.table.get(hintKey(account));
    let newest = await this.entry(account, typeof hint?.["sequence"] === "number" ? hint["sequence"] : 0);
    for (;;) {
      const next = await this.written(account, newest.sequence + 1);
      if (next === undefined) return newest;
      newest = next;
    }
  }

  /** Entry number `sequence`, undefined while it is free. */
  async written(account: Account, sequence: number): Promise<Entry | undefined> {
    const item = await this.table.get(entryKey(account, sequence));
    return item === undefined ? undefined : entryOf(item);
  }

  /** Entry number `sequence`, which is there; for 0 what an account has before its first one. */
  async entry(account: Account, sequence: number): Promise<Entry> {
    if (sequence === 0) return { sequence: 0, transactionId: "", balanceUnits: this.openingUnits(account.currency) };
    const entry = await this.written(account, sequence);
    if (entry === undefined) throw new Error(`Entry ${sequence} of account ${account.number} is missing, and later ones are there.`);
    return entry;
  }

  /** Writes the entry that follows `before`. Undefined when its number has been taken. */
  async append(account: Account, before: Entry, { transactionId, units }: Booking): Promise<Entry | undefined> {
    const sequence = before.sequence + 1;
    const balanceUnits = before.balanceUnits + units;
    const item = {
      entry_id: entryKey(account, sequence),
      sequence,
      transaction_id: transactionId,
      units,
      balance_units: balanceUnits,
    };
    return (await this.table.put(item, { absent: "entry_id" })) ? { sequence, transactionId, balanceUnits } : undefined;
  }

  /** Notes where the newest entry is, for whoever looks for it next: a hint, which may be late but never too high. */
  async noteNewest(account: Account, sequence: number): Promise<void> {
    const condition = { any: [{ absent: "sequence" }, { below: ["sequence", sequence] }] } as const;
    await this.table.update(hintKey(account), { set: { sequence } }, condition);
  }
}

export interface Account {
  readonly number: string;
  readonly currency: string;
}

export interface Entry {
  readonly sequence: number;
  readonly transactionId: string;
  readonly balanceUnits: number;
}

export interface Booking {
  readonly transactionId: string;
  /** Minor units; negative for what is taken. */
  readonly units: number;
}

function entryKey({ number, currency }: Account, sequence: number): string {
  return `${number}#${currency}#${sequence}`;
}

function hintKey({ number, currency }: Account): string {
  return `${number}#${currency}#newest`;
}

function entryOf(item: Item): Entry {
  return {
    sequence: Number(item["sequence"]),
    transactionId: String(item["transaction_id"]),
    balanceUnits: Number(item["balance_units"]),
  };
}
