import { CloudWatch } from "../aws/cloudwatch.ts";
import { Ec2ScalingGroup } from "../aws/ec2-scaling-group.ts";
import { QueueDesk } from "../aws/queue-desk.ts";
import { REAL_CLOCK } from "../clock.ts";
import { createLog } from "../log.ts";
import { printableSettings } from "../settings.ts";
import { regionOf } from "../worker/settings.ts";
import { MetricsPublisher } from "./publisher.ts";
import { queueNameOf } from "./queue-depth.ts";
import type { PublisherConfiguration } from "./settings.ts";
import { directoryOf } from "./worker-directory.ts";
import { WorkerWatch } from "./worker-watch.ts";

/** Publishes the metrics of a real queue and group until the signal is aborted. */
export async function startPublisher(settings: PublisherConfiguration, signal: AbortSignal): Promise<void> {
  const log = createLog(settings.LOG_LEVEL, "metrics");
  log.info({ settings: printableSettings(settings) }, "starting");
  const aws = { region: regionOf(settings) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
  const group = new Ec2ScalingGroup({ name: settings.AUTO_SCALING_GROUP_NAME, ...aws });
  const queue = new QueueDesk({ queueUrl: settings.QUEUE_URL, ...aws });
  const cloudWatch = new CloudWatch(aws);
  const publisher = new MetricsPublisher({
    group,
    queue,
    workers: settings.WORKER_URL === undefined ? undefined : new WorkerWatch(directoryOf(settings.WORKER_URL)),
    cloudWatch,
    owners: { queueName: queueNameOf(settings.QUEUE_URL), groupName: group.name },
    periodSec: Number(settings.PERIOD_SEC),
    clock: REAL_CLOCK,
    epochMs: () => Date.now(),
    log,
  });
  try {
    await publisher.run(signal);
  } finally {
    for (const client of [group, queue, cloudWatch]) client.close();
    log.info("stopped");
  }
}
