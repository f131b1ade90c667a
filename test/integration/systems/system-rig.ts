import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient, type QueueAttributeName } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { join } from "node:path";
import { S3ObjectStore } from "../../../runtime/aws/object-store.ts";
import { startAwsHost, type AwsHost, type AwsHostOptions } from "../../../runtime/local/server.ts";
import { LocalSns } from "../../../runtime/local/sns/local-sns.ts";
import { LocalSqs } from "../../../runtime/local/sqs/local-sqs.ts";
import { LocalSsm } from "../../../runtime/local/ssm/local-ssm.ts";
import { startLocalS3 } from "../../../runtime/local/stores/local-s3.ts";
import type { LocalStore } from "../../../runtime/local/stores/local-server.ts";
import { until } from "../../support/until.ts";
import { builtWorker, WorkerProcess } from "../../support/worker-process.ts";

export const SECRET = "a-secret-of-nobody";
const CLIENT = { region: "us-east-1", credentials: { accessKeyId: "nobody", secretAccessKey: SECRET } };
export const BUCKET = "kept";
export const FUNCTIONS = join(import.meta.dirname, "../../../dist/functions");
const API_BUNDLE = join(import.meta.dirname, "../../../dist/api.js");

/** What a system runs on: the embedded AWS and S3, over the wire; and its programs, as processes of the bundles. */
export class SystemRig {
  private readonly host: AwsHost;
  private readonly sqs: LocalSqs;
  private readonly s3: LocalStore;
  private readonly queues: SQSClient;
  private readonly topics: SNSClient;
  private readonly parameters: SSMClient;
  private readonly processes: WorkerProcess[] = [];
  readonly store: S3ObjectStore;

  private constructor(host: AwsHost, sqs: LocalSqs, s3: LocalStore) {
    this.host = host;
    this.sqs = sqs;
    this.s3 = s3;
    const client = { ...CLIENT, endpoint: host.url };
    this.queues = new SQSClient(client);
    this.topics = new SNSClient(client);
    this.parameters = new SSMClient(client);
    process.env["AWS_ACCESS_KEY_ID"] = CLIENT.credentials.accessKeyId;
    process.env["AWS_SECRET_ACCESS_KEY"] = SECRET;
    this.store = new S3ObjectStore({ bucket: BUCKET, region: CLIENT.region, endpoint: s3.url });
  }

  /** @param more What else the embedded AWS is to serve. */
  static async start(more: Partial<Pick<AwsHostOptions, "services" | "guests">> = {}): Promise<SystemRig> {
    await builtWorker();
    const sqs = new LocalSqs({ endpoint: () => host.url });
    const sns = new LocalSns({ delivery: (arn, message) => sqs.deliver(arn, message), endpoint: () => host.url });
    const host: AwsHost = await startAwsHost({
      services: [sqs.service, sns.service, new LocalSsm().service, ...(more.services ?? [])],
      guests: more.guests ?? [],
    });
    return new SystemRig(host, sqs, await startLocalS3([BUCKET]));
  }

  /** What every program of a system is told. */
  get environment(): Record<string, string> {
    return { AWS_ENDPOINT_URL: this.host.url, AWS_ENDPOINT_URL_S3: this.s3.url, PORT: "0", STOP_DELAY_SEC: "0.3" };
  }

  api(pipeline: string, environment: Readonly<Record<string, string>>): WorkerProcess {
    return this.apiWith(pipeline, environment, []);
  }

  /** @param given What is said on its command line. */
  apiWith(pipeline: string, environment: Readonly<Record<string, string>>, given: readonly string[]): WorkerProcess {
    return this.started(new WorkerProcess({ ...this.environment, PIPELINE: pipeline, ...environment }, { bundle: API_BUNDLE, given }));
  }

  worker(pipeline: string, environment: Readonly<Record<string, string>>): WorkerProcess {
    return this.started(new WorkerProcess({ ...this.environment, HANDLER: pipeline, ENDED_RECEIVES: "hang-up", ...environment }));
  }

  async queue(name: string, attributes: Partial<Record<QueueAttributeName, string>> = {}): Promise<string> {
    const { QueueUrl = "" } = await this.queues.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl;
  }

  /** A queue whose messages go to another one after so many receives. */
  async queueWithDeadLetters(name: string, maxReceiveCount: number): Promise<string> {
    const deadLetterTargetArn = await this.attribute(await this.queue(`${name}-dead`), "QueueArn");
    return this.queue(name, { VisibilityTimeout: "30", RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
  }

  async topicTo(queueUrl: string, name: string, isRaw: boolean): Promise<string> {
    const { TopicArn = "" } = await this.topics.send(new CreateTopicCommand({ Name: name }));
    const Endpoint = await this.attribute(queueUrl, "QueueArn");
    const Attributes = { RawMessageDelivery: String(isRaw) };
    await this.topics.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
    return TopicArn;
  }

  async send(queueUrl: string, body: string): Promise<void> {
    await this.queues.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  }

  async setParameter(name: string, value: string): Promise<void> {
    await this.parameters.send(new PutParameterCommand({ Name: name, Value: value, Type: "SecureString", Overwrite: true }));
  }

  /** Messages in the queue, in whatever state. */
  async held(queueUrl: string): Promise<number> {
    const visible = await this.attribute(queueUrl, "ApproximateNumberOfMessages");
    return Number(visible) + Number(await this.attribute(queueUrl, "ApproximateNumberOfMessagesNotVisible"));
  }

  async emptied(queueUrl: string): Promise<void> {
    await until("the queue is empty", async () => (await this.held(queueUrl)) === 0);
  }

  /** What all programs have written. */
  get written(): string {
    return this.processes.map(({ log, stderr }) => JSON.stringify(log) + stderr).join("\n");
  }

  /** Ends every program that still runs: those of one test must not do the work of the next. */
  async endPrograms(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.end()));
  }

  async stop(): Promise<void> {
    await this.endPrograms();
    for (const client of [this.queues, this.topics, this.parameters]) client.destroy();
    this.store.close();
    await this.s3.stop();
    await this.host.close();
    this.sqs.stop();
  }

  private async attribute(queueUrl: string, name: QueueAttributeName): Promise<string> {
    const { Attributes = {} } = await this.queues.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [name] }));
    return Attributes[name] ?? "";
  }

  private started(each: WorkerProcess): WorkerProcess {
    this.processes.push(each);
    return each;
  }
}

export function jsonPost(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}
