import { assert } from "../core/assert.ts";
import type { Histogram } from "../measure/histogram.ts";
import type { Columns, MeanAndMax, MessageCounts, ObjectiveOutcome, Quantiles, Summary } from "../measure/result.ts";
import type { Bill } from "../model/cost.ts";
import type { FleetModel } from "../model/fleet.ts";
import { unaccounted, type QueueModel } from "../model/queue-model.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Controller } from "./controller.ts";
import type { WorkerFleet } from "./worker-fleet.ts";

/** Draws the figures of a finished run together, and checks that they add up. */
export function summarise(run: {
  scenario: Scenario;
  nowMs: number;
  columns: Columns;
  queue: QueueModel;
  workers: WorkerFleet;
  fleet: FleetModel;
  controller: Controller;
  bill: Bill;
}): Summary {
  const { scenario, nowMs, columns, queue, workers, fleet, controller } = run;
  const occupancy = queue.occupancy(nowMs);
  checkLittle(occupancy);
  const messages = messageCounts(queue, workers);
  const ageOfOldestMs = quantilesOf(columns.ageOfOldestMs);
  const latencyMs = quantilesOfHistogram(workers.latencyMs);
  const requests = { send: queue.sent, ...workers.requests, emptyReceive: queue.emptyReceives, refusedReceive: queue.refusedReceives };
  const sqsRequests = queue.billedSends + queue.billedReceives + requests.deleteBatch + requests.changeVisibilityBatch;
  return {
    durationMs: nowMs,
    messages,
    latencyMs,
    waitMs: quantilesOfHistogram(workers.waitMs),
    ageOfOldestMs,
    worstAgeAtMs: columns.timeMs[columns.ageOfOldestMs.indexOf(ageOfOldestMs.max)] ?? NaN,
    backlog: { mean: occupancy.visibleMs / nowMs, max: queue.mostVisible },
    inFlight: { mean: occupancy.inFlightMs / nowMs, max: queue.mostInFlight },
    inService: meanAndMax(columns.inService),
    busyShare: workers.busyShare(nowMs),
    requests,
    launches: fleet.launches,
    terminations: fleet.terminations,
    reviews: controller.reviews,
    objective: objectiveOutcome({ scenario, columns, latencyMs: workers.latencyMs, sent: messages.sent }),
    cost: run.bill.of({ durationMs: nowMs, fleet: fleet.usage(nowMs), sqsRequests, sent: messages.sent, deleted: messages.deleted }),
  };
}

/** Every message is somewhere: what came is gone in a way that is counted, or it is visible, in flight or delayed. */
function messageCounts(queue: QueueModel, workers: WorkerFleet): MessageCounts {
  const { sent, movedIn, duplicated, deleted, dead, expired, purged, visible, inFlight, delayed, received } = queue;
  assert(unaccounted(queue) === 0, "messages are conserved");
  const { duplicateJobs, failedJobs } = workers;
  return {
    sent,
    redriven: movedIn,
    duplicated,
    deleted,
    dead,
    expired,
    purged,
    visible,
    inFlight,
    delayed,
    received,
    duplicateJobs,
    failedJobs,
  };
}

/** The messages integrated over time are the times summed over messages: L = λ W, with both sides times the duration. */
function checkLittle({ visibleMs, inFlightMs, sojournMs }: { visibleMs: number; inFlightMs: number; sojournMs: number }): void {
  const integrated = visibleMs + inFlightMs;
  assert(
    Math.abs(integrated - sojournMs) <= 1e-9 * Math.max(1, integrated),
    `Little's law holds: ${integrated} against ${sojournMs} message ms`,
  );
}

function objectiveOutcome(run: { scenario: Scenario; columns: Columns; latencyMs: Histogram; sent: number }): ObjectiveOutcome {
  const { columns, latencyMs, sent } = run;
  const { objective } = run.scenario;
  const share = objective.percentile / 100;
  const limitMs = objective.limitSec * 1000;
  const measuredMs = objective.measure === "age" ? quantile(sorted(columns.ageOfOldestMs), share) : latencyMs.quantile(share);
  // Where messages came and none was finished there is no latency to hold the objective with; where none came, nothing was late.
  return { held: sent === 0 || measuredMs <= limitMs, measuredMs, limitMs };
}

function quantilesOf(values: Float64Array): Quantiles {
  const ascending = sorted(values);
  return {
    mean: meanAndMax(values).mean,
    p50: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
    p99: quantile(ascending, 0.99),
    max: ascending.at(-1) ?? NaN,
  };
}

export function quantilesOfHistogram(histogram: Histogram): Quantiles {
  return {
    mean: histogram.mean,
    p50: histogram.quantile(0.5),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    max: histogram.count === 0 ? NaN : histogram.max,
  };
}

function sorted(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/** The smallest value that `share` of the values do not exceed. */
function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? NaN;
}

function meanAndMax(values: Float64Array): MeanAndMax {
  let sum = 0;
  let max = 0;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
  }
  return { mean: sum / values.length, max };
}
