import { z } from "zod";

/** An id that can stand in a key of S3 and in an address as it is. */
const PAYMENT_ID = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "has to be 1 to 128 letters, digits, '.', '_' or '-', the first a letter or digit")
  .meta({ example: "p123" });

const TIME_DEMAND = "has to be a time from 1970 to 9998, such as 2026-01-15T12:00:00Z";

const TIME = z.iso
  .datetime({ offset: true, abort: true, error: TIME_DEMAND })
  .refine((text) => isBetween(new Date(text).getUTCFullYear(), 1970, 9998), TIME_DEMAND)
  .meta({ example: "2026-01-15T12:00:00Z" });

const shape = { payment_id: PAYMENT_ID, amount: z.number().gt(0).max(1_000_000_000).meta({ example: 99.12 }), ts: TIME };

/** A payment as it stands in a message. */
export const PAYMENT = z.strictObject(shape);

/** As it is asked for: whoever leaves out the id gets one, and whoever leaves out the time means now. */
export const PAYMENT_REQUEST = z.strictObject({ ...shape, payment_id: PAYMENT_ID.optional(), ts: TIME.optional() }).meta({ id: "Payment" });

export type Payment = z.output<typeof PAYMENT>;

/** False for what is no number. */
function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
