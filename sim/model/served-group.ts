import { Ec2Group } from "./ec2-group.ts";
import type { Ec2Settings } from "./ec2-settings.ts";
import type { FleetEvents } from "./fleet.ts";
import type { RefreshProgress } from "./instance-refresh.ts";
import { STAGES, type Instance } from "./instance.ts";
import type { Shortage } from "./launch-capacity.ts";
import type { PredefinedPolicy } from "./termination-order.ts";
import { longestHookMs, type LifecycleHook } from "./lifecycle-hook.ts";

/**
 * An EC2 Auto Scaling group that is served to clients: what the simulator draws or decides for a worker is said here by
 * whoever holds the instance, and operators may reach in.
 *
 * Everything else, launches and their delays, the choice of whom to end, replacement and Spot, is the group of the
 * simulator. Its settings may change while it lives; the group reads them when it needs them.
 */
export class ServedGroup extends Ec2Group {
  private readonly noticeKind: FleetEvents["spotDue"];
  private readonly protectedNumbers = new Set<number>();
  /** When instances that wait in a lifecycle hook began to. */
  private readonly hookBeganAt = new Map<number, number>();
  /** When the launch hook of those that wait in one times out. */
  private readonly hookEndsAt = new Map<number, number>();
  /** Instances whose worker has begun while their launch hook waits on. */
  private readonly begunInHook = new Set<number>();

  constructor(parts: ConstructorParameters<typeof Ec2Group>[0]) {
    super(parts);
    this.noticeKind = parts.events.spotDue;
  }

  /** The instance of that number while it is there, as it is. */
  instance(number: number): Readonly<Instance> | undefined {
    return this.roster.get(number);
  }

  /** All that are there, in order of age. */
  instances(): Iterable<Readonly<Instance>> {
    return this.roster.all();
  }

  /** Instances in service for less than `warmUpMs`, which differs from policy to policy. */
  warming(warmUpMs: number, now: number): number {
    let count = 0;
    for (const { stage, inServiceAt } of this.roster.all()) {
      if (STAGES[stage].tally === "inService" && now - inServiceAt < warmUpMs) count += 1;
    }
    return count;
  }

  isProtected(number: number): boolean {
    return this.protectedNumbers.has(number);
  }

  /** SetInstanceProtection: a scale-in spares it. */
  protect(number: number, isProtected: boolean): void {
    if (isProtected) this.protectedNumbers.add(number);
    else this.protectedNumbers.delete(number);
  }

  /** Whether it waits in a lifecycle hook on its way in, on its way out, or not at all. */
  waitsIn(number: number): "launch" | "terminate" | undefined {
    const stage = this.roster.get(number)?.stage;
    return stage === "pending-wait"
      ? "launch"
      : stage === "draining" && this.settings.terminateHook !== undefined
        ? "terminate"
        : undefined;
  }

  /** CompleteLifecycleAction: false when it waits in no hook. Out of the group it goes either way, if it is not retained. */
  completeHook(number: number, result: LifecycleHook["defaultResult"], now: number): boolean {
    const instance = this.roster.get(number);
    const hook = this.waitsIn(number);
    if (instance === undefined || hook === undefined) return false;
    if (hook === "launch") {
      instance.bootMs = 0;
      this.launchHookEnded(instance, result, now);
    } else if (result === "abandon") {
      this.abandoned(instance, now);
    } else {
      this.kill(instance, now);
      this.finish(instance, now);
    }
    return true;
  }

  /** RecordLifecycleActionHeartbeat: the hook's time begins anew, up to the global maximum. False when it waits in none. */
  recordHeartbeat(number: number, now: number): boolean {
    const instance = this.roster.get(number);
    const hook = this.waitsIn(number);
    if (instance === undefined || hook === undefined) return false;
    const timeoutMs = (hook === "launch" ? this.settings.launchHook?.timeoutMs : this.settings.terminateHook?.timeoutMs) ?? 0;
    const endsAt = Math.min(now + timeoutMs, (this.hookBeganAt.get(number) ?? now) + longestHookMs(timeoutMs));
    if (hook === "terminate") {
      this.schedule(instance, endsAt);
      return true;
    }
    this.hookEndsAt.set(number, endsAt);
    if (this.begunInHook.has(number)) {
      this.schedule(instance, endsAt);
      return true;
    }
    const hasBootedAt = instance.dueAt + instance.bootMs;
    instance.hookTimesOut = hasBootedAt > endsAt;
    instance.bootMs = Math.max(0, hasBootedAt - endsAt);
    this.schedule(instance, Math.min(hasBootedAt, endsAt));
    return true;
  }

  /**
   * TerminateInstanceInAutoScalingGroup: ends it, and launches another unless the desired capacity, which has to be above
   * the minimum, becomes one less; one that is retained is no part of it any more. False when it is on its way out already.
   */
  terminateInstance(number: number, { decrements }: { decrements: boolean }, now: number): boolean {
    const instance = this.roster.get(number);
    if (instance === undefined || STAGES[instance.stage].tally === "terminating" || instance.stage === "interrupted") return false;
    if (instance.stage === "retained") {
      this.endRetainedOne(instance, now);
      return true;
    }
    if (decrements) this.desired -= 1;
    this.terminate(instance, decrements ? "scale-in" : "impaired", now);
    this.reconcile("replacement", now);
    return true;
  }

  /** SetInstanceHealth: it is replaced, after the grace period if that is to be respected. False when it is not in service. */
  markUnhealthy(number: number, { respectsGrace }: { respectsGrace: boolean }, now: number): boolean {
    const instance = this.roster.get(number);
    if (instance === undefined || !(instance.stage === "in-service" || instance.stage === "working")) return false;
    this.roster.enter(instance, "impaired", now);
    this.schedule(instance, respectsGrace ? Math.max(now, instance.inServiceAt + this.settings.healthCheckGraceMs) : now);
    return true;
  }

  /** Spot gives notice now, however the instance was bought. False when it has had one, or does not run. */
  interrupt(number: number, now: number): boolean {
    const instance = this.roster.get(number);
    if (instance === undefined || STAGES[instance.stage].billing !== "running" || instance.noticeAt <= now) return false;
    instance.noticeAt = now;
    this.eventDue(this.noticeKind, number, now);
    return true;
  }

  /** EC2 has nothing to give in such a time. */
  addShortage(shortage: Shortage): void {
    this.launchCapacity.add(shortage);
  }

  /** How the instance refresh that was started last is doing; undefined before the first. */
  get latestRefresh(): RefreshProgress | undefined {
    return this.instanceRefresh.latest;
  }

  /** CancelInstanceRefresh: false when none is under way. */
  cancelRefresh(now: number): boolean {
    return this.instanceRefresh.cancel(now);
  }

  /** DeleteAutoScalingGroup by force: every instance is told to go, and none comes. */
  endAll(now: number): void {
    this.setLimits({ min: 0, max: 0 }, now);
    this.endRetained(now);
    for (const instance of [...this.roster.all()]) {
      this.protect(instance.number, false);
      if (STAGES[instance.stage].tally !== "terminating" && instance.stage !== "interrupted") this.terminate(instance, "scale-in", now);
    }
  }

  protected override mayGo(instance: Instance, now: number): boolean {
    if (STAGES[instance.stage].tally === "inService" && this.protectedNumbers.has(instance.number)) return false;
    return super.mayGo(instance, now);
  }

  protected override runs(instance: Instance, now: number): void {
    const { number } = instance;
    this.hookBeganAt.set(number, now);
    this.hookEndsAt.set(number, now + (this.settings.launchHook?.timeoutMs ?? 0));
    super.runs(instance, now);
  }

  /**
   * An instance that has booted begins its work, and waits on for somebody to complete the hook: the worker of the simulator
   * does so when it is ready, but whether a real one does is what a run with real ones shows.
   */
  protected override hookEnded(instance: Instance, now: number): void {
    const { number } = instance;
    if (instance.hookTimesOut) {
      super.hookEnded(instance, now);
      return;
    }
    this.begunInHook.add(number);
    instance.hasWorker = true;
    instance.hookTimesOut = true;
    this.schedule(instance, Math.max(now, this.hookEndsAt.get(number) ?? now));
    this.host.workerBegins(number, now);
  }

  protected override begin(instance: Instance, now: number): void {
    if (this.begunInHook.delete(instance.number)) this.roster.enter(instance, "working", now);
    else super.begin(instance, now);
  }

  protected override drain(instance: Instance, now: number): void {
    this.hookBeganAt.set(instance.number, now);
    super.drain(instance, now);
  }

  protected override finish(instance: Instance, now: number): void {
    this.forget(instance);
    super.finish(instance, now);
  }

  protected override vanish(instance: Instance, now: number): void {
    this.forget(instance);
    super.vanish(instance, now);
  }

  private forget({ number }: Instance): void {
    this.hookBeganAt.delete(number);
    this.hookEndsAt.delete(number);
    this.begunInHook.delete(number);
    this.protectedNumbers.delete(number);
  }
}

/** What clients may change while the group lives. Its protection has to be `while-busy`, so that a scale-in waits for it. */
export type ServedSettings = { -readonly [Name in keyof Ec2Settings]: Ec2Settings[Name] } & {
  terminationPolicy: PredefinedPolicy;
};
