import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type QueueAttributeName,
} from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";

/** A real SQS on this machine, spoken to over the wire. */
export class Sqs {
  readonly endpoint: string;
  readonly client: SQSClient;
  private readonly stopServer: () => Promise<void>;

  private constructor(endpoint: string, stopServer: () => Promise<void>) {
    this.endpoint = endpoint;
    this.stopServer = stopServer;
    const credentials = { accessKeyId: "nobody", secretAccessKey: "a-secret-of-nobody" };
    this.client = new SQSClient({ region: "us-east-1", endpoint, credentials });
  }

  static async start(): Promise<Sqs> {
    const server = await startFauxqs({ port: 0, logger: false });
    return new Sqs(`http://127.0.0.1:${server.port}`, () => server.stop());
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
    await this.stopServer();
  }
}
