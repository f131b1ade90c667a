import type { Database } from "./database.ts";

/**
 * The steps from an empty database to today's, in their order. A step that has been released is never changed: what is to be
 * different comes as a further one.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE jobs (
     id uuid PRIMARY KEY,
     name text NOT NULL,
     duration_sec double precision,
     fails boolean NOT NULL,
     status text NOT NULL CHECK (status IN ('SUBMITTED', 'IN_PROGRESS', 'COMPLETED', 'FAILED')),
     error text,
     attempts integer NOT NULL DEFAULT 0,
     lease_owner uuid,
     lease_until timestamptz,
     submitted_at timestamptz(3) NOT NULL DEFAULT now(),
     started_at timestamptz(3),
     finished_at timestamptz(3)
   );
   CREATE INDEX jobs_newest_first ON jobs (submitted_at DESC, id DESC);
   CREATE INDEX jobs_by_status ON jobs (status, submitted_at DESC, id DESC);
   CREATE TABLE outbox (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     job_id uuid NOT NULL REFERENCES jobs (id),
     written_at timestamptz NOT NULL DEFAULT now()
   )`,
  "ALTER TABLE outbox ADD COLUMN trace_id text",
];

/** Brings the database to today's shape. However often and by however many at once it is done, each step happens once. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (statements) => {
    await statements.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await statements.query("CREATE TABLE IF NOT EXISTS migrations (step integer PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())");
    const [row] = await statements.query<{ readonly done: number }>("SELECT count(*)::integer AS done FROM migrations");
    for (const [index, step] of STEPS.entries()) {
      if (index < (row?.done ?? 0)) continue;
      await statements.query(step);
      await statements.query("INSERT INTO migrations (step) VALUES ($1)", [index + 1]);
    }
  });
}

/** Any number that nothing else in the database locks on. */
const LOCK = 7_205_759;
