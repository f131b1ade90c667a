import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type BatchResultErrorEntry,
  type Message,
} from "@aws-sdk/client-sqs";
import { clientSettings } from "./client-settings.ts";
import { entryFailure, failAs, type AwsFailure } from "./errors.ts";

/** A message as a worker holds it after a receive. */
export interface ReceivedMessage {
  readonly id: string;
  /** Names this one receive to the queue. */
  readonly receiptHandle: string;
  readonly body: string;
  /** How often it has been received, this time included. */
  readonly receiveCount: number;
  /** When it was sent, milliseconds since 1970 by the queue's clock. */
  readonly sentAt: number;
  /** Group of a FIFO queue, or tenant of a fair one. */
  readonly groupId: string | undefined;
  /** The sender's own attributes; those of type Binary as bytes. */
  readonly attributes: Readonly<Record<string, string | Uint8Array>>;
}

/** What a worker asks of a queue. Every call may throw {@link AwsFailure}. */
export interface WorkerQueue {
  /** Waits up to `waitTimeSec` (0 to 20) for up to `maxMessages` (1 to 10). `signal` hangs up. */
  receive(request: ReceiveRequest, signal: AbortSignal): Promise<readonly ReceivedMessage[]>;
  /** Deletes 1 to 10 messages. */
  deleteBatch(messages: readonly ReceivedMessage[]): Promise<readonly FailedEntry[]>;
  /** Sets the visibility timeout of 1 to 10 messages, whole seconds from now. */
  changeVisibilityBatch(messages: readonly ReceivedMessage[], visibilitySec: number): Promise<readonly FailedEntry[]>;
}

export interface ReceiveRequest {
  readonly maxMessages: number;
  readonly waitTimeSec: number;
  /** Visibility timeout of what is received; undefined for the queue's own. */
  readonly visibilityTimeoutSec: number | undefined;
}

/** An entry that failed in a batch call that as a whole succeeded. */
export interface FailedEntry {
  readonly message: ReceivedMessage;
  readonly failure: AwsFailure;
}

/**
 * One SQS queue over the wire.
 *
 * The SDK's own retries are off: a worker backs off by its own rules, counts each failure, and tries failed deletes again
 * in newer batches. Retries beneath it would hide throttling from it, hold a receive longer than it was promised, and
 * send a batch again whose entries have meanwhile changed.
 */
export class SqsQueue implements WorkerQueue {
  private readonly client: SQSClient;
  private readonly queueUrl: string;

  /** The endpoint is always given: without one the SDK follows the host in the queue's address, whatever else is set. */
  constructor(options: { readonly queueUrl: string; readonly endpoint: string | undefined; readonly region: string }) {
    const { queueUrl, region, endpoint = new URL(queueUrl).origin } = options;
    this.queueUrl = queueUrl;
    this.client = new SQSClient(clientSettings({ region, endpoint, attempts: 1, requestTimeoutMs: ANSWER_MS }));
  }

  async receive({ maxMessages, waitTimeSec, visibilityTimeoutSec }: ReceiveRequest, signal: AbortSignal): Promise<ReceivedMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: maxMessages,
      WaitTimeSeconds: waitTimeSec,
      VisibilityTimeout: visibilityTimeoutSec,
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp", "MessageGroupId"],
      MessageAttributeNames: ["All"],
    });
    const options = { abortSignal: signal, requestTimeout: waitTimeSec * 1000 + ANSWER_MS };
    const { Messages = [] } = await this.client.send(command, options).catch(failAs("ReceiveMessage"));
    return Messages.map(receivedMessage);
  }

  async deleteBatch(messages: readonly ReceivedMessage[]): Promise<FailedEntry[]> {
    const Entries = messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries });
    const { Failed } = await this.client.send(command).catch(failAs("DeleteMessageBatch"));
    return failedEntries("DeleteMessageBatch", messages, Failed);
  }

  async changeVisibilityBatch(messages: readonly ReceivedMessage[], visibilitySec: number): Promise<FailedEntry[]> {
    const Entries = messages.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: visibilitySec,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries });
    const { Failed } = await this.client.send(command).catch(failAs("ChangeMessageVisibilityBatch"));
    return failedEntries("ChangeMessageVisibilityBatch", messages, Failed);
  }

  /** The queue's own visibility timeout, seconds. */
  async visibilityTimeoutSec(): Promise<number> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: ["VisibilityTimeout"] });
    const { Attributes } = await this.client.send(command).catch(failAs("GetQueueAttributes"));
    return Number(Attributes?.["VisibilityTimeout"] ?? SQS_DEFAULT_VISIBILITY_SEC);
  }

  /** Closes the connections. */
  close(): void {
    this.client.destroy();
  }
}

/** Time for an answer; of a receive, on top of its wait. Milliseconds. */
const ANSWER_MS = 5000;
const SQS_DEFAULT_VISIBILITY_SEC = 30;

function receivedMessage({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message): ReceivedMessage {
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, value.BinaryValue ?? value.StringValue ?? ""]);
  return {
    id: MessageId ?? "",
    receiptHandle: ReceiptHandle ?? "",
    body: Body ?? "",
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: Number(Attributes?.SentTimestamp ?? NaN),
    groupId: Attributes?.MessageGroupId,
    attributes: Object.fromEntries(attributes) as Record<string, string | Uint8Array>,
  };
}

/** Entries are named by their place in the batch: what SQS says of a name it says of that message. */
function failedEntries(
  operation: string,
  messages: readonly ReceivedMessage[],
  failed: readonly BatchResultErrorEntry[] = [],
): FailedEntry[] {
  return failed.flatMap((entry) => {
    const message = messages[Number(entry.Id)];
    return message === undefined ? [] : [{ message, failure: entryFailure(operation, entry) }];
  });
}
