/** What is wrong with one part of a request. */
export interface RequestFault {
  readonly in: "body" | "query" | "path" | "header";
  /** A JSON pointer into the body, or the name of a parameter or header. */
  readonly path: string;
  /** As it was given, shortened; absent when it is missing. */
  readonly value?: unknown;
  /** What it has to be: "has to be a whole number from 1 to 1000". */
  readonly must: string;
}

/**
 * A request that is not served, thrown by routes and told as a problem document (RFC 9457): whose fault it is, all faults at
 * once, and what the client may do. `detail` must hold nothing that the caller may not know.
 */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly faults: readonly RequestFault[];
  /** When the same request is worth another try, seconds; told as Retry-After. */
  readonly retryAfterSec: number | undefined;

  constructor(status: ProblemStatus, detail: string, more: ProblemMore = {}) {
    super(detail, { cause: more.cause });
    this.status = status;
    this.detail = detail;
    this.faults = more.faults ?? [];
    this.retryAfterSec = more.retryAfterSec;
  }
}

export interface ProblemMore {
  readonly faults?: readonly RequestFault[];
  readonly retryAfterSec?: number;
  readonly cause?: unknown;
}

/** Titles are those of RFC 9110. */
export const PROBLEM_TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof PROBLEM_TITLES;

/** The media type of a problem document. */
export const PROBLEM_TYPE = "application/problem+json";
