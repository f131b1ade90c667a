/**
 * The queue model and a real SQS server under the same random commands: a client has to see the same of both.
 *
 *     npx vitest run --project unit test/conformance                      against fauxqs, in this process
 *     SQS_ENDPOINT=http://localhost:9324 npx vitest run … test/conformance    against any other server
 *
 * What a client may not rely on is not compared: the order of a standard queue, and which group a FIFO queue serves
 * first. Receives therefore ask for more than a standard queue holds, and take the messages of a FIFO queue one at a time
 * until nothing is left.
 */
import { SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { startFauxqs, type FauxqsServer } from "fauxqs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ModelSubject, ServerSubject, type Received, type Subject } from "./subjects.ts";

const ENDPOINT = process.env["SQS_ENDPOINT"];
const NAME = ENDPOINT ?? "fauxqs 1.9";

/** Where fauxqs is not like SQS. It is not asked to do these things, or its answer is not compared; other servers are. */
const DEVIATIONS = {
  "timeouts between receives":
    "it notices ended timeouts and delays at the next receive only; SQS does so at once (so a receive follows each wait here)",
  "delete after the timeout":
    "its handles end when it notices the end of the timeout; SQS deletes with the newest handle of a standard queue, and fails on a FIFO queue (DeleteMessage)",
  "12 hours from the receive": "an extension beyond them is accepted; SQS fails (ChangeMessageVisibility)",
  "purge within 60 s": "a second one is accepted; SQS answers PurgeQueueInProgress (PurgeQueue)",
  "receive count of a dead letter": "the receive that moves a message counts; SQS's does not (sqs-dead-letter-queues)",
  "one message a group":
    "a FIFO receive takes one message of each group; SQS fills the batch from one group (FIFO-queues-understanding-logic)",
} as const;
type Deviation = keyof typeof DEVIATIONS;
const met = new Map<Deviation, number>();

/** Whether the server departs from SQS here; counts it. */
function deviates(deviation: Deviation): boolean {
  if (ENDPOINT !== undefined) return false;
  met.set(deviation, (met.get(deviation) ?? 0) + 1);
  return true;
}

let fauxqs: FauxqsServer | undefined;
let client: SQSClient;
let queues = 0;

beforeAll(async () => {
  fauxqs = ENDPOINT === undefined ? await startFauxqs({ port: 0, logger: false }) : undefined;
  const endpoint = ENDPOINT ?? fauxqs?.address ?? "";
  const credentials = ENDPOINT === undefined ? { credentials: { accessKeyId: "x", secretAccessKey: "x" } } : {};
  client = new SQSClient({ endpoint, region: process.env["AWS_REGION"] ?? "us-east-1", ...credentials });
  // Only the date: fauxqs reckons its timeouts by it, and the network needs its timers.
  if (ENDPOINT === undefined) vi.useFakeTimers({ toFake: ["Date"] });
});

afterAll(async () => {
  vi.useRealTimers();
  client.destroy();
  await fauxqs?.stop();
  const rows = Object.entries(DEVIATIONS).map(([name, cause]) => `  ${name} (met ${met.get(name as Deviation) ?? 0} times): ${cause}`);
  if (ENDPOINT === undefined) process.stdout.write(`\nKnown deviations of ${NAME} from SQS:\n${rows.join("\n")}\n`);
});

const waits = ENDPOINT === undefined ? fc.constantFrom(1, 3, 7, 21, 60) : fc.constantFrom(1, 2, 4);
const handle = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 30 }));
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      group: fc.nat({ max: 2 }),
      delaySec: fc.constantFrom(0, 0, 5),
      repeats: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("receive" as const), visibilitySec: fc.option(fc.constantFrom(0, 2, 5), { nil: undefined }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delete" as const), handle }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("change" as const), handle, visibilitySec: fc.constantFrom(0, 3, 10, 43_200) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), sec: waits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** A standard receive takes ten at most, and has to take all. */
const MOST_ALIVE = 10;

describe.each(["standard", "fifo"] as const)(`a %s queue of the model and of ${NAME}`, (kind) => {
  const isFifo = kind === "fifo";

  it("shows the same to its clients", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40, size: "max" }), async (commands) => {
        queues += 1;
        const model = new ModelSubject(isFifo);
        const pollSec = ENDPOINT === undefined ? 0 : 1;
        const server = await ServerSubject.create(client, `conformance-${Date.now()}-${queues}`, { isFifo, pollSec, wait });
        const script = new Script(isFifo, model, server);
        for (const next of commands) await script.run(next);
        await script.end();
      }),
      { numRuns: ENDPOINT === undefined ? 30 : 3 },
    );
  });
});

async function wait(sec: number): Promise<void> {
  if (ENDPOINT === undefined) vi.setSystemTime(Date.now() + sec * 1000);
  else await sleep(sec * 1000);
}

class Script {
  private readonly isFifo: boolean;
  private readonly model: ModelSubject;
  private readonly server: Subject;
  private readonly dedups: string[] = [];
  private purgedBefore = false;
  /** The order in which the server returned what the model returned: the handle of each in the model, by the server's. */
  private received = 0;

  constructor(isFifo: boolean, model: ModelSubject, server: Subject) {
    this.isFifo = isFifo;
    this.model = model;
    this.server = server;
  }

  async run(next: Command): Promise<void> {
    switch (next.do) {
      case "send":
        await this.send(next);
        break;
      case "receive":
        if (next.visibilitySec !== 0 || !deviates("timeouts between receives")) await this.receive(next.visibilitySec);
        break;
      case "delete":
        await this.delete(next.handle);
        break;
      case "change":
        await this.change(next.handle, next.visibilitySec);
        break;
      case "wait":
        await this.both((subject) => subject.wait(next.sec));
        if (deviates("timeouts between receives")) await this.receive(5);
        break;
      case "purge":
        if (this.purgedBefore && deviates("purge within 60 s")) break;
        await this.same((subject) => subject.purge());
        this.purgedBefore = true;
        break;
    }
    await this.same((subject) => subject.counts());
    await this.same((subject) => subject.deadVisible());
  }

  async end(): Promise<void> {
    const most = this.isFifo ? 1 : 10;
    const [model, server] = await this.both(async (subject) => {
      const all: Received[] = [];
      for (let got = await subject.receiveDead(most); got.length > 0; got = await subject.receiveDead(most)) all.push(...got);
      return all;
    });
    const countsDiffer = model.length > 0 && deviates("receive count of a dead letter");
    const shown = (list: readonly Received[]) => byId(list).map(({ id, receiveCount }) => (countsDiffer ? id : { id, receiveCount }));
    expect(shown(server)).toEqual(shown(model));
  }

  private async send({ group, delaySec, repeats }: { group: number; delaySec: number; repeats: boolean }): Promise<void> {
    const { visible, inFlight, delayed } = await this.model.counts();
    if (visible + inFlight + delayed >= MOST_ALIVE) return;
    const last = this.dedups.at(-1);
    const dedup = repeats && last !== undefined ? last : `d${this.dedups.length}`;
    if (dedup !== last) this.dedups.push(dedup);
    await this.same((subject) => subject.send({ group, delaySec, dedup }));
  }

  private async receive(visibilitySec: number | undefined): Promise<void> {
    if (this.isFifo) await this.receiveOneByOne(visibilitySec);
    else await this.receiveAll(visibilitySec);
  }

  private async receiveAll(visibilitySec: number | undefined): Promise<void> {
    const [model, server] = await this.both((subject) => subject.receive(10, visibilitySec));
    expect(byId(server)).toEqual(byId(model));
    this.pairHandles(model, server);
  }

  /** With a visibility of 0 there would be no end to it. */
  private async receiveOneByOne(visibilitySec: number | undefined): Promise<void> {
    deviates("one message a group");
    const [model, server] = await this.both(async (subject) => {
      const all: Received[] = [];
      for (;;) {
        const got = await subject.receive(1, visibilitySec === 0 ? 1 : visibilitySec);
        if (got.length === 0) return all;
        all.push(...got);
      }
    });
    expect(byId(server)).toEqual(byId(model));
    this.pairHandles(model, server);
  }

  /** Puts the model's new handles in the order of the server's, so that one number means the same message for both. */
  private pairHandles(model: readonly Received[], server: readonly Received[]): void {
    const { handles } = this.model;
    const fresh = handles.splice(this.received);
    for (const { id } of server) {
      const held = fresh[model.findIndex((other) => other.id === id)];
      if (held !== undefined) handles.push(held);
    }
    this.received = handles.length;
  }

  private async delete(back: number): Promise<void> {
    const handle = this.received - 1 - back;
    if (handle < 0) return;
    const { deletes, isInFlight } = this.model.outlook(handle);
    if (deletes && !isInFlight && deviates("delete after the timeout")) return;
    await this.same((subject) => subject.delete(handle));
  }

  private async change(back: number, visibilitySec: number): Promise<void> {
    const handle = this.received - 1 - back;
    if (handle < 0) return;
    if (visibilitySec === 43_200 && this.model.outlook(handle).isInFlight && deviates("12 hours from the receive")) return;
    await this.same((subject) => subject.change(handle, visibilitySec));
  }

  private async same(ask: (subject: Subject) => Promise<unknown>): Promise<void> {
    const [model, server] = await this.both(ask);
    expect(server).toEqual(model);
  }

  private async both<T>(ask: (subject: Subject) => Promise<T>): Promise<[T, T]> {
    return [await ask(this.model), await ask(this.server)];
  }
}

function byId(received: readonly Received[]): Received[] {
  return [...received].sort((a, b) => a.id - b.id);
}
