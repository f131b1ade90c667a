import { durationSampler } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import type { InstanceRecord, InstanceStage } from "../../../sim/measure/result.ts";
import { Ec2Group } from "../../../sim/model/ec2-group.ts";
import type { Ec2Settings } from "../../../sim/model/ec2-settings.ts";
import { FargateService, type FargateSettings } from "../../../sim/model/fargate-service.ts";
import type { FleetModel, InstanceHost } from "../../../sim/model/fleet.ts";
import { InstanceFaults } from "../../../sim/model/instance-faults.ts";
import { SpotMarket, type SpotSettings } from "../../../sim/model/spot-market.ts";
import { TerminationFunction, type TerminationFunctionSettings } from "../../../sim/model/termination-function.ts";
import { WarmPool, type WarmPoolSettings } from "../../../sim/model/warm-pool.ts";

/** A fleet, its calendar, and workers that do as they are told: each drains in `drainMs`, and is busy if it is in `busy`. */
export class FleetWorld implements InstanceHost {
  readonly calendar = new TickCalendar();
  fleet!: FleetModel;
  drainMs = 0;
  readonly busy = new Map<number, number>();
  /** Of each instance, the slots that are busy; none where nothing is said. */
  readonly slots = new Map<number, number>();
  readonly working = new Set<number>();
  readonly draining = new Set<number>();
  readonly killed: number[] = [];
  now = 0;

  workerBegins(instance: number): void {
    this.working.add(instance);
  }

  drainBegins(instance: number, now: number): void {
    this.draining.add(instance);
    if (this.drainMs === 0) this.stop(instance, now);
    else this.calendar.scheduleControl(now + this.drainMs, STOPPED, instance);
  }

  workerKilled(instance: number): void {
    if (!this.working.delete(instance)) throw new Error(`instance ${instance} has no worker to kill`);
    this.draining.delete(instance);
    this.killed.push(instance);
  }

  busySince(instance: number): number {
    return this.busy.get(instance) ?? -1;
  }

  busySlots(instance: number): number {
    return this.slots.get(instance) ?? 0;
  }

  /** Lets virtual time pass up to `sec`. */
  runTo(sec: number): this {
    while (this.calendar.advance(sec * 1000)) {
      const { now, kind, subject } = this.calendar;
      this.now = now;
      if (kind === STOPPED) {
        if (this.draining.has(subject)) this.stop(subject, now);
      } else this.fleet.eventDue(kind, subject, now);
    }
    this.now = sec * 1000;
    return this;
  }

  want(desired: number): boolean {
    return this.fleet.setDesired(desired, this.now);
  }

  capacity() {
    return this.fleet.capacity(this.now);
  }

  record(number: number): InstanceRecord {
    return this.fleet.records.find((record) => record.number === number)!;
  }

  /** Stages of an instance with their times in seconds. */
  life(number: number): [InstanceStage, number][] {
    return this.record(number).stages.map(({ stage, at }) => [stage, at / 1000]);
  }

  /** Numbers of the instances that stand, by the log. */
  standing(): number[] {
    return this.fleet.records.filter(({ endCause }) => endCause === undefined).map(({ number }) => number);
  }

  private stop(instance: number, now: number): void {
    this.working.delete(instance);
    this.draining.delete(instance);
    this.fleet.workerStopped(instance, now);
  }
}

export const EVENTS = { instanceDue: 66, spotDue: 67, failureDue: 68, groupDue: 69 };
const STOPPED = 65;

/** 5 s to the launch call, 20 s pending, 60 s of boot. */
export interface Ec2World {
  readonly settings?: Partial<Ec2Settings>;
  readonly pendingSec?: number;
  readonly bootSec?: number;
  readonly applicationSec?: number;
  readonly spot?: Partial<SpotSettings>;
  readonly pool?: Partial<WarmPoolSettings>;
  readonly faults?: { readonly failedPerDay: number; readonly impairedPerDay: number };
  readonly terminationFunction?: Partial<TerminationFunctionSettings> & { readonly tookSec: number };
  readonly seed?: number;
}

export function ec2World({
  settings,
  pendingSec = 20,
  bootSec = 60,
  applicationSec = 0,
  spot,
  pool,
  faults,
  terminationFunction,
  seed = 1,
}: Ec2World = {}): FleetWorld {
  const world = new FleetWorld();
  const constant = (sec: number, name: string) => durationSampler({ kind: "constant", sec }, new RandomStream(seed, name));
  world.fleet = new Ec2Group({
    calendar: world.calendar,
    host: world,
    events: EVENTS,
    settings: { ...PLAIN_EC2, ...settings },
    times: {
      pending: constant(pendingSec, "pending"),
      boot: constant(bootSec, "boot"),
      application: constant(applicationSec, "application"),
    },
    spot: spot && new SpotMarket({ ...PLAIN_SPOT, ...spot }, new RandomStream(seed, "spot")),
    pool: pool && new WarmPool({ state: "stopped", minSize: 0, maxPrepared: undefined, reuse: false, ...pool }, constant(30, "starts")),
    faults: faults && new InstanceFaults(faults, new RandomStream(seed, "faults")),
    terminationFunction:
      terminationFunction &&
      new TerminationFunction(
        { failureProbability: 0, retryMs: 60_000, ...terminationFunction },
        { answer: constant(terminationFunction.tookSec, "answers"), failures: new RandomStream(seed, "errors") },
      ),
  });
  world.fleet.start(0);
  return world;
}

export interface FargateWorld {
  readonly settings?: Partial<FargateSettings>;
  readonly startSec?: number;
  readonly spot?: Partial<SpotSettings>;
  readonly seed?: number;
}

/** 5 s to the call, 45 s to RUNNING. */
export function fargateWorld({ settings, startSec = 45, spot, seed = 1 }: FargateWorld = {}): FleetWorld {
  const world = new FleetWorld();
  const constant = (sec: number, name: string) => durationSampler({ kind: "constant", sec }, new RandomStream(seed, name));
  world.fleet = new FargateService({
    calendar: world.calendar,
    host: world,
    events: EVENTS,
    settings: { ...PLAIN_FARGATE, ...settings },
    times: { start: constant(startSec, "start"), application: constant(0, "application") },
    victims: new RandomStream(seed, "victims"),
    spot: spot && new SpotMarket({ ...PLAIN_SPOT, ...spot }, new RandomStream(seed, "spot")),
  });
  world.fleet.start(0);
  return world;
}

const COMMON = {
  min: 0,
  max: 10_000,
  initial: 2,
  warmUpMs: 300_000,
  zones: 1,
  triesOtherZones: true,
  zoneOutages: [],
  shortages: [],
  backOff: { firstMs: 30_000, maxMs: 600_000 },
  givesUpAfterMs: Infinity,
  desiredCalls: { burst: 1000, perSec: 1000 },
  protection: "none",
  protectedForMs: Infinity,
} as const;

const PLAIN_EC2: Ec2Settings = {
  ...COMMON,
  activityDelayMs: 5_000,
  launchCallMs: 0,
  launchCalls: { burst: 100_000, perSec: 1000 },
  drainLimitMs: 120_000,
  launchHook: undefined,
  retainsAbandoned: false,
  terminationPolicy: "default",
  capacityRebalancing: false,
  impairmentDetectionMs: 180_000,
  healthCheckGraceMs: 0,
  maintenance: undefined,
};

const PLAIN_FARGATE: FargateSettings = {
  ...COMMON,
  decisionDelayMs: 5_000,
  attachMs: 8_000,
  deprovisioningMs: 5_000,
  stopTimeoutMs: 30_000,
  launchCalls: { burst: 100_000, perSec: 1000 },
  launchesPerMinute: 100_000,
};

const PLAIN_SPOT: SpotSettings = {
  share: 1,
  interruptedPerDay: 0,
  noticeMs: 120_000,
  earlyShare: 0,
  earliestMs: 1_200_000,
  capacityRebalancing: false,
};
