import { z } from "zod";
import { formatIssues } from "../format-issues.ts";
import { messageContent } from "../message-text.ts";

const name = z.string().min(1).max(128);

/** An order, as it is asked for and as it stands in a message. */
export const ORDER = z
  .strictObject({
    order_id: name.meta({ example: "001" }),
    customer_id: z.int().min(0),
    items: z
      .array(
        z.strictObject({
          product_id: name.meta({ example: "SKU-001" }),
          quantity: z.int().min(1).max(10_000),
          price: z.number().min(0).max(1_000_000).meta({ example: 19.99 }),
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: "Order" });

export type Order = z.output<typeof ORDER>;

/**
 * Reads the order in a message, with or without the envelope of SNS.
 *
 * @throws {Error} When there is none; says all that is wrong with it.
 */
export function orderIn(body: string): Order {
  const read = ORDER.safeParse(messageContent(body));
  if (!read.success) throw new Error(`The message holds no order: ${formatIssues(read.error)}.`);
  return read.data;
}
