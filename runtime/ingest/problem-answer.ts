import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AwsFailure } from "../aws/errors.ts";
import type { ApiContext } from "../pipelines/pipeline.ts";
import { problemDocument } from "./problem-document.ts";
import { PROBLEM_TITLES, PROBLEM_TYPE, RequestProblem, type ProblemStatus } from "./problem.ts";

/** What a caller is told of whatever was thrown. What is nobody's fault outside is not told at all. */
export function problemOf(error: unknown): RequestProblem {
  if (error instanceof RequestProblem) return error;
  if (error instanceof HTTPException && isTold(error.status) && error.status < 500)
    return new RequestProblem(error.status, DETAILS[error.status] ?? error.message);
  if (error instanceof AwsFailure && error.isRetryable) {
    return new RequestProblem(503, "Something this service needs does not answer. Nothing was lost; try again.", {
      retryAfterSec: SOON_SEC,
      cause: error,
    });
  }
  return new RequestProblem(500, "This service has failed; the log knows more under the request's id.", { cause: error });
}

export function answerProblem(context: Context<ApiContext>, problem: RequestProblem): Response {
  const document = problemDocument(problem, context.get("requestId"));
  if (problem.retryAfterSec !== undefined) context.header("Retry-After", String(problem.retryAfterSec));
  return context.body(JSON.stringify(document), problem.status, { "Content-Type": PROBLEM_TYPE });
}

function isTold(status: number): status is ProblemStatus {
  return status in PROBLEM_TITLES;
}

/** For those that the libraries throw. */
const DETAILS: Readonly<Partial<Record<ProblemStatus, string>>> = {
  400: "The body is no JSON.",
  415: "The body has to be JSON: send Content-Type: application/json.",
};

const SOON_SEC = 1;
