import type { MetricName } from "../../sim/core/policy/policy.ts";
import type { SeriesQuery } from "../aws/cloudwatch.ts";
import { OWN_DIMENSIONS, OWN_METRICS, OWN_NAMESPACE } from "./metric-names.ts";

/** Whose metrics they are. */
export interface MetricOwners {
  readonly queueName: string;
  readonly groupName: string;
}

/**
 * Which metric of CloudWatch each name in a policy's expression stands for (SQS Developer Guide,
 * sqs-available-cloudwatch-metrics; EC2 Auto Scaling User Guide, ec2-auto-scaling-metrics). The group's are there only
 * if its metrics collection is switched on, the busy share only if `headroom metrics` publishes it.
 */
export function queryOf(name: ReadableMetric, { queueName, groupName }: MetricOwners, gauge: GaugeStatistic): SeriesQuery {
  const queue = (metricName: string, statistic: SeriesQuery["statistic"] = gauge) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queueName },
    statistic,
  });
  const group = (metricName: string): SeriesQuery => ({
    namespace: "AWS/AutoScaling",
    metricName,
    dimensions: { AutoScalingGroupName: groupName },
    statistic: "Average",
  });
  switch (name) {
    case "visible":
      return queue("ApproximateNumberOfMessagesVisible");
    case "inFlight":
      return queue("ApproximateNumberOfMessagesNotVisible");
    case "delayed":
      return queue("ApproximateNumberOfMessagesDelayed");
    case "age":
      return queue("ApproximateAgeOfOldestMessage", "Maximum");
    case "sent":
      return queue("NumberOfMessagesSent", "Sum");
    case "received":
      return queue("NumberOfMessagesReceived", "Sum");
    case "deleted":
      return queue("NumberOfMessagesDeleted", "Sum");
    case "emptyReceives":
      return queue("NumberOfEmptyReceives", "Sum");
    case "inService":
    case "running":
      return group("GroupInServiceInstances");
    case "desired":
      return group("GroupDesiredCapacity");
    case "busyShare":
      return {
        namespace: OWN_NAMESPACE,
        metricName: OWN_METRICS.busyShare,
        dimensions: ownDimensions({ queueName, groupName }),
        statistic: "Average",
      };
  }
}

/**
 * What can be read for a real queue. Its dead letters are another queue's metric, and which one that is the scaler is not
 * told: to a policy that names them they have no data.
 */
export type ReadableMetric = Exclude<MetricName, "deadLetters">;

export function isReadable(name: MetricName): name is ReadableMetric {
  return name !== "deadLetters";
}

/** How the two samples that a minute sometimes holds are put together (scenario, metrics.statistic). */
export type GaugeStatistic = "Maximum" | "Sum" | "Average";

/** The dimensions of what `headroom metrics` publishes. */
export function ownDimensions({ queueName, groupName }: MetricOwners): Readonly<Record<string, string>> {
  const [queue, group] = OWN_DIMENSIONS;
  return { [queue]: queueName, [group]: groupName };
}
