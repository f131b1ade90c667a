import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RandomStream } from "../../../sim/index.ts";
import { InstanceHost } from "../../support/instance-host.ts";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker, WorkerProcess } from "../../support/worker-process.ts";

/** `NOTHING_LOST_MESSAGES=100000` runs the long form, some minutes. */
const MESSAGES = Number(process.env["NOTHING_LOST_MESSAGES"] ?? 5000);
const SEED = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 0x7fff_ffff));
const INSTANCES = 4;
const MAX_RECEIVE_COUNT = 12;
const POISONED = new Set(Array.from({ length: MESSAGES / 500 }, (_, index) => index * 500 + 250));
const LIMIT_MS = 60_000 + MESSAGES * 10;

let sqs: Sqs;
const fleet = new Set<Instance>();

beforeAll(async () => {
  await builtWorker();
  sqs = await Sqs.start();
});

afterAll(async () => {
  await Promise.all([...fleet].map((instance) => instance.end()));
  await sqs.stop();
});

it(
  `every one of ${MESSAGES} messages takes effect or dies for its reason, whoever is killed, scaled in or taken back (TEST_SEED=${SEED})`,
  async () => {
    const chance = new RandomStream(SEED, "chaos");
    const dead = await sqs.queue("dead");
    const redrive = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount: MAX_RECEIVE_COUNT };
    const jobs = await sqs.queue("jobs", { VisibilityTimeout: "3", RedrivePolicy: JSON.stringify(redrive) });
    await sqs.send(jobs, bodies(chance));
    sqs.faults.set([{ service: "sqs", throttledProbability: 0.004, failedProbability: 0.003, lostAnswerProbability: 0.003 }]);
    sqs.setChances({ duplicateProbability: 0.005 });

    const chaos = new Chaos(jobs, chance);
    for (let count = 0; count < INSTANCES; count += 1) await chaos.launch();
    const isOver = () => chaos.effects.size === MESSAGES - POISONED.size;
    const deadline = performance.now() + LIMIT_MS;
    while (!isOver() && performance.now() < deadline) {
      await chaos.strike();
      await sleep(300 + chance.uniform() * 900);
    }
    sqs.faults.set([]);
    await until(
      "the queue is empty",
      async () => {
        const { visible, inFlight } = await sqs.counts(jobs);
        return visible + inFlight === 0;
      },
      60_000,
    );

    // Every message is in exactly one of the two places, and none anywhere else.
    expect(chaos.effects.size).toBe(MESSAGES - POISONED.size);
    expect([...chaos.effects.keys()].filter((number) => POISONED.has(number))).toEqual([]);
    const died = await deadLetters(dead);
    expect(died.map(({ number }) => number).sort((a, b) => a - b)).toEqual([...POISONED]);
    // Its reason: it was received as often as it may be, and came from here.
    for (const { receiveCount, source } of died) {
      expect(receiveCount).toBeGreaterThan(MAX_RECEIVE_COUNT);
      expect(source).toMatch(/:jobs$/);
    }
    expect(await sqs.counts(dead)).toEqual({ visible: 0, inFlight: POISONED.size });

    // What went in good time finished what it had; only Spot was in a hurry.
    await chaos.drained();
    expect(chaos.departures.filter(({ why, isClean }) => why === "scaled in" && !isClean)).toEqual([]);
    expect(new Set(chaos.departures.map(({ why }) => why))).toEqual(new Set(["killed", "scaled in", "taken back"]));
  },
  LIMIT_MS + 120_000,
);

function bodies(chance: RandomStream): unknown[] {
  return Array.from({ length: MESSAGES }, (_, number) => ({
    number,
    serviceTimeMs: Math.ceil(chance.exponential() * 30),
    isPoisoned: POISONED.has(number),
  }));
}

async function deadLetters(queueUrl: string) {
  const letters: { readonly number: number; readonly receiveCount: number; readonly source: string }[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
        VisibilityTimeout: 600,
      }),
    );
    if (Messages.length === 0) return letters;
    for (const { Body = "", Attributes = {} } of Messages) {
      letters.push({
        number: (JSON.parse(Body) as { number: number }).number,
        receiveCount: Number(Attributes.ApproximateReceiveCount),
        source: Attributes.DeadLetterQueueSourceArn ?? "",
      });
    }
  }
}

const FATES = ["killed", "scaled in", "taken back"] as const;
type Fate = (typeof FATES)[number];

/** A fleet that keeps its size while its instances meet their fates. */
class Chaos {
  /** How often each message took effect: the store that makes a second time harmless. */
  readonly effects = new Map<number, number>();
  readonly departures: { readonly why: Fate; readonly isClean: boolean }[] = [];
  private readonly queueUrl: string;
  private readonly chance: RandomStream;
  private readonly going: Promise<void>[] = [];

  constructor(queueUrl: string, chance: RandomStream) {
    this.queueUrl = queueUrl;
    this.chance = chance;
  }

  async launch(): Promise<void> {
    const instance = await Instance.launch(this.queueUrl, (number) => this.effects.set(number, (this.effects.get(number) ?? 0) + 1));
    fleet.add(instance);
  }

  /** One instance meets its fate, and another takes its place. */
  async strike(): Promise<void> {
    const ready = [...fleet].filter((instance) => instance.isReady);
    const victim = ready[Math.floor(this.chance.uniform() * ready.length)];
    if (victim === undefined) return;
    fleet.delete(victim);
    const why = FATES[this.going.length % FATES.length] as Fate;
    this.going.push(this.depart(victim, why));
    await this.launch();
  }

  /** All that were struck have gone. */
  async drained(): Promise<void> {
    await Promise.all(this.going);
  }

  private async depart(victim: Instance, why: Fate): Promise<void> {
    const code = await victim.meet(why);
    this.departures.push({ why, isClean: code === 0 });
  }
}

class Instance {
  readonly worker: WorkerProcess;
  private readonly host: InstanceHost;

  private constructor(host: InstanceHost, worker: WorkerProcess) {
    this.host = host;
    this.worker = worker;
  }

  static async launch(queueUrl: string, tookEffect: (number: number) => void): Promise<Instance> {
    const host = await InstanceHost.start();
    const worker = new WorkerProcess({
      QUEUE_URL: queueUrl,
      AWS_ENDPOINT_URL: sqs.endpoint,
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: host.url,
      METADATA_POLL_SEC: "0.1",
      HANDLER: join(import.meta.dirname, "../../fixtures/handlers/effects.js"),
      SLOTS: "20",
      HEARTBEAT_EVERY_SEC: "1",
      ENDED_RECEIVES: "hang-up",
    });
    worker.child.on("message", (message: { readonly type: string; readonly number: number }) => {
      if (message.type === "effect") tookEffect(message.number);
    });
    return new Instance(host, worker);
  }

  /** Has told that it takes work. */
  get isReady(): boolean {
    return this.worker.log.some(({ msg }) => msg === "on EC2");
  }

  async meet(why: Fate): Promise<number | NodeJS.Signals | null> {
    switch (why) {
      case "killed":
        this.worker.kill("SIGKILL");
        break;
      case "scaled in":
        this.host.targetLifecycleState = "Terminated";
        break;
      case "taken back":
        this.host.spotInterruptionAt = new Date(Date.now() + 10_000).toISOString().replace(/\.\d+Z$/, "Z");
        break;
    }
    const code = await this.worker.exited;
    await this.host.stop();
    return code;
  }

  async end(): Promise<void> {
    await this.worker.end();
    await this.host.stop();
  }
}
