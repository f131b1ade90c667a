import { describe, expect, it } from "vitest";
import { Bill, type Usage } from "../../../sim/model/cost.ts";
import { INSTANCE_PER_HOUR_USD } from "../../../sim/model/instance-prices.ts";
import { PRICES } from "../../../sim/model/prices.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import { simulate } from "../../../sim/simulate.ts";

const HOUR_MS = 3_600_000;
const MONTH_MS = 730 * HOUR_MS;

function billOf(scenario: object): Bill {
  const read = readScenario({ version: 1, name: "Bill", ...scenario });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return new Bill(read.scenario);
}

/** A day of two t3.medium. */
const day: Usage = {
  durationMs: 24 * HOUR_MS,
  fleet: { onDemandMs: 48 * HOUR_MS, spotMs: 0, runningMs: 48 * HOUR_MS, storedMs: 48 * HOUR_MS },
  sqsRequests: 2_500_000,
  sent: 1_000_000,
  deleted: 1_000_000,
};

/** A month of so many instances or tasks, all the time. */
const month = (instances: number, more: Partial<Usage> = {}): Usage => {
  const ms = instances * MONTH_MS;
  return {
    durationMs: MONTH_MS,
    fleet: { onDemandMs: ms, spotMs: 0, runningMs: ms, storedMs: ms },
    sqsRequests: 0,
    sent: 0,
    deleted: 0,
    ...more,
  };
};

const linesOf = (bill: Bill, usage: Usage) => Object.fromEntries(bill.of(usage).lines.map(({ item, usd }) => [item, usd]));

describe("the cost of a run", () => {
  const bill = billOf({ fleet: { volumeGb: 0 } });

  it("has a line for each thing that is paid for, which add up", () => {
    const { lines, totalUsd } = bill.of(day);
    expect(lines).toEqual([
      { item: "Instances", quantity: 48, unit: "h", usd: expect.closeTo(48 * 0.0416, 10) as number },
      { item: "SQS requests", quantity: 2.5, unit: "million", usd: expect.closeTo(1, 10) as number },
    ]);
    expect(totalUsd).toBeCloseTo(48 * 0.0416 + 1, 10);
  });

  it("is stretched to a month of 730 hours, and shared out over the messages", () => {
    const { totalUsd, perMonthUsd, perMillionMessagesUsd } = bill.of(day);
    expect(perMonthUsd).toBeCloseTo((totalUsd * 730) / 24, 8);
    expect(perMillionMessagesUsd).toBeCloseTo(totalUsd, 10);
    expect(bill.of({ ...day, deleted: 250_000 }).perMillionMessagesUsd).toBeCloseTo(4 * totalUsd, 10);
  });

  it("a message is not known when there was none", () => {
    expect(bill.of({ ...day, deleted: 0 }).perMillionMessagesUsd).toBeNaN();
  });

  it("leaves out what comes to nothing", () => {
    expect(bill.of({ ...month(0) }).lines).toEqual([]);
  });

  it("takes any price from the scenario instead", () => {
    const dear = billOf({ money: { instancePerHourUsd: 1, prices: { ebsGbMonthUsd: 0.16 } } });
    expect(linesOf(dear, day)).toMatchObject({ Instances: 48, Volumes: expect.closeTo((48 * 8 * 0.16) / 730, 10) as number });
  });
});

describe("a line", () => {
  it("for Spot costs its share of the list price", () => {
    const bill = billOf({ fleet: { volumeGb: 0, spot: {} } });
    const usage = { ...day, fleet: { ...day.fleet, onDemandMs: 0, spotMs: 48 * HOUR_MS } };
    expect(linesOf(bill, usage)["Spot instances"]).toBeCloseTo(48 * 0.0416 * PRICES.spotShareUsd.usd, 10);
  });

  it("for an instance that is stopped in the pool is that of its volume", () => {
    const bill = billOf({});
    expect(bill.perHourUsd({ booting: 0, warmPool: 3, onDemand: 0, spot: 0, stored: 3 })).toBeCloseTo((3 * 8 * 0.08) / 730, 12);
    expect(bill.perHourUsd({ booting: 0, warmPool: 0, onDemand: 2, spot: 0, stored: 0 })).toBeCloseTo(
      2 * 0.0416 + (2 * 8 * 0.08) / 730,
      12,
    );
  });

  it("for an address is billed while the instance runs", () => {
    expect(linesOf(billOf({ fleet: { publicAddress: true } }), day)["Public addresses"]).toBeCloseTo(0.24, 10);
  });

  it("for FIFO requests and for fair queues has its own price", () => {
    expect(linesOf(billOf({ queue: { type: "fifo" } }), day)).toMatchObject({ "SQS FIFO requests": 1.25 });
    expect(linesOf(billOf({ queue: { groups: {} } }), day)).toMatchObject({ "SQS requests": 1, "SQS fair queue": 0.25 });
  });

  it("for a high-resolution alarm is three times that of another", () => {
    const lines = linesOf(billOf({ money: { monitoring: { alarms: 2, highResolutionAlarms: 2 } } }), month(1));
    expect(lines["High-resolution alarms"]).toBeCloseTo(3 * (lines["Alarms"] as number), 10);
  });

  it("for traffic goes through NAT gateways, or else through endpoints", () => {
    const through = (network: object) =>
      linesOf(billOf({ money: { network: { trafficKbPerMessage: 1024, ...network } } }), month(1, { sent: 1024 * 10 }));
    expect(through({ natGateways: 1, endpointZones: 2 })).toMatchObject({
      "NAT gateways": expect.closeTo(32.85, 8) as number,
      "Traffic through NAT": expect.closeTo(0.45, 8) as number,
    });
    expect(through({ endpointZones: 2 })).toMatchObject({
      "Interface endpoints": expect.closeTo(14.6, 8) as number,
      "Traffic through endpoints": expect.closeTo(0.1, 8) as number,
    });
    expect(through({})).not.toHaveProperty("Traffic through endpoints");
  });

  it("for an agent that reports every ten seconds from ten instances is AWS's own example: $25.92 in thirty days", () => {
    const bill = billOf({ money: { monitoring: { putMetricPerInstanceMin: 6 } } });
    const ms = 720 * HOUR_MS;
    const usage = { ...month(0), durationMs: ms, fleet: { onDemandMs: 10 * ms, spotMs: 0, runningMs: 10 * ms, storedMs: 0 } };
    expect(linesOf(bill, usage)["PutMetricData"]).toBeCloseTo(25.92, 8);
  });
});

/** The five documents' own sums. Where ours differ, the test says by how much and why. */
describe("published bills", () => {
  it("two Fargate tasks of 0.25 vCPU and 0.5 GB, always on, come to about $17: $18.02 in 730 hours, $17.77 in thirty days", () => {
    const bill = billOf({ fleet: { platform: "fargate" } });
    expect(bill.of(month(2)).totalUsd).toBeCloseTo(18.02, 2);
    expect((bill.of(month(2)).totalUsd * 720) / 730).toBeCloseTo(17.77, 2);
    const arm = billOf({ fleet: { platform: "fargate", task: { architecture: "arm" } } });
    expect(arm.of(month(2)).totalUsd).toBeCloseTo(14.42, 2);
  });

  /**
   * Online banking, 100,000 transactions a day, three t3.medium on average: $251 a month of thirty days. Its parts are
   * given without their arithmetic, so what they must have been made of is put in here.
   */
  describe("the banking system's $251", () => {
    const HOURS = 720;
    const TRANSACTIONS = 3_000_000;
    const ms = HOURS * HOUR_MS;
    const scenario = {
      fleet: { instanceType: "t3.medium", volumeGb: 25 },
      money: {
        producer: { api: "rest", lambdaMs: 96, lambdaMb: 512 },
        network: { natGateways: 1, trafficKbPerMessage: (280 * 1_048_576) / TRANSACTIONS, loadBalancers: 1, loadBalancerUnits: 1.5 },
        otherPerMonthUsd: (30.7 * 730) / HOURS,
      },
    };
    const usage: Usage = {
      durationMs: ms,
      fleet: { onDemandMs: 3 * ms, spotMs: 0, runningMs: 3 * ms, storedMs: 3 * ms },
      sqsRequests: 3 * TRANSACTIONS,
      sent: TRANSACTIONS,
      deleted: TRANSACTIONS,
    };
    const lines = linesOf(billOf(scenario), usage);
    const sum = (...items: string[]) => items.reduce((total, item) => total + (lines[item] ?? 0), 0);

    it.each([
      // Stated, ours, and why they differ.
      {
        part: "EC2",
        stated: 93.6,
        items: ["Instances", "Volumes"],
        ours: 95.77,
        why: "its own parts, 89.86 and 6.00, are 95.86; volumes by 730 hours are 5.92",
      },
      {
        part: "NAT",
        stated: 45,
        items: ["NAT gateways", "Traffic through NAT"],
        ours: 45,
        why: "one gateway is 32.40; 280 GB of traffic make up the rest",
      },
      {
        part: "load balancer",
        stated: 22,
        items: ["Load balancers", "Load balancer capacity"],
        ours: 24.84,
        why: "16.20 and 8.64 are 24.84, not 22",
      },
      { part: "API Gateway", stated: 10.5, items: ["API Gateway"], ours: 10.5, why: "3 million at $3.50" },
      {
        part: "Lambda",
        stated: 3,
        items: ["Lambda requests", "Lambda time"],
        ours: 3,
        why: "0.60 for requests; 96 ms at 512 MB make up the rest",
      },
      {
        part: "SQS",
        stated: 1.2,
        items: ["SQS requests"],
        ours: 3.6,
        why: "9 million requests at $0.40 are 3.60; 1.20 counts the messages only",
      },
      { part: "other", stated: 30.7, items: ["Anything else"], ours: 30.7, why: "taken as stated" },
    ])("$part: $stated stated, $ours here: $why", ({ items, ours }) => {
      expect(sum(...items)).toBeCloseTo(ours, 2);
    });

    it("DynamoDB: 25 stated; three writes and three reads a transaction are 6.75 here, and 25 buys ten and seventeen", () => {
      const dynamo = (writes: number, reads: number) =>
        linesOf(billOf({ money: { storage: { dynamoWritesPerMessage: writes, dynamoReadsPerMessage: reads } } }), usage);
      expect(dynamo(3, 3)["DynamoDB writes"]! + dynamo(3, 3)["DynamoDB reads"]!).toBeCloseTo(6.75, 8);
      expect(dynamo(10, 16.67)["DynamoDB writes"]! + dynamo(10, 16.67)["DynamoDB reads"]!).toBeCloseTo(25, 2);
    });

    it("CloudWatch: 20 stated; five metrics, eight alarms, a dashboard, 4 KB of logs a message and a report a minute are 11.38 here", () => {
      const watched = linesOf(
        billOf({ money: { monitoring: { customMetrics: 5, alarms: 8, dashboards: 1, logKbPerMessage: 4, putMetricPerMin: 1 } } }),
        usage,
      );
      const total = Object.entries(watched)
        .filter(([item]) => !["Instances", "Volumes", "SQS requests"].includes(item))
        .reduce((all, [, usd]) => all + usd, 0);
      expect(total).toBeCloseTo(11.38, 2);
    });

    it("the total: 251.00 stated as the sum of its lines; with the sums put right, 258.41", () => {
      expect(93.6 + 45 + 25 + 22 + 20 + 10.5 + 3 + 1.2 + 30.7).toBeCloseTo(251, 8);
      const ours = Object.values(lines).reduce((total, usd) => total + usd, 0) + 25 + 20;
      expect(ours).toBeCloseTo(258.41, 2);
    });
  });
});

it("a run's bill is what its lines say, and its column integrates to the fleet's part of it", () => {
  const read = readScenario({
    version: 1,
    name: "An hour",
    run: { durationSec: 3600, sampleEverySec: 1 },
    traffic: { kind: "poisson", ratePerSec: 20 },
    fleet: { min: 3, max: 3, spot: { share: 0.34, interruptedPerDay: 0 } },
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  const { summary, columns } = simulate(read.scenario, 1);
  const usd = Object.fromEntries(summary.cost.lines.map(({ item, usd: line }) => [item, line]));
  expect(usd["Instances"]).toBeCloseTo(2 * INSTANCE_PER_HOUR_USD["t3.medium"], 10);
  expect(usd["Spot instances"]).toBeCloseTo(INSTANCE_PER_HOUR_USD["t3.medium"] * 0.4, 10);
  const hours = columns.costPerHourUsd.slice(0, -1).reduce((sum, rate) => sum + rate, 0) / 3600;
  expect(hours).toBeCloseTo(usd["Instances"]! + usd["Spot instances"]! + usd["Volumes"]!, 8);
  const { send, receive, deleteBatch, changeVisibilityBatch } = summary.requests;
  expect(usd["SQS requests"]).toBeCloseTo(((send + receive + deleteBatch + changeVisibilityBatch) / 1e6) * 0.4, 10);
});
