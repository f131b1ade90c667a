import { Hono } from "hono";
import type { Registry } from "prom-client";
import type { Counts } from "../processes/words.ts";
import type { DriverPhase } from "./driver.ts";
import type { WorkerGauges } from "./telemetry.ts";

/** What the pages tell of the worker. */
export interface WorkerView extends WorkerGauges {
  readonly phase: DriverPhase;
  readonly isFailingToReceive: boolean;
  readonly hasStalled: boolean;
  readonly uptimeSec: number;
}

/** All that the pages tell, as it is now. */
export interface WorkerLook {
  readonly view: WorkerView;
  readonly counts: Counts;
  readonly registry: Pick<Registry, "metrics" | "contentType">;
}

/**
 * The worker's pages:
 *
 * - `/health`: whether it should be let live. 503 after the process was kept from its work; no answer at all while it is.
 * - `/ready`: whether it takes messages. 503 while it starts, drains, or its receives fail.
 * - `/stats`: its figures as JSON.
 * - `/metrics`: the same for Prometheus.
 */
export function workerPages(look: () => WorkerLook | Promise<WorkerLook>): Hono {
  const pages = new Hono();
  pages.get("/health", async (context) => {
    const { hasStalled, longestStallMs } = (await look()).view;
    return context.json({ status: hasStalled ? "stalled" : "ok", longestStallMs: Math.round(longestStallMs) }, hasStalled ? 503 : 200);
  });
  pages.get("/ready", async (context) => {
    const { phase, isFailingToReceive } = (await look()).view;
    const isReady = phase === "working" && !isFailingToReceive;
    return context.json(
      { status: isReady ? "ready" : isFailingToReceive && phase === "working" ? "failing to receive" : phase },
      isReady ? 200 : 503,
    );
  });
  pages.get("/stats", async (context) => {
    const { view, counts } = await look();
    return context.json({ ...view, ...counts });
  });
  pages.get("/metrics", async (context) => {
    const { registry } = await look();
    return context.text(await registry.metrics(), 200, { "Content-Type": registry.contentType });
  });
  return pages;
}
