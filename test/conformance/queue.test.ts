/**
 * The queue model and real SQS servers under the same random commands: a client has to see the same of both.
 *
 *     npx vitest run --project unit test/conformance                      against fauxqs and the embedded SQS
 *     SQS_ENDPOINT=http://localhost:9324 npx vitest run … test/conformance    against any other server
 *
 * What a client may not rely on is not compared: the order of a standard queue, and which group a FIFO queue serves
 * first. Receives therefore ask for more than a standard queue holds, and take the messages of a FIFO queue one at a time
 * until nothing is left.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddedServer, fauxqsServer, foreignServer, type Server } from "./servers.ts";
import { ModelSubject, ServerSubject, type Received, type Subject } from "./subjects.ts";

const ENDPOINT = process.env["SQS_ENDPOINT"];
const SERVERS: readonly (readonly [string, () => Promise<Server>])[] =
  ENDPOINT === undefined
    ? [
        ["the embedded SQS", embeddedServer],
        ["fauxqs 1.9", fauxqsServer],
      ]
    : [[ENDPOINT, () => foreignServer(ENDPOINT)]];

const handle = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 30 }));
const commandsWith = (waitsSec: readonly number[]) =>
  fc.oneof(
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
    { weight: 3, arbitrary: fc.record({ do: fc.constant("change" as const), handle, visibilitySec: fc.constantFrom(0, 2, 11, 43_200) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), sec: fc.constantFrom(...waitsSec) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const) }) },
  );
type Command = ReturnType<typeof commandsWith> extends fc.Arbitrary<infer C> ? C : never;

/** A standard receive takes ten at most, and has to take all. */
const MOST_ALIVE = 10;

describe.each(SERVERS)("a queue of the model and of %s", (_, start) => {
  let server: Server;
  let queues = 0;

  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  it.each(["standard", "fifo"] as const)("shows the same to its clients: %s", { timeout: 600_000 }, async (kind) => {
    const isFifo = kind === "fifo";
    await fc.assert(
      fc.asyncProperty(fc.array(commandsWith(server.waitsSec), { maxLength: 40, size: "max" }), async (commands) => {
        queues += 1;
        const { client, pollSec, wait } = server;
        const subject = await ServerSubject.create(client, `conformance-${Date.now()}-${queues}`, { isFifo, pollSec, wait });
        const script = new Script({ isFifo, model: new ModelSubject(isFifo), subject, server });
        for (const next of commands) await script.run(next);
        await script.end();
      }),
      // To shrink a failure in real time would take too long.
      { numRuns: server.runs, endOnFailure: server.nextSlot !== undefined },
    );
  });
});

class Script {
  private readonly isFifo: boolean;
  private readonly model: ModelSubject;
  private readonly subject: Subject;
  private readonly server: Server;
  private readonly dedups: string[] = [];
  private purgedAt: number | undefined;
  /** The order in which the server returned what the model returned: the handle of each in the model, by the server's. */
  private received = 0;

  constructor(parts: { isFifo: boolean; model: ModelSubject; subject: Subject; server: Server }) {
    this.isFifo = parts.isFifo;
    this.model = parts.model;
    this.subject = parts.subject;
    this.server = parts.server;
  }

  async run(next: Command): Promise<void> {
    await this.follow();
    switch (next.do) {
      case "send":
        await this.send(next);
        break;
      case "receive":
        if (next.visibilitySec !== 0 || !this.server.deviates("timeouts between receives")) await this.receive(next.visibilitySec);
        break;
      case "delete":
        await this.delete(next.handle);
        break;
      case "change":
        await this.change(next.handle, next.visibilitySec);
        break;
      case "wait":
        if (this.server.nextSlot === undefined) await this.both((subject) => subject.wait(next.sec));
        else await this.subject.wait(next.sec);
        if (this.server.deviates("timeouts between receives")) await this.receive(5);
        break;
      case "purge":
        await this.purge();
        break;
    }
    await this.follow();
    if (!this.server.countsAtOnce) return;
    await this.same((subject) => subject.counts());
    await this.same((subject) => subject.deadVisible());
  }

  /** Lets the model's time follow that of a server which has its own. */
  private async follow(): Promise<void> {
    const passedSec = await this.server.nextSlot?.();
    if (passedSec !== undefined) await this.model.wait(passedSec);
  }

  private async purge(): Promise<void> {
    const { purgedAt } = this;
    if (purgedAt !== undefined && this.server.deviates("purge within 60 s")) return;
    const sinceSec = (this.model.rig.now - (purgedAt ?? -Infinity)) / 1000;
    // Whether it is refused exactly a minute later, only a server without a time of its own can be asked.
    if (this.server.nextSlot !== undefined && sinceSec === 60) return;
    await this.same((subject) => subject.purge());
    if (sinceSec >= 60) this.purgedAt = this.model.rig.now;
  }

  async end(): Promise<void> {
    const most = this.isFifo ? 1 : 10;
    const [model, server] = await this.both(async (subject) => {
      const all: Received[] = [];
      for (let got = await subject.receiveDead(most); got.length > 0; got = await subject.receiveDead(most)) all.push(...got);
      return all;
    });
    const countsDiffer = model.length > 0 && this.server.deviates("receive count of a dead letter");
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
    this.server.deviates("one message a group");
    const [model, server] = await this.both(async (subject) => {
      const all: Received[] = [];
      for (;;) {
        const got = await subject.receive(1, visibilitySec === 0 ? 2 : visibilitySec);
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
    const { deletes, isInFlight, isOutdated } = this.model.outlook(handle);
    if (deletes && !isInFlight && this.server.deviates("delete after the timeout")) return;
    if (this.isFifo && isOutdated && this.server.deviates("delete after a newer receive")) return;
    await this.same((subject) => subject.delete(handle));
  }

  private async change(back: number, visibilitySec: number): Promise<void> {
    const handle = this.received - 1 - back;
    if (handle < 0) return;
    if (visibilitySec === 43_200 && this.model.outlook(handle).isInFlight && this.server.deviates("12 hours from the receive")) return;
    await this.same((subject) => subject.change(handle, visibilitySec));
  }

  private async same(ask: (subject: Subject) => Promise<unknown>): Promise<void> {
    const [model, server] = await this.both(ask);
    expect(server).toEqual(model);
  }

  private async both<T>(ask: (subject: Subject) => Promise<T>): Promise<[T, T]> {
    return [await ask(this.model), await ask(this.subject)];
  }
}

function byId(received: readonly Received[]): Received[] {
  return [...received].sort((a, b) => a.id - b.id);
}
