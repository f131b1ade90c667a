import { z } from "zod";

/** An e-mail, as it comes in, stands in a message, and is kept. */
export const EMAIL = z
  .strictObject({
    email_subject: z.string().min(1).max(998).meta({ example: "Happy new year!" }),
    email_sender: z.string().min(1).max(320).meta({ example: "John Doe" }),
    email_timestream: z
      .string()
      .regex(/^\d{1,11}$/, "has to be whole seconds since 1970, a text of 1 to 11 digits")
      .meta({ example: "1693561101" }),
    email_content: z.string().min(1).max(50_000),
  })
  .meta({ id: "Email" });

export type Email = z.output<typeof EMAIL>;
