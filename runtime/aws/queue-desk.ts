import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type Message,
} from "@aws-sdk/client-sqs";
import type { DepthReader, QueueDepth } from "../metrics/queue-depth.ts";
import { clientSettings } from "./client-settings.ts";
import { AwsFailure, failAs } from "./errors.ts";

/** One SQS queue as those see it who watch over it. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export class QueueDesk implements DepthReader {
  readonly queueUrl: string;
  private readonly client: SQSClient;
  private readonly aws: { readonly region: string; readonly endpoint: string | undefined };

  constructor(options: { readonly queueUrl: string; readonly region: string; readonly endpoint: string | undefined }) {
    const { queueUrl, ...aws } = options;
    this.queueUrl = queueUrl;
    this.aws = aws;
    // Without an endpoint the SDK would follow the host in the queue's address, whatever else is set.
    const settings = { region: aws.region, endpoint: aws.endpoint ?? new URL(queueUrl).origin, attempts: 3, requestTimeoutMs: ANSWER_MS };
    this.client = new SQSClient(clientSettings(settings));
  }

  async depth(): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: [...DEPTH_ATTRIBUTES] });
    const { Attributes } = await this.client.send(command).catch(failAs("GetQueueAttributes"));
    const [visible = NaN, inFlight = NaN, delayed = NaN] = DEPTH_ATTRIBUTES.map((name) => Number(Attributes?.[name]));
    const depth = { visible, inFlight, delayed };
    if (Object.values(depth).every(Number.isFinite)) return depth;
    throw new AwsFailure({ operation: "GetQueueAttributes", kind: "server", code: "Incomplete", message: "the counts are missing" });
  }

  /** What the queue is set to, as far as operators ask. */
  async settings(): Promise<QueueFacts> {
    const AttributeNames = ["QueueArn", "RedrivePolicy"] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: [...AttributeNames] });
    const { Attributes } = await this.client.send(command).catch(failAs("GetQueueAttributes"));
    const redrive = JSON.parse(Attributes?.["RedrivePolicy"] ?? "null") as RedrivePolicy | null;
    return {
      arn: Attributes?.["QueueArn"] ?? "",
      deadLetterArn: redrive?.deadLetterTargetArn,
      maxReceiveCount: redrive === null ? undefined : Number(redrive.maxReceiveCount),
    };
  }

  /** The queue of an ARN, in the same region and with the same endpoint. */
  async neighbour(arn: string): Promise<QueueDesk> {
    const [account, name] = arn.split(":").slice(-2);
    const command = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
    const { QueueUrl = "" } = await this.client.send(command).catch(failAs("GetQueueUrl"));
    return new QueueDesk({ queueUrl: QueueUrl, ...this.aws, endpoint: this.aws.endpoint ?? new URL(this.queueUrl).origin });
  }

  /** Receives up to 10 messages and hides them for `visibilitySec`. Their receive counts go up. */
  async receive(maxMessages: number, visibilitySec: number): Promise<SeenMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: maxMessages,
      VisibilityTimeout: visibilitySec,
      WaitTimeSeconds: LOOK_WAIT_SEC,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await this.client.send(command).catch(failAs("ReceiveMessage"));
    return Messages.map(seenMessage);
  }

  /** Makes received messages visible again, 1 to 10. */
  async giveBack(messages: readonly SeenMessage[]): Promise<void> {
    const Entries = messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries });
    // An entry that fails comes back by itself when its visibility ends.
    await this.client.send(command).catch(failAs("ChangeMessageVisibilityBatch"));
  }

  /** Begins to move all messages back to where they came from; this queue is a dead-letter queue. */
  async startMove(sourceArn: string, maxPerSec: number | undefined): Promise<void> {
    const command = new StartMessageMoveTaskCommand({ SourceArn: sourceArn, MaxNumberOfMessagesPerSecond: maxPerSec });
    await this.client.send(command).catch(failAs("StartMessageMoveTask"));
  }

  /** The newest move from this queue; undefined when there was none. */
  async latestMove(sourceArn: string): Promise<MoveProgress | undefined> {
    const command = new ListMessageMoveTasksCommand({ SourceArn: sourceArn, MaxResults: 1 });
    const { Results: [task] = [] } = await this.client.send(command).catch(failAs("ListMessageMoveTasks"));
    if (task === undefined) return undefined;
    return {
      status: task.Status ?? "",
      moved: task.ApproximateNumberOfMessagesMoved ?? 0,
      toMove: task.ApproximateNumberOfMessagesToMove,
      failure: task.FailureReason,
    };
  }

  /** Deletes all messages, which takes up to 60 s (SQS API reference, PurgeQueue). */
  async purge(): Promise<void> {
    await this.client.send(new PurgeQueueCommand({ QueueUrl: this.queueUrl })).catch(failAs("PurgeQueue"));
  }

  close(): void {
    this.client.destroy();
  }
}

export interface QueueFacts {
  readonly arn: string;
  /** Undefined without a dead-letter queue. */
  readonly deadLetterArn: string | undefined;
  readonly maxReceiveCount: number | undefined;
}

export interface SeenMessage {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
  /** Milliseconds since 1970; NaN when the queue does not tell. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  /** The queue that it died in. */
  readonly deadLetterSource: string | undefined;
  readonly groupId: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MoveProgress {
  /** RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED. */
  readonly status: string;
  readonly moved: number;
  readonly toMove: number | undefined;
  readonly failure: string | undefined;
}

interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number | string;
}

const DEPTH_ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

function seenMessage({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} }: Message): SeenMessage {
  return {
    id: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? NaN),
    sentAt: Number(Attributes.SentTimestamp ?? NaN),
    firstReceivedAt: Number(Attributes.ApproximateFirstReceiveTimestamp ?? NaN),
    deadLetterSource: Attributes.DeadLetterQueueSourceArn,
    groupId: Attributes.MessageGroupId,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = "(binary)" }]) => [name, StringValue])),
  };
}

const ANSWER_MS = 5000;
/** A receive that does not wait may miss messages that are there (SQS Developer Guide, sqs-short-and-long-polling). */
const LOOK_WAIT_SEC = 1;
