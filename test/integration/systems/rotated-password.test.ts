import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AwsFailure } from "../../../runtime/aws/errors.ts";
import { REAL_CLOCK } from "../../../runtime/clock.ts";
import { AwsError, type AwsService } from "../../../runtime/local/service.ts";
import { startLocalPostgres, type LocalPostgres } from "../../../runtime/local/stores/local-postgres.ts";
import { createLog } from "../../../runtime/log.ts";
import { Database } from "../../../runtime/pipelines/jobs/database.ts";
import { Password } from "../../../runtime/pipelines/jobs/password.ts";
import { until } from "../../support/until.ts";
import { jsonPost, SystemRig } from "./system-rig.ts";

const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db-1";
/** Whom the tests change the password of. */
const USER = "rotated";

/** Secrets Manager, as far as it takes to read one secret. */
const secrets: AwsService & { text: string } = {
  name: "secretsmanager",
  protocol: "json-1.0",
  version: "secretsmanager",
  text: "",
  operations: {
    GetSecretValue: ({ SecretId: id }) => {
      if (id !== SECRET_ARN) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
      return { ARN: SECRET_ARN, Name: "rds!db-1", SecretString: secrets.text };
    },
  },
};

let server: LocalPostgres;
let administrator: Database;
let rig: SystemRig;
let password: string;
let queues = 0;

beforeAll(async () => {
  [server, rig] = await Promise.all([startLocalPostgres("jobs"), SystemRig.start({ services: [secrets] })]);
  const { password: own, ...place } = server;
  administrator = new Database({
    ...place,
    password: { value: own, renewed: () => Promise.resolve(false) },
    tls: "off",
    broke: () => undefined,
  });
  await administrator.query(`CREATE USER ${USER} SUPERUSER`);
});
beforeEach(async () => {
  await changePassword();
  keepInSecret();
});
afterEach(() => rig.endPrograms());
afterAll(async () => {
  await rig.stop();
  await administrator.close();
  await server.stop();
});

/** The server wants another password from now on, and hangs up on whoever came in with the one before. */
async function changePassword(): Promise<void> {
  password = randomBytes(12).toString("hex");
  await administrator.query(`ALTER USER ${USER} PASSWORD '${password}'`);
  await administrator.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [USER]);
}

function keepInSecret(): void {
  secrets.text = JSON.stringify({ username: USER, password });
}

async function environment(more: Readonly<Record<string, string>> = {}) {
  queues += 1;
  return {
    QUEUE_URL: await rig.queue(`rotated-${queues}`),
    DATABASE_HOST: server.host,
    DATABASE_PORT: String(server.port),
    DATABASE_NAME: server.database,
    DATABASE_USER: USER,
    DATABASE_PASSWORD: password,
    DATABASE_TLS: "off",
    JOB_SHORTEST_SEC: "0",
    JOB_LONGEST_SEC: "0",
    VISIBILITY_TIMEOUT_SEC: "1",
    HEARTBEAT_EVERY_SEC: "0",
    CIRCUIT_BREAKER_OPEN_SEC: "0.5",
    ...more,
  };
}

interface Shown {
  readonly job_id: string;
  readonly status: string;
}

describe("a database whose password is changed", () => {
  const lost: string[] = [];
  /** Idle connections that the server has hung up on. */
  let broken = 0;
  afterEach(() => {
    lost.splice(0);
    broken = 0;
  });

  function opened(readSecret: (() => Promise<string>) | undefined): Database {
    const { host, port, database } = server;
    const options = { given: password, readSecret, lost: (reason: string) => void lost.push(reason), clock: REAL_CLOCK };
    return new Database({
      host,
      port,
      database,
      user: USER,
      password: new Password({ ...options, log: createLog("silent", "test") }),
      tls: "off",
      broke: () => (broken += 1),
    });
  }

  it("is asked with the one that the secret holds by then", async () => {
    const database = opened(() => Promise.resolve(secrets.text));
    await database.query("SELECT 1");
    await changePassword();
    keepInSecret();
    await until("the connection is gone", () => broken > 0);
    expect(await Promise.all(Array.from({ length: 20 }, () => database.query("SELECT 1 AS one")))).toEqual(
      new Array(20).fill([{ one: 1 }]),
    );
    expect(lost).toEqual([]);
    await database.close();
  });

  it("refuses for now, and for no longer, while the secret still holds the one before", async () => {
    const database = opened(() => Promise.resolve(secrets.text));
    await changePassword();
    await expect(database.query("SELECT 1")).rejects.toMatchObject({ name: "DatabaseFailure", isRetryable: true });
    keepInSecret();
    await until("it is let in", () => database.query("SELECT 1").catch(() => undefined));
    expect(lost).toEqual([]);
    await database.close();
  });

  it("is lost without a secret, and with one that cannot be read; not with one that does not answer just now", async () => {
    const failing = (kind: "denied" | "throttled") => () =>
      Promise.reject(new AwsFailure({ operation: "GetSecretValue", kind, code: kind, message: kind }));
    const cases: readonly [(() => Promise<string>) | undefined, number][] = [
      [undefined, 1],
      [failing("denied"), 1],
      [() => Promise.resolve("no JSON"), 1],
      [failing("throttled"), 0],
    ];
    for (const [readSecret, times] of cases) {
      const database = opened(readSecret);
      await changePassword();
      await expect(database.query("SELECT 1")).rejects.toMatchObject({ isRetryable: true });
      expect(lost).toHaveLength(times);
      lost.splice(0);
      await database.close();
    }
  });
});

describe("the jobs system, when the password is changed", () => {
  it("goes on with the new one, which API and worker fetch themselves", async () => {
    const settings = await environment({ DATABASE_SECRET_ARN: SECRET_ARN });
    const api = rig.api("jobs", settings);
    const worker = rig.worker("jobs", settings);
    const submitted = async () => {
      const response = await api.page("submit-job", jsonPost({ name: "report" }));
      return response.status === 202 ? ((await response.json()) as Shown).job_id : undefined;
    };
    const isDone = async (id: string) => ((await (await api.page(`jobs/${id}`)).json()) as Shown).status === "COMPLETED";
    const before = await until("a job is taken", submitted);
    await until("it is done", () => isDone(before));
    await changePassword();
    expect((await api.page("submit-job", jsonPost({ name: "in between" }))).status).toBe(503);
    keepInSecret();
    const after = await until("a job is taken again", submitted);
    await until("it is done", () => isDone(after));
    expect([api.child.exitCode, worker.child.exitCode]).toEqual([null, null]);
    expect(rig.written).not.toContain(password);
  });

  it("ends with a clear word where it cannot fetch it, to be started with the new one", async () => {
    const settings = await environment();
    const [api, worker] = [rig.api("jobs", settings), rig.worker("jobs", settings)];
    await until("a job is taken", async () => (await api.page("submit-job", jsonPost({ name: "report" }))).status === 202);
    await worker.says("job ended");
    await changePassword();
    await api.page("submit-job", jsonPost({ name: "in between" })).catch(() => undefined);
    expect(await api.exited).toBe(75);
    expect(await api.says("has to be started anew")).toMatchObject({
      level: "fatal",
      reason: expect.stringContaining("password") as unknown,
    });
    const anew = rig.api("jobs", { ...settings, DATABASE_PASSWORD: password });
    await until("a job is taken again", async () => (await anew.page("submit-job", jsonPost({ name: "report" }))).status === 202);
    expect(await worker.exited).toBe(75);
    expect(await worker.says("has to be started anew")).toBeDefined();
  });

  it("ends all its processes together, since each is given the same", async () => {
    const api = rig.api("jobs", await environment({ PROCESSES: "2" }));
    await until("a job is taken", async () => (await api.page("submit-job", jsonPost({ name: "report" }))).status === 202);
    await changePassword();
    await api.page("submit-job", jsonPost({ name: "in between" })).catch(() => undefined);
    expect(await api.exited).toBe(75);
  });
});
