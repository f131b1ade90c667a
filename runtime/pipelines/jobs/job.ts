import { z } from "zod";
import { LONGEST_JOB_NAME, LONGEST_JOB_SEC, type JobStatus } from "../../../sim/core/jobs-api.ts";

/** What a client asks for: a job that takes a while and ends well or not. */
export const JOB_REQUEST = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(LONGEST_JOB_NAME)
    .regex(/^[^\0]*$/, "has to be without NUL characters")
    .meta({ example: "monthly report" }),
  duration_sec: z.number().min(0).max(LONGEST_JOB_SEC).optional().meta({
    description: "How long it takes; drawn evenly from JOB_SHORTEST_SEC to JOB_LONGEST_SEC when it is left out.",
    example: 30,
  }),
  fails: z.boolean().default(false).meta({ description: "Whether it fails in the end." }),
});
export type JobRequest = z.output<typeof JOB_REQUEST>;

/** What goes through the queue: the rest is in the database. */
export const JOB_MESSAGE = z.object({ job_id: z.uuid() });

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly durationSec: number | undefined;
  readonly fails: boolean;
  readonly status: JobStatus;
  /** Why it failed. */
  readonly error: string | undefined;
  /** How many workers have begun it. */
  readonly attempts: number;
  readonly submittedAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}
