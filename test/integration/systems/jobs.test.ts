import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AwsFailure } from "../../../runtime/aws/errors.ts";
import { REAL_CLOCK } from "../../../runtime/clock.ts";
import { startLocalPostgres, type LocalPostgres } from "../../../runtime/local/stores/local-postgres.ts";
import { createLog } from "../../../runtime/log.ts";
import { Database, DatabaseFailure } from "../../../runtime/pipelines/jobs/database.ts";
import type { Job } from "../../../runtime/pipelines/jobs/job.ts";
import { JobStore, type Hold, type PagePosition } from "../../../runtime/pipelines/jobs/job-store.ts";
import { migrate } from "../../../runtime/pipelines/jobs/migrations.ts";
import { Outbox } from "../../../runtime/pipelines/jobs/outbox.ts";
import { until } from "../../support/until.ts";
import { jsonPost, SystemRig } from "./system-rig.ts";

let server: LocalPostgres;
let rig: SystemRig;
let database: Database;
let store: JobStore;

beforeAll(async () => {
  [server, rig] = await Promise.all([startLocalPostgres("jobs"), SystemRig.start()]);
  database = openAt(server);
  await migrate(database);
  store = new JobStore(database);
});
afterAll(async () => {
  await rig.stop();
  await database.close();
  await server.stop();
});

function openAt({ password, ...place }: LocalPostgres): Database {
  return new Database({
    ...place,
    password: { value: password, renewed: () => Promise.resolve(false) },
    tls: "off",
    broke: () => undefined,
  });
}

async function system(name: string) {
  const queueUrl = await rig.queue(name);
  const environment = {
    QUEUE_URL: queueUrl,
    DATABASE_HOST: server.host,
    DATABASE_PORT: String(server.port),
    DATABASE_NAME: server.database,
    DATABASE_USER: server.user,
    DATABASE_PASSWORD: server.password,
    DATABASE_TLS: "off",
    JOB_SHORTEST_SEC: "0",
    JOB_LONGEST_SEC: "0",
    VISIBILITY_TIMEOUT_SEC: "1",
    HEARTBEAT_EVERY_SEC: "0",
    DELETE_LINGER_MS: "0",
  };
  return {
    queueUrl,
    api: (more: Readonly<Record<string, string>> = {}) => rig.api("jobs", { ...environment, ...more }),
    worker: (more: Readonly<Record<string, string>> = {}) => rig.worker("jobs", { ...environment, ...more }),
  };
}

const submit = (name: string, more: object = {}) => store.submit({ name, fails: false, ...more });

/** Takes the notes of the tests' own jobs away, so that nobody else sends them. */
async function forget(): Promise<void> {
  await database.query("DELETE FROM outbox");
}

async function begun(id: string, holdSec: number): Promise<Hold> {
  const hold = await store.begin(id, holdSec);
  if (!("owner" in hold)) throw new Error(`The job could not be begun: ${JSON.stringify(hold)}`);
  return hold;
}

describe("the database", () => {
  it("is brought to today's shape once, however often and by however many at once", async () => {
    const before = await database.query("SELECT * FROM migrations");
    await Promise.all([migrate(database), migrate(database), migrate(database)]);
    expect(await database.query("SELECT * FROM migrations")).toEqual(before);
  });

  it("tells apart what may pass and what will not", async () => {
    await expect(database.query("SELECT nothing")).rejects.toMatchObject({ name: "DatabaseFailure", isRetryable: false });
    const nowhere = openAt({ ...server, port: 1 });
    await expect(nowhere.query("SELECT 1")).rejects.toMatchObject({ name: "DatabaseFailure", isRetryable: true });
    await nowhere.close();
  });
});

describe("a job", () => {
  afterEach(forget);

  it("is saved together with the note that it has to be sent, or not at all", async () => {
    const job = await submit("both");
    expect(await database.query("SELECT job_id FROM outbox WHERE job_id = $1", [job.id])).toHaveLength(1);
    await expect(submit("a\0b")).rejects.toBeInstanceOf(DatabaseFailure);
    expect(await database.query("SELECT 1 FROM jobs WHERE name LIKE 'a%b'")).toHaveLength(0);
  });

  it("is held by one worker at a time, and by the next when the hold is over", async () => {
    const { id } = await submit("held");
    const races = await Promise.all(Array.from({ length: 8 }, () => store.begin(id, 30)));
    const held = races.filter((race): race is Hold => "owner" in race);
    expect(held).toHaveLength(1);
    expect(races.filter((race) => "kind" in race && race.kind === "held" && race.forSec > 29)).toHaveLength(7);
    await store.release(held[0]!);
    expect((await begun(id, 30)).job).toMatchObject({ status: "IN_PROGRESS", attempts: 2 });
  });

  it("that another worker has completed cannot be undone by one that was held up", async () => {
    const { id } = await submit("undone");
    const slow = await begun(id, 0);
    const quick = await begun(id, 30);
    expect(await store.finish(slow, "too late")).toBe(false);
    expect(await store.renew(slow, 30)).toBe(false);
    await store.release(slow);
    expect(await store.finish(quick, undefined)).toBe(true);
    expect(await store.finish(slow, "too late")).toBe(false);
    expect(await store.find(id)).toMatchObject({ status: "COMPLETED", error: undefined, attempts: 2 });
    expect(await store.begin(id, 30)).toEqual({ kind: "over", status: "COMPLETED" });
  });

  it("that nobody knows is told as such", async () => {
    expect(await store.begin("00000000-0000-4000-8000-000000000000", 30)).toEqual({ kind: "unknown" });
  });

  it("is found on exactly one page, the newest first, also when others come meanwhile", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 7; number += 1) ids.push((await submit("paged")).id);
    const found: Job[] = [];
    let after: PagePosition | undefined;
    do {
      const page = await store.page({ limit: 2, status: undefined, after });
      found.push(...page.jobs);
      await submit("newer");
      after = page.next;
    } while (after !== undefined && found.length < 100);
    const foundIds = found.map(({ id }) => id);
    expect(foundIds).toEqual(expect.arrayContaining(ids));
    expect(new Set(foundIds).size).toBe(foundIds.length);
    const times = found.map(({ submittedAt }) => submittedAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(
      (await store.page({ limit: 100, status: "SUBMITTED", after: undefined })).jobs.every(({ status }) => status === "SUBMITTED"),
    ).toBe(true);
  });
});

describe("the outbox", () => {
  afterEach(forget);

  const outboxWith = (send: (ids: readonly string[]) => Promise<readonly (AwsFailure | undefined)[]>) =>
    new Outbox({ database, send, prepared: () => Promise.resolve(), clock: REAL_CLOCK, log: createLog("silent", "test") });
  const left = async () => (await database.query<{ job_id: string }>("SELECT job_id FROM outbox ORDER BY id")).map(({ job_id: id }) => id);

  it("keeps the note of what was sent when it dies before it can take it out: sent again, never lost", async () => {
    const { id } = await submit("sent twice");
    const sent: string[] = [];
    const dying = outboxWith((ids) => {
      sent.push(...ids);
      return Promise.reject(new Error("killed"));
    });
    dying.look();
    await until("it has been sent", () => sent.length === 1);
    await dying.end();
    expect(await left()).toEqual([id]);
    const other = outboxWith((ids) => {
      sent.push(...ids);
      return Promise.resolve(ids.map(() => undefined));
    });
    other.look();
    await until("it is sent", async () => (await left()).length === 0);
    await other.end();
    expect(sent).toEqual([id, id]);
  });

  it("sends each note once however many send, and keeps those that the queue refuses", async () => {
    const jobs = await Promise.all(Array.from({ length: 30 }, (_, number) => submit(`shared ${number}`)));
    const refused = jobs[3]!.id;
    const sent: string[] = [];
    const failure = new AwsFailure({ operation: "SendMessageBatch", kind: "server", code: "Busy", message: "not now" });
    const outboxes = Array.from({ length: 4 }, () =>
      outboxWith((ids) => {
        sent.push(...ids.filter((id) => id !== refused));
        return Promise.resolve(ids.map((id) => (id === refused ? failure : undefined)));
      }),
    );
    for (const outbox of outboxes) outbox.look();
    await until("all others are sent", async () => (await left()).length === 1);
    await Promise.all(outboxes.map((outbox) => outbox.end()));
    expect(await left()).toEqual([refused]);
    expect(sent.toSorted()).toEqual(
      jobs
        .map(({ id }) => id)
        .filter((id) => id !== refused)
        .toSorted(),
    );
  });
});

interface Shown {
  readonly job_id: string;
  readonly status: string;
  readonly attempts: number;
  readonly error?: string;
}

describe("the jobs system", () => {
  // The tests share one database, and an API left running sends what the next test's API has saved.
  afterEach(() => rig.endPrograms());

  it("takes jobs, works them off, well or badly, and lists them", async () => {
    const { api, worker, queueUrl } = await system("flow");
    const serving = api();
    const working = worker({ SLOTS: "2" });
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const post = async (body: object) => {
      const response = await serving.page("submit-job", jsonPost(body, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }));
      expect(response.status).toBe(202);
      return (await response.json()) as Shown;
    };
    const good = await post({ name: "good" });
    const bad = await post({ name: "bad", fails: true });
    expect(good.status).toBe("SUBMITTED");
    const read = async (id: string) => (await (await serving.page(`jobs/${id}`)).json()) as Shown;
    await until(
      "both have ended",
      async () => (await read(good.job_id)).status === "COMPLETED" && (await read(bad.job_id)).status === "FAILED",
    );
    expect(await read(bad.job_id)).toMatchObject({ attempts: 1, error: "The job was asked to fail." });
    expect(await working.says("job ended")).toMatchObject({ traceId });
    await rig.emptied(queueUrl);

    const list = (await (await serving.page("jobs?limit=1&status=FAILED")).json()) as { jobs: Shown[]; counts: Record<string, number> };
    expect(list.jobs[0]).toMatchObject({ job_id: bad.job_id });
    expect(list.counts["COMPLETED"]).toBeGreaterThan(0);
    expect((await serving.page("jobs?cursor=nonsense")).status).toBe(422);
    expect((await serving.page("jobs/00000000-0000-4000-8000-000000000000")).status).toBe(404);
    expect((await serving.page("update-scaling", jsonPost({ min_capacity: 0, max_capacity: 9 }))).status).toBe(401);
  });

  it("loses nothing when the API is killed between saving a job and sending it", async () => {
    const { api, worker } = await system("killed");
    // Nobody answers there: what is saved cannot be sent.
    const first = api({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    const response = await first.page("submit-job", jsonPost({ name: "saved" }));
    expect(response.status).toBe(202);
    const { job_id: id } = (await response.json()) as Shown;
    first.kill("SIGKILL");
    await first.exited;
    expect(await store.find(id)).toMatchObject({ status: "SUBMITTED" });
    api();
    worker();
    await until("it is done", async () => (await store.find(id))?.status === "COMPLETED");
  });

  it("goes on with the job of a worker that was killed, when its hold is over", async () => {
    const { api, worker, queueUrl } = await system("worker");
    const serving = api();
    const first = worker();
    const { job_id: id } = (await (await serving.page("submit-job", jsonPost({ name: "long", duration_sec: 2 }))).json()) as Shown;
    await until("it has begun", async () => (await store.find(id))?.status === "IN_PROGRESS");
    first.kill("SIGKILL");
    await first.exited;
    // Nobody wants to wait for forty seconds.
    await database.query("UPDATE jobs SET lease_until = now() WHERE id = $1", [id]);
    worker();
    await until("it is done", async () => (await store.find(id))?.status === "COMPLETED");
    expect(await store.find(id)).toMatchObject({ attempts: 2 });
    await rig.emptied(queueUrl);
  });

  it("writes no password anywhere", () => {
    expect(rig.written).not.toContain(server.password);
    expect(rig.written).toContain('"DATABASE_PASSWORD":"***"');
  });
});
