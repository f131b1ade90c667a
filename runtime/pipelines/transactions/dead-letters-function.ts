import type { Logger } from "../../log.ts";
import { createLog, LOG_LEVELS } from "../../log.ts";
import { oneOf, readSettings, withDefault } from "../../settings.ts";
import { DEAD_LETTER_SETTINGS, DeadLetterRecorder, deadLetterTable } from "./dead-letters.ts";

/** A record of an event that Lambda hands over from a queue, as far as it is read (Lambda Developer Guide, with-sqs). */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  readonly eventSourceARN?: string;
}

/** Which messages are to come again; the others are deleted (Lambda Developer Guide, services-sqs-errorhandling). */
export interface PartialBatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Records each dead letter of a batch by itself: one that fails comes again, and the others do not. */
export async function recordBatch(records: readonly QueueRecord[], recorder: DeadLetterRecorder, log: Logger): Promise<PartialBatchAnswer> {
  const results = await Promise.all(
    records.map(async ({ messageId, body, attributes, eventSourceARN }) => {
      try {
        await recorder.record({
          id: messageId,
          body,
          receiveCount: Number(attributes.ApproximateReceiveCount),
          sentAt: Number(attributes.SentTimestamp),
          queueArn: eventSourceARN,
        });
        return [];
      } catch (error) {
        log.error({ err: error, messageId }, "a dead letter could not be recorded, and comes again");
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  const batchItemFailures = results.flat();
  log.info({ recorded: records.length - batchItemFailures.length, failed: batchItemFailures.length }, "dead letters");
  return { batchItemFailures };
}

/** The Lambda function of a dead-letter queue, with ReportBatchItemFailures. Settings are read at the first call. */
export async function handler(event: { readonly Records: readonly QueueRecord[] }): Promise<PartialBatchAnswer> {
  opened ??= openFunction();
  return recordBatch(event.Records, opened.recorder, opened.log);
}

let opened: ReturnType<typeof openFunction> | undefined;

function openFunction() {
  const shape = { ...DEAD_LETTER_SETTINGS, LOG_LEVEL: withDefault(oneOf(LOG_LEVELS, "what is logged"), "info") };
  const settings = readSettings({ shape, rules: [] }, { environment: process.env });
  const recorder = new DeadLetterRecorder({
    table: deadLetterTable(settings),
    epochMs: Date.now,
    keptDays: settings.DEAD_LETTERS_KEPT_DAYS,
  });
  return { recorder, log: createLog(settings.LOG_LEVEL, "dead-letters") };
}
