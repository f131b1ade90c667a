import { createHash } from "node:crypto";
import {
  EVENT,
  RandomStreams,
  servedGroupOf,
  type Capacity,
  type Instance,
  type Scenario,
  type ServedGroup,
  type ServedSettings,
} from "../../../sim/index.ts";
import type { WakeClock } from "../wake-clock.ts";
import { RealCalendar } from "../real-calendar.ts";
import type { AwsRecord } from "../service.ts";
import type { Machines, Notice } from "./machines.ts";

export interface LiveGroupOptions {
  readonly name: string;
  readonly arn: string;
  /** Launches, Spot market and lack of capacity, and the limits of the group, as a scenario has them. */
  readonly scenario: Scenario;
  readonly seed: number;
  readonly clock: WakeClock;
  /** Instant from which a scenario's times count, milliseconds since 1970. */
  readonly originMs: number;
  readonly zoneNames: readonly string[];
  readonly machines: Machines;
  /** What clients gave and are given back, and nobody here reads. */
  readonly opaque: AwsRecord;
  readonly defaultCooldownMs: number;
  readonly defaultWarmUpMs: number | undefined;
  readonly protectsNewInstances: boolean;
}

/** Why the desired capacity is what it is. */
export interface DesiredChange {
  /** Milliseconds since the origin. */
  readonly at: number;
  readonly before: number;
  readonly desired: number;
  /** As in "a user request explicitly set group desired capacity". */
  readonly cause: string;
}

/**
 * A group that is served: the simulator's model of it, moved by the real clock. The model counts milliseconds from the origin, like a run; so do the records of its instances.
 */
export abstract class LiveGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly originMs: number;
  readonly instanceType: string;
  readonly fleet: ServedGroup;
  readonly settings: ServedSettings;
  readonly changes: DesiredChange[] = [];
  opaque: AwsRecord;
  zoneNames: readonly string[];
  defaultCooldownMs: number;
  defaultWarmUpMs: number | undefined;
  protectsNewInstances: boolean;
  collectsMetrics = false;
  isBeingDeleted = false;

  private readonly calendar: RealCalendar;
  private readonly machines: Machines;
  private readonly seed: number;

  private readonly numbers = new Map<string, number>();
  private readonly noticeMs: number;

  constructor(options: LiveGroupOptions) {
    const { clock, scenario, seed, originMs } = options;
    this.name = options.name;
    this.arn = options.arn;
    this.opaque = options.opaque;
    this.zoneNames = options.zoneNames;
    this.defaultCooldownMs = options.defaultCooldownMs;
    this.defaultWarmUpMs = options.defaultWarmUpMs;
    this.protectsNewInstances = options.protectsNewInstances;
    this.machines = options.machines;
    this.seed = seed;
    this.originMs = originMs;
    this.createdAt = clock.now();
    this.instanceType = scenario.fleet.instanceType;
    this.noticeMs = (scenario.fleet.spot?.noticeSec ?? USUAL_NOTICE_SEC) * 1000;
    this.calendar = new RealCalendar(clock, (kind, subject, now) => this.happens(kind, subject, now - originMs));
    const { group, settings } = servedGroupOf(scenario, {
      calendar: { scheduleControl: (at, kind, subject) => this.calendar.scheduleControl(at + originMs, kind, subject) },
      host: {
        workerBegins: (number) => this.workerBegins(number),
        drainBegins: (number) => this.machines.tell(this.idOf(number), this.noticeFor(number)),
        workerKilled: (number) => this.machines.end(this.idOf(number)),
        // Clients say which instances are protected, and there is no function that would ask how busy they are.
        busySince: () => -1,
        busySlots: () => 0,
      },
      streams: new RandomStreams(seed),
    });
    this.fleet = group;
    this.settings = settings;
  }

  /** Puts the initial instances in service. */
  begin(): void {
    this.fleet.start(this.settle());
  }

  /** Lets everything happen that is due, and returns the time since the origin. */
  settle(): number {
    return this.calendar.settle() - this.originMs;
  }

  stop(): void {
    this.calendar.stop();
  }

  /** Has {@link actionDue} called at that time since the origin. */
  scheduleAction(at: number, action: number): void {
    this.calendar.scheduleControl(at + this.originMs, SCHEDULED_ACTION, action);
  }

  capacity(now: number, warmUpMs = this.defaultWarmUpMs ?? this.defaultCooldownMs): Capacity {
    return { ...this.fleet.capacity(now), warming: this.fleet.warming(warmUpMs, now) };
  }

  /** Sets the desired capacity, which has to lie within the limits; false when the API was called too often. */
  setDesired(desired: number, cause: string, now: number): boolean {
    const before = this.fleet.desired;
    if (!this.fleet.setDesired(desired, now)) return false;
    this.noteChange(before, cause, now);
    return true;
  }

  /** Sets the limits; a desired capacity outside of them follows. */
  setLimits(limits: { readonly min?: number; readonly max?: number }, cause: string, now: number): void {
    const before = this.fleet.desired;
    this.fleet.setLimits(limits, now);
    this.noteChange(before, cause, now);
  }

  noteChange(before: number, cause: string, now: number): void {
    const { desired } = this.fleet;
    if (desired !== before) this.changes.push({ at: now, before, desired, cause });
  }

  idOf(number: number): string {
    return `i-${createHash("sha256").update(`${this.seed}/${this.name}/${number}`).digest("hex").slice(0, 17)}`;
  }

  /** Instances that EC2 has given out, in order of age. */
  instances(): readonly LiveInstance[] {
    const instances: LiveInstance[] = [];
    for (const instance of this.fleet.instances()) {
      const lifecycleState = this.lifecycleStateOf(instance);
      if (lifecycleState === undefined) continue;
      instances.push({ instance, id: this.idOf(instance.number), lifecycleState, availabilityZone: this.zoneOf(instance) });
    }
    return instances;
  }

  find(instanceId: string): LiveInstance | undefined {
    return this.instances().find(({ id }) => id === instanceId);
  }

  /** What ran on the instance has ended by itself: as it was told to, or the instance has failed. */
  machineGone(instanceId: string): void {
    const now = this.settle();
    const number = this.numbers.get(instanceId);
    const instance = number === undefined ? undefined : this.fleet.instance(number);
    if (instance === undefined) return;
    this.numbers.delete(instanceId);
    if (FAILING_STAGES.has(instance.stage)) {
      this.fleet.instanceFailed(instance.number, now);
    } else if (instance.hasWorker) this.fleet.workerStopped(instance.number, now);
  }

  /** A scheduled action is due, by the number that it was given. */
  protected abstract actionDue(action: number, now: number): void;

  private happens(kind: number, subject: number, now: number): void {
    if (kind === SCHEDULED_ACTION) this.actionDue(subject, now);
    else this.fleet.eventDue(kind, subject, now);
  }

  private workerBegins(number: number): void {
    const instance = this.fleet.instance(number);
    if (instance === undefined) return;
    if (this.protectsNewInstances) this.fleet.protect(number, true);
    const instanceId = this.idOf(number);
    this.numbers.set(instanceId, number);
    const origin = (at: number | undefined) => (at === undefined || at > this.settle() ? undefined : at + this.originMs);
    this.machines.start({
      instanceId,
      instanceType: this.instanceType,
      groupName: this.name,
      availabilityZone: this.zoneOf(instance),
      isSpot: instance.purchase === "spot",
      life: {
        targetLifecycleState: () => {
          const stage = this.fleet.instance(number)?.stage;
          return stage === undefined || stage === "terminating" || stage === "draining" ? "Terminated" : "InService";
        },
        spotInterruptionAt: () => {
          const noticeAt = origin(this.fleet.instance(number)?.noticeAt);
          return noticeAt === undefined ? undefined : noticeAt + this.noticeMs;
        },
        rebalanceRecommendedAt: () => origin(this.fleet.instance(number)?.recommendedAt),
      },
    });
  }

  private noticeFor(number: number): Notice {
    if (this.fleet.instance(number)?.stage === "interrupted") return "spot";
    return this.fleet.waitsIn(number) === "terminate" ? "lifecycle-hook" : "shutdown";
  }

  private zoneOf({ zone }: Readonly<Instance>): string {
    return this.zoneNames[zone] ?? this.zoneNames[0] ?? "";
  }

  /** Undefined for what EC2 has not given out yet, and for the warm pool, which is no part of the group. */
  private lifecycleStateOf({ stage, number }: Readonly<Instance>): string | undefined {
    switch (stage) {
      case "pending":
        return "Pending";
      case "pending-wait":
        return "Pending:Wait";
      case "in-service":
      case "working":
      case "impaired":
      case "interrupted":
        return "InService";
      case "terminating":
        return "Terminating";
      case "draining":
        return this.fleet.waitsIn(number) === "terminate" ? "Terminating:Wait" : "Terminating";
      case "retained":
        return "Terminating:Retained";
      default:
        return undefined;
    }
  }
}

/** An instance as clients see it. */
export interface LiveInstance {
  readonly instance: Readonly<Instance>;
  readonly id: string;
  readonly lifecycleState: string;
  readonly availabilityZone: string;
}

/** Besides the kinds of events that the group itself has. */
const SCHEDULED_ACTION = EVENT.actDue;
const USUAL_NOTICE_SEC = 120;

/** In which an instance that has gone has failed; in the others it was told to go. */
const FAILING_STAGES: ReadonlySet<string> = new Set(["pending-wait", "in-service", "working", "impaired"]);
