import { S3ObjectStore, type ObjectStore } from "../../aws/object-store.ts";
import { plainText, withDefault } from "../../settings.ts";
import type { HandledMessage, Handler } from "../../worker/handler.ts";
import { utcDay } from "../day.ts";
import { formatIssues } from "../format-issues.ts";
import { keepOnce } from "../keep-once.ts";
import { messageContent } from "../message-text.ts";
import { workerPart } from "../pipeline.ts";
import { S3_ENDPOINT_SETTING } from "../settings.ts";
import { PAYMENT, type Payment } from "./payment.ts";

const shape = {
  BUCKET: plainText("the S3 bucket that payments are kept in"),
  PREFIX: withDefault(plainText("what the keys of payments begin with"), "raw"),
  QUARANTINE_PREFIX: withDefault(plainText("what the keys of messages begin with that hold no payment"), "quarantine"),
  ...S3_ENDPOINT_SETTING,
};

export const worker = workerPart({
  settings: { shape, rules: [], usual: { SLOTS: "5", MAX_MESSAGES_PER_RECEIVE: "5" } },
  open(settings, { aws }) {
    const { BUCKET: bucket, AWS_ENDPOINT_URL_S3: endpoint = aws.endpoint } = settings;
    const store = new S3ObjectStore({ bucket, region: aws.region, endpoint });
    const prefixes = { payments: settings.PREFIX, quarantine: settings.QUARANTINE_PREFIX };
    return { handler: paymentHandler(store, prefixes), close: () => store.close() };
  },
});

export interface Prefixes {
  readonly payments: string;
  readonly quarantine: string;
}

/**
 * Keeps payments under `raw/dt=YYYY-MM-DD/<payment id>.json`, by the day of their time: the key follows from the payment, so
 * that a message that comes again finds its object there.
 *
 * What holds no payment is put aside, as it came, under the day and the id of its message, and is done with: receiving it
 * again would change nothing. The same goes for a payment whose id another one has on that day. Messages come back, and
 * end in the dead-letter queue, when S3 does not take what they hold.
 */
export function paymentHandler(store: Pick<ObjectStore, "put" | "get">, prefixes: Prefixes): Handler {
  return async (message, { log }) => {
    const { payment, fault } = paymentIn(message.body);
    const why = payment === undefined ? fault : await keep(payment);
    if (why === undefined) return { kind: "done" };
    const key = quarantineKey(prefixes.quarantine, message);
    log.warn({ key, reason: why }, "put aside");
    await keepOnce(store, key, {
      reason: why,
      message_id: message.id,
      sent_at: new Date(message.sentAt).toISOString(),
      body: message.body,
    });
    return { kind: "done" };
  };

  /** @returns Why it cannot be kept; undefined when it is. */
  async function keep(payment: Payment): Promise<string | undefined> {
    const kept = await keepOnce(store, paymentKey(prefixes.payments, payment), payment);
    return kept === "taken" ? "Another payment of that day has this id." : undefined;
  }
}

function paymentIn(body: string): { readonly payment?: Payment; readonly fault: string } {
  try {
    const read = PAYMENT.safeParse(messageContent(body));
    return read.success ? { payment: read.data, fault: "" } : { fault: `The message holds no payment: ${formatIssues(read.error)}.` };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function paymentKey(prefix: string, { payment_id: id, ts }: Payment): string {
  return `${prefix}/${partition(Date.parse(ts))}/${id}.json`;
}

function quarantineKey(prefix: string, { id, sentAt }: HandledMessage): string {
  return `${prefix}/${partition(sentAt)}/${id}.json`;
}

function partition(epochMs: number): string {
  const { year, month, day } = utcDay(epochMs);
  return `dt=${year}-${month}-${day}`;
}
