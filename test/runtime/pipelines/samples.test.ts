import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { z } from "zod";
import { EMAIL } from "../../../runtime/pipelines/emails/email.ts";
import { JOB_REQUEST } from "../../../runtime/pipelines/jobs/job.ts";
import { ORDER } from "../../../runtime/pipelines/orders/order.ts";
import { PAYMENT } from "../../../runtime/pipelines/payments/payment.ts";
import { TRANSACTION_REQUEST } from "../../../runtime/pipelines/transactions/transaction.ts";

const FOLDER = join(import.meta.dirname, "../../../docs/systems/samples");

/** A payment may also be sent to the queue as it is: its sample is a whole message. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "email.json": EMAIL,
  "job.json": JOB_REQUEST,
  "order.json": ORDER,
  "payment.json": PAYMENT,
  "transaction.json": TRANSACTION_REQUEST,
};

it("there is a sample for each system", () => {
  expect(readdirSync(FOLDER)).toEqual(Object.keys(SCHEMAS));
});

it.each(Object.entries(SCHEMAS))("docs/systems/samples/%s is what its system takes", (name, schema) => {
  expect(schema.safeParse(JSON.parse(readFileSync(join(FOLDER, name), "utf8"))).error).toBeUndefined();
});
