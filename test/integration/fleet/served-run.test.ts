import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MeasuredEvent, MeasuredRow, MeasuredRun, Scenario } from "../../../sim/index.ts";
import { CommandProcess } from "../../support/command-process.ts";
import { isAlive, offspring } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { builtWorker } from "../../support/worker-process.ts";

/** A fleet that is there in a moment, and a controller that looks in the first second of each minute. */
const SCENARIO = {
  version: 1,
  name: "Small",
  run: { durationSec: 600 },
  traffic: { kind: "poisson", ratePerSec: 20 },
  metrics: { evaluationSecond: 1 },
  work: { serviceTime: { kind: "constant", sec: 0.1 } },
  fleet: { min: 1, max: 2, activityDelaySec: 0, pending: { kind: "constant", sec: 1 }, boot: { kind: "constant", sec: 0 } },
};

beforeAll(async () => {
  await builtWorker();
});
afterAll(async () => {
  await CommandProcess.endAll();
});

/** `headroom serve`, and a page of it as far as the fleet goes. */
class Served {
  readonly command: CommandProcess;
  readonly url: string;
  private readonly token: string;

  private constructor(command: CommandProcess, url: string, token: string) {
    this.command = command;
    this.url = url;
    this.token = token;
  }

  static async start(...given: string[]): Promise<Served> {
    const command = new CommandProcess("http://127.0.0.1:1", ["serve", "--port", "0", ...given]);
    const url = await until("it is served", () => /at (http\S+)\/ /.exec(command.out)?.[1]);
    const { token = "" } = (await (await fetch(`${url}/api/fleet`)).json()) as { token?: string };
    return new Served(command, url, token);
  }

  async run(fields: object = {}): Promise<{ status: number; answer: MeasuredRun & { detail?: string } }> {
    const response = await fetch(`${this.url}/api/fleet/run`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ scenario: SCENARIO, forSec: 300, ...fields }),
    });
    return { status: response.status, answer: (await response.json()) as MeasuredRun };
  }

  async stop(): Promise<number> {
    const response = await fetch(`${this.url}/api/fleet/run`, { method: "DELETE", headers: { authorization: `Bearer ${this.token}` } });
    await response.body?.cancel();
    return response.status;
  }

  listen(lastEventId?: string): Listener {
    return new Listener(`${this.url}/api/fleet/events`, lastEventId);
  }
}

/** Reads server-sent events as a browser does. */
class Listener {
  readonly events: { readonly id: string; readonly type: string; readonly data: MeasuredEvent }[] = [];
  private readonly abort = new AbortController();

  constructor(url: string, lastEventId: string | undefined) {
    void this.read(url, lastEventId).catch(() => undefined);
  }

  get rows(): MeasuredRow[] {
    return this.events.flatMap(({ data }) => (data.type === "row" ? [data.row] : []));
  }

  get run(): MeasuredRun | undefined {
    return this.events.flatMap(({ data }) => (data.type === "run" ? [data.run] : [])).at(-1);
  }

  phase(phase: MeasuredRun["phase"]): Promise<MeasuredRun> {
    return until(`it is ${phase}`, () => (this.run?.phase === phase ? this.run : undefined));
  }

  close(): void {
    this.abort.abort();
  }

  private async read(url: string, lastEventId: string | undefined): Promise<void> {
    const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
    const response = await fetch(url, { headers, signal: this.abort.signal });
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
    if (field("data") === "") return;
    this.events.push({ id: field("id"), type: field("event"), data: JSON.parse(field("data")) as MeasuredEvent });
  }
}

async function nothingIsLeft(pids: readonly number[]): Promise<void> {
  await until("all its processes are gone", () => !pids.some(isAlive));
}

describe.concurrent("the fleet behind headroom serve", () => {
  it("runs what it is sent: rows come each second, the queue takes clients, a second run is refused, and at the stop the processes are gone", async () => {
    const served = await Served.start();
    const listener = served.listen();
    const { status, answer } = await served.run({ scale: 2 });
    expect([status, answer.phase, answer.controller]).toEqual([201, "starting", "aws"]);
    const { queueUrl, endpointUrl } = await listener.phase("running");
    expect(await served.run()).toMatchObject({ status: 409, answer: { detail: expect.stringContaining("one at a time") as string } });

    const client = new SQSClient({
      region: "us-east-1",
      endpoint: endpointUrl ?? "",
      credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
    });
    const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl ?? "", AttributeNames: ["QueueArn"] });
    expect((await client.send(asked)).Attributes?.["QueueArn"]).toMatch(/:jobs$/);
    client.destroy();

    const isAtWork = () => listener.rows.at(-1)?.inService === 1 && listener.rows.some(({ throughputPerSec }) => throughputPerSec > 0);
    await until("six rows, and an instance at work", () => listener.rows.length >= 7 && isAtWork());
    const rows = [...listener.rows];
    for (const [index, { timeMs }] of rows.entries()) expect(timeMs).toBeGreaterThanOrEqual(index * 1000);
    expect(rows.every(({ arrivalRatePerSec }, index) => index === 0 || arrivalRatePerSec > 0)).toBe(true);
    expect(rows.at(-1)).toMatchObject({ desired: 1, inService: 1 });

    const pids = offspring(served.command.child.pid);
    expect(pids).toHaveLength(1);
    expect(await served.stop()).toBe(202);
    const { result, failure } = await listener.phase("ended");
    expect(failure).toBeNull();
    expect(result?.messages.sent).toBeGreaterThan(100);
    const done = result?.beside?.comparisons.find(({ figure }) => figure === "messages done");
    expect(done).toMatchObject({ measured: result?.messages.deleted, simulated: expect.any(Number) as number });
    await nothingIsLeft(pids);

    const scenario = (await (await fetch(`${served.url}/api/fleet/run/scenario`)).json()) as Scenario;
    expect(scenario).toMatchObject({ name: "Small", traffic: { scale: 2 }, run: { durationSec: 300, sampleEverySec: 1 } });
    listener.close();
    expect((await served.command.kill("SIGINT")).code).toBe(0);
  });

  it("ends by itself; whoever comes later is told everything, and whoever comes back is told the rest", async () => {
    const served = await Served.start();
    await served.run({ forSec: 5 });
    const listener = served.listen();
    const run = await listener.phase("ended");
    expect(run.result?.forMs).toBeGreaterThanOrEqual(5000);
    const late = served.listen();
    await until("the late one knows all", () => late.events.length === listener.events.length);
    expect(late.events).toEqual(listener.events);
    const middle = listener.events[4];
    const back = served.listen(middle?.id);
    await until("the one that comes back knows the rest", () => back.events.length === listener.events.length - 5);
    expect(back.events).toEqual(listener.events.slice(5));
    const stranger = served.listen("of-another-run 3");
    await until("an id of another run counts for nothing", () => stranger.events.length === listener.events.length);
    for (const each of [listener, late, back, stranger]) each.close();
    await served.command.kill();
  });

  it("goes on when nobody listens, and begins another run when one is over", async () => {
    const served = await Served.start();
    await served.run();
    const first = served.listen();
    const { id } = await first.phase("running");
    first.close();
    const second = served.listen();
    await until("it has gone on", () => second.rows.length >= 3);
    expect(second.run?.id).toBe(id);
    await served.stop();
    await second.phase("ended");
    expect((await served.run({ controller: "headroom" })).status).toBe(201);
    await until("the listener hears of the next", () => second.run?.id !== id && second.run?.phase === "running");
    expect(second.run?.controller).toBe("headroom");
    const decision = await until("the controller has decided", () =>
      second.events.map(({ data }) => data).find(({ type }) => type === "decision"),
    );
    expect(decision).toMatchObject({ decision: { before: 1, reason: { text: expect.any(String) as string } } });
    second.close();
    await served.command.kill();
  });

  it("can be stopped while it starts", async () => {
    const served = await Served.start();
    const listener = served.listen();
    await served.run({ scenario: { ...SCENARIO, fleet: { min: 10, max: 10 } } });
    await until("processes are there", () => offspring(served.command.child.pid).length > 0);
    const pids = offspring(served.command.child.pid);
    await served.stop();
    expect(await listener.phase("ended")).toMatchObject({ result: null, failure: null });
    await nothingIsLeft(pids);
    listener.close();
    await served.command.kill();
  });

  it.each(["SIGINT", "SIGTERM"] as const)("leaves no process behind when the server gets %s", async (signal) => {
    const served = await Served.start();
    const listener = served.listen();
    await served.run();
    await listener.phase("running");
    const pids = offspring(served.command.child.pid);
    expect(pids.length).toBeGreaterThan(0);
    expect((await served.command.kill(signal)).code).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("is closed, and says why, where other machines can reach the server", async () => {
    const served = await Served.start("--host", "0.0.0.0");
    const { status, answer } = await served.run();
    expect([status, answer.detail]).toEqual([403, expect.stringContaining("other machines") as string]);
    expect((await fetch(served.url)).status).toBe(200);
    await served.command.kill();
  });
});
