/**
 * What the embedded SQS carries: batches of ten sent, received and deleted over HTTP, next to fauxqs under the same load.
 *
 * Each server runs in a process of its own, so that its own time is measured apart from the client's. The client is a plain
 * HTTP one that keeps its connections; what it costs itself is told as well. The two servers take turns.
 *
 *     npm run bench -- sqs-wire
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { isQuick, median } from "./measure.ts";

const MESSAGES_A_ROUND = isQuick ? 10_000 : 60_000;
const ROUNDS = isQuick ? 3 : 5;
/** Until both servers are compiled: it takes that long. */
const WARM_UP_MESSAGES = 40_000;
const CONNECTIONS = 8;
const BODY = JSON.stringify({
  transaction: "a".repeat(36),
  amount: 12.34,
  currency: "CHF",
  note: "as long as a message often is".repeat(4),
});

type Peer = "headroom" | "fauxqs";
async function serve(peer: Peer): Promise<void> {
  const url = peer === "headroom" ? await serveHeadroom() : await serveFauxqs();
  process.on("message", () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss }));
  process.send?.({ url });
}

async function serveHeadroom(): Promise<string> {
  const { startAwsHost } = await import("../../runtime/local/server.ts");
  const { LocalSqs } = await import("../../runtime/local/sqs/local-sqs.ts");
  const sqs = new LocalSqs({ endpoint: () => host.url });
  const host = await startAwsHost({ services: [sqs.service] });
  return host.url;
}

async function serveFauxqs(): Promise<string> {
  const { startFauxqs } = await import("fauxqs");
  return (await startFauxqs({ port: 0, logger: false, host: "127.0.0.1" })).address;
}

interface Sample {
  readonly perSec: number;
  readonly serverUsPerMessage: number;
  readonly clientUsPerMessage: number;
}

async function measure(): Promise<void> {
  const peers: Record<Peer, Contestant> = { headroom: await Contestant.start("headroom"), fauxqs: await Contestant.start("fauxqs") };
  const samples: Record<Peer, Sample[]> = { headroom: [], fauxqs: [] };
  for (const peer of Object.values(peers)) await peer.round(WARM_UP_MESSAGES);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of ["headroom", "fauxqs"] as const) samples[peer].push(await peers[peer].round(MESSAGES_A_ROUND));
  }
  const of = (peer: Peer, figure: keyof Sample) => median(samples[peer].map((sample) => sample[figure]));
  for (const peer of ["headroom", "fauxqs"] as const) {
    const capacity = 1e6 / of(peer, "serverUsPerMessage");
    console.log(
      `${peer.padEnd(9)} ${of(peer, "perSec").toFixed(0).padStart(6)} messages/s end to end; server ${of(peer, "serverUsPerMessage").toFixed(1)} µs of processor a message (${capacity.toFixed(0)}/s a processor), client ${of(peer, "clientUsPerMessage").toFixed(1)} µs`,
    );
  }
  console.log(
    `headroom ÷ fauxqs: ${(of("headroom", "perSec") / of("fauxqs", "perSec")).toFixed(2)} × the messages a second, ${(of("fauxqs", "serverUsPerMessage") / of("headroom", "serverUsPerMessage")).toFixed(2)} × the messages a server second`,
  );
  for (const peer of Object.values(peers)) peer.stop();
}

/** A server process and the client that loads it. */
class Contestant {
  private readonly child: ChildProcess;
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private queueUrl = "";

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  static async start(peer: Peer): Promise<Contestant> {
    const child = fork(import.meta.filename, [`--serve=${peer}`]);
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    const contestant = new Contestant(child, url);
    const { QueueUrl } = (await contestant.ask("CreateQueue", { QueueName: "bench" })) as { QueueUrl: string };
    contestant.queueUrl = QueueUrl;
    return contestant;
  }

  async round(messages: number): Promise<Sample> {
    const before = await this.usage();
    const clientBefore = process.cpuUsage();
    const startedAt = performance.now();
    const left = { count: messages / 10 };
    const deleted = await Promise.all(Array.from({ length: CONNECTIONS }, () => this.loop(left)));
    const elapsedMs = performance.now() - startedAt;
    const client = process.cpuUsage(clientBefore);
    const after = await this.usage();
    const total = deleted.reduce((sum, count) => sum + count, 0);
    if (total !== messages) throw new Error(`${total} messages of ${messages} were deleted.`);
    return {
      perSec: (messages / elapsedMs) * 1000,
      serverUsPerMessage: (after.user + after.system - before.user - before.system) / messages,
      clientUsPerMessage: (client.user + client.system) / messages,
    };
  }

  stop(): void {
    this.agent.destroy();
    this.child.kill();
  }

  /** Ten sent, ten received, ten deleted, until there are no more batches to do. Returns how many it deleted. */
  private async loop(left: { count: number }): Promise<number> {
    const { queueUrl: QueueUrl } = this;
    const entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: BODY }));
    let deleted = 0;
    while (left.count > 0) {
      left.count -= 1;
      await this.ask("SendMessageBatch", { QueueUrl, Entries: entries });
      for (let held = 0; held < 10;) {
        const { Messages = [] } = (await this.ask("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 - held, WaitTimeSeconds: 20 })) as {
          Messages?: { ReceiptHandle: string }[];
        };
        if (Messages.length === 0) continue;
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
        const { Successful } = (await this.ask("DeleteMessageBatch", { QueueUrl, Entries })) as { Successful: unknown[] };
        held += Messages.length;
        deleted += Successful.length;
      }
    }
    return deleted;
  }

  private async usage(): Promise<NodeJS.CpuUsage> {
    this.child.send("usage");
    const [{ cpu }] = (await once(this.child, "message")) as [{ cpu: NodeJS.CpuUsage }];
    return cpu;
  }

  private ask(operation: string, input: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const asked = request(
        `${this.url}/`,
        {
          method: "POST",
          agent: this.agent,
          headers: {
            "content-type": "application/x-amz-json-1.0",
            "content-length": Buffer.byteLength(body),
            "x-amz-target": `AmazonSQS.${operation}`,
            authorization: "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("end", () => {
            if (response.statusCode === 200) resolve(text === "" ? {} : JSON.parse(text));
            else reject(new Error(`${operation}: ${response.statusCode ?? 0} ${text}`));
          });
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }
}

const served = process.argv.find((argument) => argument.startsWith("--serve="))?.slice("--serve=".length);
if (served === undefined) await measure();
else await serve(served as Peer);
