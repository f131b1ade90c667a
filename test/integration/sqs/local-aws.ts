import { SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient, type QueueAttributeName } from "@aws-sdk/client-sqs";
import { Faults } from "../../../runtime/local/faults.ts";
import { startAwsHost, type AwsHost } from "../../../runtime/local/server.ts";
import { LocalSns } from "../../../runtime/local/sns/local-sns.ts";
import { LocalSqs } from "../../../runtime/local/sqs/local-sqs.ts";

/** The queue side of the embedded AWS as a process of its own would run it, with clients of AWS's SDK. */
export interface LocalAws {
  readonly host: AwsHost;
  readonly sqs: LocalSqs;
  readonly faults: Faults;
  readonly client: SQSClient;
  readonly snsClient: SNSClient;
  /** Errors that no client caused. */
  readonly defects: unknown[];
  /** Long polls that wait at all queues together. */
  waitingPolls(): number;
  close(): Promise<void>;
}

export const CREDENTIALS = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

export async function startLocalAws(options: { inFlightQuota?: number; faultSeed?: number } = {}): Promise<LocalAws> {
  const { faultSeed = 1, ...sqsOptions } = options;
  const defects: unknown[] = [];
  const faults = new Faults(faultSeed);
  const sqs = new LocalSqs({ ...sqsOptions, endpoint: () => host.url });
  const sns = new LocalSns({ delivery: (arn, message) => sqs.deliver(arn, message), endpoint: () => host.url });
  const host: AwsHost = await startAwsHost({
    services: [sqs.service, sqs.queryService, sns.service],
    faults,
    defectFound: (error) => defects.push(error),
  });
  const client = new SQSClient({ ...CREDENTIALS, endpoint: host.url });
  const snsClient = new SNSClient({ ...CREDENTIALS, endpoint: host.url });
  return {
    host,
    sqs,
    faults,
    client,
    snsClient,
    defects,
    waitingPolls: () => sqs.readings().reduce((sum, { waitingPolls }) => sum + waitingPolls, 0),
    close: async () => {
      client.destroy();
      snsClient.destroy();
      await host.close();
      sqs.stop();
    },
  };
}

export async function newQueue(client: SQSClient, name: string, attributes: Record<string, string> = {}): Promise<string> {
  const Attributes = { ...(name.endsWith(".fifo") ? { FifoQueue: "true" } : {}), ...attributes };
  return (await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl ?? "";
}

export async function attributeOf(client: SQSClient, url: string, name: QueueAttributeName): Promise<string> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }));
  return Attributes?.[name] ?? "";
}

/** Waits until something is so, at most for ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within 10 s: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
