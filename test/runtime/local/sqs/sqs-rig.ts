import { LocalSqs, type LocalSqsOptions } from "../../../../runtime/local/sqs/local-sqs.ts";
import { AwsError, type AwsRecord } from "../../../../runtime/local/service.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

export interface ShownMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** The embedded SQS without HTTP, at a time that the test sets. */
export class SqsRig {
  readonly clock = new ManualClock();
  readonly sqs: LocalSqs;

  constructor(options: Partial<LocalSqsOptions> = {}) {
    this.sqs = new LocalSqs({ clock: this.clock, endpoint: () => "http://127.0.0.1:4566", ...options });
  }

  async ask(operation: string, input: AwsRecord = {}, signal = new AbortController().signal): Promise<AwsRecord> {
    const act = this.sqs.service.operations[operation];
    if (act === undefined) throw new Error(`There is no ${operation}.`);
    return act(input, { signal, requestId: "request" });
  }

  /** The code of the error that a call ends in. */
  async refusal(operation: string, input: AwsRecord = {}): Promise<string> {
    try {
      await this.ask(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return error.code;
      throw error;
    }
    throw new Error(`${operation} succeeded.`);
  }

  async create(name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
    const fifo = name.endsWith(".fifo") ? { FifoQueue: "true" } : {};
    return (await this.ask("CreateQueue", { QueueName: name, Attributes: { ...fifo, ...attributes } }))["QueueUrl"] as string;
  }

  send(url: string, body: string, more: AwsRecord = {}): Promise<AwsRecord> {
    return this.ask("SendMessage", { QueueUrl: url, MessageBody: body, ...more });
  }

  async receive(url: string, more: AwsRecord = {}, signal?: AbortSignal): Promise<readonly ShownMessage[]> {
    const input = { QueueUrl: url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], ...more };
    return ((await this.ask("ReceiveMessage", input, signal))["Messages"] ?? []) as readonly ShownMessage[];
  }

  async bodies(url: string, more: AwsRecord = {}): Promise<string[]> {
    return (await this.receive(url, more)).map(({ Body }) => Body);
  }

  delete(url: string, message: ShownMessage | undefined): Promise<AwsRecord> {
    return this.ask("DeleteMessage", { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle });
  }

  async attribute(url: string, name: string): Promise<string | undefined> {
    const { Attributes } = await this.ask("GetQueueAttributes", { QueueUrl: url, AttributeNames: [name] });
    return (Attributes as Record<string, string>)[name];
  }

  /** Visible, in flight and delayed. */
  async counts(url: string): Promise<number[]> {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
    const counts: number[] = [];
    for (const name of names) counts.push(Number(await this.attribute(url, name)));
    return counts;
  }

  /** A queue whose messages die after `maxReceiveCount` receives, and where they go. */
  async withDeadLetters(name: string, maxReceiveCount: number): Promise<{ url: string; deadUrl: string; arn: string; deadArn: string }> {
    const ending = name.endsWith(".fifo") ? ".fifo" : "";
    const deadUrl = await this.create(`${name.replace(".fifo", "")}-dead${ending}`);
    const deadArn = (await this.attribute(deadUrl, "QueueArn")) ?? "";
    const url = await this.create(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount }) });
    return { url, deadUrl, arn: (await this.attribute(url, "QueueArn")) ?? "", deadArn };
  }
}
