import { Hono } from "hono";
import type { DriverPhase } from "./driver.ts";
import type { Telemetry, WorkerGauges } from "./telemetry.ts";

/** What the pages tell of the worker. */
export interface WorkerView extends WorkerGauges {
  readonly phase: DriverPhase;
  readonly isFailingToReceive: boolean;
  readonly hasStalled: boolean;
  readonly uptimeSec: number;
}

/**
 * The worker's pages:
 *
 * - `/health`: whether it should be let live. 503 after the process was kept from its work; no answer at all while it is.
 * - `/ready`: whether it takes messages. 503 while it starts, drains, or its receives fail.
 * - `/stats`: its figures as JSON.
 * - `/metrics`: the same for Prometheus.
 */
export function workerPages(view: () => WorkerView, telemetry: Telemetry): Hono {
  const pages = new Hono();
  pages.get("/health", (context) => {
    const { hasStalled, longestStallMs } = view();
    return context.json({ status: hasStalled ? "stalled" : "ok", longestStallMs: Math.round(longestStallMs) }, hasStalled ? 503 : 200);
  });
  pages.get("/ready", (context) => {
    const { phase, isFailingToReceive } = view();
    const isReady = phase === "working" && !isFailingToReceive;
    return context.json(
      { status: isReady ? "ready" : isFailingToReceive && phase === "working" ? "failing to receive" : phase },
      isReady ? 200 : 503,
    );
  });
  pages.get("/stats", (context) => context.json({ ...view(), ...telemetry.counts }));
  pages.get("/metrics", async (context) =>
    context.text(await telemetry.registry.metrics(), 200, { "Content-Type": telemetry.registry.contentType }),
  );
  return pages;
}
