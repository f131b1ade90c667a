import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ImdsServer } from "../../../runtime/local/imds/imds-server.ts";
import type { InstanceDescription } from "../../../runtime/local/imds/instance-description.ts";
import { newQueue, startLocalAws } from "./local-aws.ts";

const instance: InstanceDescription = {
  instanceId: "i-0123456789abcdef0",
  instanceType: "t3.medium",
  imageId: "ami-0123456789abcdef0",
  accountId: "000000000000",
  region: "us-east-1",
  availabilityZone: "us-east-1a",
  privateIp: "10.0.0.1",
  purchase: "spot",
  launchedAt: 1_000_000,
  roleName: "worker",
  targetLifecycleState: undefined,
  spotAction: undefined,
  rebalanceRecommendedAt: undefined,
};
let imds: ImdsServer;

beforeEach(async () => {
  imds = new ImdsServer(instance);
  vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", await imds.start());
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
  // Nothing of the machine's own settings may come first.
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await imds.close();
});

describe("the AWS SDK's own chain of credentials", () => {
  it("ends at the metadata service, and what it finds is good for the embedded AWS", async () => {
    const aws = await startLocalAws();
    const url = await newQueue(aws.client, "jobs");
    const client = new SQSClient({ region: "us-east-1", endpoint: aws.host.url });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(url);
    const { accessKeyId, sessionToken, expiration } = await client.config.credentials();
    expect(accessKeyId).toMatch(/^ASIA/);
    expect(sessionToken).toMatch(/^[0-9a-f]{128}$/);
    expect(expiration?.getTime()).toBeGreaterThan(Date.now() + 5 * 3_600_000);
    client.destroy();
    await aws.close();
  });
});
