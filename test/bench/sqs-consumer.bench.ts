/**
 * Headroom's worker next to sqs-consumer 15, on the same embedded SQS, the same SDK, the same messages, as many jobs at a
 * time. Jobs sleep as long as their message says, so that what is measured is how the slots are kept busy and what it costs.
 *
 * sqs-consumer runs as fast as it can be made to: it has no setting for more than one batch at a time, so there is one
 * consumer for every ten slots, each with batches of ten, long polls, and one client with as many connections as it
 * likes. It is run in both of its ways, `handleMessageBatch` (one batched delete) and `handleMessage` (a delete for each message
 * as it is done), and compared by the better figure of each. Headroom runs with its defaults but for the number of slots and receives.
 *
 * Each side is a process of its own, as is the server; they take turns. Two measurements of each:
 * - a queue that is full from the start: messages a second, and processor time of the worker's process for each;
 * - messages that arrive at a steady rate that both can serve: the 99th percentile from send to the end of the job.
 *
 *     npm run bench -- sqs-consumer
 */
import { SendMessageBatchCommand, SQSClient, CreateQueueCommand, type Message } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Consumer } from "sqs-consumer";
import { SqsQueue } from "../../runtime/aws/queue.ts";
import { REAL_CLOCK } from "../../runtime/clock.ts";
import { createLog } from "../../runtime/log.ts";
import { readSettings } from "../../runtime/settings.ts";
import { WorkerDriver } from "../../runtime/worker/driver.ts";
import { JobRunner } from "../../runtime/worker/jobs.ts";
import { coreSettings, queueSettings, WORKER_SETTINGS } from "../../runtime/worker/settings.ts";
import { Telemetry } from "../../runtime/worker/telemetry.ts";
import { RandomStream } from "../../sim/index.ts";
import { isQuick, median } from "./measure.ts";

const SLOTS = 40;
const ROUNDS = isQuick ? 1 : 3;
const CONTESTANTS = ["headroom", "sqs-consumer batch", "sqs-consumer each"] as const;
type Contestant = (typeof CONTESTANTS)[number];

interface Load {
  readonly name: string;
  readonly serviceMs: (stream: RandomStream) => number;
  /** Messages of a full queue. */
  readonly full: number;
  /** Messages a second that arrive steadily, and for how long. */
  readonly ratePerSec: number;
  readonly forSec: number;
}

const LOADS: readonly Load[] = [
  { name: "short jobs (5 ms)", serviceMs: () => 5, full: isQuick ? 4000 : 12_000, ratePerSec: 500, forSec: isQuick ? 2 : 5 },
  {
    name: "mixed lengths (exponential, mean 50 ms)",
    serviceMs: (stream) => stream.exponential() * 50,
    full: isQuick ? 1000 : 3000,
    ratePerSec: 200,
    forSec: isQuick ? 2 : 5,
  },
];

interface Task {
  readonly contestant: Contestant;
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly messages: number;
}

interface Sample {
  readonly elapsedMs: number;
  readonly cpuUsPerMessage: number;
  readonly p99Ms: number;
}

async function measure(): Promise<void> {
  const server = fork(import.meta.filename, ["--role=server"]);
  const [{ endpoint }] = (await once(server, "message")) as [{ endpoint: string }];
  const client = clientOf(endpoint);
  for (const load of LOADS) {
    const full: Record<Contestant, Sample[]> = byContestant();
    const steady: Record<Contestant, Sample[]> = byContestant();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const contestant of CONTESTANTS) {
        full[contestant].push(await runFull(client, endpoint, contestant, load, round));
        steady[contestant].push(await runSteady(client, endpoint, contestant, load, round));
      }
    }
    report(load, full, steady);
  }
  client.destroy();
  server.kill();
}

function byContestant(): Record<Contestant, Sample[]> {
  return { headroom: [], "sqs-consumer batch": [], "sqs-consumer each": [] };
}

function report(load: Load, full: Record<Contestant, Sample[]>, steady: Record<Contestant, Sample[]>): void {
  console.log(`\n${load.name}, ${SLOTS} at a time; median of ${ROUNDS}`);
  const figures = CONTESTANTS.map((contestant) => ({
    contestant,
    perSec: median(full[contestant].map(({ elapsedMs }) => (load.full / elapsedMs) * 1000)),
    cpuUs: median(full[contestant].map(({ cpuUsPerMessage }) => cpuUsPerMessage)),
    p99Ms: median(steady[contestant].map(({ p99Ms }) => p99Ms)),
  }));
  for (const { contestant, perSec, cpuUs, p99Ms } of figures) {
    console.log(
      `${contestant.padEnd(19)} ${perSec.toFixed(0).padStart(6)} messages/s, ${cpuUs.toFixed(0).padStart(4)} µs of processor a message; at ${load.ratePerSec}/s p99 ${p99Ms.toFixed(0).padStart(5)} ms`,
    );
  }
  const [ours, ...theirs] = figures;
  if (ours === undefined) return;
  const throughput = ours.perSec / Math.max(...theirs.map(({ perSec }) => perSec));
  const cpu = ours.cpuUs / Math.min(...theirs.map(({ cpuUs }) => cpuUs));
  const p99 = ours.p99Ms / Math.min(...theirs.map(({ p99Ms }) => p99Ms));
  console.log(
    `headroom ÷ the better of the two: throughput ${throughput.toFixed(2)} ×, processor ${cpu.toFixed(2)} ×, p99 ${p99.toFixed(2)} ×`,
  );
}

async function runFull(client: SQSClient, endpoint: string, contestant: Contestant, load: Load, round: number): Promise<Sample> {
  const queueUrl = await makeQueue(client);
  const stream = new RandomStream(round, "service");
  await send(
    client,
    queueUrl,
    Array.from({ length: load.full }, () => load.serviceMs(stream)),
  );
  const side = await Side.start({ contestant, endpoint, queueUrl, messages: load.full });
  side.go();
  return side.done;
}

async function runSteady(client: SQSClient, endpoint: string, contestant: Contestant, load: Load, round: number): Promise<Sample> {
  const queueUrl = await makeQueue(client);
  const stream = new RandomStream(round, "service");
  const messages = load.ratePerSec * load.forSec;
  const side = await Side.start({ contestant, endpoint, queueUrl, messages });
  side.go();
  const startedAt = performance.now();
  let sent = 0;
  while (sent < messages) {
    const due = Math.min(messages, Math.floor(((performance.now() - startedAt) / 1000) * load.ratePerSec));
    if (due > sent)
      await send(
        client,
        queueUrl,
        Array.from({ length: due - sent }, () => load.serviceMs(stream)),
      );
    sent = Math.max(sent, due);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return side.done;
}

let queues = 0;
async function makeQueue(client: SQSClient): Promise<string> {
  queues += 1;
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: `bench-${queues}` }));
  return QueueUrl;
}

async function send(client: SQSClient, queueUrl: string, serviceTimesMs: readonly number[]): Promise<void> {
  const batches: Promise<unknown>[] = [];
  for (let first = 0; first < serviceTimesMs.length; first += 10) {
    const Entries = serviceTimesMs
      .slice(first, first + 10)
      .map((serviceTimeMs, index) => ({ Id: String(index), MessageBody: JSON.stringify({ serviceTimeMs }) }));
    batches.push(client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })));
    if (batches.length % 8 === 0) await Promise.all(batches.splice(0));
  }
  await Promise.all(batches);
}

/** One side's process, as the measuring one sees it. */
class Side {
  readonly done: Promise<Sample>;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.done = once(child, "message").then(([sample]) => sample as Sample);
  }

  static async start(task: Task): Promise<Side> {
    const child = fork(import.meta.filename, ["--role=side", JSON.stringify(task)]);
    await once(child, "message");
    return new Side(child);
  }

  go(): void {
    this.child.send("go");
  }
}

/** In one side's process: works on so many messages and says what it took. */
async function take(task: Task): Promise<void> {
  const latenciesMs: number[] = [];
  let before = process.cpuUsage();
  let startedAt = 0;
  const jobDone = (sentAt: number) => {
    latenciesMs.push(Date.now() - sentAt);
    if (latenciesMs.length < task.messages) return;
    const { user, system } = process.cpuUsage(before);
    const ascending = latenciesMs.toSorted((a, b) => a - b);
    const sample: Sample = {
      elapsedMs: performance.now() - startedAt,
      cpuUsPerMessage: (user + system) / task.messages,
      p99Ms: ascending[Math.ceil(ascending.length * 0.99) - 1] ?? NaN,
    };
    process.send?.(sample, () => process.exit(0));
  };
  const start = task.contestant === "headroom" ? headroom(task, jobDone) : sqsConsumer(task, jobDone);
  process.send?.("ready");
  await once(process, "message");
  before = process.cpuUsage();
  startedAt = performance.now();
  start();
}

function headroom({ endpoint, queueUrl }: Task, jobDone: (sentAt: number) => void): () => void {
  const environment = { QUEUE_URL: queueUrl, AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1", HANDLER: "bench" };
  const own = { SLOTS: String(SLOTS), CONCURRENT_RECEIVES: process.env["CR"] ?? "1" };
  const settings = readSettings(WORKER_SETTINGS, { environment: { ...environment, ...own } });
  const telemetry = new Telemetry();
  const log = createLog("warn", "bench");
  const jobs = new JobRunner({
    handler: async ({ body, sentAt }) => {
      await sleepAsIn(body);
      jobDone(sentAt);
      return undefined;
    },
    timeLimitMs: settings.JOB_TIME_LIMIT_SEC * 1000,
    clock: REAL_CLOCK,
    log,
    jobEnded: (result, durationMs) => telemetry.jobEnded(result, durationMs),
  });
  const driver = new WorkerDriver({
    backOffJitterSeed: 0,
    worker: coreSettings(settings),
    queueSettings: queueSettings(settings),
    queue: new SqsQueue({ queueUrl, endpoint, region: "us-east-1" }),
    jobs,
    clock: REAL_CLOCK,
    telemetry,
    log,
    failed(error) {
      throw error;
    },
  });
  return () => driver.start();
}

function sqsConsumer({ contestant, endpoint, queueUrl }: Task, jobDone: (sentAt: number) => void): () => void {
  const sqs = clientOf(endpoint);
  const work = async (message: Message) => {
    await sleepAsIn(message.Body ?? "");
    jobDone(Number(message.Attributes?.SentTimestamp));
    return message;
  };
  const handling =
    contestant === "sqs-consumer batch"
      ? { handleMessageBatch: (messages: Message[]) => Promise.all(messages.map(work)) }
      : { handleMessage: work };
  const consumers = Array.from({ length: SLOTS / 10 }, () =>
    Consumer.create({ queueUrl, sqs, batchSize: 10, waitTimeSeconds: 20, messageSystemAttributeNames: ["SentTimestamp"], ...handling }),
  );
  for (const consumer of consumers) {
    consumer.on("error", (error) => {
      throw error;
    });
  }
  return () => {
    for (const consumer of consumers) consumer.start();
  };
}

function sleepAsIn(body: string): Promise<void> {
  const { serviceTimeMs } = JSON.parse(body) as { serviceTimeMs: number };
  return new Promise((resolve) => {
    setTimeout(resolve, serviceTimeMs);
  });
}

function clientOf(endpoint: string): SQSClient {
  const requestHandler = new NodeHttpHandler({ httpAgent: { maxSockets: Infinity } });
  return new SQSClient({ region: "us-east-1", endpoint, requestHandler, credentials: CREDENTIALS });
}

async function serve(): Promise<void> {
  const { startAwsHost } = await import("../../runtime/local/server.ts");
  const { LocalSqs } = await import("../../runtime/local/sqs/local-sqs.ts");
  const sqs = new LocalSqs({ endpoint: () => host.url });
  const host = await startAwsHost({ services: [sqs.service] });
  process.send?.({ endpoint: host.url });
}

const CREDENTIALS = { accessKeyId: "bench", secretAccessKey: "bench" };
process.env["AWS_ACCESS_KEY_ID"] = CREDENTIALS.accessKeyId;
process.env["AWS_SECRET_ACCESS_KEY"] = CREDENTIALS.secretAccessKey;
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const role = process.argv.find((argument) => argument.startsWith("--role="))?.slice("--role=".length);
if (role === "server") await serve();
else if (role === "side") await take(JSON.parse(process.argv.at(-1) ?? "") as Task);
else await measure();
