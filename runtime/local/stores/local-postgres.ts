import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AddressInfo } from "node:net";
import pg, { type ClientConfig } from "pg";
import { LOOPBACK_ADDRESS } from "../wire/listening.ts";

/** A PostgreSQL server of this machine, with one empty database. */
export interface LocalPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** What it holds, a line for each table: "12 rows in jobs". */
  contents(): Promise<readonly string[]>;
  /** Ends it; its data are gone. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL: the real server's binaries from npm, on a free port, its data in a temporary folder. It ends with
 * {@link LocalPostgres.stop}, and also when this process is killed (`postgres-keeper.js`).
 */
export async function startLocalPostgres(database: string): Promise<LocalPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "headroom-postgres-"));
  // The server may run as another user, who has to get through to its own folder in it.
  chmodSync(folder, 0o711);
  const order = { folder, port: await freePort(), user: "headroom", password: randomBytes(16).toString("hex"), database };
  const keeper = fork(keeperScript(), [], { detached: true, execArgv: [], stdio: "ignore" });
  const exited = new Promise<void>((resolve) => {
    keeper.once("exit", () => resolve());
    keeper.once("error", () => resolve());
  });
  const stop = async () => {
    if (keeper.connected) keeper.disconnect();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const answer = new Promise<Answer>((resolve) => {
    keeper.once("message", (message) => resolve(message as Answer));
    void exited.then(() => resolve({ type: "failed", reason: "its process has ended" }));
  });
  keeper.send(order);
  const told = await answer;
  if (told.type === "failed") {
    await stop();
    throw new Error(`PostgreSQL could not be started: ${told.reason}`);
  }
  const { port, user, password } = order;
  const place = { host: LOOPBACK_ADDRESS, port, user, password, database };
  return { ...place, contents: () => contentsOf(place), stop };
}

type Answer = { readonly type: "listening" } | { readonly type: "failed"; readonly reason: string };

async function contentsOf(place: ClientConfig): Promise<readonly string[]> {
  const client = new pg.Client(place);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    const lines: string[] = [];
    for (const { name } of rows) {
      const counted = await client.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${client.escapeIdentifier(name)}`);
      lines.push(`${counted.rows[0]?.count ?? 0} rows in ${name}`);
    }
    return lines;
  } finally {
    await client.end();
  }
}

/** PostgreSQL cannot be asked to find a port by itself. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, LOOPBACK_ADDRESS, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** It stands beside this file, and beside the command's bundle or one above what the bundle loads on demand. */
function keeperScript(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const places = [here, join(here, "..")].map((folder) => join(folder, "postgres-keeper.js"));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`There is no postgres-keeper.js in ${places.join(" or ")}.`);
  return found;
}
