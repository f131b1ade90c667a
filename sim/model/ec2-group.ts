import { assert } from "../core/assert.ts";
import type { EndCause, LaunchCause } from "../measure/result.ts";
import type { Ec2Settings, Ec2Times } from "./ec2-settings.ts";
import { FleetBase, type FleetParts } from "./fleet-base.ts";
import type { RefreshPreferences } from "./fleet.ts";
import { InstanceRefresh } from "./instance-refresh.ts";
import type { LifecycleHook } from "./lifecycle-hook.ts";
import { NEVER, NONE, STAGES, type Instance, type Purchase } from "./instance.ts";
import { LaunchBackOff } from "./launch-capacity.ts";
import { TokenBucket } from "./rate-limits.ts";
import type { TerminationFunction } from "./termination-function.ts";
import { TerminationOrder } from "./termination-order.ts";
import type { WarmPool } from "./warm-pool.ts";

/**
 * An EC2 Auto Scaling group.
 *
 * In service is not the same as working: without a launch hook the group counts an instance as soon as EC2 runs
 * (lifecycle-hooks), and the worker's first receive comes a boot later. With one, the instance is held back until its
 * worker is ready.
 */
export class Ec2Group extends FleetBase {
  protected readonly settings: Ec2Settings;
  private readonly times: Ec2Times;
  private readonly pool: WarmPool | undefined;
  private readonly hookBackOff: LaunchBackOff;
  private readonly launchCalls: TokenBucket;
  private readonly terminationFunction: TerminationFunction | undefined;
  /** What the termination function will answer; undefined for an error, and while the group only waits to call it again. */
  private answer: TerminationOrder | undefined;
  private isCalling = false;
  protected readonly instanceRefresh: InstanceRefresh;

  constructor(parts: Ec2Parts) {
    super(parts);
    this.settings = parts.settings;
    this.times = parts.times;
    this.pool = parts.pool;
    this.hookBackOff = new LaunchBackOff(parts.settings.backOff);
    this.launchCalls = new TokenBucket(parts.settings.launchCalls);
    this.terminationFunction = parts.terminationFunction;
    this.instanceRefresh = new InstanceRefresh({
      roster: this.roster,
      replacements: this.replacements,
      suspensions: this.suspensions,
      desired: () => this.desired,
      mayGo: (instance, now) => this.mayGo(instance, now),
      launchInsteadOf: (old, now) => this.launchInsteadOf(old, "deployment", now),
      end: (old, now) => this.endOutdated(old, now),
      givenUp: (now) => this.reconcile("deployment", now),
    });
  }

  workerStopped(number: number, now: number): void {
    const instance = this.roster.get(number) as Instance;
    instance.hasWorker = false;
    if (instance.stage === "draining") this.finish(instance, now);
  }

  override refresh(preferences: RefreshPreferences, now: number): boolean {
    const isStarted = this.instanceRefresh.start(
      { ...USUAL_REFRESH, warmUpMs: this.settings.warmUpMs, ...this.settings.maintenance, ...preferences },
      now,
    );
    if (isStarted) this.watchDeployment(now);
    return isStarted;
  }

  protected deploymentDue(now: number): void {
    this.instanceRefresh.goOn(now);
    if (this.instanceRefresh.isUnderWay) this.watchDeployment(now);
  }

  private endOutdated(old: Instance, now: number): void {
    this.terminate(old, "deployment", now);
    this.lost.push(old.number);
    this.reconcile("deployment", now);
  }

  protected override reconcile(cause: LaunchCause, now: number): void {
    super.reconcile(cause, now);
    this.fillPool(now);
  }

  protected step(instance: Instance, now: number): void {
    switch (instance.stage) {
      case "launching":
        if (this.settings.launchCallMs === 0) this.launchAnswered(instance, now);
        else {
          this.roster.enter(instance, "requested", now);
          this.schedule(instance, now + this.settings.launchCallMs);
        }
        break;
      case "requested":
      case "waiting":
      case "warmed-launching":
        this.launchAnswered(instance, now);
        break;
      case "pending":
        this.runs(instance, now);
        break;
      case "pending-wait":
        this.hookEnded(instance, now);
        break;
      case "in-service":
        this.begin(instance, now);
        break;
      case "impaired":
        this.replaceImpaired(instance, now);
        break;
      case "interrupted":
        this.lose(instance, "spot-interruption", now);
        // Without capacity rebalancing the replacement starts only now (ec2-auto-scaling-capacity-rebalancing).
        this.reconcile("replacement", now);
        break;
      case "terminating":
        this.drain(instance, now);
        break;
      case "draining":
        this.drainEnded(instance, now);
        break;
      case "retained":
        this.endRetainedOne(instance, now);
        break;
      case "warmed-pending":
        this.park(instance, now);
        break;
      default:
        assert(false, `nothing is due in stage ${instance.stage}`);
    }
  }

  protected launch(cause: LaunchCause, now: number): Instance {
    const purchase = this.nextPurchase();
    const { activityDelayMs } = this.settings;
    if (this.pool !== undefined && purchase === "on-demand") {
      const warm = this.pool.take();
      if (warm !== undefined) {
        this.roster.enter(warm, "pending", now);
        warm.isWarm = true;
        warm.decidedAt = now;
        // A stopped instance starts its application anew; memory that was kept holds it ready.
        warm.bootMs = this.pool.settings.state === "stopped" ? this.times.application.nextMs() : 0;
        this.schedule(warm, now + activityDelayMs + this.pool.startMs());
        return warm;
      }
    }
    const instance = this.roster.add({ stage: "launching", zone: this.roster.emptiestZone(), purchase, cause }, now);
    this.schedule(instance, this.launchCalls.book(Math.max(now + activityDelayMs, this.hookBackOff.retryAt)));
    return instance;
  }

  protected endSurplus(now: number): void {
    if (this.terminationFunction === undefined) this.endInOrder(this.orderOf(this.roster.all(), now), now);
    else if (!this.isChoosing) this.callFunction(this.terminationFunction, now);
  }

  /** The function has answered, or is to be called again. */
  protected override choiceDue(now: number): void {
    const { terminationFunction, answer, isCalling, roster } = this;
    this.isChoosing = false;
    this.isCalling = false;
    this.answer = undefined;
    if (terminationFunction === undefined || roster.standing <= this.wanted || this.suspensions.has("terminate")) return;
    if (!isCalling) {
      this.callFunction(terminationFunction, now);
      return;
    }
    if (answer !== undefined) this.endInOrder(answer, now);
    if (roster.standing <= this.wanted) return;
    const retryAt = now + terminationFunction.retryMs;
    roster.refused({ cause: "termination-function", instance: NONE, retryAt }, now);
    this.watchChoice(retryAt);
  }

  protected vanish(instance: Instance, now: number): void {
    this.roster.enter(instance, "terminated", now);
  }

  /** Impaired instances look alive for some minutes (health-checks-overview); those that died are seen to be gone. */
  protected failureDue(instance: Instance, now: number): void {
    if (this.faults?.hangs() !== true) {
      this.lose(instance, "failed", now);
      this.reconcile("replacement", now);
      return;
    }
    const { impairmentDetectionMs, healthCheckGraceMs } = this.settings;
    this.kill(instance, now);
    this.roster.enter(instance, "impaired", now);
    this.schedule(instance, Math.max(now + impairmentDetectionMs, instance.inServiceAt + healthCheckGraceMs));
  }

  /** Only with capacity rebalancing: the replacement starts at once, and the instance goes when that is in service. */
  protected override recommended(instance: Instance, now: number): void {
    const isAlive = instance.stage === "in-service" || instance.stage === "working";
    if (!this.settings.capacityRebalancing || !isAlive || isPaired(instance) || this.replacements.extra >= this.allowance()) return;
    if (this.suspensions.has("launch")) return;
    this.launchInsteadOf(instance, "spot-rebalance", now);
  }

  /** Launches where instances lack before it ends others, hence exceeds even the maximum for a while (auto-scaling-benefits). */
  protected override zoneRecovered(now: number): void {
    const { roster, replacements, suspensions } = this;
    if (suspensions.has("az-rebalance") || suspensions.has("launch")) return;
    const candidates = [...roster.all()].filter((instance) => !isPaired(instance));
    const order = this.orderOf(candidates, now);
    while (replacements.extra < this.allowance() && roster.zoneImbalance() >= 2) {
      const victim = order.next((zone) => roster.standingIn(zone), undefined);
      if (victim === undefined) return;
      roster.log.chosen(victim.instance, victim.rule);
      this.launchInsteadOf(victim.instance, "zone-rebalance", now);
    }
  }

  private callFunction(terminationFunction: TerminationFunction, now: number): void {
    const { tookMs, isAnswered } = terminationFunction.call();
    this.isCalling = true;
    this.answer = isAnswered ? this.orderOf(this.roster.all(), now) : undefined;
    this.watchChoice(now + tookMs);
  }

  private orderOf(instances: Iterable<Instance>, now: number): TerminationOrder {
    const candidates: Instance[] = [];
    for (const instance of instances) if (this.mayGo(instance, now)) candidates.push(instance);
    const busySlots = (number: number) => this.host.busySlots(number);
    return new TerminationOrder(candidates, { policy: this.settings.terminationPolicy, now, busySlots });
  }

  private endInOrder(order: TerminationOrder, now: number): void {
    const { roster } = this;
    while (roster.standing > this.wanted) {
      const victim = order.next((zone) => roster.standingIn(zone), this.surplus());
      if (victim === undefined) return;
      const { instance, rule } = victim;
      // It may have gone, or be protected, since the order was made.
      if (!this.mayGo(instance, now)) continue;
      roster.log.chosen(instance, rule);
      this.terminate(instance, STAGES[instance.stage].billing === "free" ? "called-off" : "scale-in", now);
    }
  }

  /** Of which kind there is more than its share once the group is one smaller; undefined where all are of one kind. */
  private surplus(): Purchase | undefined {
    const { spot, roster } = this;
    if (spot === undefined || roster.spotStanding === 0 || roster.spotStanding === roster.standing) return undefined;
    return spot.surplus(roster.spotStanding, roster.standing - 1) > 0 ? "spot" : "on-demand";
  }

  private launchAnswered(instance: Instance, now: number): void {
    const forPool = instance.stage === "warmed-launching";
    if (!this.findsCapacity(instance, now)) {
      if (instance.stage !== "waiting" && !forPool) this.roster.enter(instance, "waiting", now);
      this.schedule(instance, this.retryAt);
      return;
    }
    this.roster.enter(instance, forPool ? "warmed-pending" : "pending", now);
    this.schedule(instance, now + this.times.pending.nextMs() + (forPool ? this.bootMs() : 0));
  }

  /** EC2 runs the instance. */
  protected runs(instance: Instance, now: number): void {
    const { launchHook } = this.settings;
    if (!instance.isWarm) instance.bootMs = this.bootMs();
    if (launchHook === undefined) this.exposed(instance, now);
    else {
      this.roster.enter(instance, "pending-wait", now);
      this.exposed(instance, now);
      instance.hookTimesOut = instance.bootMs > launchHook.timeoutMs;
      const heldMs = Math.min(instance.bootMs, launchHook.timeoutMs);
      instance.bootMs -= heldMs;
      this.schedule(instance, now + heldMs);
      return;
    }
    this.intoService(instance, now);
  }

  /** The worker has said that it is ready, or the hook has waited long enough. */
  protected hookEnded(instance: Instance, now: number): void {
    this.launchHookEnded(instance, instance.hookTimesOut ? (this.settings.launchHook?.defaultResult ?? "continue") : "continue", now);
  }

  protected launchHookEnded(instance: Instance, result: LifecycleHook["defaultResult"], now: number): void {
    if (result === "continue") {
      this.hookBackOff.succeeded();
      this.intoService(instance, now);
      return;
    }
    // Launches are limited in rate while the hook keeps failing (lifecycle-hooks).
    const retryAt = this.hookBackOff.failed(now);
    this.roster.refused({ cause: "launch-hook", instance: instance.number, retryAt }, now);
    this.launchFailed(now);
    this.terminate(instance, "hook-abandoned", now);
    this.lost.push(instance.number);
    this.reconcile("replacement", now);
  }

  protected intoService(instance: Instance, now: number): void {
    this.roster.enter(instance, "in-service", now);
    this.suspensions.launchSucceeded();
    if (instance.bootMs === 0) this.begin(instance, now);
    else this.schedule(instance, now + instance.bootMs);
    const relieved = this.replacements.relievedBy(instance);
    // A refresh waits until it is warm.
    if (relieved === undefined || instance.cause === "deployment") return;
    this.terminate(relieved, instance.cause === "spot-rebalance" || instance.cause === "zone-rebalance" ? instance.cause : "impaired", now);
    if (instance.cause === "zone-rebalance") this.zoneRecovered(now);
  }

  protected terminate(instance: Instance, cause: EndCause, now: number): void {
    this.roster.ends(instance, cause);
    if (STAGES[instance.stage].billing === "free") this.roster.enter(instance, "terminated", now);
    else {
      this.roster.enter(instance, "terminating", now);
      this.schedule(instance, now + this.settings.activityDelayMs);
    }
    this.replacements.left(instance);
  }

  protected drain(instance: Instance, now: number): void {
    const { terminateHook, drainLimitMs } = this.settings;
    // One that hangs does not complete its hook; one that still boots has nothing to drain.
    const isAwaited = terminateHook !== undefined && instance.endCause === "impaired";
    if (!instance.hasWorker && !isAwaited) {
      this.finish(instance, now);
      return;
    }
    this.roster.enter(instance, "draining", now);
    const limitMs = (instance.hasWorker ? terminateHook?.timeoutMs : terminateHook?.heartbeatTimeoutMs) ?? drainLimitMs;
    this.schedule(instance, Math.max(now, Math.min(now + limitMs, this.reclaimedAt(instance, now))));
    if (instance.hasWorker) this.host.drainBegins(instance.number, now);
  }

  /** Nobody has completed the termination in time, or Spot takes the instance. */
  private drainEnded(instance: Instance, now: number): void {
    const { terminateHook } = this.settings;
    if (terminateHook?.defaultResult === "abandon" && now < this.reclaimedAt(instance, now)) this.abandoned(instance, now);
    else this.killAndFinish(instance, now);
  }

  /** The terminate hook is abandoned: the lifecycle policy says what becomes of the instance (instance-lifecycle-policy). */
  protected abandoned(instance: Instance, now: number): void {
    if (!this.settings.retainsAbandoned) {
      this.killAndFinish(instance, now);
      return;
    }
    this.roster.enter(instance, "retained", now);
    this.schedule(instance, this.reclaimedAt(instance, now));
    this.fillPool(now);
  }

  private killAndFinish(instance: Instance, now: number): void {
    this.kill(instance, now);
    this.finish(instance, now);
  }

  private reclaimedAt({ noticeAt }: Instance, now: number): number {
    return noticeAt <= now ? noticeAt + (this.spot?.noticeMs ?? 0) : NEVER;
  }

  override endRetained(now: number): number {
    const retained = [...this.roster.all()].filter(({ stage }) => stage === "retained");
    for (const instance of retained) this.endRetainedOne(instance, now);
    return retained.length;
  }

  protected endRetainedOne(instance: Instance, now: number): void {
    this.kill(instance, now);
    this.vanish(instance, now);
  }

  protected finish(instance: Instance, now: number): void {
    const isWelcome = instance.endCause === "scale-in" && instance.purchase === "on-demand" && this.pool?.settings.reuse === true;
    if (isWelcome && this.roster.inPool < this.poolSize()) this.park(instance, now);
    else this.roster.enter(instance, "terminated", now);
    this.fillPool(now);
  }

  /**
   * Unhealthy instances are replaced a tenth of the group at a time (health-checks-overview): ended and launched at the
   * same time, or launched first where the maintenance policy wants more healthy ones than are left.
   */
  protected replaceImpaired(instance: Instance, now: number): void {
    if (isPaired(instance) || this.suspensions.has("replace-unhealthy") || this.suspensions.has("terminate")) {
      // Its replacement is on the way; looked at again in case that comes to nothing.
      this.schedule(instance, now + REPLACEMENT_RETRY_MS);
      return;
    }
    let underWay = 0;
    let healthy = 0;
    for (const other of this.roster.all()) {
      if (other.cause === "replacement" && STAGES[other.stage].tally === "pending") underWay += 1;
      if (other.stage === "working" || other.stage === "in-service") healthy += 1;
    }
    if (underWay >= this.allowance()) {
      this.roster.refused({ cause: "replacement-limit", instance: instance.number, retryAt: now + REPLACEMENT_RETRY_MS }, now);
      this.schedule(instance, now + REPLACEMENT_RETRY_MS);
      return;
    }
    const { maintenance } = this.settings;
    const most = maintenance === undefined ? 0 : Math.max(1, Math.floor(this.desired * (maintenance.maxHealthyShare - 1)));
    const launchFirst =
      maintenance !== undefined && maintenance.maxHealthyShare > 1 && healthy < this.desired * maintenance.minHealthyShare;
    if (launchFirst && this.replacements.extra < most && !this.suspensions.has("launch")) {
      this.launchInsteadOf(instance, "replacement", now);
      this.schedule(instance, now + REPLACEMENT_RETRY_MS);
      return;
    }
    this.terminate(instance, "impaired", now);
    this.lost.push(instance.number);
    this.reconcile("replacement", now);
  }

  /** Instances beyond the desired capacity while others are replaced: a tenth (ec2-auto-scaling-capacity-rebalancing). */
  private allowance(): number {
    return Math.max(1, Math.floor(this.desired * EXTRA_SHARE));
  }

  private bootMs(): number {
    return this.times.boot.nextMs() + this.times.application.nextMs();
  }

  private poolSize(): number {
    return this.pool?.size({ max: this.max, desired: this.desired }) ?? 0;
  }

  private fillPool(now: number): void {
    const { pool, roster } = this;
    if (pool === undefined) return;
    // Those on their way out may come back.
    const returning = pool.settings.reuse ? roster.terminating : 0;
    while (roster.inPool + returning < this.poolSize() && !this.suspensions.has("launch")) {
      const instance = roster.add(
        { stage: "warmed-launching", zone: roster.emptiestZone(), purchase: "on-demand", cause: "warm-pool" },
        now,
      );
      this.schedule(instance, this.launchCalls.book(now + this.settings.activityDelayMs));
    }
    while (roster.inPool > this.poolSize()) {
      const surplus = pool.take();
      if (surplus === undefined) return;
      roster.ends(surplus, "pool-shrunk");
      roster.enter(surplus, "terminated", now);
    }
  }

  private park(instance: Instance, now: number): void {
    const pool = this.pool as WarmPool;
    if (this.roster.inPool > this.poolSize() && instance.stage === "warmed-pending") {
      this.roster.ends(instance, "pool-shrunk");
      this.roster.enter(instance, "terminated", now);
      return;
    }
    this.roster.ends(instance, undefined);
    this.roster.enter(instance, pool.parkedStage, now);
    pool.add(instance);
  }
}

interface Ec2Parts extends FleetParts {
  readonly settings: Ec2Settings;
  readonly times: Ec2Times;
  readonly pool?: WarmPool | undefined;
  /** Who chooses whom a scale-in takes, for a policy that is a function's. */
  readonly terminationFunction?: TerminationFunction | undefined;
}

const EXTRA_SHARE = 0.1;
/** Without a maintenance policy (RefreshPreferences). */
const USUAL_REFRESH = { minHealthyShare: 0.9, maxHealthyShare: 1 };
/** UNCONFIRMED: AWS says only that it waits for replacements under way. */
const REPLACEMENT_RETRY_MS = 30_000;

function isPaired({ replaces, replacedBy }: Instance): boolean {
  return replaces !== NONE || replacedBy !== NONE;
}
