import { SQSClient } from "@aws-sdk/client-sqs";
import { Faults } from "../../../runtime/local/faults.ts";
import { startAwsHost, type AwsHost } from "../../../runtime/local/server.ts";
import { LocalSqs } from "../../../runtime/local/sqs/local-sqs.ts";

/** The queue side of the embedded AWS as a process of its own would run it, with clients of AWS's SDK. */
export interface LocalAws {
  readonly host: AwsHost;
  readonly sqs: LocalSqs;
  readonly faults: Faults;
  readonly client: SQSClient;
  readonly defects: unknown[];
  close(): Promise<void>;
}

export const CREDENTIALS = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

export async function startLocalAws(options: { inFlightQuota?: number; faultSeed?: number } = {}): Promise<LocalAws> {
  const { faultSeed = 1, ...sqsOptions } = options;
  const defects: unknown[] = [];
  const faults = new Faults(faultSeed);
  const sqs = new LocalSqs({ ...sqsOptions, endpoint: () => host.url });
  const host: AwsHost = await startAwsHost({ services: [sqs.service], faults, defectFound: (error) => defects.push(error) });
  const client = new SQSClient({ ...CREDENTIALS, endpoint: host.url });
  return {
    host,
    sqs,
    faults,
    client,
    defects,
    close: async () => {
      client.destroy();
      await host.close();
      sqs.stop();
    },
  };
}
