import type { Context, MiddlewareHandler } from "hono";
import { MemoryStore, rateLimiter } from "hono-rate-limiter";
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
    store: new Counts(),
    skip: (context) => UNLIMITED.has(context.req.path),
    // Retry-After has been set by now.
    handler: () => {
      throw new RequestProblem(429, `At most ${perMin} requests a minute are taken from one caller.`);
    },
  });
}

/** Hands out each count as it was then: the library's own goes on counting while a request waits for its turn. */
class Counts extends MemoryStore<ApiContext> {
  override increment(key: string) {
    return { ...super.increment(key) };
  }
}

const UNLIMITED: ReadonlySet<string> = new Set(["/health", "/ready"]);
