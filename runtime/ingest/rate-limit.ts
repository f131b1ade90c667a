import type { Context, MiddlewareHandler } from "hono";
import { rateLimiter } from "hono-rate-limiter";
import type { ApiContext } from "../pipelines/pipeline.ts";
import { RequestProblem } from "./problem.ts";

/**
 * Lets each caller make so many requests a minute. Counts are kept in this process: with several, each lets as many through.
 * Whether a process is well, and its figures, may be asked for at any time.
 */
export function rateLimit(perMin: number, callerOf: (context: Context<ApiContext>) => string): MiddlewareHandler<ApiContext> {
  return rateLimiter<ApiContext>({
    windowMs: 60_000,
    limit: perMin,
    standardHeaders: "draft-7",
    keyGenerator: callerOf,
    skip: (context) => UNLIMITED.has(context.req.path),
    // Retry-After has been set by now.
    handler: () => {
      throw new RequestProblem(429, `At most ${perMin} requests a minute are taken from one caller.`);
    },
  });
}

const UNLIMITED: ReadonlySet<string> = new Set(["/health", "/ready"]);
