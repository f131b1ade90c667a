import { alarmOf, expression } from "../core/policy/policy-of.ts";
import type { BatchWorkerSettings } from "../core/worker/batch-worker.ts";
import type { WorkerSettings } from "../core/worker/settings.ts";
import type { DownstreamSettings } from "../model/downstream.ts";
import type { MetricFeedSettings } from "../model/metric-feed.ts";
import type { Scenario } from "../scenario/schema.ts";
import { slotsPerInstance } from "../scenario/slots.ts";
import { datapointsNeeded, type OperatorAlarm } from "./alarm-watch.ts";
import { classesOf } from "./message-classes.ts";
import type { WorkerFleetSettings } from "./worker-fleet-settings.ts";

/** Turns a scenario, in its people's units, into the settings of the parts, all in milliseconds. */

export function workerFleetSettings(scenario: Scenario): WorkerFleetSettings {
  return {
    worker: workerSettings(scenario),
    batchLoops: batchLoops(scenario),
    // Only the protection of a Fargate task runs out.
    timesJobs: scenario.fleet.platform === "fargate" && scenario.fleet.protection === "while-busy",
    waitTimeMs: scenario.fleet.platform === "lambda" ? POLL_WAIT_MS : scenario.worker.waitTimeSec * SEC,
    // A tick at least: a worker that asks again at once, for nothing or for the message that it has just failed, would
    // otherwise do so within the same tick for ever.
    receiveLatencyMs: Math.max(1, Math.round(scenario.queue.receiveLatencySec * SEC)),
    deleteLatencyMs: Math.round(scenario.queue.deleteLatencySec * SEC),
    failures: classesOf(scenario.work).map(({ failureProbability, retryDelayMs }) => ({ probability: failureProbability, retryDelayMs })),
    crashesPerInstanceHour: scenario.faults.crashesPerInstanceHour,
    speedSpread: scenario.fleet.speedSpread,
    receiveErrorProbability: scenario.faults.receiveErrorProbability,
    lostAnswerProbability: scenario.faults.lostAnswerProbability,
    visibilityTimeoutMs: scenario.queue.receiveVisibilityTimeoutSec === null ? undefined : scenario.queue.receiveVisibilityTimeoutSec * SEC,
  };
}

function workerSettings(scenario: Scenario): WorkerSettings {
  const { worker, fleet } = scenario;
  const { heartbeat, retryDelaySec, circuitBreaker } = worker;
  return {
    slots: slotsPerInstance(scenario),
    maxMessagesPerReceive: worker.maxMessagesPerReceive,
    concurrentReceives: fleet.platform === "lambda" ? 1 : worker.batchLoop === null ? worker.concurrentReceives : worker.slots,
    deleteLingerMs: Math.round(worker.deleteLingerSec * SEC),
    heartbeat:
      heartbeat === null
        ? undefined
        : { everyMs: Math.round(heartbeat.everySec * SEC), extendToMs: heartbeat.extendToSec * SEC, maxMs: heartbeat.maxSec * SEC },
    receiveBackOffFirstMs: worker.receiveBackOffFirstSec * SEC,
    receiveBackOffMaxMs: worker.receiveBackOffMaxSec * SEC,
    retryDelayMs: retryDelaySec === null ? undefined : retryDelaySec * SEC,
    circuitBreaker:
      circuitBreaker === null
        ? undefined
        : { failures: circuitBreaker.failures, openMs: Math.round(circuitBreaker.openSec * SEC), probes: circuitBreaker.probes },
  };
}

function batchLoops({ worker }: Scenario): BatchWorkerSettings | undefined {
  if (worker.batchLoop === null) return undefined;
  return {
    loops: worker.slots,
    maxMessagesPerReceive: worker.maxMessagesPerReceive,
    pauseMs: Math.round(worker.batchLoop.pauseSec * SEC),
    receiveBackOffFirstMs: worker.receiveBackOffFirstSec * SEC,
    receiveBackOffMaxMs: worker.receiveBackOffMaxSec * SEC,
    retryDelayMs: worker.retryDelaySec === null ? undefined : worker.retryDelaySec * SEC,
  };
}

export function feedSettings(scenario: Scenario): MetricFeedSettings {
  const { metrics } = scenario;
  return {
    periodMs: metrics.periodSec * SEC,
    remembers: datapointsNeeded(alarmsOf(scenario), metrics.periodSec * SEC),
    lagMs: metrics.lagSec * SEC,
    statistic: metrics.statistic,
    irregularProbability: metrics.irregularProbability,
    sleepAfterMs: metrics.sleepAfterSec * SEC,
    wakeWithinMs: metrics.wakeWithinSec * SEC,
  };
}

export function alarmsOf({ alarms }: Scenario): OperatorAlarm[] {
  return alarms.map((alarm) => ({
    name: alarm.name,
    rule: alarmOf(alarm, alarm.periodSec * SEC),
    metric: expression(alarm.metric),
    statistic: alarm.statistic,
    notifies: alarm.actionsEnabled && alarm.notifies !== "" ? alarm.notifies : undefined,
  }));
}

/** What every job calls at its end; undefined when there is no such thing. */
export function downstreamSettings({ downstream, faults }: Scenario): DownstreamSettings | undefined {
  if (downstream === null) return undefined;
  return {
    places: downstream.places,
    timeoutMs: Math.max(1, Math.round(downstream.timeoutSec * SEC)),
    failureProbability: downstream.failureProbability,
    windows: faults.windows.map((window) => ({
      fromMs: Math.round(window.fromSec * SEC),
      toMs: Math.round((window.fromSec + window.lengthSec) * SEC),
      isOutage: window.kind === "downstream-outage",
      hangs: window.kind === "downstream-outage" && window.hangs,
      refusedProbability: window.kind === "downstream-throttling" ? window.refusedProbability : 0,
      latencyFactor: window.kind === "downstream-slow" ? window.latencyFactor : 1,
    })),
  };
}

const SEC = 1000;
/** The pollers of a mapping wait as long as SQS allows (services-sqs-scaling names long polling, not the time). */
const POLL_WAIT_MS = 20_000;
