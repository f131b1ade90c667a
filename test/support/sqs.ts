import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type QueueAttributeName,
} from "@aws-sdk/client-sqs";
import { Faults } from "../../runtime/local/faults.ts";
import { startAwsHost, type AwsHost } from "../../runtime/local/server.ts";
import type { AwsService } from "../../runtime/local/service.ts";
import { RandomStream, type DeliveryChances } from "../../sim/index.ts";
import { LocalSqs } from "../../runtime/local/sqs/local-sqs.ts";

/** The embedded AWS's SQS in this process, spoken to over the wire; beside it other services at the same endpoint. */
export class Sqs {
  readonly endpoint: string;
  readonly client: SQSClient;
  readonly faults: Faults;
  private readonly host: AwsHost;
  private readonly local: LocalSqs;

  private constructor(host: AwsHost, local: LocalSqs, faults: Faults) {
    this.endpoint = host.url;
    this.host = host;
    this.local = local;
    this.faults = faults;
    const credentials = { accessKeyId: "nobody", secretAccessKey: "a-secret-of-nobody" };
    this.client = new SQSClient({ region: "us-east-1", endpoint: host.url, credentials });
  }

  static async start(others: readonly AwsService[] = []): Promise<Sqs> {
    const faults = new Faults(1);
    const local = new LocalSqs({ endpoint: () => host.url });
    const host: AwsHost = await startAwsHost({ services: [local.service, ...others], faults });
    return new Sqs(host, local, faults);
  }

  /** How often SQS does what it may do now and then. */
  setChances(chances: Partial<DeliveryChances>): void {
    const none = { disorderProbability: 0, duplicateProbability: 0, falseEmptyProbability: 0, shortPollSeesLeast: 1, shortPollSeesMost: 1 };
    this.local.setChances({ stream: new RandomStream(1, "chances"), ...none, ...chances });
  }

  /** Makes a queue; returns its address. */
  async queue(name: string, attributes: Partial<Record<QueueAttributeName, string>> = {}): Promise<string> {
    const { QueueUrl = "" } = await this.client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl;
  }

  /** Sends messages ten at a time; returns their ids. */
  async send(queueUrl: string, bodies: readonly unknown[]): Promise<string[]> {
    const ids: string[] = [];
    for (let first = 0; first < bodies.length; first += 10) {
      const Entries = bodies.slice(first, first + 10).map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) }));
      const { Successful = [] } = await this.client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      ids.push(...Successful.map(({ MessageId = "" }) => MessageId));
    }
    return ids;
  }

  /** What can be received now: the ids. */
  async visible(queueUrl: string): Promise<string[]> {
    const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 30, WaitTimeSeconds: 0 };
    const { Messages = [] } = await this.client.send(new ReceiveMessageCommand(input));
    return Messages.map(({ MessageId = "" }) => MessageId);
  }

  async counts(queueUrl: string): Promise<{ readonly visible: number; readonly inFlight: number }> {
    const AttributeNames: QueueAttributeName[] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    const { Attributes = {} } = await this.client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }));
    return {
      visible: Number(Attributes["ApproximateNumberOfMessages"]),
      inFlight: Number(Attributes["ApproximateNumberOfMessagesNotVisible"]),
    };
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.host.close();
    this.local.stop();
  }
}
