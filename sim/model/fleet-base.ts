import { assert } from "../core/assert.ts";
import type { Capacity, Reading } from "../core/policy/policy.ts";
import type { Calendar } from "../kernel/calendar.ts";
import type { EndCause, LaunchCause } from "../measure/result.ts";
import type { FleetEvents, FleetModel, FleetUsage, InstanceHost, RefreshPreferences, Standing } from "./fleet.ts";
import type { InstanceFaults } from "./instance-faults.ts";
import { isStanding, NEVER, NONE, STAGES, type Instance, type Purchase } from "./instance.ts";
import { LaunchBackOff, LaunchCapacity, type BackOffSettings, type Shortage } from "./launch-capacity.ts";
import { TokenBucket } from "./rate-limits.ts";
import { Replacements } from "./replacements.ts";
import { Roster } from "./roster.ts";
import type { SpotMarket } from "./spot-market.ts";
import type { Process } from "./processes.ts";
import { Suspensions } from "./suspensions.ts";

/**
 * What all fleets have in common: they hold what they have against what is desired ({@link FleetBase.reconcile}) whenever
 * either changes, while between that each instance goes its own way, a step at a time ({@link FleetBase.step}).
 */
export abstract class FleetBase implements FleetModel {
  desired: number;
  min: number;
  max: number;

  protected readonly roster: Roster;
  protected readonly replacements: Replacements;
  protected readonly host: InstanceHost;
  protected readonly spot: SpotMarket | undefined;
  protected readonly launchCapacity: LaunchCapacity;
  protected readonly capacityBackOff: LaunchBackOff;
  protected readonly faults: InstanceFaults | undefined;
  protected readonly suspensions: Suspensions;
  /** Numbers of those that have just been lost, for whom others may be launched. */
  protected readonly lost: number[] = [];
  private readonly calendar: FleetParts["calendar"];
  private readonly common: FleetSettings;
  private readonly events: FleetEvents;
  private readonly desiredCalls: TokenBucket;
  /** Somebody is asked whom a scale-in is to take. */
  protected isChoosing = false;
  /** Another look at protected instances is on its way. */
  private isWatchingProtection = false;

  constructor({ calendar, settings, events, host, spot, faults }: FleetParts) {
    this.calendar = calendar;
    this.common = settings;
    this.events = events;
    this.host = host;
    this.spot = spot;
    this.faults = faults;
    this.desired = settings.initial;
    this.min = settings.min;
    this.max = settings.max;
    this.roster = new Roster({ zones: settings.zones, warmUpMs: settings.warmUpMs });
    this.replacements = new Replacements((number) => this.roster.get(number));
    const outages = settings.zoneOutages.map((outage) => ({ ...outage, purchase: undefined }));
    this.launchCapacity = new LaunchCapacity([...settings.shortages, ...outages]);
    this.capacityBackOff = new LaunchBackOff(settings.backOff);
    this.desiredCalls = new TokenBucket(settings.desiredCalls);
    this.suspensions = new Suspensions(settings.givesUpAfterMs);
  }

  get launches(): number {
    return this.roster.launches;
  }

  get terminations(): number {
    return this.roster.terminations;
  }

  get working(): number {
    return this.roster.working;
  }

  get launchDelayMs(): Reading | undefined {
    return this.roster.launchDelayMs;
  }

  get records(): FleetModel["records"] {
    return this.roster.log.records;
  }

  get refusals(): FleetModel["refusals"] {
    return this.roster.log.refusals;
  }

  get ended(): readonly number[] {
    return this.roster.log.ended;
  }

  start(now: number): void {
    const { initial, warmUpMs, zoneOutages } = this.common;
    for (let count = 0; count < initial; count += 1) {
      const instance = this.roster.add(
        { stage: "working", zone: this.roster.emptiestZone(), purchase: this.nextPurchase(), cause: "initial" },
        now,
      );
      instance.inServiceAt = now - warmUpMs;
      instance.hasWorker = true;
      this.host.workerBegins(instance.number, now);
      this.exposed(instance, now);
    }
    for (const [index, { from, until }] of zoneOutages.entries()) {
      this.calendar.scheduleControl(from, this.events.groupDue, FIRST_OUTAGE + 2 * index);
      this.calendar.scheduleControl(until, this.events.groupDue, FIRST_OUTAGE + 2 * index + 1);
    }
    this.reconcile("scale-out", now);
  }

  setDesired(desired: number, now: number): boolean {
    assert(desired >= this.min && desired <= this.max, "the desired capacity lies within min and max");
    if (!this.desiredCalls.admits(now)) {
      this.roster.refused({ cause: "throttled", instance: NONE, retryAt: NEVER }, now);
      return false;
    }
    this.desired = desired;
    this.reconcile("scale-out", now);
    const isHeld =
      this.roster.standing < this.wanted
        ? this.suspensions.has("launch")
        : this.roster.standing > this.wanted && this.suspensions.has("terminate");
    if (isHeld) this.roster.refused({ cause: "suspended", instance: NONE, retryAt: NEVER }, now);
    return true;
  }

  setLimits({ min = this.min, max = this.max }: { min?: number; max?: number }, now: number): void {
    assert(min >= 0 && min <= max, "the minimum lies between 0 and the maximum");
    this.min = min;
    this.max = max;
    this.desired = Math.min(max, Math.max(min, this.desired));
    this.reconcile("scale-out", now);
  }

  suspend(process: Process): void {
    this.suspensions.suspend(process);
  }

  resume(process: Process, now: number): void {
    this.suspensions.resume(process);
    if (process === "launch") {
      for (const instance of this.roster.all()) if (awaitsLaunch(instance)) this.schedule(instance, now);
    }
    if (process === "az-rebalance") this.zoneRecovered(now);
    this.reconcile("scale-out", now);
  }

  isSuspended(process: Process): boolean {
    return this.suspensions.has(process);
  }

  endRetained(_now: number): number {
    // Only an EC2 group retains instances.
    return 0;
  }

  eventDue(kind: number, subject: number, now: number): void {
    if (kind === this.events.groupDue) {
      this.groupDue(subject, now);
      return;
    }
    const instance = this.roster.get(subject);
    if (instance === undefined) return;
    if (kind === this.events.instanceDue) {
      if (instance.dueAt !== now) return;
      instance.dueAt = NEVER;
      this.step(instance, now);
    } else if (kind === this.events.spotDue) this.spotDue(instance, now);
    else if (instance.failsAt === now && (instance.stage === "in-service" || instance.stage === "running" || instance.stage === "working"))
      this.failureDue(instance, now);
  }

  deploy(_maxShare: number, _now: number): boolean {
    // Only an ECS service deploys; an EC2 group is refreshed.
    return false;
  }

  refresh(_preferences: RefreshPreferences, _now: number): boolean {
    return false;
  }

  abstract workerStopped(number: number, now: number): void;

  instanceFailed(number: number, now: number): void {
    const instance = this.roster.get(number);
    if (instance === undefined) return;
    if (instance.hasWorker) this.roster.log.killed(instance);
    instance.hasWorker = false;
    this.lose(instance, "failed", now);
    this.reconcile("replacement", now);
  }

  capacity(now: number): Capacity {
    return this.roster.capacity(this, now);
  }

  standing(): Standing {
    return this.roster.standingCounts();
  }

  usage(now: number): FleetUsage {
    return this.roster.usage(now);
  }

  /** Takes the next step of an instance, whose time has come. */
  protected abstract step(instance: Instance, now: number): void;
  protected abstract launch(cause: LaunchCause, now: number): Instance;
  /** Ends instances, as far as they may be, until no more stand than are wanted. */
  protected abstract endSurplus(now: number): void;
  /** An instance is not there any more from now on. */
  protected abstract vanish(instance: Instance, now: number): void;
  protected abstract failureDue(instance: Instance, now: number): void;

  protected get wanted(): number {
    return Math.max(0, this.desired + this.replacements.extra - this.suspensions.unreplaced);
  }

  protected reconcile(cause: LaunchCause, now: number): void {
    while (this.roster.standing < this.wanted && !this.suspensions.has("launch")) {
      const fresh = this.launch(cause, now);
      const old = cause === "replacement" || cause === "deployment" ? this.lost.shift() : undefined;
      if (old !== undefined) this.roster.log.replaces(fresh, old);
    }
    this.lost.length = 0;
    if (this.roster.standing > this.wanted && !this.suspensions.has("terminate")) this.scaleIn(now);
  }

  /** Launches one that another will make room for when it is in service. */
  protected launchInsteadOf(old: Instance, cause: LaunchCause, now: number): void {
    const fresh = this.launch(cause, now);
    this.replacements.pair(old, fresh);
    this.roster.log.replaces(fresh, old.number);
  }

  protected schedule(instance: Instance, at: number): void {
    instance.dueAt = at;
    if (at === NEVER) return;
    this.calendar.scheduleControl(at, this.events.instanceDue, instance.number);
  }

  protected nextPurchase(): Purchase {
    return this.spot?.isNext(this.roster.spotStanding, this.roster.standing) === true ? "spot" : "on-demand";
  }

  /** The launch call is answered: false when there is no capacity, and `waiting` is to be entered until {@link retryAt}. */
  protected findsCapacity(instance: Instance, now: number): boolean {
    if (this.suspensions.has("launch")) return false;
    const zones = this.common.triesOtherZones ? this.roster.zonesFrom(instance.zone) : [instance.zone];
    const zone = this.launchCapacity.zoneFor(instance.purchase, zones, now);
    if (zone === undefined) {
      const retryAt = this.capacityBackOff.failed(now);
      this.roster.refused({ cause: "no-capacity", instance: instance.number, retryAt }, now);
      this.launchFailed(now);
      return false;
    }
    this.capacityBackOff.succeeded();
    if (zone !== instance.zone) this.roster.moveTo(instance, zone);
    return true;
  }

  /** When launches that failed are tried again; {@link NEVER} while they are suspended. */
  protected get retryAt(): number {
    return this.suspensions.has("launch") ? NEVER : this.capacityBackOff.retryAt;
  }

  protected launchFailed(now: number): void {
    if (this.suspensions.launchFailed(now)) this.roster.refused({ cause: "suspended", instance: NONE, retryAt: NEVER }, now);
  }

  /** Whether a scale-in may take it. What Spot takes anyway goes by itself. */
  protected mayGo(instance: Instance, now: number): boolean {
    const { protection, protectedForMs } = this.common;
    if (!isStanding(instance) || instance.stage === "interrupted") return false;
    if (protection === "none" || STAGES[instance.stage].tally !== "inService") return true;
    if (protection === "all") return false;
    const since = instance.hasWorker ? this.host.busySince(instance.number) : -1;
    return since < 0 || now - since >= protectedForMs;
  }

  protected begin(instance: Instance, now: number): void {
    this.roster.enter(instance, "working", now);
    instance.hasWorker = true;
    this.host.workerBegins(instance.number, now);
  }

  /** It runs from now on, and what befalls instances may befall it. */
  protected exposed(instance: Instance, now: number): void {
    if (this.spot !== undefined && instance.purchase === "spot") {
      const { recommendationAt, noticeAt } = this.spot.fate(now);
      instance.recommendedAt = recommendationAt;
      instance.noticeAt = noticeAt;
      if (recommendationAt < noticeAt) this.calendar.scheduleControl(recommendationAt, this.events.spotDue, instance.number);
      if (noticeAt < NEVER) this.calendar.scheduleControl(noticeAt, this.events.spotDue, instance.number);
    }
    if (this.faults === undefined) return;
    instance.failsAt = this.faults.failsAt(now);
    this.calendar.scheduleControl(instance.failsAt, this.events.failureDue, instance.number);
  }

  /** Spot recommends a replacement, ahead of the notice. */
  protected recommended(_instance: Instance, _now: number): void {
    // Only an EC2 group with capacity rebalancing takes heed.
  }

  /** Gone at once, without a termination, whatever ran on it. */
  protected lose(instance: Instance, cause: EndCause, now: number): void {
    this.kill(instance, now);
    if (this.suspensions.has("replace-unhealthy") && isStanding(instance)) this.suspensions.unreplaced += 1;
    this.roster.ends(instance, cause);
    this.vanish(instance, now);
    this.replacements.left(instance);
    this.lost.push(instance.number);
  }

  protected kill(instance: Instance, now: number): void {
    if (!instance.hasWorker) return;
    instance.hasWorker = false;
    this.roster.log.killed(instance);
    this.host.workerKilled(instance.number, now);
  }

  /** Comes back to a deployment under way before long: {@link deploymentDue}. */
  protected watchDeployment(now: number): void {
    this.calendar.scheduleControl(now + PROTECTION_CHECK_MS, this.events.groupDue, DEPLOYMENT_CHECK);
  }

  /** Comes back to {@link choiceDue}; until then no other choice is made. */
  protected watchChoice(at: number): void {
    this.isChoosing = true;
    this.calendar.scheduleControl(at, this.events.groupDue, CHOICE);
  }

  protected choiceDue(_now: number): void {
    // Only an EC2 group has a function of the user's choose.
  }

  /** Goes on with a deployment, or a refresh, that is under way. */
  protected abstract deploymentDue(now: number): void;

  protected zoneRecovered(_now: number): void {
    // ECS leaves its tasks where they are; an EC2 group evens them out.
  }

  /** Two minutes to go: the worker drains, whatever protects it (spot-instance-termination-notices). */
  private spotDue(instance: Instance, now: number): void {
    if (now === instance.recommendedAt) this.recommended(instance, now);
    if (now !== instance.noticeAt) return;
    const endsAt = now + (this.spot as SpotMarket).noticeMs;
    const { tally } = STAGES[instance.stage];
    if (tally === "terminating" || tally === "retained") {
      // Neither a hook nor a lifecycle policy outlasts an interruption.
      if (instance.dueAt > endsAt) this.schedule(instance, endsAt);
    } else if (tally === "inService") {
      this.roster.ends(instance, "spot-interruption");
      this.roster.enter(instance, "interrupted", now);
      this.schedule(instance, endsAt);
      if (instance.hasWorker) this.host.drainBegins(instance.number, now);
    } else if (tally === "pending") {
      // Held by its launch hook: there is no work that two minutes could save.
      this.lose(instance, "spot-interruption", now);
      this.reconcile("replacement", now);
    }
  }

  private scaleIn(now: number): void {
    this.endSurplus(now);
    if (this.isChoosing || this.roster.standing <= this.wanted || this.common.protection === "none" || this.isWatchingProtection) return;
    this.roster.refused({ cause: "protected", instance: NONE, retryAt: now + PROTECTION_CHECK_MS }, now);
    this.watchProtection(now);
  }

  private watchProtection(now: number): void {
    this.isWatchingProtection = true;
    this.calendar.scheduleControl(now + PROTECTION_CHECK_MS, this.events.groupDue, PROTECTION_CHECK);
  }

  private groupDue(matter: number, now: number): void {
    if (matter === DEPLOYMENT_CHECK) this.deploymentDue(now);
    else if (matter === CHOICE) this.choiceDue(now);
    else if (matter === PROTECTION_CHECK) {
      if (!this.suspensions.has("terminate")) this.endSurplus(now);
      this.isWatchingProtection = false;
      if (this.roster.standing > this.wanted) this.watchProtection(now);
    } else if ((matter - FIRST_OUTAGE) % 2 === 1) this.zoneRecovered(now);
    else this.loseZone((this.common.zoneOutages[(matter - FIRST_OUTAGE) / 2] as ZoneOutage).zone, now);
  }

  private loseZone(zone: number, now: number): void {
    const there = [...this.roster.all()].filter((instance) => instance.zone === zone && STAGES[instance.stage].billing !== "free");
    for (const instance of there) this.lose(instance, "zone-outage", now);
    this.reconcile("replacement", now);
  }
}

/** Settings of every fleet. Times in milliseconds. */
export interface FleetSettings {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** From InService on, an instance counts as warming for so long. */
  readonly warmUpMs: number;
  readonly zones: number;
  /** Whether a launch that finds no capacity goes to another zone. */
  readonly triesOtherZones: boolean;
  readonly zoneOutages: readonly ZoneOutage[];
  readonly shortages: readonly Shortage[];
  readonly backOff: BackOffSettings;
  /** How long launches may fail without a success before AWS suspends them, milliseconds; Infinity for ever. */
  readonly givesUpAfterMs: number;
  /** Calls of SetDesiredCapacity or UpdateService. */
  readonly desiredCalls: { readonly burst: number; readonly perSec: number };
  /** Whom a scale-in spares: nobody, instances with a running job, or all that are in service. */
  readonly protection: "none" | "while-busy" | "all";
  /** How long after its start a job protects its instance. */
  readonly protectedForMs: number;
}

export interface ZoneOutage {
  readonly zone: number;
  readonly from: number;
  readonly until: number;
}

export interface FleetParts {
  readonly calendar: Pick<Calendar, "scheduleControl">;
  readonly settings: FleetSettings;
  readonly events: FleetEvents;
  readonly host: InstanceHost;
  readonly spot?: SpotMarket | undefined;
  readonly faults?: InstanceFaults | undefined;
}

/** Its launch has failed, or has been held, and nothing will try it again by itself. */
function awaitsLaunch({ stage, dueAt }: Instance): boolean {
  return dueAt === NEVER && (stage === "waiting" || stage === "warmed-launching");
}

/** Matters of the group, as the subject of its event: a look at protected instances, one at a deployment, a choice of whom to end, then two for each outage. */
const PROTECTION_CHECK = 0;
const DEPLOYMENT_CHECK = 1;
const CHOICE = 2;
const FIRST_OUTAGE = 3;
/** How soon AWS acts on a protection that ends is not documented (UNCONFIRMED). */
export const PROTECTION_CHECK_MS = 5_000;
