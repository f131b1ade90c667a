import { Hono, type Context, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId, type RequestIdVariables } from "hono/request-id";
import { streamSSE } from "hono/streaming";
import { randomBytes } from "node:crypto";
import { problemOf } from "../../ingest/problem-answer.ts";
import { problemDocument } from "../../ingest/problem-document.ts";
import { PROBLEM_TYPE, RequestProblem } from "../../ingest/problem.ts";
import { bearerToken, isSameToken } from "../../ingest/token.ts";
import { tellEvents } from "./event-stream.ts";
import { RunDesk } from "./run-desk.ts";
import { objectionToOrigin } from "./same-origin.ts";
import { readStartRequest } from "./start-request.ts";

export interface FleetApi {
  /** Takes what is at {@link FLEET_PATH} and below. */
  readonly fetch: Hono<Guarded>["fetch"];
  /** Ends what runs. */
  close(): Promise<void>;
}

interface Guarded {
  Variables: RequestIdVariables;
}

/**
 * The fleet of this machine, for the page that the same server gives out: it starts a run of a scenario, tells of it while it
 * goes, and stops it. A request passes, in this order: whether it may come here at all; for what changes something the
 * token; for what brings a body its kind and its size; and then its faults, all at once.
 *
 * | request                        | answer                                                                     |
 * | ------------------------------ | -------------------------------------------------------------------------- |
 * | `GET /api/fleet`               | the token, and the run that goes on or was last, if there is one           |
 * | `POST /api/fleet/run`          | starts one: {@link StartRequest}; 409 while another goes on                |
 * | `DELETE /api/fleet/run`        | ends it                                                                    |
 * | `GET /api/fleet/run/scenario`  | what runs, as it is in its window                                          |
 * | `GET /api/fleet/events`        | everything as it happens, from the beginning or from `Last-Event-ID`       |
 *
 * @param workerScript What every instance runs.
 */
export function fleetApi(workerScript: string): FleetApi {
  const desk = new RunDesk(workerScript);
  const token = randomBytes(24).toString("base64url");
  const api = guarded();
  api.get(FLEET_PATH, (context) => context.json({ token, run: desk.run?.told ?? null }));
  api.get(`${FLEET_PATH}/run/scenario`, (context) => context.json(newest(desk).scenario));
  api.get(`${FLEET_PATH}/events`, (context) =>
    streamSSE(context, (stream) => tellEvents(stream, desk, context.req.header("Last-Event-ID"))),
  );
  api.post(
    `${FLEET_PATH}/run`,
    requireToken(token),
    requireJson,
    bodyLimit({ maxSize: LARGEST_BODY_BYTES, onError: tooLarge }),
    async (context) => {
      const { plan, seed } = readStartRequest(await bodyOf(context));
      const run = desk.start(plan, seed);
      if (run === undefined) throw new RequestProblem(409, "Another run goes on, and this machine runs one at a time: stop it first.");
      return context.json(run.told, 201);
    },
  );
  api.delete(`${FLEET_PATH}/run`, requireToken(token), (context) => {
    const run = newest(desk);
    run.stop();
    return context.json(run.told, 202);
  });
  return { fetch: api.fetch, close: () => desk.close() };
}

/** The same place where no fleet may be run: whoever asks is told why. */
export function closedFleetApi(reason: string): FleetApi {
  const api = guarded({ isClosed: true });
  api.all("*", () => {
    throw new RequestProblem(403, reason);
  });
  return { fetch: api.fetch, close: () => Promise.resolve() };
}

/** Below it is everything that this server does beyond handing out files. */
export const FLEET_PATH = "/api/fleet";

/** Keeps foreign pages out, and tells of one shape of error. A closed one has nothing to keep them out of. */
function guarded({ isClosed = false } = {}): Hono<Guarded> {
  const api = new Hono<Guarded>();
  api.use(requestId());
  api.use(async (context, next) => {
    context.header("Cache-Control", "no-store");
    const objection = isClosed ? undefined : objectionToOrigin((name) => context.req.header(name));
    if (objection !== undefined) throw new RequestProblem(403, objection);
    await next();
  });
  api.notFound((context) => answered(context, new RequestProblem(404, `There is no ${context.req.method} ${context.req.path}.`)));
  api.onError((error, context) => answered(context, problemOf(error)));
  return api;
}

function answered(context: Context<Guarded>, problem: RequestProblem): Response {
  if (problem.status === 500) process.emitWarning(problem.cause instanceof Error ? problem.cause : problem);
  const document = problemDocument(problem, context.get("requestId"));
  return context.body(JSON.stringify(document), problem.status, { "Content-Type": PROBLEM_TYPE });
}

/** The token shows that a page could read what this server has told it, which a page from elsewhere cannot. */
function requireToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = bearerToken(context.req.header("Authorization"));
    if (given === undefined || !isSameToken(given, token)) {
      throw new RequestProblem(401, "This needs the token that GET /api/fleet tells since the server was started: reload the page.");
    }
    await next();
  };
}

const requireJson: MiddlewareHandler = async (context, next) => {
  if (!/^application\/json *(?:;|$)/i.test(context.req.header("Content-Type") ?? "")) {
    throw new RequestProblem(415, "The body has to be JSON: send Content-Type: application/json.");
  }
  await next();
};

function tooLarge(): never {
  throw new RequestProblem(413, `The body has to be at most ${LARGEST_BODY_BYTES} bytes long.`);
}

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestProblem(400, "The body is no JSON.", { cause: error });
  }
}

function newest({ run }: RunDesk) {
  if (run === undefined) throw new RequestProblem(404, "Nothing has been run yet.");
  return run;
}

/** A scenario of a million recorded times has about 13 MB. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
