import { createHash } from "node:crypto";
import { z } from "zod";
import { decimalsOf, minorUnits } from "./money.ts";

/**
 * What may be asked of a bank, and what each kind needs:
 *
 * | type            | source_account | target_account | amount | does                                                     |
 * |-----------------|----------------|----------------|--------|----------------------------------------------------------|
 * | `TRANSFER`      | pays           | gets it        | yes    | moves money between two accounts of the bank             |
 * | `PAYMENT`       | pays           | the payee      | yes    | moves money out of the bank: the payee's account is not ours |
 * | `DEPOSIT`       | –              | gets it        | yes    | brings money in                                          |
 * | `WITHDRAWAL`    | pays           | –              | yes    | takes money out                                          |
 * | `BALANCE_CHECK` | is looked at   | –              | –      | tells the balance                                        |
 *
 * An account that pays has to have the money: an overdraft is refused.
 */
export const TRANSACTION_TYPES = ["TRANSFER", "PAYMENT", "DEPOSIT", "WITHDRAWAL", "BALANCE_CHECK"] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

interface Rule {
  readonly source: boolean;
  readonly target: boolean;
  readonly amount: boolean;
}

const RULES: Readonly<Record<TransactionType, Rule>> = {
  TRANSFER: { source: true, target: true, amount: true },
  PAYMENT: { source: true, target: true, amount: true },
  DEPOSIT: { source: false, target: true, amount: true },
  WITHDRAWAL: { source: true, target: false, amount: true },
  BALANCE_CHECK: { source: true, target: false, amount: false },
};

/** Of one transaction, in units of the currency: so much that its minor units, and sums of many, are exact. */
const LARGEST_AMOUNT = 1e9;

const account = z
  .string()
  .regex(/^[A-Z0-9]{6,34}$/, "has to be an account number: 6 to 34 digits and capital letters")
  .meta({ example: "1234567890" });

const fields = {
  transaction_type: z.enum(TRANSACTION_TYPES),
  source_account: account.optional(),
  target_account: account.optional(),
  amount: z.number().positive().max(LARGEST_AMOUNT).optional().meta({ example: 100 }),
  currency: z
    .string()
    .refine((code) => decimalsOf(code) !== undefined, "has to be a currency of ISO 4217, such as USD")
    .meta({ example: "USD" }),
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "has to be 1 to 255 printable characters of ASCII, none of them a space")
    .meta({ example: "unique-key-123" }),
};

/** What a client asks for. */
export const TRANSACTION_REQUEST = z.strictObject(fields).superRefine(checkRules);
export type TransactionRequest = z.output<typeof TRANSACTION_REQUEST>;

/** What goes through the queue: the request, and the number that it was given. */
export const TRANSACTION_MESSAGE = z.strictObject({ transaction_id: z.uuid(), ...fields }).superRefine(checkRules);
export type TransactionMessage = z.output<typeof TRANSACTION_MESSAGE>;

/** What a transaction does to accounts of the bank, in minor units. */
export interface Effects {
  /** Taken from the source. */
  readonly debit: { readonly account: string; readonly units: number } | undefined;
  /** Given to the target. */
  readonly credit: { readonly account: string; readonly units: number } | undefined;
  /** Whose balance is told at the end. */
  readonly told: string;
}

export function effectsOf(request: TransactionRequest): Effects {
  const { transaction_type: type, source_account: source = "", target_account: target = "", amount = 0, currency } = request;
  const units = minorUnits(amount, currency) ?? 0;
  const debit = { account: source, units };
  const credit = { account: target, units };
  switch (type) {
    case "TRANSFER":
      return { debit, credit, told: source };
    case "PAYMENT":
    case "WITHDRAWAL":
      return { debit, credit: undefined, told: source };
    case "DEPOSIT":
      return { debit: undefined, credit, told: target };
    case "BALANCE_CHECK":
      return { debit: undefined, credit: undefined, told: source };
  }
}

/** The same for requests that ask the same, whatever the order of their fields. */
export function fingerprintOf(request: TransactionRequest): string {
  const asked = [request.transaction_type, request.source_account, request.target_account, request.amount, request.currency];
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
}

function checkRules(request: z.output<z.ZodObject<typeof fields>>, context: z.RefinementCtx): void {
  const { transaction_type: type, source_account: source, target_account: target, amount, currency } = request;
  const rule = RULES[type];
  const check = (path: string, value: unknown, isWanted: boolean) => {
    if (isWanted === (value !== undefined)) return;
    const message = isWanted ? `has to be given: a ${type} needs it` : `has to be left out of a ${type}`;
    context.addIssue({ code: "custom", path: [path], message, input: value });
  };
  check("source_account", source, rule.source);
  check("target_account", target, rule.target);
  check("amount", amount, rule.amount);
  if (source !== undefined && source === target) {
    context.addIssue({ code: "custom", path: ["target_account"], message: "has to be another account than source_account", input: target });
  }
  if (amount !== undefined && decimalsOf(currency) !== undefined && minorUnits(amount, currency) === undefined) {
    const message = `has to have at most ${decimalsOf(currency) ?? 0} decimals, as ${currency} has`;
    context.addIssue({ code: "custom", path: ["amount"], message, input: amount });
  }
}
