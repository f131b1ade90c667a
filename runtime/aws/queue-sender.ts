import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings } from "./client-settings.ts";
import { traceAttributes } from "./trace-attributes.ts";
import { currentTraceId } from "../trace.ts";
import { entryFailure, failAs, type AwsFailure } from "./errors.ts";

export interface OutgoingMessage {
  readonly body: string;
  /** Group of a FIFO queue, or tenant of a fair one. */
  readonly groupId: string | undefined;
  /** On a FIFO queue: of two messages with the same one within five minutes only the first is delivered. */
  readonly deduplicationId: string | undefined;
  /** The trace that it belongs to; none if it is left out. */
  readonly traceId?: string | undefined;
}

/**
 * Sends to one queue. A call is tried once unless more `attempts` are given: whoever measures a queue wants to see what
 * fails, and a send that is repeated beneath would be counted as a slow one. A send that is repeated because its answer was
 * lost is delivered twice.
 */
export class QueueSender {
  private readonly client: SQSClient;
  private readonly queueUrl: string;

  constructor(options: SenderOptions) {
    const { queueUrl, region, endpoint = new URL(queueUrl).origin, attempts = 1 } = options;
    this.queueUrl = queueUrl;
    this.client = new SQSClient(clientSettings({ region, endpoint, attempts, requestTimeoutMs: ANSWER_MS }));
  }

  /**
   * Sends one message, in the trace that the work under way belongs to.
   *
   * @throws {AwsFailure} When it was not taken.
   */
  async send(body: string): Promise<void> {
    const [failure] = await this.sendBatch([{ body, groupId: undefined, deduplicationId: undefined, traceId: currentTraceId() }]);
    if (failure !== undefined) throw failure;
  }

  /**
   * Sends 1 to 10 messages in one call. Returns the failure of each, undefined where it was taken.
   *
   * @throws {AwsFailure} When the call as a whole failed.
   */
  async sendBatch(messages: readonly OutgoingMessage[]): Promise<(AwsFailure | undefined)[]> {
    const Entries = messages.map(({ body, groupId, deduplicationId, traceId }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
      MessageAttributes: traceAttributes(traceId),
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries });
    const { Failed = [] } = await this.client.send(command).catch(failAs("SendMessageBatch"));
    const failures: (AwsFailure | undefined)[] = messages.map(() => undefined);
    for (const entry of Failed) failures[Number(entry.Id)] = entryFailure("SendMessageBatch", entry);
    return failures;
  }

  close(): void {
    this.client.destroy();
  }
}

interface SenderOptions {
  readonly queueUrl: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  /** Times that a call is tried in all. */
  readonly attempts?: number;
}

const ANSWER_MS = 10_000;
