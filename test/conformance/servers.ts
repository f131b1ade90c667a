/** The servers that the queue model is compared with. */
import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import { startAwsHost, type AwsHost } from "../../runtime/local/server.ts";
import { LocalSqs } from "../../runtime/local/sqs/local-sqs.ts";
import { ManualClock } from "../support/manual-clock.ts";

export interface Server {
  readonly client: SQSClient;
  /** How long a script may wait at a time, in seconds. */
  readonly waitsSec: readonly number[];
  /** Wait time of receives: 0 where a short poll sees everything. */
  readonly pollSec: number;
  /** How many scripts to run. */
  readonly runs: number;
  readonly wait: (sec: number) => Promise<void>;
  /**
   * Where time goes by itself: waits until the next command may be given, and returns by how much the model's time has to
   * follow. Commands are given every {@link SLOT_SEC}, and all timeouts end two seconds into a slot, when nobody asks:
   * so it does not matter how long an answer took.
   */
  readonly nextSlot: (() => Promise<number>) | undefined;
  /** Whether GetQueueAttributes tells at once what is so; AWS takes up to a minute. */
  readonly countsAtOnce: boolean;
  /** Whether the server departs from SQS here: it is then not asked to do this, or its answer is not compared. Counts it. */
  readonly deviates: (deviation: Deviation) => boolean;
  readonly stop: () => Promise<void>;
}

/** Where fauxqs is not like SQS. */
const DEVIATIONS = {
  "timeouts between receives":
    "it notices ended timeouts and delays at the next receive only; SQS does so at once (so a receive follows each wait here)",
  "delete after the timeout":
    "its handles end when it notices the end of the timeout; SQS deletes with the newest handle of a standard queue, and fails on a FIFO queue (DeleteMessage)",
  "delete after a newer receive": "on a FIFO queue it succeeds without deleting; SQS fails, as the handle has expired (DeleteMessage)",
  "12 hours from the receive": "an extension beyond them is accepted; SQS fails (ChangeMessageVisibility)",
  "purge within 60 s": "a second one is accepted; SQS answers PurgeQueueInProgress (PurgeQueue)",
  "receive count of a dead letter": "the receive that moves a message counts; SQS's does not (sqs-dead-letter-queues)",
  "one message a group":
    "a FIFO receive takes one message of each group; SQS fills the batch from one group (FIFO-queues-understanding-logic)",
} as const;
/** See {@link Server.nextSlot}. All times that a script uses leave 2 or 0 when they are divided by it. */
const SLOT_SEC = 3;
export type Deviation = keyof typeof DEVIATIONS;

const VIRTUAL_WAITS_SEC = [1, 3, 7, 21, 60];
const CREDENTIALS = { region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } };

/** The embedded SQS over HTTP, with a clock that the script moves. It is not allowed a single deviation. */
export async function embeddedServer(): Promise<Server> {
  const clock = new ManualClock();
  const sqs = new LocalSqs({ clock, endpoint: () => host.url });
  const host: AwsHost = await startAwsHost({ services: [sqs.service] });
  const client = new SQSClient({ ...CREDENTIALS, endpoint: host.url });
  return {
    client,
    waitsSec: VIRTUAL_WAITS_SEC,
    pollSec: 0,
    runs: 20,
    nextSlot: undefined,
    countsAtOnce: true,
    wait: (sec) => {
      clock.advance(sec * 1000);
      return Promise.resolve();
    },
    deviates: () => false,
    stop: async () => {
      client.destroy();
      await host.close();
      sqs.stop();
    },
  };
}

/** fauxqs in this process. It goes by the date, which is made to stand still between waits. */
export async function fauxqsServer(): Promise<Server> {
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const client = new SQSClient({ ...CREDENTIALS, endpoint: fauxqs.address });
  const met = new Map<Deviation, number>();
  // Only the date: the network needs its timers.
  vi.useFakeTimers({ toFake: ["Date"] });
  return {
    client,
    waitsSec: VIRTUAL_WAITS_SEC,
    pollSec: 0,
    runs: 30,
    nextSlot: undefined,
    countsAtOnce: true,
    wait: (sec) => {
      vi.setSystemTime(Date.now() + sec * 1000);
      return Promise.resolve();
    },
    deviates: (deviation) => {
      met.set(deviation, (met.get(deviation) ?? 0) + 1);
      return true;
    },
    stop: async () => {
      vi.useRealTimers();
      client.destroy();
      await fauxqs.stop();
      const rows = Object.entries(DEVIATIONS).map(([name, cause]) => `  ${name} (met ${met.get(name as Deviation) ?? 0} times): ${cause}`);
      process.stdout.write(`\nKnown deviations of fauxqs 1.9 from SQS:\n${rows.join("\n")}\n`);
    },
  };
}

/** Any other server, in real time: few and short scripts. Credentials and Region come from where the SDK finds them. */
export function foreignServer(endpoint: string): Promise<Server> {
  const client = new SQSClient({ endpoint, region: process.env["AWS_REGION"] ?? "us-east-1" });
  const startedAt = performance.now();
  let slot = 0;
  return Promise.resolve({
    client,
    waitsSec: [3, 6, 21],
    pollSec: 1,
    runs: 2,
    wait: (sec) => sleep(sec * 1000),
    nextSlot: async () => {
      const before = slot;
      slot = Math.ceil((performance.now() - startedAt) / (SLOT_SEC * 1000));
      await sleep(startedAt + slot * SLOT_SEC * 1000 - performance.now());
      return (slot - before) * SLOT_SEC;
    },
    countsAtOnce: !endpoint.includes("amazonaws.com"),
    deviates: () => false,
    stop: () => {
      client.destroy();
      return Promise.resolve();
    },
  });
}
