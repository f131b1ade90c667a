import { createHash } from "node:crypto";
import { S3ObjectStore, type ObjectStore } from "../../aws/object-store.ts";
import { QueueDesk } from "../../aws/queue-desk.ts";
import { optional, plainText, wholeNumber } from "../../settings.ts";
import type { Handler } from "../../worker/handler.ts";
import { utcDay } from "../day.ts";
import { formatIssues } from "../format-issues.ts";
import { keepOnce } from "../keep-once.ts";
import { messageContent } from "../message-text.ts";
import { workerPart } from "../pipeline.ts";
import { S3_ENDPOINT_SETTING } from "../settings.ts";
import { EMAIL, type Email } from "./email.ts";
import { EmailFigures } from "./figures.ts";

const shape = {
  S3_BUCKET_NAME: plainText("the S3 bucket that e-mails are kept in"),
  SQS_POLL_INTERVAL: optional(
    wholeNumber({ min: 0, max: 3600, unit: "seconds", what: "a pause after each batch, which is not made: long polls wait by themselves" }),
  ),
  ...S3_ENDPOINT_SETTING,
};

export const worker = workerPart({
  settings: { shape, rules: [], otherNames: { QUEUE_URL: "SQS_QUEUE_URL" } },
  open(settings, { aws, log, registry }) {
    const { S3_BUCKET_NAME: bucket, QUEUE_URL: queueUrl, SQS_POLL_INTERVAL: pauseSec = 0 } = settings;
    const { AWS_ENDPOINT_URL_S3: endpoint = aws.endpoint } = settings;
    if (pauseSec > 0) {
      const ceilingPerSec = Math.round((10 / pauseSec) * 100) / 100;
      log.warn(
        { pauseSec, ceilingPerSec },
        "SQS_POLL_INTERVAL is not used: such a pause lets no worker do more than this, however full the queue",
      );
    }
    const store = new S3ObjectStore({ bucket, region: aws.region, endpoint });
    const queue = new QueueDesk({ queueUrl, ...aws });
    const figures = new EmailFigures(registry, async () => (await queue.depth()).visible);
    return {
      handler: emailHandler(store, figures),
      close: () => {
        store.close();
        queue.close();
      },
    };
  },
});

/**
 * Keeps e-mails under `emails/YYYY/MM/DD/email-{timestamp}-{sender hash}.json`. The key follows from the e-mail, so that a
 * message that comes again finds its object there; of two e-mails of one sender and second, the one that comes later has a
 * hash of its content in its key as well, and neither replaces the other.
 *
 * What holds no e-mail fails at every receive, and ends in the dead-letter queue.
 */
export function emailHandler(store: Pick<ObjectStore, "put" | "get">, figures: EmailFigures): Handler {
  return async ({ body }, { log }) => {
    const endOf = figures.begin();
    try {
      const email = emailIn(body);
      for (const key of [emailKey(email), emailKey(email, contentHash(email))]) {
        const kept = await figures.uploading(keepOnce(store, key, email));
        if (kept === "taken") continue;
        log.info({ key, kept }, "e-mail kept");
        endOf("processed");
        return { kind: "done" };
      }
      throw new Error("Both keys hold another e-mail, though one of them is made of this one's content.");
    } catch (error) {
      endOf("failed");
      throw error;
    }
  };
}

function emailIn(body: string): Email {
  const read = EMAIL.safeParse(messageContent(body));
  if (read.success) return read.data;
  throw new Error(`The message holds no e-mail: ${formatIssues(read.error)}.`);
}

function emailKey({ email_timestream: timestamp, email_sender: sender }: Email, contentHash?: string): string {
  const { year, month, day } = utcDay(Number(timestamp) * 1000);
  const more = contentHash === undefined ? "" : `-${contentHash}`;
  return `emails/${year}/${month}/${day}/email-${timestamp}-${shortHash(sender)}${more}.json`;
}

function contentHash(email: Email): string {
  return shortHash(JSON.stringify([email.email_subject, email.email_content]));
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
