import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import type { Handler, JobContext, Outcome } from "../../worker/handler.ts";
import { formatIssues } from "../format-issues.ts";
import { contentIfAny } from "../message-text.ts";
import { workerPart } from "../pipeline.ts";
import { DatabaseFailure, once } from "./database.ts";
import { JOB_MESSAGE, type Job } from "./job.ts";
import { JobStore, type Hold } from "./job-store.ts";
import { migrate } from "./migrations.ts";
import { DATABASE_SETTINGS, openDatabase, WORK_SETTINGS } from "./settings.ts";

export const worker = workerPart({
  settings: {
    shape: { ...DATABASE_SETTINGS, ...WORK_SETTINGS },
    rules: [
      {
        names: ["JOB_SHORTEST_SEC", "JOB_LONGEST_SEC"],
        objection: ({ JOB_SHORTEST_SEC: shortest, JOB_LONGEST_SEC: longest }) =>
          shortest > longest
            ? `JOB_LONGEST_SEC is ${longest} s, and has to be at least JOB_SHORTEST_SEC, which is ${shortest} s: raise it, or lower the other.`
            : undefined,
      },
    ],
    usual: {
      SLOTS: "1",
      MAX_MESSAGES_PER_RECEIVE: "1",
      CIRCUIT_BREAKER_FAILURES: "3",
      JOB_TIME_LIMIT_SEC: "43200",
      HEARTBEAT_MAX_SEC: "43200",
    },
  },
  open(given, surroundings) {
    const { database, close } = openDatabase(given, surroundings);
    const { clock } = surroundings;
    const durations = { shortestSec: given.JOB_SHORTEST_SEC, longestSec: given.JOB_LONGEST_SEC };
    const handler = jobHandler({ store: new JobStore(database), prepared: once(() => migrate(database)), durations, clock });
    return { handler, close };
  },
});

export interface JobHandlerOptions {
  readonly store: JobStore;
  /** Waits until the database is fit for use. */
  readonly prepared: () => Promise<void>;
  readonly durations: Durations;
  readonly clock: Clock;
}

export interface Durations {
  readonly shortestSec: number;
  readonly longestSec: number;
}

/**
 * Works on jobs. A worker holds the job it works on; when it is killed the hold ends by itself and the next to be handed the
 * message goes on, and when it loses its hold (it was held up for longer than that lasts) it changes nothing any more.
 */
export function jobHandler({ store, prepared, durations, clock }: JobHandlerOptions): Handler {
  return async ({ body }, context): Promise<Outcome> => {
    const message = JOB_MESSAGE.safeParse(contentIfAny(body));
    if (!message.success) return { kind: "failed", reason: `no job: ${formatIssues(message.error)}` };
    try {
      await prepared();
      const begun = await store.begin(message.data.job_id, HOLD_SEC);
      if ("owner" in begun) return await work(begun, { store, durations, clock, context });
      switch (begun.kind) {
        case "over":
          return { kind: "done" };
        case "held":
          return { kind: "failed", reason: "another worker has this job", retryDelaySec: Math.ceil(begun.forSec) + 1 };
        case "unknown":
          return { kind: "failed", reason: `there is no job ${message.data.job_id}` };
      }
    } catch (error) {
      if (!(error instanceof DatabaseFailure)) throw error;
      return { kind: "failed", reason: error.message, isDownstream: error.isRetryable };
    }
  };
}

interface WorkParts {
  readonly store: JobStore;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly context: Pick<JobContext, "signal" | "log">;
}

async function work(hold: Hold, { store, durations, clock, context: { signal, log } }: WorkParts): Promise<Outcome> {
  const { job } = hold;
  const endsAt = clock.now() + durationSecOf(job, durations) * 1000;
  while (clock.now() < endsAt) {
    await pause(clock, Math.min(RENEW_EVERY_SEC * 1000, endsAt - clock.now()), signal);
    if (signal.aborted) {
      await store.release(hold);
      return { kind: "failed", reason: "the worker has to go", retryDelaySec: 0 };
    }
    if (clock.now() < endsAt && !(await store.renew(hold, HOLD_SEC))) return lost(log, job);
  }
  const isOurs = await store.finish(hold, job.fails ? "The job was asked to fail." : undefined);
  if (!isOurs) return lost(log, job);
  log.info({ jobId: job.id, status: job.fails ? "FAILED" : "COMPLETED" }, "job ended");
  return { kind: "done" };
}

/** Another worker has the job, or has ended it: the message comes again and tells which. */
function lost(log: JobContext["log"], { id }: Job): Outcome {
  log.warn({ jobId: id }, "this job went to another worker");
  return { kind: "failed", reason: "the job went to another worker" };
}

/** As the job says; else evenly spread over the bounds, and for one job always the same. */
function durationSecOf({ id, durationSec }: Job, { shortestSec, longestSec }: Durations): number {
  const share = createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
  return durationSec ?? shortestSec + share * (longestSec - shortestSec);
}

/** Three renewals may fail before a hold ends; and a job whose worker was killed waits no longer than this. */
const HOLD_SEC = 40;
const RENEW_EVERY_SEC = 10;
