/**
 * What AWS asks for: list prices in us-east-1, US dollars, for Linux and on demand, as found in autumn 2026. No tiers above
 * the first and no free tier, so that a bill never looks better than it gets.
 *
 * A scenario may replace any of them (`money.prices`), for another Region, a discount or a later date.
 */

export const PRICE_LIST = { region: "us-east-1", asOf: "2026-11-21" } as const;

export interface Price {
  readonly title: string;
  readonly usd: number;
  readonly unit: string;
  /** Page of the provider's own; what could not be checked against a second source says so. */
  readonly source: string;
  readonly unconfirmed?: true;
}

const EBS = "https://aws.amazon.com/ebs/pricing/";
const SPOT = "https://aws.amazon.com/ec2/spot/pricing/";
const VPC = "https://aws.amazon.com/vpc/pricing/";
const FARGATE = "https://aws.amazon.com/fargate/pricing/";
const SQS = "https://aws.amazon.com/sqs/pricing/";
const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";
const ELB = "https://aws.amazon.com/elasticloadbalancing/pricing/";
const PRIVATELINK = "https://aws.amazon.com/privatelink/pricing/";
const API_GATEWAY = "https://aws.amazon.com/api-gateway/pricing/";
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
const S3 = "https://aws.amazon.com/s3/pricing/";
const KMS = "https://aws.amazon.com/kms/pricing/";
const RDS = "https://aws.amazon.com/rds/postgresql/pricing/";

export const PRICES = {
  spotShareUsd: { title: "EC2 Spot", usd: 0.4, unit: "$ per on-demand $", source: SPOT, unconfirmed: true },
  ebsGbMonthUsd: { title: "EBS gp3", usd: 0.08, unit: "$/GB-month", source: EBS },
  publicAddressHourUsd: { title: "Public IPv4 address", usd: 0.005, unit: "$/h", source: VPC },
  fargateVcpuHourUsd: { title: "Fargate vCPU", usd: 0.04048, unit: "$/h", source: FARGATE },
  fargateGbHourUsd: { title: "Fargate memory", usd: 0.004445, unit: "$/GB-h", source: FARGATE },
  fargateArmVcpuHourUsd: { title: "Fargate ARM vCPU", usd: 0.03238, unit: "$/h", source: FARGATE },
  fargateArmGbHourUsd: { title: "Fargate ARM memory", usd: 0.00356, unit: "$/GB-h", source: FARGATE },
  fargateSpotShareUsd: { title: "Fargate Spot", usd: 0.3, unit: "$ per on-demand $", source: FARGATE },
  fargateStorageGbHourUsd: { title: "Fargate storage above 20 GB", usd: 0.000111, unit: "$/GB-h", source: FARGATE },
  sqsFifoMillionUsd: { title: "SQS FIFO requests", usd: 0.5, unit: "$/million", source: SQS },
  sqsFairMillionUsd: { title: "SQS fair queue surcharge", usd: 0.1, unit: "$/million", source: SQS },
  metricMonthUsd: { title: "Custom metric", usd: 0.3, unit: "$/month", source: CLOUDWATCH },
  alarmMonthUsd: { title: "Alarm", usd: 0.1, unit: "$/month", source: CLOUDWATCH },
  highResolutionAlarmMonthUsd: { title: "High-resolution alarm", usd: 0.3, unit: "$/month", source: CLOUDWATCH },
  putMetricThousandUsd: { title: "PutMetricData", usd: 0.01, unit: "$/thousand", source: CLOUDWATCH },
  getMetricThousandUsd: { title: "GetMetricData", usd: 0.01, unit: "$/thousand metrics", source: CLOUDWATCH },
  dashboardMonthUsd: { title: "Dashboard", usd: 3, unit: "$/month", source: CLOUDWATCH, unconfirmed: true },
  logGbUsd: { title: "Logs taken in", usd: 0.5, unit: "$/GB", source: CLOUDWATCH, unconfirmed: true },
  logGbMonthUsd: { title: "Logs kept", usd: 0.03, unit: "$/GB-month", source: CLOUDWATCH, unconfirmed: true },
  natHourUsd: { title: "NAT gateway", usd: 0.045, unit: "$/h", source: VPC },
  natGbUsd: { title: "Traffic through NAT", usd: 0.045, unit: "$/GB", source: VPC },
  endpointHourUsd: { title: "Interface endpoint", usd: 0.01, unit: "$/zone-h", source: PRIVATELINK },
  endpointGbUsd: { title: "Traffic through endpoints", usd: 0.01, unit: "$/GB", source: PRIVATELINK },
  loadBalancerHourUsd: { title: "Load balancer", usd: 0.0225, unit: "$/h", source: ELB },
  lcuHourUsd: { title: "Load balancer capacity", usd: 0.008, unit: "$/LCU-h", source: ELB },
  httpApiMillionUsd: { title: "HTTP API", usd: 1, unit: "$/million", source: API_GATEWAY, unconfirmed: true },
  restApiMillionUsd: { title: "REST API", usd: 3.5, unit: "$/million", source: API_GATEWAY, unconfirmed: true },
  lambdaMillionUsd: { title: "Lambda requests", usd: 0.2, unit: "$/million", source: LAMBDA },
  lambdaGbSecUsd: { title: "Lambda", usd: 0.0000166667, unit: "$/GB-s", source: LAMBDA },
  lambdaArmGbSecUsd: { title: "Lambda ARM", usd: 0.0000133334, unit: "$/GB-s", source: LAMBDA },
  dynamoWriteMillionUsd: { title: "DynamoDB write units", usd: 0.625, unit: "$/million", source: DYNAMODB },
  dynamoReadMillionUsd: { title: "DynamoDB read units", usd: 0.125, unit: "$/million", source: DYNAMODB },
  dynamoGbMonthUsd: { title: "DynamoDB storage", usd: 0.25, unit: "$/GB-month", source: DYNAMODB },
  s3PutThousandUsd: { title: "S3 PUT", usd: 0.005, unit: "$/thousand", source: S3 },
  s3GetThousandUsd: { title: "S3 GET", usd: 0.0004, unit: "$/thousand", source: S3 },
  s3GbMonthUsd: { title: "S3 storage", usd: 0.023, unit: "$/GB-month", source: S3 },
  kmsKeyMonthUsd: { title: "KMS key", usd: 1, unit: "$/month", source: KMS, unconfirmed: true },
  kmsThousandUsd: { title: "KMS requests", usd: 0.003, unit: "$/thousand", source: KMS, unconfirmed: true },
  databaseHourUsd: { title: "RDS db.t3.micro", usd: 0.018, unit: "$/h", source: RDS, unconfirmed: true },
  databaseGbMonthUsd: { title: "RDS storage", usd: 0.115, unit: "$/GB-month", source: RDS, unconfirmed: true },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
