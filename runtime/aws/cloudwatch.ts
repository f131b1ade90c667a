import {
  CloudWatchClient,
  GetMetricDataCommand,
  PutMetricDataCommand,
  type MetricDataQuery,
  type MetricDatum,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import { clientSettings } from "./client-settings.ts";
import { failAs } from "./errors.ts";

/** Reads and writes metrics. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export class CloudWatch {
  private readonly client: CloudWatchClient;

  constructor({ region, endpoint }: { readonly region: string; readonly endpoint: string | undefined }) {
    this.client = new CloudWatchClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  /** Reads series, in the order of the queries, each oldest first. A metric that does not exist has no points. */
  async readSeries(queries: readonly SeriesQuery[], window: SeriesWindow): Promise<SeriesPoint[][]> {
    const series = queries.map((): SeriesPoint[] => []);
    let token: string | undefined;
    do {
      const command = new GetMetricDataCommand({
        MetricDataQueries: queries.map((query, index) => dataQuery(query, `m${index}`, window.periodSec)),
        StartTime: new Date(window.fromEpochMs),
        EndTime: new Date(window.toEpochMs),
        ScanBy: "TimestampAscending",
        NextToken: token,
      });
      const { MetricDataResults = [], NextToken } = await this.client.send(command).catch(failAs("GetMetricData"));
      for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults) {
        const points = series[Number(Id.slice(1))];
        for (const [index, at] of Timestamps.entries()) points?.push({ atEpochMs: at.getTime(), value: Values[index] ?? NaN });
      }
      token = NextToken;
    } while (token !== undefined && token !== "");
    return series;
  }

  /** Publishes figures of one instant, at most 1000. */
  async publish(namespace: string, figures: readonly PublishedFigure[], atEpochMs: number): Promise<void> {
    const MetricData = figures.map(({ metricName, dimensions, value, unit, isHighResolution }): MetricDatum => ({
      MetricName: metricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Timestamp: new Date(atEpochMs),
      Value: value,
      Unit: unit as StandardUnit,
      StorageResolution: isHighResolution ? 1 : 60,
    }));
    await this.client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData })).catch(failAs("PutMetricData"));
  }

  close(): void {
    this.client.destroy();
  }
}

export interface SeriesQuery {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Maximum" | "Sum" | "Average";
}

export interface SeriesWindow {
  readonly fromEpochMs: number;
  readonly toEpochMs: number;
  readonly periodSec: number;
}

export interface SeriesPoint {
  /** Start of the period, milliseconds since 1970. */
  readonly atEpochMs: number;
  readonly value: number;
}

export interface PublishedFigure {
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** Kept by the second, and not only by the minute (CloudWatch User Guide, publishingMetrics). */
  readonly isHighResolution: boolean;
}

function dataQuery({ namespace, metricName, dimensions, statistic }: SeriesQuery, id: string, periodSec: number): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSec,
      Stat: statistic,
    },
  };
}

const ANSWER_MS = 5000;
