import { AwsFailure } from "../../aws/errors.ts";
import { readSettings } from "../../settings.ts";
import type { Handler } from "../../worker/handler.ts";
import { DEAD_LETTER_SETTINGS, DeadLetterRecorder, deadLetterTable } from "./dead-letters.ts";

/**
 * Records dead letters as a worker on the dead-letter queue, where there is no Lambda:
 * `QUEUE_URL=…-dead headroom worker --handler runtime/pipelines/transactions/dead-letters-handler.ts`.
 */
const handler: Handler = async ({ id, body, sentAt }, { attempt }) => {
  recorder ??= openRecorder();
  try {
    await recorder.record({ id, body, sentAt, receiveCount: attempt, queueArn: undefined });
    return { kind: "done" };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return { kind: "failed", reason: error.message, isDownstream: error.isRetryable };
  }
};
export default handler;

let recorder: DeadLetterRecorder | undefined;

function openRecorder(): DeadLetterRecorder {
  const settings = readSettings({ shape: DEAD_LETTER_SETTINGS, rules: [] }, { environment: process.env });
  return new DeadLetterRecorder({ table: deadLetterTable(settings), epochMs: Date.now, keptDays: settings.DEAD_LETTERS_KEPT_DAYS });
}
