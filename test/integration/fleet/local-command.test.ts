import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess } from "../../support/command-process.ts";
import { isAlive, offspring } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { builtWorker } from "../../support/worker-process.ts";

const CLIENT = { region: "us-east-1", credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" } };
/** Nobody's endpoint: the command brings its own. */
const NOWHERE = "http://127.0.0.1:1";

const folders: string[] = [];

beforeAll(async () => {
  await builtWorker();
});
afterAll(async () => {
  await CommandProcess.endAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

class LocalCommand extends CommandProcess {
  /** Whatever it leaves behind, it leaves there. */
  readonly folder: string;

  constructor(...given: string[]) {
    const folder = mkdtempSync(join(tmpdir(), "headroom-test-"));
    chmodSync(folder, 0o711);
    folders.push(folder);
    super(NOWHERE, ["local", ...given], { TMPDIR: folder });
    this.folder = folder;
  }
}

/** The first match of a pattern in what the command says, once it is said. */
function told(command: CommandProcess, pattern: RegExp): Promise<string> {
  return until(`it says ${pattern}`, () => {
    if (command.child.exitCode !== null && !pattern.test(command.err)) throw new Error(`It has ended: ${command.err}\n${command.out}`);
    return pattern.exec(command.err)?.[1];
  });
}

async function nothingIsLeft({ folder }: LocalCommand, pids: readonly number[]): Promise<void> {
  await until("all its processes are gone", () => !pids.some(isAlive));
  await until("all its files are gone", () => readdirSync(folder).length === 0);
}

describe.concurrent("headroom local with a scenario", () => {
  it("serves the embedded AWS, runs the fleet, sums it up, and ends by itself with nothing left", async () => {
    const command = new LocalCommand("banking", "--for", "6s", "--scale", "5");
    const endpoint = await told(command, /embedded AWS is at (\S+),/);
    const QueueUrl = await told(command, /the queue at (\S+)\./);
    const client = new SQSClient({ ...CLIENT, endpoint });
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }));
    expect(Attributes).toEqual({ VisibilityTimeout: "60" });
    client.destroy();
    const pids = offspring(command.child.pid);
    expect(pids).toHaveLength(2);
    const { code, out, err } = await command.ended;
    expect([code, err]).toEqual([0, expect.not.stringContaining("API")]);
    const [, sent, done] = /Ran 6\S* s; (\d+) messages sent, (\d+) done, 0 dead-lettered\./.exec(out) ?? [];
    expect(Number(sent)).toBeGreaterThan(0);
    expect(Number(done)).toBeGreaterThan(0);
    expect(out).toContain("2 instances at the end, 2 desired.");
    await nothingIsLeft(command, pids);
  });

  it("ends at Ctrl-C with its summary and nothing left", async () => {
    const command = new LocalCommand("banking", "--for", "1h");
    await told(command, /(Ctrl-C)/);
    const pids = offspring(command.child.pid);
    const { out } = await command.kill("SIGINT");
    expect(out).toContain("messages sent");
    await nothingIsLeft(command, pids);
  });

  it("refuses a comparison over too little time, and an unknown scenario", async () => {
    expect(await new LocalCommand("banking", "--for", "3s", "--validate").ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("at least 5 s") as string,
    });
    expect(await new LocalCommand("transactions", "--validate").ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("--validate") as string,
    });
    expect(await new LocalCommand("nothing-like-it").ended).toMatchObject({ code: 2 });
  });
});

describe.concurrent("headroom local with a pipeline", () => {
  it("runs transactions: takes the curl line that it shows, books it, and tells what the tables hold", async () => {
    const command = new LocalCommand("transactions", "--for", "8s", "--api-port", "0", "--no-traffic");
    const curl = await told(command, /\n {2}(curl .*)\n/);
    const answer = JSON.parse(execFileSync("sh", ["-c", curl], { encoding: "utf8" })) as { transaction_id: string };
    const api = await told(command, /API of transactions is at (\S+),/);
    await until("it is booked", async () => {
      const response = await fetch(`${api}/transactions/${answer.transaction_id}`);
      return ((await response.json()) as { status: string }).status === "COMPLETED";
    });
    const pids = offspring(command.child.pid);
    const { code, out } = await command.ended;
    expect(code).toBe(0);
    expect(out).toContain("1 items in transactions, 1 items in idempotency, 4 items in accounts");
    await nothingIsLeft(command, pids);
  });

  it("runs jobs on PostgreSQL; an administrator moves the group's limits; it ends when it is killed, the database too", async () => {
    const command = new LocalCommand("jobs", "--for", "1h", "--api-port", "0", "--no-traffic");
    const curl = await told(command, /\n {2}(curl .*)\n/);
    const [api, token] = [await told(command, /API of jobs is at (\S+),/), await told(command, /The token is (\S+),/)];
    expect(await told(command, /page of jobs is .+(http:\S+\.html)/)).toBe(`${api}/board.html`);
    const { job_id: id } = JSON.parse(execFileSync("sh", ["-c", curl], { encoding: "utf8" })) as { job_id: string };
    await until("it has begun", async () => {
      const { status } = (await (await fetch(`${api}/jobs/${id}`)).json()) as { status: string };
      return status === "IN_PROGRESS";
    });
    const response = await fetch(`${api}/update-scaling`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ min_capacity: 2, max_capacity: 6 }),
    });
    expect([response.status, await response.json()]).toMatchObject([200, { before: { min_capacity: 1, max_capacity: 4 } }]);
    const client = new AutoScalingClient({ ...CLIENT, endpoint: await told(command, /embedded AWS is at (\S+),/) });
    const { AutoScalingGroups: [group] = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    expect(group).toMatchObject({ MinSize: 2, MaxSize: 6, DesiredCapacity: 2 });
    client.destroy();
    const pids = offspring(command.child.pid);
    command.child.kill("SIGKILL");
    await nothingIsLeft(command, pids);
  });
});
