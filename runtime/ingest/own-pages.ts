import { createRoute } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import type { Registry } from "prom-client";
import { z } from "zod";
import type { Api } from "../pipelines/pipeline.ts";
import { problemResponses } from "./problem-document.ts";
import { RequestProblem } from "./problem.ts";
import type { QueueFigures } from "./queue-figures.ts";

export interface OwnPages {
  readonly registry: Pick<Registry, "metrics" | "contentType">;
  readonly isReady: () => boolean;
  /** Undefined when the API does not know its queue. */
  readonly readQueue: (() => Promise<QueueFigures>) | undefined;
}

/**
 * The pages that every API has:
 *
 * - `/health`: whether the process should be let live.
 * - `/ready`: whether it takes requests. 503 while it stops.
 * - `/metrics`: figures for Prometheus; to who accepts `application/json` rather than text, what the queue holds.
 */
export function addOwnPages(api: Api, { registry, isReady, readQueue }: OwnPages): void {
  api.openapi(HEALTH, (context) => context.json({ status: "ok" as const }, 200));
  api.openapi(READY, (context) => {
    if (isReady()) return context.json({ status: "ready" as const }, 200);
    throw new RequestProblem(503, "This process is about to end.", { retryAfterSec: 1 });
  });
  api.openapi(METRICS, async (context) => {
    const wanted = accepts(context, { header: "Accept", supports: ["text/plain", "application/json"], default: "text/plain" });
    if (wanted !== "application/json") return context.text(await registry.metrics(), 200, { "Content-Type": registry.contentType });
    if (readQueue === undefined) throw new RequestProblem(404, "This API does not know its queue: set QUEUE_URL.");
    const { visible, inFlight, delayed, dead } = await readQueue();
    return context.json({ visible, not_visible: inFlight, delayed, dead_letters: dead ?? null }, 200);
  });
}

const HEALTH = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the process is well",
  responses: { 200: { description: "It is", content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } } } },
});

const READY = createRoute({
  method: "get",
  path: "/ready",
  summary: "Whether the process takes requests",
  responses: {
    200: { description: "It does", content: { "application/json": { schema: z.object({ status: z.literal("ready") }) } } },
    ...problemResponses(503),
  },
});

const METRICS = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Figures for Prometheus; as JSON, what the queue holds",
  responses: {
    200: {
      description: "The figures",
      content: {
        "text/plain": { schema: z.string() },
        "application/json": {
          schema: z.object({ visible: z.int(), not_visible: z.int(), delayed: z.int(), dead_letters: z.int().nullable() }),
        },
      },
    },
    ...problemResponses(404, 429, 503),
  },
});
