import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LocalAutoScaling } from "../../../runtime/local/autoscaling/local-autoscaling.ts";
import { LocalCloudWatch } from "../../../runtime/local/cloudwatch/local-cloudwatch.ts";
import { CommandProcess } from "../../support/command-process.ts";
import { quickFleet } from "../../support/quick-fleet.ts";
import { TestMachines } from "../../support/served-group-world.ts";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker } from "../../support/worker-process.ts";

const CREDENTIALS = { region: "us-east-1", credentials: { accessKeyId: "nobody", secretAccessKey: "a-secret-of-nobody" } };
const OWN = "test/fixtures/policies/messages-per-instance.ts";

let sqs: Sqs;
let folder: string;
let scenario: string;
let autoScaling: LocalAutoScaling;
let groups: AutoScalingClient;
let metrics: CloudWatchClient;
let count = 0;
/** Of the present test. */
let group: string;
let queueUrl: string;

beforeAll(async () => {
  await builtWorker();
  folder = await mkdtemp(join(tmpdir(), "headroom-scalers-"));
  scenario = join(folder, "exact.json");
  await writeFile(scenario, JSON.stringify({ version: 1, name: "Exact", policy: { kind: "exact-backlog", target: 10 } }));
  const cloudWatch: LocalCloudWatch = new LocalCloudWatch({ groupFigures: () => autoScaling.figures() });
  autoScaling = new LocalAutoScaling({ machines: new TestMachines(), metrics: cloudWatch, scenario: quickFleet(), mostInstances: 100 });
  sqs = await Sqs.start([autoScaling.service, cloudWatch.service]);
  groups = new AutoScalingClient({ ...CREDENTIALS, endpoint: sqs.endpoint });
  metrics = new CloudWatchClient({ ...CREDENTIALS, endpoint: sqs.endpoint });
});

afterAll(async () => {
  groups.destroy();
  metrics.destroy();
  autoScaling.stop();
  await sqs.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  sqs.faults.set([]);
  group = `fleet-${(count += 1)}`;
  queueUrl = await sqs.queue(`jobs-${count}`);
  autoScaling.makeGroup({
    name: group,
    min: 0,
    max: 8,
    initial: 1,
    zoneNames: ["us-east-1a"],
    opaque: {},
    defaultCooldownMs: 0,
    defaultWarmUpMs: undefined,
    protectsNewInstances: false,
  });
});

function scaler(...given: string[]): CommandProcess {
  const where = ["--group", group, "--queue-url", queueUrl, "--port", "0", "--interval", "1"];
  return new CommandProcess(sqs.endpoint, ["scaler", ...where, ...given]);
}

async function described() {
  const { AutoScalingGroups: [found] = [] } = await groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }));
  return found;
}

async function send(messages: number): Promise<void> {
  await sqs.send(queueUrl, Array<number>(messages).fill(0));
}

function replay(...given: string[]) {
  return new CommandProcess(sqs.endpoint, ["replay", ...given]).ended;
}

describe("headroom scaler", () => {
  it("sizes the group by its policy; its log replays in full; SIGTERM ends it and frees the lease", async () => {
    const log = join(folder, "decisions.jsonl");
    const process = scaler("--scenario", scenario, "--log", log);
    await send(45);
    await until("the group has five", async () => (await described())?.DesiredCapacity === 5);
    await until(
      "they are in service",
      async () => (await described())?.Instances?.filter(({ LifecycleState }) => LifecycleState === "InService").length === 5,
    );
    expect((await described())?.Tags?.[0]?.Value).toMatch(/^\S+ \d+$/);
    const ended = await process.kill();
    expect(ended.code, ended.err).toBe(0);
    expect((await described())?.Tags?.[0]?.Value).toBe("free");
    const replayed = await replay(log);
    expect(replayed).toMatchObject({ code: 0, err: "" });
    expect(replayed.out).toMatch(/^Agreed: \d+ decisions, \d+ of them another capacity/);
    const text = await readFile(log, "utf8");
    await writeFile(log, text.replace('"desired":5', '"desired":6'));
    expect(await replay(log)).toMatchObject({ code: 1, out: expect.stringMatching(/^Differs at line \d+/) as string });
  });

  it("goes on while AWS throttles, fails and loses answers, and its log still replays", async () => {
    const process = scaler("--scenario", scenario);
    await process.line("a first review", ({ line }) => line === "review");
    sqs.faults.set([
      { service: "autoscaling", operation: "CreateOrUpdateTags" },
      { service: "autoscaling", throttledProbability: 0.3, failedProbability: 0.2, lostAnswerProbability: 0.1 },
      { service: "sqs", throttledProbability: 0.3, failedProbability: 0.2 },
    ]);
    await send(30).catch(() => undefined);
    await process.line("a review that did not take place", ({ line }) => line === "skipped");
    sqs.faults.set([]);
    await send(30);
    await until("the group has grown", async () => ((await described())?.DesiredCapacity ?? 0) >= 3);
    const { code, out } = await process.kill();
    expect(code).toBe(0);
    const log = join(folder, "troubled.jsonl");
    await writeFile(log, out);
    expect(await replay(log)).toMatchObject({ code: 0 });
  });

  it("in a dry run says what it would do, and leaves the group and its tags", async () => {
    await send(45);
    const process = scaler("--policy", OWN, "--dry-run");
    const review = await process.line("a decision", ({ line }) => line === "review");
    expect(review).toMatchObject({ observation: { backlog: { value: 45 } }, outcome: { role: "dry run" } });
    const { code, out } = await process.kill();
    expect(code).toBe(0);
    expect(await described()).toMatchObject({ DesiredCapacity: 1 });
    expect((await described())?.Tags ?? []).toEqual([]);
    const log = join(folder, "own.jsonl");
    await writeFile(log, out);
    expect((await replay(log)).out).toContain("messages-per-instance.ts");
    expect(await replay(log, "--policy", OWN)).toMatchObject({ code: 0 });
  });

  it("runs twice: one acts, the other stands by, and takes over when the first is ended", async () => {
    const first = scaler("--scenario", scenario);
    await first.line("the first acts", ({ msg }) => msg === "this scaler acts from now on");
    const second = scaler("--scenario", scenario);
    await second.line("the second reviews", ({ line }) => line === "review");
    await send(25);
    await until("the group has three", async () => (await described())?.DesiredCapacity === 3);
    expect(second.lines.filter(({ msg }) => msg === "changed the group")).toEqual([]);
    await first.kill();
    await send(30);
    await second.line("the second acts", ({ msg }) => msg === "changed the group");
    expect((await described())?.DesiredCapacity).toBe(6);
    expect((await second.kill()).code).toBe(0);
  }, 90_000);

  it.each([
    [["--group", "g", "--queue-url", "http://localhost/0/q"], "--scenario"],
    [["--scenario", "nowhere.json", "--group", "g", "--queue-url", "http://localhost/0/q"], "nowhere.json: there is no such file"],
    [["--policy", OWN, "--queue-url", "q", "--interval", "often"], "AUTO_SCALING_GROUP_NAME is not set"],
    [["--policy", OWN, "--queue-url", "q", "--interval", "often"], "INTERVAL_SEC"],
  ])("with %j says what is missing or wrong", async (given, words) => {
    const { code, err } = await new CommandProcess(sqs.endpoint, ["scaler", ...given]).ended;
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});

describe("headroom metrics", () => {
  let page: Server;

  beforeAll(async () => {
    page = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ phase: "working", slots: 4, busySlots: 3, uptimeSec: 5, jobs: { done: 1 }, jobTimeMs: 10 }));
    });
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => {
    page.close();
  });

  it("publishes each period what CloudWatch then gives back, under the names that Terraform reads", async () => {
    await send(12);
    const { port } = page.address() as AddressInfo;
    const process = new CommandProcess(sqs.endpoint, [
      ...["metrics", "--group", group, "--queue-url", queueUrl, "--period", "10", "--workers", `http://127.0.0.1:${port}`],
    ]);
    const queueName = queueUrl.split("/").at(-1);
    const Dimensions = [
      { Name: "QueueName", Value: queueName },
      { Name: "AutoScalingGroupName", Value: group },
    ];
    const names = ["BacklogPerInstance", "InFlightMessages", "BusyShare", "InServiceInstances", "AgeOfOldestMessage"];
    const read = async () => {
      const now = Date.now();
      const { MetricDataResults = [] } = await metrics.send(
        new GetMetricDataCommand({
          StartTime: new Date(now - 120_000),
          EndTime: new Date(now + 10_000),
          MetricDataQueries: names.map((MetricName, index) => ({
            Id: `m${index}`,
            MetricStat: { Metric: { Namespace: "Headroom", MetricName, Dimensions }, Period: 10, Stat: "Average" },
          })),
        }),
      );
      return MetricDataResults.map(({ Values = [] }) => Values.at(-1));
    };
    await until("the metrics are there", async () => (await read())[0] !== undefined, 30_000);
    expect(await read()).toEqual([12, 0, 0.75, 1, undefined]);
    expect((await process.kill()).code).toBe(0);
  });
});
