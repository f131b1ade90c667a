import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess, type Ended } from "../../support/command-process.ts";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker } from "../../support/worker-process.ts";

let sqs: Sqs;
let folder: string;

beforeAll(async () => {
  await builtWorker();
  sqs = await Sqs.start();
  folder = await mkdtemp(join(tmpdir(), "headroom-queues-"));
});

afterAll(async () => {
  await sqs.stop();
  await rm(folder, { recursive: true });
});

function headroom(...given: string[]): Promise<Ended> {
  return new CommandProcess(sqs.endpoint, given).ended;
}

/** A queue with a dead-letter queue behind it, which holds what was received more often than `maxReceiveCount`. */
async function withDeadLetters(name: string, maxReceiveCount = 1): Promise<{ url: string; deadUrl: string }> {
  const deadUrl = await sqs.queue(`${name}-dead`);
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${name}-dead`;
  const url = await sqs.queue(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
  return { url, deadUrl };
}

/** Receives all messages once and lets them go, so that the next receive finds them dead. */
async function kill(url: string, count: number): Promise<void> {
  let received = 0;
  while (received < count) {
    const input = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0, WaitTimeSeconds: 1 };
    received += (await sqs.client.send(new ReceiveMessageCommand(input))).Messages?.length ?? 0;
  }
  await until("the dead are moved", async () => {
    await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
    return (await depth(url)).deadLetters === count;
  });
}

async function depth(url: string): Promise<{ visible: number; inFlight: number; deadLetters: number | null }> {
  const { out, err, code } = await headroom("queue", "depth", url, "--json");
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as { visible: number; inFlight: number; deadLetters: number | null };
}

describe("headroom queue", () => {
  it("tells the depth of a queue and of its dead-letter queue", async () => {
    const { url, deadUrl } = await withDeadLetters("deep");
    await sqs.send(url, [1, 2, 3]);
    await sqs.send(deadUrl, ["dead"]);
    expect(await depth(url)).toEqual({ queue: "deep", visible: 3, inFlight: 0, delayed: 0, deadLetters: 1 });
    expect((await headroom("queue", "depth", url)).out).toBe(
      "deep: 3 visible, 0 in flight, 0 delayed\ndeep-dead, after 1 receives: 1 dead\n",
    );
  });

  it("peeks: shows messages, gives them back, and says that it counted as a receive", async () => {
    const url = await sqs.queue("looked-at");
    await sqs.send(
      url,
      ["a", "b", "c"].map((name) => ({ name })),
    );
    const { out, err } = await headroom("queue", "peek", url, "--json");
    const seen = JSON.parse(out) as { body: string; receiveCount: number }[];
    expect(seen.map(({ body }) => (JSON.parse(body) as { name: string }).name).sort()).toEqual(["a", "b", "c"]);
    expect(err).toBe("");
    expect(await depth(url)).toMatchObject({ visible: 3, inFlight: 0 });
    const again = await headroom("queue", "peek", url, "-n", "1");
    expect(again.out).toMatch(/received 2 times/);
    expect(again.err).toContain("Looking counted as a receive");
  });

  it("lists dead letters and moves them back to where they died", async () => {
    const { url } = await withDeadLetters("died-in");
    await sqs.send(
      url,
      Array.from({ length: 12 }, (_, number) => ({ number })),
    );
    await kill(url, 12);
    const listed = await headroom("queue", "dlq", "list", url, "-n", "3");
    expect(listed.out.match(/died in died-in/g)).toHaveLength(3);
    const moved = await headroom("queue", "dlq", "redrive", url);
    expect(moved).toMatchObject({ code: 0, out: "12 messages moved.\n" });
    expect(await depth(url)).toMatchObject({ visible: 12, deadLetters: 0 });
  });

  it("purges only when it is sure", async () => {
    const url = await sqs.queue("kept");
    await sqs.send(url, [1, 2]);
    const refused = await headroom("queue", "purge", url);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("wants --yes");
    expect(await depth(url)).toMatchObject({ visible: 2 });
    expect((await headroom("queue", "purge", url, "--yes")).code).toBe(0);
    await until("the queue is empty", async () => (await depth(url)).visible === 0);
  });

  it("says in one sentence what AWS refused", async () => {
    const url = (await sqs.queue("there")).replace("there", "not-there");
    const { code, err } = await headroom("queue", "depth", url);
    expect(code).toBe(1);
    expect(err).toMatch(/^headroom: GetQueueAttributes failed: .+\(QueueDoesNotExist\)\.\n$/);
  });
});

describe("headroom load", () => {
  it("sends at the rate that it is told to, each message with the time of its job", async () => {
    const url = await sqs.queue("loaded");
    const { code, out } = await headroom("load", "--queue-url", url, "--rate", "200", "--for", "2s", "--emulate", "--json");
    expect(code).toBe(0);
    const report = JSON.parse(out) as { due: number; taken: number; failed: object; unanswered: number };
    expect(report).toMatchObject({ failed: {}, unanswered: 0 });
    expect(report.taken).toBe(report.due);
    // Poisson with mean 400; six standard deviations.
    expect(Math.abs(report.due - 400)).toBeLessThan(120);
    expect((await depth(url)).visible).toBe(report.due);
    const { Messages = [] } = await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    for (const { Body = "" } of Messages) {
      const body = JSON.parse(Body) as { serviceTimeMs: number };
      expect(body.serviceTimeMs).toBeGreaterThanOrEqual(0);
      expect(Body.length).toBe(1024);
    }
  });

  it("sends the traffic of a scenario, and the same again with the same seed", async () => {
    const scenario = join(folder, "sent.json");
    const traffic = { kind: "renewal", ratePerSec: 50, batch: { kind: "fixed", count: 5 } };
    await writeFile(scenario, JSON.stringify({ version: 1, name: "Sent", run: { durationSec: 60 }, traffic }));
    const urls = await Promise.all(["first", "second"].map((name) => sqs.queue(name)));
    for (const url of urls) {
      const { code } = await headroom("load", "--scenario", scenario, "--queue-url", url, "--for", "1s", "--seed", "7");
      expect(code).toBe(0);
    }
    const [first, second] = await Promise.all(urls.map(depth));
    expect(first?.visible).toBeGreaterThan(20);
    expect(second?.visible).toBe(first?.visible);
  });

  it("reports what it has sent when it is stopped", async () => {
    const url = await sqs.queue("stopped");
    const process = new CommandProcess(sqs.endpoint, ["load", "--queue-url", url, "--rate", "100", "--for", "1h"]);
    await until("something is sent", async () => (await depth(url)).visible > 20);
    const { code, out } = await process.kill("SIGINT");
    expect(code).toBe(0);
    expect(out).toMatch(/messages due \(.+ \/s\).+ taken/);
    expect(out).toContain("No errors");
  });

  it.each([
    [["--rate", "5"], "--for 60s"],
    [["--for", "5s"], "--rate MESSAGES_PER_SECOND"],
    [["--rate", "5", "--for", "5s", "--api", "nowhere"], "--api is nowhere"],
  ])("with %j says what is missing or wrong", async (given, words) => {
    const { code, err } = await headroom("load", ...given);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
