import pg from "pg";

/** Where the database is, and how it is spoken to. */
export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `verify` asks for a certificate of an authority that Node knows (NODE_EXTRA_CA_CERTS); `encrypt` takes any. */
  readonly tls: "verify" | "encrypt" | "off";
  /** Told of connections that broke while nobody used them. */
  readonly broke: (error: Error) => void;
}

/** A statement that failed. `isRetryable` says that the database was at fault, or busy, and not what it was asked. */
export class DatabaseFailure extends Error {
  override readonly name = "DatabaseFailure";
  readonly isRetryable: boolean;

  constructor(cause: Error & { readonly code?: unknown }) {
    super(`The database failed: ${cause.message}`, { cause });
    this.isRetryable = typeof cause.code !== "string" || /^(08|53|57P|40001|40P01|55P03|E[A-Z]+$)/.test(cause.code);
  }
}

/** Runs statements: each by itself, or several as one transaction. */
export interface Statements {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** PostgreSQL by way of a pool of connections, which are made when they are first needed. Calls may throw {@link DatabaseFailure}. */
export class Database implements Statements {
  private readonly pool: pg.Pool;

  constructor({ tls, broke, ...place }: DatabaseOptions) {
    this.pool = new pg.Pool({
      ...place,
      ssl: tls === "off" ? false : { rejectUnauthorized: tls === "verify" },
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS + 1000,
      application_name: "headroom",
    });
    this.pool.on("error", broke);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>(text, [...values]).catch(fail);
    return rows;
  }

  /** Does several statements as one: all of them, or, when `act` throws, none. */
  async transaction<T>(act: (statements: Statements) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch(fail);
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
