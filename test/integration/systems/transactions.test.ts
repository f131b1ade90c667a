import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DynamoTable, type Item } from "../../../runtime/aws/table.ts";
import { startLocalDynamo } from "../../../runtime/local/stores/local-dynamo.ts";
import type { LocalStore } from "../../../runtime/local/stores/local-server.ts";
import { transactions } from "../../../runtime/pipelines/transactions/pipeline.ts";
import { CommandProcess } from "../../support/command-process.ts";
import { until } from "../../support/until.ts";
import { WithheldAnswers } from "../../support/withheld-answers.ts";
import { CREDENTIALS } from "../sqs/local-aws.ts";
import { FUNCTIONS, jsonPost, SystemRig } from "./system-rig.ts";

const TABLES = [
  { name: "transactions", key: "transaction_id" },
  { name: "idempotency", key: "idempotency_key" },
  { name: "accounts", key: "entry_id" },
  { name: "dead-letters", key: "message_id" },
] as const;

let dynamo: LocalStore;
let answers: WithheldAnswers;
let rig: SystemRig;
let table: (name: (typeof TABLES)[number]["name"]) => DynamoTable;

beforeAll(async () => {
  dynamo = await startLocalDynamo(TABLES);
  answers = new WithheldAnswers({ name: "dynamodb", server: dynamo.server });
  rig = await SystemRig.start({ guests: [answers] });
  const tables = TABLES.map((each) => new DynamoTable({ ...each, region: "us-east-1", endpoint: dynamo.url }));
  table = (name) => tables[TABLES.findIndex((each) => each.name === name)]!;
});
afterAll(async () => {
  await CommandProcess.endAll();
  for (const { name } of TABLES) table(name).close();
  await rig.stop();
  await dynamo.stop();
});

/** A system of its own, but for the tables: every test has its own accounts and keys. */
async function bank(name: string) {
  const queueUrl = await rig.queueWithDeadLetters(name, 3);
  const environment = {
    TRANSACTION_QUEUE_URL: queueUrl,
    TRANSACTIONS_TABLE_NAME: "transactions",
    IDEMPOTENCY_TABLE_NAME: "idempotency",
    ACCOUNTS_TABLE_NAME: "accounts",
    OPENING_BALANCE: "1000",
    VISIBILITY_TIMEOUT_SEC: "1",
    HEARTBEAT_EVERY_SEC: "0",
    DELETE_LINGER_MS: "0",
    METADATA_POLL_SEC: "60",
  };
  const account = (letter: string) => `${name.toUpperCase()}${letter}`.padEnd(8, letter);
  const body = {
    ...(transactions.sample.body as object),
    source_account: account("A"),
    target_account: account("B"),
    idempotency_key: `${name}-key`,
  };
  return {
    queueUrl,
    body,
    api: () => rig.api("transactions", environment),
    worker: () => rig.worker("transactions", environment),
    entry: (letter: string, sequence: number) => table("accounts").get(`${account(letter)}#USD#${sequence}`),
    key: () => table("idempotency").get(body.idempotency_key),
  };
}

/** The dead letters of a transaction. */
async function recorded(transactionId: string): Promise<readonly Item[]> {
  const { Items = [] } = await new DynamoDBClient({ ...CREDENTIALS, endpoint: dynamo.url }).send(
    new ScanCommand({ TableName: "dead-letters" }),
  );
  return Items.filter((item) => item["transaction_id"]?.S === transactionId).map((item) => ({ body: item["body"]?.S ?? "" }));
}

interface Shown {
  readonly transaction_id: string;
  readonly status: string;
  readonly balance?: number;
}

describe("the transactions system", () => {
  it.concurrent("takes a transaction, books it, and tells the balance; the same request is the same transaction", async () => {
    const { api, worker, body, entry } = await bank("curl");
    const serving = api();
    const taken = await serving.page("transactions", jsonPost(body));
    expect(taken.status).toBe(202);
    const { transaction_id: id, status } = (await taken.json()) as Shown;
    expect(status).toBe("PENDING");
    worker();
    const read = async () => (await (await serving.page(`transactions/${id}`)).json()) as Shown;
    const done = await until("it is booked", async () => ((await read()).status === "COMPLETED" ? read() : undefined));
    expect(done).toMatchObject({ transaction_id: id, transaction_type: "TRANSFER", amount: 100, currency: "USD", balance: 900 });
    expect([await entry("A", 1), await entry("B", 1)]).toMatchObject([{ balance_units: 90_000 }, { balance_units: 110_000 }]);

    const again = await serving.page("transactions", jsonPost(body));
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
    expect(await again.json()).toMatchObject({ transaction_id: id, status: "COMPLETED" });
    const other = await serving.page("transactions", jsonPost({ ...body, amount: 5 }));
    expect(other.status).toBe(422);
    expect((await serving.page("transactions/00000000-0000-4000-8000-000000000000")).status).toBe(404);
    expect(await entry("A", 2)).toBeUndefined();
  });

  it("books once when a worker is killed between the booking and its record", async () => {
    const { worker, queueUrl, body, entry, key } = await bank("killed");
    const id = "11111111-1111-4111-8111-111111111111";
    const first = worker();
    await first.says("listening");
    const isBooked = answers.withhold(async (operation) => operation === "PutItem" && (await entry("A", 1)) !== undefined);
    await rig.send(queueUrl, JSON.stringify({ transaction_id: id, ...body }));
    await isBooked;
    first.kill("SIGKILL");
    await first.exited;
    expect(await table("transactions").get(id)).toMatchObject({ status: "PENDING" });
    expect(await entry("B", 1)).toBeUndefined();

    worker();
    const done = await until("it is recorded", async () => {
      const item = (await table("transactions").get(id)) as Item;
      return item["status"] === "COMPLETED" ? item : undefined;
    });
    expect(done["balance_units"]).toBe(90_000);
    await rig.emptied(queueUrl);
    expect([await entry("A", 1), await entry("A", 2)]).toMatchObject([{ transaction_id: id, balance_units: 90_000 }, undefined]);
    expect([await entry("B", 1), await entry("B", 2)]).toMatchObject([{ transaction_id: id, balance_units: 110_000 }, undefined]);
    expect(await key()).toMatchObject({ status: "COMPLETED" });
  });

  it("loses nothing when the API is killed between the record and the queue: the same request goes on from there", async () => {
    const { api, worker, queueUrl, body, entry } = await bank("lost");
    const first = api();
    await first.says("listening");
    const isRecorded = answers.withhold(async (operation) => {
      const id = (await table("idempotency").get(body.idempotency_key))?.["transaction_id"];
      return operation === "PutItem" && typeof id === "string" && (await table("transactions").get(id)) !== undefined;
    });
    first.page("transactions", jsonPost(body)).catch(() => undefined);
    await isRecorded;
    first.kill("SIGKILL");
    await first.exited;
    expect(await rig.held(queueUrl)).toBe(0);

    const taken = await api().page("transactions", jsonPost(body));
    expect([taken.status, taken.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
    worker();
    await until("it is booked", () => entry("B", 1));
    await rig.emptied(queueUrl);
    expect(await entry("A", 2)).toBeUndefined();
  });

  it.concurrent("books once what is delivered many times, to workers that work at the same time", async () => {
    const { worker, queueUrl, body, entry } = await bank("many");
    const message = { transaction_id: "22222222-2222-4222-8222-222222222222", ...body };
    for (let times = 0; times < 6; times += 1) await rig.send(queueUrl, JSON.stringify(message));
    const workers = [worker(), worker()];
    await until("one has booked it", () => entry("B", 1));
    await until("what was delivered is over", async () => {
      const figures = await Promise.all(workers.map((each) => each.figures(() => true)));
      return figures.reduce((sum, { deletes }) => sum + deletes.settled, 0) + (await rig.held(`${queueUrl}-dead`)) >= 6;
    });
    expect([await entry("A", 2), await entry("B", 2)]).toEqual([undefined, undefined]);
  });

  it.concurrent("lets what it cannot read die, and a worker on the dead-letter queue records it", async () => {
    const { worker, queueUrl } = await bank("dead");
    await rig.send(queueUrl, '{"transaction_id":"unreadable","amount":"all of it"}');
    worker();
    await until("it is dead", async () => (await rig.held(`${queueUrl}-dead`)) === 1);
    const handler = "runtime/pipelines/transactions/dead-letters-handler.ts";
    const environment = {
      ...rig.environment,
      QUEUE_URL: `${queueUrl}-dead`,
      DEAD_LETTERS_TABLE_NAME: "dead-letters",
      METRICS_PORT: "0",
      WAIT_TIME_SEC: "1",
    };
    const recorder = new CommandProcess(rig.environment["AWS_ENDPOINT_URL"] ?? "", ["worker", "--handler", handler], environment);
    await rig.emptied(`${queueUrl}-dead`);
    await recorder.kill();
    expect(await recorded("unreadable")).toMatchObject([{ body: '{"transaction_id":"unreadable","amount":"all of it"}' }]);
  });

  it.concurrent("records dead letters by the function: of a batch only what fails comes again", async () => {
    const record = (messageId: string) => ({
      messageId,
      body: '{"transaction_id":"x"}',
      attributes: { ApproximateReceiveCount: "4", SentTimestamp: "1768478400000" },
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:dead",
    });
    // DynamoDB takes no empty key.
    const event = { Records: [record("m1"), record(""), record("m2"), record("m1")] };
    const call = `const { handler } = await import(process.argv[1]); console.log("ANSWER" + JSON.stringify(await handler(JSON.parse(process.argv[2]), {}))); process.exit();`;
    const given = ["--input-type=module", "-e", call, pathToFileURL(join(FUNCTIONS, "dead-letters.mjs")).href, JSON.stringify(event)];
    const env = {
      ...rig.environment,
      DEAD_LETTERS_TABLE_NAME: "dead-letters",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "nobody",
      AWS_SECRET_ACCESS_KEY: "nothing",
    };
    const { stdout } = await promisify(execFile)(process.execPath, given, { env });
    expect(JSON.parse(stdout.split("ANSWER")[1] ?? "null")).toEqual({ batchItemFailures: [{ itemIdentifier: "" }] });
    expect(await table("dead-letters").get("m1")).toMatchObject({
      receive_count: 4,
      transaction_id: "x",
      sent_at: "2026-01-15T12:00:00.000Z",
    });
    expect(await table("dead-letters").get("m2")).toBeDefined();
  });
});
