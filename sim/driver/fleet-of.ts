import { assertNever } from "../core/assert.ts";
import { warmUpSecOf } from "../core/policy/policy-of.ts";
import type { Calendar } from "../kernel/calendar.ts";
import { durationSampler } from "../kernel/distributions.ts";
import type { RandomStreams } from "../kernel/random.ts";
import { Ec2Group } from "../model/ec2-group.ts";
import type { Ec2Settings } from "../model/ec2-settings.ts";
import { FargateService, type FargateSettings } from "../model/fargate-service.ts";
import { EventSourceMapping, type MappingSettings } from "../model/event-source-mapping.ts";
import type { FleetSettings } from "../model/fleet-base.ts";
import type { FleetModel, InstanceHost } from "../model/fleet.ts";
import { InstanceFaults } from "../model/instance-faults.ts";
import { LambdaFunction } from "../model/lambda-function.ts";
import { hookOf } from "../model/lifecycle-hook.ts";
import { ServedGroup, type ServedSettings } from "../model/served-group.ts";
import { SpotMarket } from "../model/spot-market.ts";
import { TerminationFunction } from "../model/termination-function.ts";
import { isFunctionPolicy } from "../model/termination-order.ts";
import { WarmPool } from "../model/warm-pool.ts";
import type { Scenario } from "../scenario/schema.ts";
import { slotsPerInstance } from "../scenario/slots.ts";
import { EVENT } from "./events.ts";

/** The fleet that a scenario describes. `backlog` tells how many messages are visible, to a fleet that sees them by itself. */
export function fleetOf(scenario: Scenario, parts: FleetSurroundings & { readonly backlog: () => number }): FleetModel {
  const { fleet } = scenario;
  switch (fleet.platform) {
    case "ec2":
      return new Ec2Group({
        ...ec2Parts(scenario, parts),
        settings: ec2Settings(scenario),
        terminationFunction: terminationFunctionOf(scenario, parts),
      });
    case "fargate": {
      const { streams } = parts;
      return new FargateService({
        ...sharedParts(scenario, parts),
        settings: fargateSettings(scenario),
        times: {
          start: durationSampler(fleet.task.start, streams.stream("task starts")),
          application: durationSampler(fleet.application, streams.stream("application times")),
        },
        victims: streams.stream("victims"),
      });
    }
    case "lambda": {
      const { calendar, host, streams, backlog } = parts;
      const { concurrencyLimit, idleSec, init } = fleet.lambda;
      const starts = durationSampler(init, streams.stream("cold starts"));
      const lambda = new LambdaFunction({ concurrencyLimit, idleMs: ms(idleSec) }, starts);
      return new EventSourceMapping({ calendar, host, backlog, lambda, events: EVENT, settings: mappingSettings(scenario) });
    }
    default:
      return assertNever(fleet.platform);
  }
}

/**
 * The group that a scenario describes, on EC2 whatever its platform, for clients to steer: with the scenario's launches,
 * Spot market and lack of capacity. `settings` may be changed while it lives.
 */
export function servedGroupOf(scenario: Scenario, parts: FleetSurroundings): { group: ServedGroup; settings: ServedSettings } {
  const own = ec2Settings(scenario);
  // Nobody serves a function to be called.
  const terminationPolicy = isFunctionPolicy(own.terminationPolicy) ? "default" : own.terminationPolicy;
  const settings: ServedSettings = { ...own, terminationPolicy, protection: "while-busy" };
  const shared = ec2Parts(scenario, parts);
  // Whoever serves the group may have any instance interrupted, where the scenario knows no Spot as well.
  const spot = shared.spot ?? new SpotMarket(NO_SPOT, parts.streams.stream("spot"));
  return { group: new ServedGroup({ ...shared, spot, settings }), settings };
}

interface FleetSurroundings {
  readonly calendar: Pick<Calendar, "scheduleControl">;
  readonly host: InstanceHost;
  readonly streams: RandomStreams;
}

function sharedParts({ fleet }: Scenario, { calendar, host, streams }: FleetSurroundings) {
  const { failedPerDay, impairedPerDay } = fleet.health;
  return {
    calendar,
    host,
    events: EVENT,
    spot: fleet.spot === null ? undefined : new SpotMarket(spotSettings(fleet.spot), streams.stream("spot")),
    faults: failedPerDay + impairedPerDay === 0 ? undefined : new InstanceFaults(fleet.health, streams.stream("instance faults")),
  };
}

function ec2Parts(scenario: Scenario, parts: FleetSurroundings) {
  const { fleet } = scenario;
  const { streams } = parts;
  const { warmPool } = fleet;
  return {
    ...sharedParts(scenario, parts),
    times: {
      pending: durationSampler(fleet.pending, streams.stream("pending times")),
      boot: durationSampler(fleet.boot, streams.stream("boot times")),
      application: durationSampler(fleet.application, streams.stream("application times")),
    },
    pool:
      warmPool === null
        ? undefined
        : new WarmPool(
            { ...warmPool, maxPrepared: warmPool.maxPrepared ?? undefined },
            durationSampler(warmPool.start, streams.stream("warm starts")),
          ),
  };
}

function terminationFunctionOf({ fleet }: Scenario, { streams }: FleetSurroundings): TerminationFunction | undefined {
  if (!isFunctionPolicy(fleet.terminationPolicy)) return undefined;
  const { answer, failureProbability, retrySec } = fleet.terminationFunction;
  return new TerminationFunction(
    { failureProbability, retryMs: ms(retrySec) },
    { answer: durationSampler(answer, streams.stream("termination answers")), failures: streams.stream("termination errors") },
  );
}

function fleetSettings({ fleet, policy, faults }: Scenario): FleetSettings {
  const { min, max, zones, protection, apiLimits } = fleet;
  const windows = faults.windows.map((window) => ({ ...window, from: ms(window.fromSec), until: ms(window.fromSec + window.lengthSec) }));
  return {
    min,
    max,
    initial: fleet.initial ?? min,
    warmUpMs: ms(warmUpSecOf(policy)),
    zones,
    triesOtherZones: fleet.zoneStrategy === "balanced-best-effort",
    zoneOutages: windows.flatMap((window) =>
      window.kind === "zone-outage" && window.zone < zones ? [{ zone: window.zone, from: window.from, until: window.until }] : [],
    ),
    shortages: windows.flatMap((window) =>
      window.kind === "no-capacity"
        ? [
            {
              from: window.from,
              until: window.until,
              zone: window.zone ?? undefined,
              purchase: window.purchase === "any" ? undefined : window.purchase,
            },
          ]
        : [],
    ),
    backOff: { firstMs: ms(fleet.backOffFirstSec), maxMs: ms(fleet.backOffMaxSec) },
    givesUpAfterMs: fleet.platform === "ec2" && fleet.launchesGivenUpAfterSec > 0 ? ms(fleet.launchesGivenUpAfterSec) : Infinity,
    desiredCalls: { burst: apiLimits.desiredBurst, perSec: apiLimits.desiredPerSec },
    protection,
    protectedForMs: fleet.platform === "fargate" ? ms(fleet.task.protectedForSec) : Infinity,
  };
}

function ec2Settings(scenario: Scenario): Ec2Settings {
  const { fleet, worker } = scenario;
  const { launchHook, terminateHook, maintenance, apiLimits, health } = fleet;
  return {
    ...fleetSettings(scenario),
    activityDelayMs: ms(fleet.activityDelaySec),
    launchCallMs: ms(fleet.launchCallSec),
    launchCalls: { burst: apiLimits.launchBurst, perSec: apiLimits.launchesPerSec },
    drainLimitMs: ms(worker.drainLimitSec),
    launchHook:
      launchHook === null
        ? undefined
        : hookOf({
            heartbeatTimeoutMs: ms(launchHook.heartbeatTimeoutSec),
            defaultResult: launchHook.defaultResult,
            sendsHeartbeats: false,
          }),
    terminateHook:
      terminateHook === null
        ? undefined
        : hookOf({ ...terminateHook, heartbeatTimeoutMs: ms(terminateHook.heartbeatTimeoutSec), defaultResult: "abandon" }),
    retainsAbandoned: terminateHook?.abandoned === "retain",
    terminationPolicy: fleet.terminationPolicy,
    capacityRebalancing: fleet.spot?.capacityRebalancing ?? false,
    impairmentDetectionMs: ms(health.detectionSec),
    healthCheckGraceMs: ms(health.graceSec),
    maintenance:
      maintenance === null
        ? undefined
        : { minHealthyShare: maintenance.minHealthyPercent / 100, maxHealthyShare: maintenance.maxHealthyPercent / 100 },
  };
}

function fargateSettings(scenario: Scenario): FargateSettings {
  const { fleet } = scenario;
  const { task } = fleet;
  return {
    ...fleetSettings(scenario),
    decisionDelayMs: ms(fleet.activityDelaySec),
    attachMs: ms(task.attachSec),
    deprovisioningMs: DEPROVISIONING_MS,
    stopTimeoutMs: ms(task.stopTimeoutSec),
    launchCalls: { burst: task.launchBurst, perSec: task.launchesPerSec },
    launchesPerMinute: task.launchesPerMinute,
  };
}

function mappingSettings(scenario: Scenario): MappingSettings {
  const { fleet, worker, queue } = scenario;
  const { batchSize, batchWindowSec, timeoutSec, reportsItemFailures, backOffShare } = fleet.lambda;
  return {
    max: fleet.max,
    backOffShare,
    poller: {
      slots: slotsPerInstance(scenario),
      batchSize,
      batchWindowMs: ms(batchWindowSec),
      timeoutMs: ms(timeoutSec),
      reportsItemFailures,
      visibilityMs: ms(queue.visibilityTimeoutSec),
      receiveBackOffFirstMs: ms(worker.receiveBackOffFirstSec),
      receiveBackOffMaxMs: ms(worker.receiveBackOffMaxSec),
    },
  };
}

function spotSettings(spot: NonNullable<Scenario["fleet"]["spot"]>) {
  return { ...spot, noticeMs: ms(spot.noticeSec), earliestMs: ms(spot.earliestSec) };
}

function ms(sec: number): number {
  return Math.round(sec * 1000);
}

const NO_SPOT = { share: 0, interruptedPerDay: 0, noticeMs: 120_000, earlyShare: 0, earliestMs: 0, capacityRebalancing: false };
/** The network interface is detached; not billed, and only seen in the log. UNCONFIRMED. */
const DEPROVISIONING_MS = 5_000;
