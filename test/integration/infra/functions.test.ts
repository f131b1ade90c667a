import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsHost, type AwsHost } from "../../../runtime/local/server.ts";
import { LocalSqs } from "../../../runtime/local/sqs/local-sqs.ts";
import { startLocalDynamo } from "../../../runtime/local/stores/local-dynamo.ts";
import { ROOT } from "../../infra/hcl/module-files.ts";
import { text } from "../../infra/hcl/values.ts";
import { programsOf, type Program } from "../../infra/programs.ts";
import { planStack } from "../../infra/stacks.ts";
import { until } from "../../support/until.ts";
import { builtWorker, WorkerProcess } from "../../support/worker-process.ts";

const FUNCTIONS = join(ROOT, "dist/functions");

/** Calls a function once, as Lambda does: a process that imports the module and hands the event to its export. */
const CALL = `
  const { handler } = await import(process.argv[1]);
  const answer = await handler(JSON.parse(process.argv[2]), {});
  process.stdout.write("\\n" + JSON.stringify(answer));
  process.exit(0);`;

/** The functions of infra/stacks/banking as they are packed, with the environment, tables and queue that the stack gives them. */
describe("the functions of infra/stacks/banking", () => {
  let sqs: LocalSqs;
  let host: AwsHost;
  let dynamo: Awaited<ReturnType<typeof startLocalDynamo>>;
  let programs: readonly Program[];
  let queueUrl: string;

  beforeAll(async () => {
    await builtWorker();
    const plan = await planStack("banking");
    programs = programsOf(plan);
    const tables = plan.instances.filter(({ type }) => type === "aws_dynamodb_table");
    dynamo = await startLocalDynamo(tables.map(({ values }) => ({ name: text(values["name"]), key: text(values["hash_key"]) })));
    sqs = new LocalSqs({ endpoint: () => host.url });
    host = await startAwsHost({ services: [sqs.service], guests: [{ name: "dynamodb", server: dynamo.server }] });
    const client = new SQSClient({
      region: "eu-central-1",
      endpoint: host.url,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    ({ QueueUrl: queueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "banking-sqs-dev-transactions" })));
    client.destroy();
  }, 120_000);
  afterAll(async () => {
    await host.close();
    sqs.stop();
    await dynamo.stop();
  });

  /** What the stack tells a program, with the queue of this machine in place of AWS's. */
  function environmentOf(name: Program["name"]): Record<string, string> {
    const { environment } = programs.find((program) => program.name === name)!;
    const told = Object.entries(environment).map(([key, value]) => [key, key.endsWith("QUEUE_URL") ? queueUrl : value] as const);
    const here = { AWS_ENDPOINT_URL: host.url, AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "a-secret-of-nobody" };
    return { PATH: process.env["PATH"] ?? "", ...Object.fromEntries(told), ...here };
  }

  async function call(name: Program["name"], module: string, event: object): Promise<unknown> {
    const args = ["--input-type=module", "-e", CALL, pathToFileURL(join(FUNCTIONS, module)).href, JSON.stringify(event)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: environmentOf(name) });
    return JSON.parse(stdout.split("\n").at(-1) ?? "");
  }

  /** A request as API Gateway hands it over (HTTP API, payload 2.0). */
  async function request(method: string, path: string, body?: object) {
    const http = { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" };
    const answer = await call("api", "index.mjs", {
      version: "2.0",
      routeKey: `${method} ${path}`,
      rawPath: path,
      rawQueryString: "",
      headers: { "content-type": "application/json", host: "example.com" },
      requestContext: { http, domainName: "example.com", stage: "$default" },
      body: JSON.stringify(body),
      isBase64Encoded: false,
    });
    const { statusCode, body: told } = answer as { statusCode: number; body: string };
    return { status: statusCode, body: JSON.parse(told) as Readonly<Record<string, unknown>> };
  }

  it("take a transaction, which a worker with the instances' environment books", async () => {
    const deposit = { transaction_type: "DEPOSIT", target_account: "1234567890", amount: 100, currency: "USD", idempotency_key: "k1" };
    const taken = await request("POST", "/transactions", deposit);
    expect(taken).toMatchObject({ status: 202, body: { transaction_type: "DEPOSIT", amount: 100 } });

    const machine = { METRICS_PORT: "0", METRICS_HOST: "127.0.0.1", AWS_EC2_METADATA_DISABLED: "true", WAIT_TIME_SEC: "1" };
    const worker = new WorkerProcess({ ...environmentOf("worker"), ...machine });
    try {
      await worker.says("transaction processed");
      worker.kill("SIGTERM");
      expect(await worker.exited).toBe(0);
    } finally {
      await worker.end();
    }
    const shown = await request("GET", `/transactions/${String(taken.body["transaction_id"])}`);
    expect(shown).toMatchObject({ status: 200, body: { status: "COMPLETED", balance: 100 } });
  });

  it("refuse what is none, with its faults", async () => {
    const { status, body } = await request("POST", "/transactions", { transaction_type: "GIFT" });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain("/transaction_type");
  });

  it("record dead letters", async () => {
    const attributes = { ApproximateReceiveCount: "4", SentTimestamp: "1760000000000" };
    const record = { messageId: "m1", body: "no JSON", attributes, eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:dead" };
    expect(await call("dead-letters", "dead-letters.mjs", { Records: [record] })).toEqual({ batchItemFailures: [] });
    await until(
      "the dead letter is recorded",
      async () => (await dynamo.contents()).includes("1 items in banking-sqs-dev-dead-letters") || undefined,
    );
  });
});
