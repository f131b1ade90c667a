import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdempotencyKeys } from "../../../../runtime/pipelines/transactions/idempotency.ts";
import { Ledger } from "../../../../runtime/pipelines/transactions/ledger.ts";
import { TransactionProcessor } from "../../../../runtime/pipelines/transactions/processor.ts";
import { TransactionRecords } from "../../../../runtime/pipelines/transactions/records.ts";
import { effectsOf, type TransactionMessage } from "../../../../runtime/pipelines/transactions/transaction.ts";
import { MemoryTable, type Gate } from "../../../support/memory-table.ts";

const KEY_EXPIRES_SEC = 3600;
const OPENING = 10_000;
const ACCOUNTS = ["AAAAAA", "BBBBBB", "CCCCCC"];

/** The tables, and workers on them that go through gates of their own. */
class Bank {
  readonly transactions = new MemoryTable("transaction_id");
  readonly keys = new MemoryTable("idempotency_key");
  readonly accounts = new MemoryTable("entry_id");
  now = 1_000_000;

  worker(gate: Gate = () => Promise.resolve(), epochMs = () => this.now): TransactionProcessor {
    return new TransactionProcessor({
      records: new TransactionRecords(this.transactions.through(gate), epochMs),
      keys: new IdempotencyKeys({ table: this.keys.through(gate), epochMs, expiresAfterSec: KEY_EXPIRES_SEC }),
      ledger: new Ledger(this.accounts.through(gate), () => OPENING),
    });
  }

  /** All entries of an account, in their order. */
  entries(account: string) {
    return [...this.accounts.items.entries()]
      .filter(([key]) => key.startsWith(`${account}#`) && !key.endsWith("#newest"))
      .map(([, item]) => item as Record<"sequence" | "units" | "balance_units", number> & { readonly transaction_id: string })
      .sort((a, b) => a.sequence - b.sequence);
  }

  balance(account: string): number {
    return this.entries(account).at(-1)?.balance_units ?? OPENING;
  }

  status(message: TransactionMessage): unknown {
    return this.transactions.items.get(message.transaction_id)?.["status"];
  }
}

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

function transfer(number: number, amount: number, more: Partial<TransactionMessage> = {}): TransactionMessage {
  return {
    transaction_id: idOf(number),
    transaction_type: "TRANSFER",
    source_account: "AAAAAA",
    target_account: "BBBBBB",
    amount,
    currency: "USD",
    idempotency_key: `key-${number}`,
    ...more,
  };
}

/** Dies at its n-th step, for good: none of its calls is answered any more. */
class Death extends Error {}
function dyingAt(step: number): Gate {
  let steps = 0;
  return () => {
    steps += 1;
    return steps >= step ? Promise.reject(new Death()) : Promise.resolve();
  };
}

describe("a transaction", () => {
  it("moves what it says, and its record tells the balance", async () => {
    const bank = new Bank();
    const processed = await bank.worker().process(transfer(1, 25.5));
    expect(processed).toMatchObject({ kind: "outcome", record: { status: "COMPLETED", item: { balance_units: 7450 } } });
    expect([bank.balance("AAAAAA"), bank.balance("BBBBBB")]).toEqual([7450, 12_550]);
    expect(bank.keys.items.get("key-1")).toMatchObject({ status: "COMPLETED" });
  });

  it.each([
    ["PAYMENT", { target_account: "SHOP01" }, [OPENING - 1000, OPENING]],
    ["DEPOSIT", { source_account: undefined }, [OPENING, OPENING + 1000]],
    ["WITHDRAWAL", { target_account: undefined }, [OPENING - 1000, OPENING]],
    ["BALANCE_CHECK", { target_account: undefined, amount: undefined }, [OPENING, OPENING]],
  ] as const)("of the type %s does what the type does", async (type, fields, balances) => {
    const bank = new Bank();
    await bank.worker().process({ ...transfer(1, 10), transaction_type: type, ...fields });
    expect([bank.balance("AAAAAA"), bank.balance("BBBBBB")]).toEqual(balances);
    expect(bank.status(transfer(1, 10))).toBe("COMPLETED");
  });

  it("is refused when the money is not there, to the cent, and books nothing", async () => {
    const bank = new Bank();
    const { record } = (await bank.worker().process(transfer(1, 100.01))) as { record: { item: object } };
    expect(record.item).toMatchObject({
      status: "FAILED",
      error_code: "INSUFFICIENT_FUNDS",
      error_message: "Account AAAAAA has 100 USD, and 100.01 are needed.",
    });
    expect(bank.accounts.items.size).toBe(0);
    await bank.worker().process(transfer(2, 100));
    expect(bank.balance("AAAAAA")).toBe(0);
  });

  it("whose message comes again is not booked again", async () => {
    const bank = new Bank();
    for (let times = 0; times < 3; times += 1) await bank.worker().process(transfer(1, 10));
    expect(bank.entries("AAAAAA")).toHaveLength(1);
  });

  it("with a key that stands for another one is a duplicate of that", async () => {
    const bank = new Bank();
    await bank.worker().process(transfer(1, 10));
    const { record } = (await bank.worker().process(transfer(2, 10, { idempotency_key: "key-1" }))) as { record: { item: object } };
    expect(record.item).toMatchObject({ status: "DUPLICATE", duplicate_of: idOf(1) });
    expect(bank.entries("AAAAAA")).toHaveLength(1);
  });

  it("has its key for itself until that expires, whether the table has deleted it or not", async () => {
    const bank = new Bank();
    await bank.worker().process(transfer(1, 10));
    bank.now += (KEY_EXPIRES_SEC + 2) * 1000;
    await bank.worker().process(transfer(2, 10, { idempotency_key: "key-1" }));
    expect(bank.entries("AAAAAA")).toHaveLength(2);
  });

  it("that has begun is brought to its end, though its key has expired and stands for another one", async () => {
    const bank = new Bank();
    for (let step = 1; bank.entries("AAAAAA").length === 0; step += 1) {
      await bank
        .worker(dyingAt(step))
        .process(transfer(1, 10))
        .catch(() => undefined);
      bank.now += 60_000;
    }
    expect(bank.status(transfer(1, 10))).toBe("PENDING");
    bank.now += (KEY_EXPIRES_SEC + 2) * 1000;
    await bank.worker().process(transfer(2, 20, { idempotency_key: "key-1" }));
    await bank.worker().process(transfer(1, 10));
    expect(bank.status(transfer(1, 10))).toBe("COMPLETED");
    expect([bank.balance("AAAAAA"), bank.balance("BBBBBB")]).toEqual([OPENING - 3000, OPENING + 3000]);
  });

  it("that another worker is at is left to it while its lease lasts", async () => {
    const bank = new Bank();
    await expect(bank.worker(dyingAt(8)).process(transfer(1, 10))).rejects.toThrow(Death);
    expect(bank.keys.items.get("key-1")).toHaveProperty("lease_until");
    const processed = await bank.worker().process(transfer(1, 10));
    expect(processed).toEqual({ kind: "busy", forMs: 5000 });
    bank.now += 5001;
    expect(await bank.worker().process(transfer(1, 10))).toMatchObject({ record: { status: "COMPLETED" } });
  });

  it("is booked once wherever its worker dies, between the effect and its record as well", async () => {
    for (let step = 1; ; step += 1) {
      const bank = new Bank();
      const died = await bank
        .worker(dyingAt(step))
        .process(transfer(1, 10))
        .then(
          () => false,
          () => true,
        );
      if (!died) {
        expect(step).toBeGreaterThan(25);
        return;
      }
      bank.now += 60_000;
      await bank.worker().process(transfer(1, 10));
      expect([step, bank.balance("AAAAAA"), bank.balance("BBBBBB")]).toEqual([step, 9000, 11_000]);
      expect(bank.status(transfer(1, 10))).toBe("COMPLETED");
    }
  });
});

/** A delivery of one of the messages to a worker that dies at a step, or does not. */
interface Delivery {
  readonly message: number;
  readonly diesAt: number | undefined;
}

const messages = fc.array(
  fc.record({
    type: fc.constantFrom("TRANSFER", "PAYMENT", "DEPOSIT", "WITHDRAWAL", "BALANCE_CHECK"),
    pair: fc.constantFrom([0, 1], [1, 0], [0, 2], [2, 1]),
    amount: fc.integer({ min: 1, max: 9000 }).map((cents) => cents / 100),
    key: fc.nat({ max: 5 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const deliveries: fc.Arbitrary<Delivery[]> = fc.array(
  fc.record({ message: fc.nat({ max: 3 }), diesAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }) }),
  { minLength: 1, maxLength: 8 },
);

type Drawn = typeof messages extends fc.Arbitrary<(infer One)[]> ? One : never;

function messageOf({ type, pair, amount, key }: Drawn, number: number): TransactionMessage {
  const [source, target] = pair.map((index) => ACCOUNTS[index]);
  return {
    transaction_id: idOf(number),
    transaction_type: type,
    currency: "USD",
    idempotency_key: `key-${key}`,
    ...(type === "DEPOSIT" ? {} : { source_account: source }),
    ...(type === "WITHDRAWAL" || type === "BALANCE_CHECK" ? {} : { target_account: target }),
    ...(type === "BALANCE_CHECK" ? {} : { amount }),
  };
}

describe("whatever the deliveries, their order and the deaths of workers", () => {
  it("books every transaction once or not at all, and its record tells which", async () => {
    await fc.assert(
      fc.asyncProperty(messages, deliveries, fc.boolean(), fc.scheduler(), async (drawn, given, keepsLeases, scheduler) => {
        const bank = new Bank();
        const sent = drawn.map(messageOf);
        // With a clock that leaps, every lease is over as soon as it is taken, and workers meet in the middle of their work.
        const clock = keepsLeases ? () => bank.now : () => (bank.now += 30_000);
        const works = given.map(({ message, diesAt = Infinity }) => {
          const die = dyingAt(diesAt);
          const gate: Gate = (operation, side) => scheduler.schedule(Promise.resolve()).then(() => die(operation, side));
          return bank
            .worker(gate, clock)
            .process(sent[message % sent.length]!)
            .catch((error: unknown) => {
              if (!(error instanceof Death)) throw error;
            });
        });
        await scheduler.waitFor(Promise.all(works));
        bank.now += 60_000;
        for (const message of sent) await bank.worker().process(message);
        check(bank, sent);
      }),
      { numRuns: 300 },
    );
  });
});

function check(bank: Bank, sent: readonly TransactionMessage[]): void {
  const booked = new Map<string, number>();
  for (const account of [...ACCOUNTS]) {
    let balance = OPENING;
    for (const [index, entry] of bank.entries(account).entries()) {
      balance += entry.units;
      expect(entry).toMatchObject({ sequence: index + 1, balance_units: balance });
      expect(balance).toBeGreaterThanOrEqual(0);
      const leg = `${entry.transaction_id} ${Math.sign(entry.units)} ${account}`;
      expect(booked.has(leg)).toBe(false);
      booked.set(leg, entry.units);
    }
  }
  const due = new Map<string, number>();
  for (const message of sent) {
    const status = bank.status(message);
    expect(status).toBeOneOf(["COMPLETED", "FAILED", "DUPLICATE"]);
    if (status !== "COMPLETED") continue;
    const { debit, credit } = effectsOf(message);
    if (debit !== undefined) due.set(`${message.transaction_id} -1 ${debit.account}`, -debit.units);
    if (credit !== undefined) due.set(`${message.transaction_id} 1 ${credit.account}`, credit.units);
  }
  expect(new Map([...booked].sort())).toEqual(new Map([...due].sort()));
}
