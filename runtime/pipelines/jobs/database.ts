import pg from "pg";
import type { Password } from "./password.ts";

/** Where the database is, and how it is spoken to. */
export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Pick<Password, "value" | "renewed">;
  /** `verify` asks for a certificate of an authority that Node knows (NODE_EXTRA_CA_CERTS); `encrypt` takes any. */
  readonly tls: "verify" | "encrypt" | "off";
  /** Told of connections that broke while nobody used them. */
  readonly broke: (error: Error) => void;
}

/**
 * A statement that failed. `isRetryable` says that the database was at fault, or busy, or has another password for now, and not
 * what it was asked.
 */
export class DatabaseFailure extends Error {
  override readonly name = "DatabaseFailure";
  readonly isRetryable: boolean;

  constructor(cause: Error & { readonly code?: unknown }) {
    super(`The database failed: ${cause.message}`, { cause });
    this.isRetryable = typeof cause.code !== "string" || /^(08|28000|28P01|53|57P|40001|40P01|55P03|E[A-Z]+$)/.test(cause.code);
  }
}

/** Runs statements: each by itself, or several as one transaction. */
export interface Statements {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** PostgreSQL by way of a pool of connections, which are made when they are first needed. Calls may throw {@link DatabaseFailure}. */
export class Database implements Statements {
  private readonly pool: pg.Pool;
  private readonly password: DatabaseOptions["password"];

  constructor({ tls, broke, password, ...place }: DatabaseOptions) {
    this.password = password;
    this.pool = new pg.Pool({
      ...place,
      password: () => password.value,
      ssl: tls === "off" ? false : { rejectUnauthorized: tls === "verify" },
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS + 1000,
      application_name: "headroom",
    });
    this.pool.on("error", broke);
    // One that breaks in use is told by the statement that fails on it; if nobody listened, the process would end of it.
    this.pool.on("connect", (client) => client.on("error", () => undefined));
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = await this.connect();
    try {
      const { rows } = await client.query<Row>(text, [...values]);
      client.release();
      return rows;
    } catch (error) {
      client.release(error instanceof Error ? error : true);
      return fail(error);
    }
  }

  /** Does several statements as one: all of them, or, when `act` throws, none. */
  async transaction<T>(act: (statements: Statements) => Promise<T>): Promise<T> {
    const client = await this.connect();
    const statements: Statements = {
      query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...values]).catch(fail)).rows,
    };
    try {
      await statements.query("BEGIN");
      const result = await act(statements);
      await statements.query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot even roll back is thrown away.
      await client.query("ROLLBACK").then(
        () => client.release(),
        (broken: unknown) => client.release(broken instanceof Error ? broken : true),
      );
      throw error;
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async connect(): Promise<pg.PoolClient> {
    const shown = this.password.value;
    try {
      return await this.pool.connect();
    } catch (error) {
      if (isRefusal(error) && (await this.password.renewed(shown))) return this.pool.connect().catch(fail);
      return fail(error);
    }
  }
}

/** Not let in: invalid_password, invalid_authorization_specification (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "28P01" || error.code === "28000");
}

function fail(error: unknown): never {
  throw error instanceof Error ? new DatabaseFailure(error) : error;
}

const CONNECTIONS = 10;
const CONNECT_MS = 3000;
const STATEMENT_MS = 5000;

/** Does something once, before it is first needed: while it has not succeeded, whoever needs it tries. */
export function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () =>
    (done ??= act().catch((error: unknown) => {
      done = undefined;
      throw error;
    }));
}
