import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { startLocalPostgres } from "../../../runtime/local/stores/local-postgres.ts";
import { until } from "../../support/until.ts";

const PARENT = join(import.meta.dirname, "../../fixtures/stores/postgres-parent.ts");

/** What the child process of the fixture says of its server. */
interface Told {
  readonly port: number;
  readonly password: string;
}

function canConnect({ port, password }: Told): Promise<boolean> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: "headroom", password, database: "things" });
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

describe("PostgreSQL on this machine", () => {
  it("keeps what it is told, and leaves nothing behind when it is stopped", async () => {
    const server = await startLocalPostgres("things");
    const client = new pg.Client({ ...server });
    await client.connect();
    await client.query("CREATE TABLE thing (id integer PRIMARY KEY, name text)");
    await client.query("INSERT INTO thing VALUES (1, 'ä')");
    expect((await client.query("SELECT name FROM thing")).rows).toEqual([{ name: "ä" }]);
    const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
    await client.end();
    const { folder } = rows[0]!;
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    expect(existsSync(join(folder, ".."))).toBe(false);
    expect(await canConnect(server)).toBe(false);
  });

  it("does not let anybody in without the password", async () => {
    const server = await startLocalPostgres("things");
    expect(await canConnect(server)).toBe(true);
    expect(await canConnect({ ...server, password: "password" })).toBe(false);
    await server.stop();
  });

  it("ends when the process that started it is killed", async () => {
    const parent = fork(PARENT, { execArgv: ["--import", "tsx"], stdio: "inherit" });
    const told = await new Promise<Told & { readonly folder: string }>((resolve, reject) => {
      parent.once("message", (message) => resolve(message as Told & { readonly folder: string }));
      parent.once("exit", () => reject(new Error("The parent has ended by itself.")));
    });
    expect(await canConnect(told)).toBe(true);
    parent.kill("SIGKILL");
    await until("the server is gone, and its data", async () => !existsSync(join(told.folder, "..")) && !(await canConnect(told)));
  });
});
