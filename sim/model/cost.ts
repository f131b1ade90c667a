import type { Cost, CostLine } from "../measure/result.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { FleetUsage, Standing } from "./fleet.ts";
import { INSTANCE_PER_HOUR_USD } from "./instance-prices.ts";

/**
 * The whole bill of a run, line by line. What is used by the message, the request or the second is taken as it was
 * measured; what is there all the time is prorated to the run. Lines that come to nothing are left out.
 */
export class Bill {
  private readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  /** What the fleet costs an hour as it stands: instances, their volumes and addresses. */
  perHourUsd({ onDemand, spot, stored }: Standing): number {
    const running = onDemand + spot;
    const rate = this.instanceHourUsd();
    const around = running * this.addressHourUsd() + (running + stored) * this.volumeHourUsd();
    return (onDemand + spot * this.spotShare()) * rate + around;
  }

  of(usage: Usage): Cost {
    const lines = [
      ...this.fleetLines(usage),
      ...this.queueLines(usage),
      ...this.producerLines(usage),
      ...this.monitoringLines(usage),
      ...this.networkLines(usage),
      ...this.storageLines(usage),
      monthly("Anything else", 1, "month", this.scenario.money.otherPerMonthUsd, usage),
    ].filter(({ usd }) => usd > 0);
    const totalUsd = lines.reduce((sum, line) => sum + line.usd, 0);
    return {
      lines,
      totalUsd,
      perMonthUsd: totalUsd * ((MONTH_HOURS * HOUR_MS) / usage.durationMs),
      perMillionMessagesUsd: usage.deleted === 0 ? NaN : (totalUsd / usage.deleted) * 1e6,
    };
  }

  private fleetLines({ fleet }: Usage): CostLine[] {
    if (this.scenario.fleet.platform === "lambda") return this.functionLines(fleet);
    const [name, spotName] = this.isFargate ? ["Fargate tasks", "Fargate Spot tasks"] : ["Instances", "Spot instances"];
    const rate = this.instanceHourUsd();
    return [
      line(name, fleet.onDemandMs / HOUR_MS, "h", rate),
      line(spotName, fleet.spotMs / HOUR_MS, "h", rate * this.spotShare()),
      line(
        "Volumes",
        (fleet.storedMs / HOUR_MS) * this.scenario.fleet.volumeGb,
        "GB-h",
        this.isFargate ? 0 : this.prices.ebsGbMonthUsd / MONTH_HOURS,
      ),
      line("Public addresses", fleet.runningMs / HOUR_MS, "h", this.addressHourUsd()),
    ];
  }

  /** By the millisecond, cold starts included, and by the request (Lambda pricing). The first GB-s of a month are not free here. */
  private functionLines({ onDemandMs, invocations = 0 }: FleetUsage): CostLine[] {
    return [
      line("Function time", (onDemandMs / 1000) * this.functionGb, "GB-s", this.gbSecUsd(this.scenario.fleet.lambda.architecture)),
      line("Function requests", invocations / 1e6, "million", this.prices.lambdaMillionUsd),
    ];
  }

  /** Every call is a request, also one that returns nothing; more than 64 KB count as several (SQS pricing). */
  private queueLines({ sqsRequests }: Usage): CostLine[] {
    const { queue, money } = this.scenario;
    const isFifo = queue.type === "fifo";
    const isFair = !isFifo && queue.groups !== null;
    return [
      line(
        isFifo ? "SQS FIFO requests" : "SQS requests",
        sqsRequests / 1e6,
        "million",
        isFifo ? this.prices.sqsFifoMillionUsd : money.sqsPerMillionRequestsUsd,
      ),
      line("SQS fair queue", isFair ? sqsRequests / 1e6 : 0, "million", this.prices.sqsFairMillionUsd),
    ];
  }

  private producerLines({ sent }: Usage): CostLine[] {
    const { producer } = this.scenario.money;
    if (producer === null) return [];
    const { prices } = this;
    const apiUsd = { none: 0, http: prices.httpApiMillionUsd, rest: prices.restApiMillionUsd }[producer.api];
    return [
      line("API Gateway", sent / 1e6, "million", apiUsd),
      line("Lambda requests", producer.lambdaMs > 0 ? sent / 1e6 : 0, "million", prices.lambdaMillionUsd),
      line(
        "Lambda time",
        sent * (producer.lambdaMs / 1000) * (producer.lambdaMb / 1024),
        "GB-s",
        this.gbSecUsd(producer.lambdaArchitecture),
      ),
    ];
  }

  private monitoringLines(usage: Usage): CostLine[] {
    const { monitoring } = this.scenario.money;
    if (monitoring === null) return [];
    const { prices } = this;
    const minutes = usage.durationMs / MINUTE_MS;
    const puts = monitoring.putMetricPerMin * minutes + monitoring.putMetricPerInstanceMin * (usage.fleet.runningMs / MINUTE_MS);
    return [
      monthly("Custom metrics", monitoring.customMetrics, "metrics", prices.metricMonthUsd, usage),
      monthly("Alarms", monitoring.alarms, "metrics", prices.alarmMonthUsd, usage),
      monthly("High-resolution alarms", monitoring.highResolutionAlarms, "metrics", prices.highResolutionAlarmMonthUsd, usage),
      line("PutMetricData", puts / 1000, "thousand", prices.putMetricThousandUsd),
      line("GetMetricData", (monitoring.getMetricPerMin * minutes) / 1000, "thousand", prices.getMetricThousandUsd),
      monthly("Dashboards", monitoring.dashboards, "dashboards", prices.dashboardMonthUsd, usage),
      line("Logs taken in", (usage.sent * monitoring.logKbPerMessage) / KB_PER_GB, "GB", prices.logGbUsd),
      monthly("Logs kept", monitoring.logsKeptGb, "GB", prices.logGbMonthUsd, usage),
    ];
  }

  private networkLines(usage: Usage): CostLine[] {
    const { network } = this.scenario.money;
    if (network === null) return [];
    const { prices } = this;
    const hours = usage.durationMs / HOUR_MS;
    const trafficGb = (usage.sent * network.trafficKbPerMessage) / KB_PER_GB;
    const throughNat = network.natGateways > 0;
    return [
      line("NAT gateways", network.natGateways * hours, "h", prices.natHourUsd),
      line("Traffic through NAT", throughNat ? trafficGb : 0, "GB", prices.natGbUsd),
      line("Interface endpoints", network.endpointZones * hours, "h", prices.endpointHourUsd),
      line("Traffic through endpoints", throughNat || network.endpointZones === 0 ? 0 : trafficGb, "GB", prices.endpointGbUsd),
      line("Load balancers", network.loadBalancers * hours, "h", prices.loadBalancerHourUsd),
      line("Load balancer capacity", network.loadBalancerUnits * hours, "LCU-h", prices.lcuHourUsd),
    ];
  }

  private storageLines(usage: Usage): CostLine[] {
    const { storage } = this.scenario.money;
    if (storage === null) return [];
    const { prices } = this;
    const { sent } = usage;
    return [
      line("DynamoDB writes", (sent * storage.dynamoWritesPerMessage) / 1e6, "million", prices.dynamoWriteMillionUsd),
      line("DynamoDB reads", (sent * storage.dynamoReadsPerMessage) / 1e6, "million", prices.dynamoReadMillionUsd),
      monthly("DynamoDB storage", storage.dynamoGb, "GB", prices.dynamoGbMonthUsd, usage),
      line("S3 PUT", (sent * storage.s3PutsPerMessage) / 1000, "thousand", prices.s3PutThousandUsd),
      line("S3 GET", (sent * storage.s3GetsPerMessage) / 1000, "thousand", prices.s3GetThousandUsd),
      monthly("S3 storage", storage.s3Gb, "GB", prices.s3GbMonthUsd, usage),
      monthly("KMS keys", storage.kmsKeys, "keys", prices.kmsKeyMonthUsd, usage),
      line("KMS requests", (sent * storage.kmsRequestsPerMessage) / 1000, "thousand", prices.kmsThousandUsd),
      line("Databases", storage.databases * (usage.durationMs / HOUR_MS), "h", prices.databaseHourUsd),
      monthly("Database storage", storage.databaseGb, "GB", prices.databaseGbMonthUsd, usage),
    ];
  }

  private get prices(): Scenario["money"]["prices"] {
    return this.scenario.money.prices;
  }

  private get isFargate(): boolean {
    return this.scenario.fleet.platform === "fargate";
  }

  private get functionGb(): number {
    return this.scenario.fleet.lambda.memoryMb / 1024;
  }

  private gbSecUsd(architecture: "x86" | "arm"): number {
    return architecture === "arm" ? this.prices.lambdaArmGbSecUsd : this.prices.lambdaGbSecUsd;
  }

  /** An instance or a task of the scenario's size on demand, or an environment at work. */
  private instanceHourUsd(): number {
    const { fleet, money } = this.scenario;
    if (money.instancePerHourUsd !== null) return money.instancePerHourUsd;
    if (fleet.platform === "lambda") return HOUR_SEC * this.functionGb * this.gbSecUsd(fleet.lambda.architecture);
    if (!this.isFargate) return INSTANCE_PER_HOUR_USD[fleet.instanceType];
    const { prices } = this;
    const { vcpu, memoryGb, architecture, storageGb } = fleet.task;
    const [vcpuUsd, gbUsd] =
      architecture === "arm"
        ? [prices.fargateArmVcpuHourUsd, prices.fargateArmGbHourUsd]
        : [prices.fargateVcpuHourUsd, prices.fargateGbHourUsd];
    return vcpu * vcpuUsd + memoryGb * gbUsd + Math.max(0, storageGb - FREE_TASK_STORAGE_GB) * prices.fargateStorageGbHourUsd;
  }

  private spotShare(): number {
    return this.isFargate ? this.prices.fargateSpotShareUsd : this.prices.spotShareUsd;
  }

  private addressHourUsd(): number {
    return this.scenario.fleet.publicAddress ? this.prices.publicAddressHourUsd : 0;
  }

  private volumeHourUsd(): number {
    return this.scenario.fleet.platform !== "ec2" ? 0 : (this.scenario.fleet.volumeGb * this.prices.ebsGbMonthUsd) / MONTH_HOURS;
  }
}

/** What a run used. */
export interface Usage {
  readonly durationMs: number;
  readonly fleet: FleetUsage;
  /** SQS requests as they are billed, in chunks of 64 KB, the empty receives included. */
  readonly sqsRequests: number;
  readonly sent: number;
  readonly deleted: number;
}

function line(item: string, quantity: number, unit: string, eachUsd: number): CostLine {
  return { item, quantity, unit, usd: quantity * eachUsd };
}

/** Something that is there all the time and billed by the month. The quantity is what is there, not months of it. */
function monthly(item: string, quantity: number, unit: string, eachMonthUsd: number, { durationMs }: Usage): CostLine {
  return { item, quantity, unit, usd: quantity * eachMonthUsd * (durationMs / (MONTH_HOURS * HOUR_MS)) };
}

const HOUR_SEC = 3600;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The month of AWS's own calculator. */
const MONTH_HOURS = 730;
const KB_PER_GB = 1_048_576;
/** Fargate pricing: ephemeral storage. */
const FREE_TASK_STORAGE_GB = 20;
