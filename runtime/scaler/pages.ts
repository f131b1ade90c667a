import { Hono } from "hono";
import { Counter, Gauge, Registry } from "prom-client";
import type { ScalerStatus } from "./scaler.ts";

/** What the pages tell of the scaler. */
export interface ScalerView {
  readonly status: ScalerStatus;
  /** Whether this scaler acts; false on standby and in a dry run. */
  readonly isActing: boolean;
}

/**
 * The scaler's pages: `/health` for whoever restarts it (503 when the group could not be read several times in a row;
 * being on standby is healthy), and `/metrics` for Prometheus.
 */
export function scalerPages(view: () => ScalerView): Hono {
  const registry = registryOf(view);
  const pages = new Hono();
  pages.get("/health", (context) => {
    const { status, isActing } = view();
    const isBlind = status.skippedInARow >= BLIND_AFTER;
    const { last, ...counts } = status;
    const desired = last?.decision?.desired;
    return context.json(
      { status: isBlind ? "the group cannot be read" : isActing ? "acting" : "watching", desired, ...counts },
      isBlind ? 503 : 200,
    );
  });
  pages.get("/metrics", async (context) => context.text(await registry.metrics(), 200, { "Content-Type": registry.contentType }));
  return pages;
}

function registryOf(view: () => ScalerView): Registry {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, read: (status: ScalerStatus) => number) =>
    new Counter({
      name: `headroom_scaler_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read(view().status));
      },
    });
  const gauge = (name: string, help: string, read: (view: ScalerView) => number | undefined) =>
    new Gauge({
      name: `headroom_scaler_${name}`,
      help,
      registers,
      collect() {
        this.set(read(view()) ?? NaN);
      },
    });
  counter("reviews", "Reviews of the capacity.", ({ reviews }) => reviews);
  counter("reviews_skipped", "Reviews that did not take place because the group could not be read.", ({ skipped }) => skipped);
  counter("policy_faults", "Reviews at which the policy threw.", ({ faults }) => faults);
  counter("changes", "Changes made to the group.", ({ changes }) => changes);
  counter("changes_failed", "Changes that AWS refused or did not answer.", ({ failedChanges }) => failedChanges);
  gauge("acting", "1 when this scaler acts, 0 on standby or in a dry run.", ({ isActing }) => (isActing ? 1 : 0));
  gauge("desired_instances", "Desired capacity as last decided.", ({ status }) => status.last?.decision?.desired);
  gauge("backlog_messages", "Visible messages as last read.", ({ status }) => status.last?.observation.backlog?.value);
  gauge("in_service_instances", "Instances in service as last read.", ({ status }) => status.last?.observation.capacity.inService);
  return registry;
}

/** Reviews in a row without a group, of one every 10 s. */
const BLIND_AFTER = 6;
