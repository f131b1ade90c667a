import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountOf, decimalsOf, minorUnits } from "../../../../runtime/pipelines/transactions/money.ts";
import {
  fingerprintOf,
  TRANSACTION_REQUEST,
  TRANSACTION_TYPES,
  type TransactionType,
} from "../../../../runtime/pipelines/transactions/transaction.ts";

const FULL = {
  source_account: "1234567890",
  target_account: "0987654321",
  amount: 100,
  currency: "USD",
  idempotency_key: "unique-key-123",
};

/** Fields that each type must do without. */
const WITHOUT: Readonly<Record<TransactionType, readonly (keyof typeof FULL)[]>> = {
  TRANSFER: [],
  PAYMENT: [],
  DEPOSIT: ["source_account"],
  WITHDRAWAL: ["target_account"],
  BALANCE_CHECK: ["target_account", "amount"],
};

function requestOf(type: TransactionType): Record<string, unknown> {
  const fields = Object.entries(FULL).filter(([name]) => !(WITHOUT[type] as readonly string[]).includes(name));
  return { transaction_type: type, ...Object.fromEntries(fields) };
}

const faultsIn = (request: unknown) => TRANSACTION_REQUEST.safeParse(request).error?.issues.map(({ path }) => path.join(".")) ?? [];

describe.each(TRANSACTION_TYPES)("a %s", (type) => {
  it("is taken with the fields that it needs", () => {
    expect(faultsIn(requestOf(type))).toEqual([]);
  });

  it("is refused without any of them, and with any that it must do without", () => {
    for (const name of Object.keys(FULL) as (keyof typeof FULL)[]) {
      const isNeeded = !WITHOUT[type].includes(name);
      const changed = Object.fromEntries(Object.entries(requestOf(type)).filter(([each]) => each !== name));
      expect(faultsIn(isNeeded ? changed : { ...requestOf(type), [name]: FULL[name] })).toContain(name);
    }
  });
});

describe("a transaction", () => {
  it("hears of all that is wrong with it at once", () => {
    expect(faultsIn({ ...requestOf("TRANSFER"), target_account: "1234567890", amount: 1.005 })).toEqual(["target_account", "amount"]);
    expect(
      faultsIn({ transaction_type: "LOAN", source_account: "x", currency: "XXZ", amount: -1, idempotency_key: "a b", more: 1 }),
    ).toEqual(expect.arrayContaining(["transaction_type", "source_account", "currency", "amount", "idempotency_key"]));
  });

  it.each([
    ["USD", 0.01, true],
    ["USD", 0.001, false],
    ["JPY", 1, true],
    ["JPY", 1.5, false],
    ["KWD", 1.125, true],
    ["USD", 1e9, true],
    ["USD", 1e9 + 1, false],
    ["USD", 1e-7, false],
  ])("in %s may have the amount %d: %s", (currency, amount, isFine) => {
    expect(faultsIn({ ...requestOf("TRANSFER"), currency, amount }).includes("amount")).toBe(!isFine);
  });

  it("has one fingerprint, whatever the order of its fields and its key", () => {
    const request = TRANSACTION_REQUEST.parse(requestOf("TRANSFER"));
    const turned = Object.fromEntries(Object.entries({ ...request, idempotency_key: "other" }).reverse()) as typeof request;
    expect(fingerprintOf(turned)).toBe(fingerprintOf(request));
    expect(fingerprintOf({ ...request, amount: 101 })).not.toBe(fingerprintOf(request));
  });
});

describe("money", () => {
  it("is the same after it has been an amount, in every currency", () => {
    const currency = fc.constantFrom(...["USD", "EUR", "JPY", "KWD", "CHF"]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), currency, (units, code) => {
        expect(minorUnits(amountOf(units, code), code)).toBe(units);
      }),
    );
  });

  it("knows the decimals of a currency, and what is none", () => {
    expect(["USD", "JPY", "KWD", "usd", "", "XQZ"].map(decimalsOf)).toEqual([2, 0, 3, undefined, undefined, undefined]);
  });
});
