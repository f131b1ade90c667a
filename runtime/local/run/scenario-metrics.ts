import { METRIC_NAMES, type MetricName, type Scenario } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";

/** Which metrics of CloudWatch are those that a scenario's expressions name. */
export class ScenarioMetrics {
  private readonly scenario: Scenario;
  private readonly queueName: string;
  private readonly deadLetterName: string;
  private readonly groupName: string;

  constructor(
    scenario: Scenario,
    { queueName, deadLetterName, groupName }: { queueName: string; deadLetterName: string; groupName: string },
  ) {
    this.scenario = scenario;
    this.queueName = queueName;
    this.deadLetterName = deadLetterName;
    this.groupName = groupName;
  }

  /** Queries by the names of the scenario's metrics, none of which returns data, and the expression over them, which does. */
  watching(expression: string): readonly AwsRecord[] {
    const named = METRIC_NAMES.filter((name) => new RegExp(`\\b${name}\\b`).test(expression));
    return [
      ...named.map((name) => ({ ...this.query(name), ReturnData: false })),
      { Id: "watched", Expression: expression, ReturnData: true },
    ];
  }

  /** One metric alone. */
  query(name: MetricName): AwsRecord {
    const { periodSec, statistic } = this.scenario.metrics;
    const gauge = STATISTICS[statistic];
    switch (name) {
      case "visible":
        return this.ofQueue(name, "ApproximateNumberOfMessagesVisible", gauge);
      case "inFlight":
        return this.ofQueue(name, "ApproximateNumberOfMessagesNotVisible", gauge);
      case "delayed":
        return this.ofQueue(name, "ApproximateNumberOfMessagesDelayed", gauge);
      case "age":
        return this.ofQueue(name, "ApproximateAgeOfOldestMessage", gauge);
      case "sent":
        return this.ofQueue(name, "NumberOfMessagesSent", "Sum");
      case "received":
        return this.ofQueue(name, "NumberOfMessagesReceived", "Sum");
      case "deleted":
        return this.ofQueue(name, "NumberOfMessagesDeleted", "Sum");
      case "emptyReceives":
        return this.ofQueue(name, "NumberOfEmptyReceives", "Sum");
      case "deadLetters":
        return this.ofQueue(name, "ApproximateNumberOfMessagesVisible", gauge, this.deadLetterName);
      case "inService":
      case "running":
        return this.ofGroup(name, "GroupInServiceInstances");
      case "desired":
        return this.ofGroup(name, "GroupDesiredCapacity");
      case "busyShare":
        return stat(name, { Namespace: OWN_NAMESPACE, MetricName: name, Dimensions: [] }, { Stat: "Average", Period: periodSec });
    }
  }

  /**
   * What a metrics process of one's own would publish at `periodSec`: with a period below a minute the queue's figures,
   * which SQS itself tells only once a minute, and always what the workers say of themselves.
   */
  published(figures: Readonly<Partial<Record<MetricName, number>>>): readonly AwsRecord[] {
    const names = this.isQuick ? QUEUE_NAMES : [];
    return [...names, "busyShare" as const].flatMap((name) => {
      const value = figures[name];
      if (value === undefined || !Number.isFinite(value)) return [];
      return [{ MetricName: name, Value: value, StorageResolution: this.isQuick ? 1 : 60 }];
    });
  }

  private get isQuick(): boolean {
    return this.scenario.metrics.periodSec < MINUTE_SEC;
  }

  private ofQueue(name: MetricName, awsName: string, statistic: string, queueName = this.queueName): AwsRecord {
    const own = { Namespace: OWN_NAMESPACE, MetricName: name, Dimensions: [] };
    const aws = { Namespace: "AWS/SQS", MetricName: awsName, Dimensions: [{ Name: "QueueName", Value: queueName }] };
    return stat(name, this.isQuick ? own : aws, { Stat: statistic, Period: this.scenario.metrics.periodSec });
  }

  private ofGroup(name: MetricName, awsName: string): AwsRecord {
    const dimensions = [{ Name: "AutoScalingGroupName", Value: this.groupName }];
    const metric = { Namespace: "AWS/AutoScaling", MetricName: awsName, Dimensions: dimensions };
    return stat(name, metric, { Stat: "Average", Period: this.scenario.metrics.periodSec });
  }
}

function stat(id: string, metric: AwsRecord, { Stat, Period }: { Stat: string; Period: number }): AwsRecord {
  return { Id: id, MetricStat: { Metric: metric, Stat, Period } };
}

export const OWN_NAMESPACE = "Headroom/Local";
const QUEUE_NAMES = ["visible", "inFlight", "delayed", "age", "sent", "deleted"] as const;
const STATISTICS = { maximum: "Maximum", sum: "Sum", average: "Average" } as const;
const MINUTE_SEC = 60;
