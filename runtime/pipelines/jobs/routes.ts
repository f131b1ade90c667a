import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  JOB_STATUSES,
  LONGEST_JOB_PAGE,
  MOST_CAPACITY,
  type MovedLimits,
  type ToldJob,
  type ToldJobs,
} from "../../../sim/core/jobs-api.ts";
import { GroupLimits, ServiceLimits, type FleetLimits } from "../../aws/fleet-limits.ts";
import { CachedParameter, ParameterStore } from "../../aws/parameter-store.ts";
import { QueueSender } from "../../aws/queue-sender.ts";
import { BODY_PROBLEMS, problemResponses } from "../../ingest/problem-document.ts";
import { RequestProblem } from "../../ingest/problem.ts";
import { isSameToken, requireToken, TOKEN_SECURITY } from "../../ingest/token.ts";
import { optional, plainText, webAddress } from "../../settings.ts";
import { messageText } from "../message-text.ts";
import { apiPart, type Api } from "../pipeline.ts";
import { DatabaseFailure, once } from "./database.ts";
import { JOB_REQUEST, type Job } from "./job.ts";
import { JobStore, type PagePosition } from "./job-store.ts";
import { migrate } from "./migrations.ts";
import { Outbox } from "./outbox.ts";
import { DATABASE_SETTINGS, openDatabase } from "./settings.ts";

const shape = {
  QUEUE_URL: webAddress("the queue that jobs are sent to"),
  ...DATABASE_SETTINGS,
  ADMIN_TOKEN_PARAMETER: optional(
    plainText("the parameter of the Parameter Store that holds the administrators' token; without it nobody is one"),
  ),
  WORKER_SERVICE: optional(plainText("the workers' ECS service, service/<cluster>/<service>, whose limits administrators move")),
  AUTO_SCALING_GROUP_NAME: optional(plainText("the workers' Auto Scaling group, when they are no ECS service")),
};

export const api = apiPart({
  settings: { shape, rules: [] },
  address: "QUEUE_URL",
  open(given, surroundings) {
    const { aws, log, clock } = surroundings;
    const { database, close } = openDatabase(given, surroundings);
    const sender = new QueueSender({ queueUrl: given.QUEUE_URL, ...aws });
    const parameters = new ParameterStore(aws);
    const limits = limitsOf(given, aws);
    const prepared = once(() => migrate(database));
    const outbox = new Outbox({
      database,
      prepared,
      send: (jobIds, traceIds) =>
        sender.sendBatch(
          jobIds.map((id, index) => ({
            body: messageText({ job_id: id }),
            groupId: undefined,
            deduplicationId: undefined,
            traceId: traceIds[index],
          })),
        ),
      clock,
      log,
    });
    const { ADMIN_TOKEN_PARAMETER: parameter } = given;
    const token = parameter === undefined ? undefined : new CachedParameter({ read: () => parameters.read(parameter), clock });
    outbox.look();
    return {
      mount: (routes) =>
        addRoutes(routes, { store: new JobStore(database), prepared, saved: () => outbox.look(), limits, isAdministrator: checkOf(token) }),
      queueUrl: given.QUEUE_URL,
      async close() {
        await outbox.end();
        await close();
        for (const client of [sender, parameters, ...(limits === undefined ? [] : [limits])]) client.close();
      },
    };
  },
});

/** Who shows a token that does not fit is compared with the newest one before being turned away. */
function checkOf(token: CachedParameter | undefined): (given: string) => Promise<boolean> {
  return async (given) => token !== undefined && (isSameToken(given, await token.value()) || isSameToken(given, await token.renewed()));
}

function limitsOf(
  {
    WORKER_SERVICE: service,
    AUTO_SCALING_GROUP_NAME: group,
  }: { readonly WORKER_SERVICE?: string | undefined; readonly AUTO_SCALING_GROUP_NAME?: string | undefined },
  aws: { readonly region: string; readonly endpoint: string | undefined },
): FleetLimits | undefined {
  if (service !== undefined) return new ServiceLimits({ name: service, ...aws });
  return group === undefined ? undefined : new GroupLimits({ name: group, ...aws });
}

export interface JobRouteParts {
  readonly store: Pick<JobStore, "submit" | "find" | "page" | "counts">;
  /** Waits until the database is fit for use. */
  readonly prepared: () => Promise<void>;
  /** A job has been saved, and waits to be sent. */
  readonly saved: () => void;
  /** Of the workers' fleet; undefined when it is not known. */
  readonly limits: Pick<FleetLimits, "read" | "change"> | undefined;
  readonly isAdministrator: (token: string) => Promise<boolean>;
}

/** POST /submit-job, GET /jobs, GET /jobs/{job_id}, POST /update-scaling. */
export function addRoutes(routes: Api, { store, prepared, saved, limits, isAdministrator }: JobRouteParts): void {
  const served = <T>(work: () => Promise<T>) => prepared().then(work).catch(asProblem);
  routes.openapi(SUBMIT, async (context) => {
    const job = await served(() => store.submit(context.req.valid("json")));
    saved();
    return context.json(shownJob(job), 202);
  });
  routes.openapi(LIST, async (context) => {
    const { limit, status, cursor } = context.req.valid("query");
    const [{ jobs, next }, counts] = await served(() => Promise.all([store.page({ limit, status, after: cursor }), store.counts()]));
    return context.json({ jobs: jobs.map(shownJob), next_cursor: next === undefined ? undefined : cursorOf(next), counts }, 200);
  });
  routes.openapi(READ, async (context) => {
    const job = await served(() => store.find(context.req.valid("param").job_id));
    if (job === undefined) throw new RequestProblem(404, "There is no such job.");
    return context.json(shownJob(job), 200);
  });
  routes.use(SCALE.path, requireToken(isAdministrator));
  routes.openapi(SCALE, async (context) => {
    if (limits === undefined) throw new RequestProblem(503, "This API was not told whose limits it may move.");
    const { min_capacity, max_capacity } = context.req.valid("json");
    const before = await limits.read();
    await limits.change({ min: min_capacity, max: max_capacity });
    context.get("log").info({ before, min: min_capacity, max: max_capacity }, "an administrator has moved the limits of the fleet");
    return context.json({ min_capacity, max_capacity, before: { min_capacity: before.min, max_capacity: before.max } }, 200);
  });
}

function asProblem(error: unknown): never {
  if (!(error instanceof DatabaseFailure) || !error.isRetryable) throw error;
  throw new RequestProblem(503, "The database does not answer. Nothing was changed; try again.", { retryAfterSec: 1, cause: error });
}

function shownJob(job: Job): ToldJob {
  return {
    job_id: job.id,
    name: job.name,
    status: job.status,
    attempts: job.attempts,
    ...(job.durationSec === undefined ? {} : { duration_sec: job.durationSec }),
    ...(job.error === undefined ? {} : { error: job.error }),
    submitted_at: job.submittedAt.toISOString(),
    ...(job.startedAt === undefined ? {} : { started_at: job.startedAt.toISOString() }),
    ...(job.finishedAt === undefined ? {} : { finished_at: job.finishedAt.toISOString() }),
  };
}

function cursorOf({ submittedAt, id }: PagePosition): string {
  return Buffer.from(`${submittedAt.toISOString()} ${id}`).toString("base64url");
}

const CURSOR = z
  .string()
  .max(100)
  .transform((text, context): PagePosition => {
    const [at = "", id = ""] = Buffer.from(text, "base64url").toString().split(" ");
    if (z.iso.datetime().safeParse(at).success && z.uuid().safeParse(id).success) return { submittedAt: new Date(at), id };
    context.addIssue({ code: "custom", message: "has to be a next_cursor that was given out here" });
    return z.NEVER;
  });

const JOB = z.object({
  job_id: z.uuid(),
  name: z.string(),
  status: z.enum(JOB_STATUSES),
  attempts: z.int().meta({ description: "How many workers have begun it." }),
  duration_sec: z.number().optional(),
  error: z.string().optional(),
  submitted_at: z.iso.datetime(),
  started_at: z.iso.datetime().optional(),
  finished_at: z.iso.datetime().optional(),
});

const JOBS = z.object({
  jobs: z.array(JOB),
  next_cursor: z.string().optional().meta({ description: "For the next page; absent on the last one." }),
  counts: z.record(z.enum(JOB_STATUSES), z.int()),
}) satisfies z.ZodType<ToldJobs>;

const CAPACITY = z.int().min(0).max(MOST_CAPACITY);
const LIMITS = z.object({ min_capacity: CAPACITY, max_capacity: CAPACITY });
const MOVED_LIMITS = LIMITS.extend({ before: LIMITS }) satisfies z.ZodType<MovedLimits>;

const SUBMIT = createRoute({
  method: "post",
  path: "/submit-job",
  summary: "Takes a job; it is saved at once, and worked on when its turn comes",
  request: { body: { required: true, content: { "application/json": { schema: JOB_REQUEST } } } },
  responses: {
    202: { description: "It is saved", content: { "application/json": { schema: JOB } } },
    ...problemResponses(...BODY_PROBLEMS),
  },
});

const LIST = createRoute({
  method: "get",
  path: "/jobs",
  summary: "Lists jobs, the newest first, and counts them all by status",
  request: {
    query: z.object({
      limit: z.coerce.number().pipe(z.int().min(1).max(LONGEST_JOB_PAGE)).default(20),
      status: z.enum(JOB_STATUSES).optional(),
      cursor: CURSOR.optional(),
    }),
  },
  responses: {
    200: {
      description: "A page of jobs",
      content: {
        "application/json": {
          schema: JOBS,
        },
      },
    },
    ...problemResponses(422, 429, 503),
  },
});

const READ = createRoute({
  method: "get",
  path: "/jobs/{job_id}",
  summary: "Tells how a job stands",
  request: { params: z.object({ job_id: z.uuid() }) },
  responses: {
    200: { description: "The job", content: { "application/json": { schema: JOB } } },
    ...problemResponses(404, 422, 429, 503),
  },
});

const SCALE = createRoute({
  method: "post",
  path: "/update-scaling",
  summary: "Moves the limits of the workers' fleet; for administrators",
  security: TOKEN_SECURITY,
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: LIMITS.strict().refine(({ min_capacity: min, max_capacity: max }) => min <= max, {
            path: ["max_capacity"],
            message: "has to be at least min_capacity",
          }),
        },
      },
    },
  },
  responses: {
    200: { description: "They are moved", content: { "application/json": { schema: MOVED_LIMITS } } },
    ...problemResponses(401, ...BODY_PROBLEMS),
  },
});
