import { JOB_STATUSES, type JobStatus, type MovedLimits, type ToldJob, type ToldJobs, type ToldLimits } from "../../sim/index.ts";

/** Says whether what came over the wire is what it should be. */
export type Check<Value> = (value: unknown) => value is Value;

/** What is wrong with one part of what was sent, as the API tells it (RFC 9457 with faults; docs/api.md). */
export interface ToldFault {
  /** A JSON pointer into what was sent. */
  readonly path: string;
  /** "has to be at most 200 characters long". */
  readonly must: string;
}

export interface ToldProblem {
  readonly detail: string;
  readonly faults?: readonly ToldFault[] | undefined;
}

const isText: Check<string> = (value): value is string => typeof value === "string";
const isCount: Check<number> = (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isSeconds: Check<number> = (value): value is number => typeof value === "number" && value >= 0;
const isMoment: Check<string> = (value): value is string => typeof value === "string" && !Number.isNaN(Date.parse(value));
const isStatus: Check<JobStatus> = (value): value is JobStatus => JOB_STATUSES.some((status) => status === value);

function optional<Value>(check: Check<Value>): Check<Value | undefined> {
  return (value): value is Value | undefined => value === undefined || check(value);
}

function listOf<Value>(check: Check<Value>): Check<readonly Value[]> {
  return (value): value is readonly Value[] => Array.isArray(value) && value.every((entry) => check(entry));
}

/** Fields that it does not know are let be: a newer API may say more. */
function record<Told extends object>(fields: { readonly [Name in keyof Told]-?: Check<Told[Name]> }): Check<Told> {
  const checks = Object.entries<Check<unknown>>(fields);
  return (value): value is Told => {
    if (typeof value !== "object" || value === null) return false;
    const given = value as Readonly<Record<string, unknown>>;
    return checks.every(([name, check]) => check(given[name]));
  };
}

export const isToldJob = record<ToldJob>({
  job_id: isText,
  name: isText,
  status: isStatus,
  attempts: isCount,
  duration_sec: optional(isSeconds),
  error: optional(isText),
  submitted_at: isMoment,
  started_at: optional(isMoment),
  finished_at: optional(isMoment),
});

export const isToldJobs = record<ToldJobs>({
  jobs: listOf(isToldJob),
  next_cursor: optional(isText),
  counts: record<ToldJobs["counts"]>({ SUBMITTED: isCount, IN_PROGRESS: isCount, COMPLETED: isCount, FAILED: isCount }),
});

const LIMITS = { min_capacity: isCount, max_capacity: isCount };

export const isMovedLimits = record<MovedLimits>({ ...LIMITS, before: record<ToldLimits>(LIMITS) });

export const isProblem = record<ToldProblem>({
  detail: isText,
  faults: optional(listOf(record<ToldFault>({ path: isText, must: isText }))),
});
