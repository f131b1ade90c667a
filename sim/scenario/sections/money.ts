import { z } from "zod";
import { PRICE_LIST, PRICES, type Price, type PriceName } from "../../model/prices.ts";
import { integer, number } from "./kit.ts";

const LIST = `${PRICE_LIST.region}, ${PRICE_LIST.asOf}`;

const priceFields = Object.fromEntries(
  Object.entries(PRICES as Readonly<Record<string, Price>>).map(([name, { title, usd, unit, source, unconfirmed }]) => [
    name,
    number({
      min: 0,
      max: 1000,
      default: usd,
      title,
      unit,
      source,
      ...(unconfirmed === true && { description: "From memory: to be checked before a decision rests on it." }),
    }),
  ]),
) as Record<PriceName, ReturnType<typeof number>>;

const prices = z
  .strictObject(priceFields)
  .prefault({})
  .meta({ title: "Prices", description: `List prices, ${LIST}. Replace them for another Region, a discount or a later date.` });

const count = (title: string, unit: string, description?: string) =>
  number({ min: 0, max: 1e6, default: 0, title, unit, ...(description !== undefined && { description }) });

const monitoring = z
  .strictObject({
    customMetrics: count("Custom metrics", "metrics"),
    alarms: count("Alarms", "metrics", "An alarm on metric math counts each metric in it. Target tracking makes two alarms."),
    highResolutionAlarms: count("High-resolution alarms", "metrics", "Periods of 10 or 30 s: three times the price."),
    putMetricPerMin: count("PutMetricData", "calls/min"),
    putMetricPerInstanceMin: count("PutMetricData by each instance", "calls/min"),
    getMetricPerMin: count("GetMetricData", "metrics/min"),
    dashboards: count("Dashboards", "dashboards"),
    logKbPerMessage: count("Logs", "KB/message"),
    logsKeptGb: count("Logs kept", "GB"),
  })
  .meta({ title: "Monitoring" });

const network = z
  .strictObject({
    natGateways: count("NAT gateways", "gateways"),
    endpointZones: count("Interface endpoints", "endpoints × zones"),
    trafficKbPerMessage: count("Traffic", "KB/message", "Goes through the NAT gateways if there are any, else through the endpoints."),
    loadBalancers: count("Load balancers", "load balancers"),
    loadBalancerUnits: count("Their capacity", "LCU", "On average, of all together."),
  })
  .meta({ title: "Network" });

const producer = z
  .strictObject({
    api: z.enum(["none", "http", "rest"]).default("none").meta({ title: "API Gateway", description: "One request a message." }),
    lambdaMs: count("Lambda", "ms/message", "How long the function runs that takes the request; 0 for none."),
    lambdaMb: integer({ min: 128, max: 10_240, default: 512, title: "Lambda memory", unit: "MB" }),
    lambdaArchitecture: z.enum(["x86", "arm"]).default("x86").meta({ title: "Lambda architecture" }),
  })
  .meta({ title: "Producer" });

const storage = z
  .strictObject({
    dynamoWritesPerMessage: count("DynamoDB writes", "write units/message", "One unit writes up to 1 KB; twice that in a transaction."),
    dynamoReadsPerMessage: count("DynamoDB reads", "read units/message"),
    dynamoGb: count("DynamoDB storage", "GB"),
    s3PutsPerMessage: count("S3 PUT", "requests/message"),
    s3GetsPerMessage: count("S3 GET", "requests/message"),
    s3Gb: count("S3 storage", "GB"),
    kmsKeys: count("KMS keys", "keys"),
    kmsRequestsPerMessage: count("KMS requests", "requests/message"),
    databases: count("RDS instances", "instances"),
    databaseGb: count("RDS storage", "GB"),
  })
  .meta({ title: "Storage" });

export const money = z
  .strictObject({
    instancePerHourUsd: z
      .number()
      .min(0)
      .max(1000)
      .nullable()
      .default(null)
      .meta({ title: "Instance price", unit: "$/h", description: `Empty for the list price of the instance type, ${LIST}.` }),
    sqsPerMillionRequestsUsd: number({
      min: 0,
      max: 1000,
      default: 0.4,
      title: "SQS requests",
      unit: "$/million",
      source: "https://aws.amazon.com/sqs/pricing/",
    }),
    monitoring: monitoring.nullable().default(null),
    network: network.nullable().default(null),
    producer: producer.nullable().default(null),
    storage: storage.nullable().default(null),
    otherPerMonthUsd: number({ min: 0, max: 1e9, default: 0, title: "Anything else", unit: "$/month" }),
    prices,
  })
  .prefault({})
  .meta({ title: "Money", description: "What stands around the queue and the fleet is billed when it is named here." });
