import { randomUUID } from "node:crypto";
import type { JobStatus } from "../../../sim/core/jobs-api.ts";
import { currentTraceId } from "../../trace.ts";
import type { Database, Statements } from "./database.ts";
import type { Job, JobRequest } from "./job.ts";

/** A worker's hold on a job: no other one begins it while it lasts, and only its owner can end the job. */
export interface Hold {
  readonly job: Job;
  readonly owner: string;
}

/** Why a job cannot be begun: it is over, another worker has it for so long, or there is none. */
export type NotHeld =
  { readonly kind: "over"; readonly status: JobStatus } | { readonly kind: "held"; readonly forSec: number } | { readonly kind: "unknown" };

/** Part of all jobs, the newest first. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: PagePosition | undefined;
}

/** The last job of a page. */
export interface PagePosition {
  readonly submittedAt: Date;
  readonly id: string;
}

/**
 * The jobs and their states. Every change names the state that it starts from, so that a worker which was held up cannot
 * undo what another has done since: COMPLETED and FAILED are never left again.
 */
export class JobStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Saves a job and, in the same transaction, the note that it has to be sent: there is never one without the other. */
  submit({ name, duration_sec: durationSec, fails }: JobRequest): Promise<Job> {
    return this.database.transaction(async (statements) => {
      const id = randomUUID();
      const values = [id, name, durationSec ?? null, fails];
      const job = await oneJob(
        statements,
        `INSERT INTO jobs (id, name, duration_sec, fails, status) VALUES ($1, $2, $3, $4, 'SUBMITTED') RETURNING ${COLUMNS}`,
        values,
      );
      await statements.query("INSERT INTO outbox (job_id, trace_id) VALUES ($1, $2)", [id, currentTraceId() ?? null]);
      if (job === undefined) throw new Error("A job was inserted and is not there.");
      return job;
    });
  }

  find(id: string): Promise<Job | undefined> {
    return oneJob(this.database, `SELECT ${COLUMNS} FROM jobs WHERE id = $1`, [id]);
  }

  /** One page of jobs, of all or of one status. */
  async page({ limit, status, after }: PageRequest): Promise<JobPage> {
    const rows = await this.database.query<JobRow>(
      `SELECT ${COLUMNS} FROM jobs
       WHERE ($1::text IS NULL OR status = $1)
         AND ($2::timestamptz IS NULL OR (submitted_at, id) < ($2::timestamptz, $3::uuid))
       ORDER BY submitted_at DESC, id DESC LIMIT $4`,
      [status ?? null, after?.submittedAt ?? null, after?.id ?? null, limit + 1],
    );
    const jobs = rows.slice(0, limit).map(jobOf);
    return { jobs, next: rows.length > limit ? jobs.at(-1) : undefined };
  }

  /** How many jobs there are of each status. */
  async counts(): Promise<Record<JobStatus, number>> {
    const rows = await this.database.query<{ status: JobStatus; count: number }>(
      "SELECT status, count(*)::integer AS count FROM jobs GROUP BY status",
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    return { SUBMITTED: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, ...counts };
  }

  /** Begins a job, or goes on with one whose worker has not been heard of for the length of its hold. */
  async begin(id: string, holdSec: number): Promise<Hold | NotHeld> {
    const owner = randomUUID();
    const job = await oneJob(
      this.database,
      `UPDATE jobs
       SET status = 'IN_PROGRESS', attempts = attempts + 1, started_at = coalesce(started_at, now()),
           lease_owner = $2, lease_until = now() + make_interval(secs => $3)
       WHERE id = $1 AND status IN ('SUBMITTED', 'IN_PROGRESS') AND (lease_until IS NULL OR lease_until < now())
       RETURNING ${COLUMNS}`,
      [id, owner, holdSec],
    );
    return job === undefined ? this.whyNotHeld(id) : { job, owner };
  }

  /** Holds on. False when the hold has been lost to another worker. */
  async renew({ job, owner }: Hold, holdSec: number): Promise<boolean> {
    const rows = await this.database.query(
      "UPDATE jobs SET lease_until = now() + make_interval(secs => $3) WHERE id = $1 AND lease_owner = $2 RETURNING id",
      [job.id, owner, holdSec],
    );
    return rows.length > 0;
  }

  /** Lets go of a job that is not done, so that another worker can begin it at once. */
  async release({ job, owner }: Hold): Promise<void> {
    await this.database.query("UPDATE jobs SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2", [job.id, owner]);
  }

  /** Ends a job: failed with `error`, completed without. False when the hold has been lost, and nothing was changed. */
  async finish({ job, owner }: Hold, error: string | undefined): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE jobs SET status = $3, error = $4, finished_at = now(), lease_owner = NULL, lease_until = NULL
       WHERE id = $1 AND lease_owner = $2 AND status = 'IN_PROGRESS' RETURNING id`,
      [job.id, owner, error === undefined ? "COMPLETED" : "FAILED", error ?? null],
    );
    return rows.length > 0;
  }

  private async whyNotHeld(id: string): Promise<NotHeld> {
    const [row] = await this.database.query<{ status: JobStatus; held_sec: number | null }>(
      "SELECT status, extract(epoch FROM lease_until - now())::double precision AS held_sec FROM jobs WHERE id = $1",
      [id],
    );
    if (row === undefined) return { kind: "unknown" };
    if (row.status === "COMPLETED" || row.status === "FAILED") return { kind: "over", status: row.status };
    return { kind: "held", forSec: Math.max(0, row.held_sec ?? 0) };
  }
}

export interface PageRequest {
  readonly limit: number;
  readonly status: JobStatus | undefined;
  readonly after: PagePosition | undefined;
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly duration_sec: number | null;
  readonly fails: boolean;
  readonly status: JobStatus;
  readonly error: string | null;
  readonly attempts: number;
  readonly submitted_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

const COLUMNS = "id, name, duration_sec, fails, status, error, attempts, submitted_at, started_at, finished_at";

async function oneJob(statements: Statements, text: string, values: readonly unknown[]): Promise<Job | undefined> {
  const [row] = await statements.query<JobRow>(text, values);
  return row === undefined ? undefined : jobOf(row);
}

function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    name: row.name,
    durationSec: row.duration_sec ?? undefined,
    fails: row.fails,
    status: row.status,
    error: row.error ?? undefined,
    attempts: row.attempts,
    submittedAt: row.submitted_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}
