import { listenOnLoopback, LOOPBACK_ADDRESS } from "../wire/listening.ts";
import { guardServer, type LocalStore } from "./local-server.ts";

/** A table to be there from the start, with a partition key of one text. */
export interface LocalTable {
  readonly name: string;
  readonly key: string;
}

/**
 * Starts DynamoDB on this machine: dynalite, in this process, in memory. It has single items and conditions, no
 * transactions, and never deletes what has expired.
 */
export async function startLocalDynamo(tables: readonly LocalTable[]): Promise<LocalStore> {
  const { default: dynalite } = await import("dynalite");
  const server = dynalite({ createTableMs: 0 });
  guardServer(server);
  const url = `http://${LOOPBACK_ADDRESS}:${await listenOnLoopback(server, 0)}`;
  const stop = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
      server.closeAllConnections();
    });
  try {
    await Promise.all(tables.map((table) => makeTable(url, table)));
  } catch (error) {
    await stop();
    throw error;
  }
  const contents = () =>
    Promise.all(
      tables.map(async ({ name }) => {
        const { Count } = (await operate(url, "Scan", { TableName: name, Select: "COUNT" })) as { readonly Count: number };
        return `${Count} items in ${name}`;
      }),
    );
  return { url, server, contents, stop };
}

function makeTable(url: string, { name, key }: LocalTable): Promise<unknown> {
  return operate(url, "CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
  });
}

/** Asks as a client would; no signature is looked at, but there has to be one. */
async function operate(url: string, operation: string, input: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260101T000000Z",
      authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none",
    },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${operation} failed: ${response.status} ${await response.text()}`);
  return response.json();
}
