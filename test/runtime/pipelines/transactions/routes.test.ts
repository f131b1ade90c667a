import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../../runtime/aws/errors.ts";
import { TransactionDesk } from "../../../../runtime/pipelines/transactions/desk.ts";
import { transactionHandler } from "../../../../runtime/pipelines/transactions/handler.ts";
import { IdempotencyKeys } from "../../../../runtime/pipelines/transactions/idempotency.ts";
import { transactions } from "../../../../runtime/pipelines/transactions/pipeline.ts";
import { Ledger } from "../../../../runtime/pipelines/transactions/ledger.ts";
import { TransactionProcessor } from "../../../../runtime/pipelines/transactions/processor.ts";
import { TransactionRecords } from "../../../../runtime/pipelines/transactions/records.ts";
import { addRoutes } from "../../../../runtime/pipelines/transactions/routes.ts";
import { TRANSACTION_MESSAGE, type TransactionMessage } from "../../../../runtime/pipelines/transactions/transaction.ts";
import { anyBody, anyText } from "../../../support/any-request.ts";
import { handled } from "../../../support/handled.ts";
import { MemoryTable, type Gate } from "../../../support/memory-table.ts";
import { problemIn, TestApi } from "../../../support/test-api.ts";

const BODY = transactions.sample.body as object;

/** An API and a worker on tables in memory; `gate` stands before the tables. */
function world(gate: Gate = () => Promise.resolve()) {
  const table = (key: string) => new MemoryTable(key).through(gate);
  const records = new TransactionRecords(table("transaction_id"), Date.now);
  const keys = new IdempotencyKeys({ table: table("idempotency_key"), epochMs: Date.now, expiresAfterSec: 3600 });
  const sent: TransactionMessage[] = [];
  const state = { refusal: undefined as Error | undefined };
  const desk = new TransactionDesk({
    keys,
    records,
    send: (message) => (state.refusal === undefined ? Promise.resolve(void sent.push(message)) : Promise.reject(state.refusal)),
  });
  const api = new TestApi({ mount: (routes) => addRoutes(routes, desk) });
  const handler = transactionHandler(new TransactionProcessor({ keys, records, ledger: new Ledger(table("entry_id"), () => 1_000_000) }));
  return { api, sent, state, handler };
}

const throttled = new AwsFailure({ operation: "PutItem", kind: "throttled", code: "Throttled", message: "too much" });

describe("POST /transactions", () => {
  it("takes what is a transaction and refuses the rest, whatever JSON comes", { timeout: 60_000 }, async () => {
    const { api, sent } = world();
    await fc.assert(
      fc.asyncProperty(anyBody(BODY), async (body) => {
        sent.length = 0;
        const { status } = await api.post("/transactions", body);
        expect(status).toBeLessThan(500);
        if (status !== 202) expect(sent).toEqual([]);
        for (const message of sent) expect(TRANSACTION_MESSAGE.safeParse(JSON.parse(JSON.stringify(message))).success).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses what is no JSON", async () => {
    const { api } = world();
    await fc.assert(
      fc.asyncProperty(anyText(), async (text) => {
        expect((await api.post("/transactions", text)).status).toBeLessThan(500);
      }),
    );
  });

  it("tells all faults at once, in words", async () => {
    const response = await world().api.post("/transactions", { ...BODY, target_account: undefined, amount: 1.005 });
    expect(response.status).toBe(422);
    expect((await problemIn(response)).faults).toEqual([
      { in: "body", path: "/target_account", must: "has to be given: a TRANSFER needs it" },
      { in: "body", path: "/amount", value: 1.005, must: "has to have at most 2 decimals, as USD has" },
    ]);
  });

  it("answers the same request with the same transaction, and sends it once", async () => {
    const { api, sent } = world();
    const [first, again] = [await api.post("/transactions", BODY), await api.post("/transactions", BODY)];
    expect(((await first.json()) as TransactionMessage).transaction_id).toBe(((await again.json()) as TransactionMessage).transaction_id);
    expect([first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")]).toEqual([null, "true"]);
    expect(sent).toHaveLength(1);
  });

  it("refuses a key that stands for another request", async () => {
    const { api } = world();
    await api.post("/transactions", BODY);
    const response = await api.post("/transactions", { ...BODY, amount: 1 });
    expect(response.status).toBe(422);
    expect((await problemIn(response)).faults).toMatchObject([{ path: "/idempotency_key" }]);
  });

  it("says so when the queue does not take it, and sends it when it is asked again", async () => {
    const { api, sent, state } = world();
    state.refusal = throttled;
    const refused = await api.post("/transactions", BODY);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    state.refusal = undefined;
    expect((await api.post("/transactions", BODY)).status).toBe(202);
    expect(sent).toHaveLength(1);
  });

  it("takes one of many that come at once with the same key", async () => {
    const { api, sent } = world();
    const ids = await Promise.all(
      Array.from({ length: 10 }, async () => ((await (await api.post("/transactions", BODY)).json()) as TransactionMessage).transaction_id),
    );
    expect(new Set(ids).size).toBe(1);
    expect(new Set(sent.map(({ transaction_id: id }) => id)).size).toBe(1);
  });
});

describe("the transactions' handler", () => {
  it("fails on whatever holds no transaction, and never throws", async () => {
    const { handler } = world();
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText(), fc.json()), async (body) => {
        expect(await handled(handler, body)).toMatchObject({ kind: "failed", reason: expect.stringContaining("no transaction") as string });
      }),
    );
  });

  it("blames the tables, and not the message, when they do not answer: the circuit breaker counts it", async () => {
    const { handler } = world(() => Promise.reject(throttled));
    const body = JSON.stringify({ transaction_id: "11111111-1111-4111-8111-111111111111", ...BODY });
    expect(await handled(handler, body)).toMatchObject({ kind: "failed", isDownstream: true });
    const denied = new AwsFailure({ operation: "PutItem", kind: "denied", code: "AccessDenied", message: "no" });
    expect(await handled(world(() => Promise.reject(denied)).handler, body)).toMatchObject({ kind: "failed", isDownstream: false });
  });

  it("is done with a transaction that is refused: it has its outcome", async () => {
    const { handler } = world();
    const body = JSON.stringify({ transaction_id: "11111111-1111-4111-8111-111111111111", ...BODY, amount: 20_000 });
    expect(await handled(handler, body)).toEqual({ kind: "done" });
  });
});
