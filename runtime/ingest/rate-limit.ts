import type { Context, MiddlewareHandler } from "hono";
import { MemoryStore, rateLimiter } from "hono-rate-limiter";
import type { ApiContext } from "../pipelines/pipeline.ts";
import { RequestProblem } from "./problem.ts";

/** How often somebody has called within the minute that ends at `resetTime`, this call included. */
export interface CallCount {
  readonly totalHits: number;
  readonly resetTime: Date;
}

export interface RateLimitOptions {
  readonly perMin: number;
  readonly callerOf: (context: Context<ApiContext>) => string;
  /** Counts one more call; undefined to count in this process. */
  readonly count: ((caller: string) => Promise<CallCount>) | undefined;
}

/** Lets each caller make so many requests a minute. Whether a process is well may be asked for at any time. */
export function rateLimit({ perMin, callerOf, count }: RateLimitOptions): MiddlewareHandler<ApiContext> {
  return rateLimiter<ApiContext>({
    windowMs: WINDOW_MS,
    limit: perMin,
    standardHeaders: "draft-7",
    keyGenerator: callerOf,
    store: count === undefined ? new Counts() : { increment: count, decrement: notWanted, resetKey: notWanted },
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

/** Counts calls for several processes. */
export function callCounter(): (caller: string) => CallCount {
  const counts = new Counts();
  counts.init({ windowMs: WINDOW_MS } as Parameters<Counts["init"]>[0]);
  return (caller) => ({ resetTime: new Date(), ...counts.increment(caller) });
}

/** Every call counts, however it ends. */
function notWanted(): never {
  throw new Error("Calls are only counted up.");
}

const WINDOW_MS = 60_000;

const UNLIMITED: ReadonlySet<string> = new Set(["/health", "/ready"]);
