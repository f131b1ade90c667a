import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Logger } from "../log.ts";
import { inTrace, TRACE_ATTRIBUTE, traceIdOfRequest } from "../trace.ts";
import type { ApiContext } from "../pipelines/pipeline.ts";
import type { Callers } from "./callers.ts";
import type { ApiTelemetry } from "./telemetry.ts";

export interface RecordOptions {
  readonly telemetry: ApiTelemetry;
  readonly log: Logger;
  readonly callers: Callers;
}

/**
 * Counts and logs each request once it is answered: method, route, status, time, id, trace. Nothing of what it held, not even its
 * address, which may name somebody.
 */
export function recordRequests({ telemetry, log, callers }: RecordOptions): MiddlewareHandler<ApiContext> {
  return async (context, next) => {
    const startedAt = performance.now();
    const traceId = traceIdOfRequest(context.req.header(TRACE_ATTRIBUTE), context.req.header("X-Amzn-Trace-Id"));
    const requestLog = log.child({ requestId: context.get("requestId"), traceId });
    context.set("log", requestLog);
    context.set("callers", callers);
    telemetry.asked();
    await inTrace(traceId, next);
    const { method } = context.req;
    const pattern = routePath(context, -1);
    const route = pattern === EVERY_PATH ? "none" : pattern;
    const { status } = context.res;
    const durationMs = performance.now() - startedAt;
    telemetry.answered({ method: METHODS.has(method) ? method : "other", route, status, durationMs });
    requestLog[PROBES.has(route) ? "debug" : "info"]({ method, route, status, durationMs: Math.round(durationMs * 10) / 10 }, "answered");
  };
}

/** What was asked for has no route of its own when the last that was tried is one for all. */
const EVERY_PATH = "/*";
/** Others are counted as one: a label may not be of a caller's making. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Asked for every few seconds, all day long. */
const PROBES: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);
