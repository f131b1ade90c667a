import { AutoScalingClient, type AutoScalingClientConfig } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalAutoScaling, type LocalAutoScalingOptions } from "../../../runtime/local/autoscaling/local-autoscaling.ts";
import type { PolicyAnswer } from "../../../runtime/local/autoscaling/scaling-policies.ts";
import { LocalCloudWatch } from "../../../runtime/local/cloudwatch/local-cloudwatch.ts";
import { LocalFleet, type LocalFleetOptions } from "../../../runtime/local/fleet/local-fleet.ts";
import { startAwsHost } from "../../../runtime/local/server.ts";
import { LocalSqs } from "../../../runtime/local/sqs/local-sqs.ts";
import { quickFleet } from "../../support/quick-fleet.ts";

const SMALL_WORKER = join(import.meta.dirname, "../../fixtures/fleet/small-worker.js");
export const GROUP = "fleet";

/**
 * The control side of the embedded AWS with a fleet of processes, and clients of AWS's SDK. Its minute lasts a second, so
 * that a loop closes in seconds; whatever is in the way of AWS's own figures is said here.
 */
export async function fleetRig(
  options: {
    fleet?: Partial<LocalFleetOptions>;
    autoScaling?: Partial<LocalAutoScalingOptions>;
    environment?: Record<string, string>;
  } = {},
) {
  const answers: PolicyAnswer[] = [];
  const gone: string[] = [];
  const sqs: LocalSqs = new LocalSqs({ endpoint: () => host.url });
  const cloudWatch: LocalCloudWatch = new LocalCloudWatch({
    minuteMs: 1000,
    publication: { lagMs: 0 },
    queueFigures: () => sqs.readings(),
    groupFigures: () => autoScaling.figures(),
    scale: (policyArn, event) => autoScaling.alarmed(policyArn, event),
  });
  const fleet: LocalFleet = new LocalFleet({
    program: { script: SMALL_WORKER },
    environment: () => ({ QUEUE_URL: queueUrl, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: host.url, GROUP, ...options.environment }),
    gone: ({ groupName, instanceId }, how) => {
      gone.push(how);
      autoScaling.machineGone(groupName, instanceId);
    },
    unhealthy: ({ groupName, instanceId }) => autoScaling.machineUnhealthy(groupName, instanceId),
    ...options.fleet,
  });
  const autoScaling: LocalAutoScaling = new LocalAutoScaling({
    machines: fleet,
    metrics: cloudWatch,
    scenario: quickFleet(),
    minuteMs: 1000,
    shortestHookMs: 1000,
    answered: (answer) => answers.push(answer),
    ...options.autoScaling,
  });
  const defects: unknown[] = [];
  const host = await startAwsHost({
    services: [sqs.service, cloudWatch.service, autoScaling.service],
    defectFound: (error) => defects.push(error),
  });
  const client: AutoScalingClientConfig & { region: string } = {
    region: "us-east-1",
    endpoint: host.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const clients = { sqs: new SQSClient(client), cloudWatch: new CloudWatchClient(client), autoScaling: new AutoScalingClient(client) };
  const { QueueUrl: queueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  const send = async (count: number, serviceMs: number) => {
    for (let sent = 0; sent < count; sent += 10) {
      const Entries = Array.from({ length: Math.min(10, count - sent) }, (_, index) => ({
        Id: String(index),
        MessageBody: String(serviceMs),
      }));
      await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };
  const queue = () => sqs.readings()[0]!;
  const ready = () => fleet.status().filter(({ phase }) => phase === "ready").length;
  return {
    answers,
    gone,
    fleet,
    autoScaling,
    clients,
    send,
    queue,
    ready,
    defects,
    queueUrl,
    close: async () => {
      for (const each of Object.values(clients)) each.destroy();
      autoScaling.stop();
      cloudWatch.stop();
      await fleet.close();
      await host.close();
      sqs.stop();
    },
  };
}

/** Waits for a condition, and says which one did not come true in time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for: ${what}`);
    await sleep(20);
  }
}
