/**
 * What the jobs API and its page say to each other, as JSON: the API's schemas and the page's forms are made of this one copy.
 * Times are ISO 8601 in UTC.
 */

/** SUBMITTED, then IN_PROGRESS, then one of the last two, which are final. */
export const JOB_STATUSES = ["SUBMITTED", "IN_PROGRESS", "COMPLETED", "FAILED"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Of a job's name, characters. */
export const LONGEST_JOB_NAME = 200;

/** Of the twelve hours that SQS lets a message be worked on, all but one. */
export const LONGEST_JOB_SEC = 39_600;

/** The largest limit that administrators may set for the workers' fleet, instances. */
export const MOST_CAPACITY = 1000;

/** The largest page of `GET /jobs`, jobs. */
export const LONGEST_JOB_PAGE = 100;

/** A job, as `GET /jobs/{job_id}` tells it. */
export interface ToldJob {
  readonly job_id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** How many workers have begun it. */
  readonly attempts: number;
  /** How long it was asked to take; absent when that was left to the workers. */
  readonly duration_sec?: number | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  readonly submitted_at: string;
  readonly started_at?: string | undefined;
  readonly finished_at?: string | undefined;
}

/** A page of jobs, the newest first, as `GET /jobs` tells it. */
export interface ToldJobs {
  readonly jobs: readonly ToldJob[];
  /** For the next page; absent on the last one. */
  readonly next_cursor?: string | undefined;
  /** Of all jobs, by status. */
  readonly counts: Readonly<Record<JobStatus, number>>;
}

/** The limits of the workers' fleet, instances. */
export interface ToldLimits {
  readonly min_capacity: number;
  readonly max_capacity: number;
}

/** Answer of `POST /update-scaling`. */
export interface MovedLimits extends ToldLimits {
  readonly before: ToldLimits;
}
