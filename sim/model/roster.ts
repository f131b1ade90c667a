import { assert } from "../core/assert.ts";
import type { Capacity, Reading } from "../core/policy/policy.ts";
import type { EndCause, InstanceStage, LaunchCause } from "../measure/result.ts";
import { FleetBill } from "./fleet-bill.ts";
import type { FleetUsage, Standing } from "./fleet.ts";
import { InstanceLog } from "./instance-log.ts";
import { NEVER, STAGES, type Instance, newInstance, type Purchase, type Refusal, type Tally, isStanding } from "./instance.ts";
import { WarmUp } from "./warm-up.ts";

/**
 * The instances of a fleet. Moves each from stage to stage, and refuses a step that no life has; keeps every count as it
 * goes, so that asking costs the same at 10,000 instances as at two; keeps the bill and the log.
 */
export class Roster {
  launches = 0;
  terminations = 0;
  working = 0;
  /** Spot among the standing. */
  spotStanding = 0;
  readonly log = new InstanceLog();

  /** In order of their numbers, hence of age. */
  private readonly instances = new Map<number, Instance>();
  private nextNumber = 0;
  private readonly tallies: Record<Tally, number> = {
    waiting: 0,
    pending: 0,
    inService: 0,
    terminating: 0,
    retained: 0,
    pool: 0,
    gone: 0,
  };
  private booting = 0;
  private readonly standingByZone: number[];
  private readonly bill = new FleetBill();
  private readonly warmUp: WarmUp;

  /** How long the last launches took from decision to first receive, milliseconds. */
  private readonly launchDelays: number[] = [];
  private lastBegunAt = 0;

  constructor(options: { zones: number; warmUpMs: number }) {
    this.standingByZone = new Array<number>(options.zones).fill(0);
    this.warmUp = new WarmUp(options.warmUpMs);
  }

  /** Instances in service or on their way there. */
  get standing(): number {
    return this.tallies.waiting + this.tallies.pending + this.tallies.inService;
  }

  get inPool(): number {
    return this.tallies.pool;
  }

  get terminating(): number {
    return this.tallies.terminating;
  }

  standingIn(zone: number): number {
    return this.standingByZone[zone] as number;
  }

  /** Where a launch goes (ec2-auto-scaling-availability-zone-balanced). */
  emptiestZone(): number {
    let emptiest = 0;
    for (let zone = 1; zone < this.standingByZone.length; zone += 1) if (this.standingIn(zone) < this.standingIn(emptiest)) emptiest = zone;
    return emptiest;
  }

  /** Where a launch is tried: in its own zone first, then where there are fewest. */
  zonesFrom(own: number): number[] {
    const others = Array.from(this.standingByZone.keys()).filter((zone) => zone !== own);
    return [own, ...others.sort((a, b) => this.standingIn(a) - this.standingIn(b) || a - b)];
  }

  /** How many more instances the fullest zone has than the emptiest. */
  zoneImbalance(): number {
    return Math.max(...this.standingByZone) - Math.min(...this.standingByZone);
  }

  get(number: number): Instance | undefined {
    return this.instances.get(number);
  }

  all(): MapIterator<Instance> {
    return this.instances.values();
  }

  /** @param stage The first of its life; `working` for one that is there from the start. */
  add(
    { stage, zone, purchase, cause }: { stage: InstanceStage; zone: number; purchase: Purchase; cause: LaunchCause },
    now: number,
  ): Instance {
    const instance = newInstance({ stage, zone, purchase, cause, number: this.nextNumber, decidedAt: now });
    this.nextNumber += 1;
    this.instances.set(instance.number, instance);
    if (instance.cause !== "initial") this.launches += 1;
    this.log.added(instance, now);
    this.count(instance, 1);
    this.bill.entered(instance, now);
    return instance;
  }

  /** Moves an instance on; with the last stage of its life it leaves the roster. */
  enter(instance: Instance, stage: InstanceStage, now: number): void {
    const before = STAGES[instance.stage];
    const after = STAGES[stage];
    assert(before.next.includes(stage), `no instance goes from ${instance.stage} to ${stage}`);
    this.count(instance, -1);
    instance.stage = stage;
    instance.dueAt = NEVER;
    this.count(instance, 1);
    this.bill.entered(instance, now);
    this.log.entered(instance, stage, now);
    if (after.tally === "inService" && before.tally !== "inService") {
      instance.inServiceAt = now;
      this.warmUp.began(instance);
    } else if (after.tally !== "inService" && before.tally === "inService") this.warmUp.left(instance);
    if (stage === "working") this.noteBegun(instance, now);
    if (isEnding(after.tally) && !isEnding(before.tally) && before.billing !== "free") this.terminations += 1;
    if (after.next.length > 0) return;
    this.tallies.gone -= 1;
    this.instances.delete(instance.number);
    this.log.closed(instance);
  }

  moveTo(instance: Instance, zone: number): void {
    this.count(instance, -1);
    instance.zone = zone;
    this.count(instance, 1);
    this.log.moved(instance);
  }

  /** Notes why the instance goes. The first cause counts; undefined when it comes back into the warm pool. */
  ends(instance: Instance, cause: EndCause | undefined): void {
    instance.endCause = cause === undefined ? undefined : (instance.endCause ?? cause);
    this.log.ends(instance, instance.endCause);
  }

  refused(refusal: Refusal, now: number): void {
    this.log.refused(refusal, now);
  }

  /** The group as its API describes it. A launch that failed is no instance: it only is still wanted. */
  capacity({ min, max, desired }: { min: number; max: number; desired: number }, now: number): Capacity {
    const { pending, inService, terminating } = this.tallies;
    return { min, max, desired, pending, inService, warming: this.warmUp.count(now), terminating };
  }

  standingCounts(): Standing {
    const { onDemand, spot, stored } = this.bill;
    return { booting: this.booting, warmPool: this.tallies.pool, onDemand, spot, stored };
  }

  usage(now: number): FleetUsage {
    return this.bill.usage(this.instances.values(), now);
  }

  get launchDelayMs(): Reading | undefined {
    const { length } = this.launchDelays;
    if (length === 0) return undefined;
    return { value: this.launchDelays.reduce((sum, ms) => sum + ms, 0) / length, at: this.lastBegunAt };
  }

  private count(instance: Instance, step: 1 | -1): void {
    const { stage, zone, purchase } = instance;
    const { tally } = STAGES[stage];
    this.tallies[tally] += step;
    if (isStanding(instance)) {
      this.standingByZone[zone] = this.standingIn(zone) + step;
      if (purchase === "spot") this.spotStanding += step;
    }
    if (stage === "working") this.working += step;
    if (BOOTING.has(stage)) this.booting += step;
  }

  private noteBegun(instance: Instance, now: number): void {
    if (instance.cause === "initial") return;
    this.launchDelays.push(now - instance.decidedAt);
    if (this.launchDelays.length > DELAYS_KEPT) this.launchDelays.shift();
    this.lastBegunAt = now;
  }
}

function isEnding(tally: Tally): boolean {
  return tally === "terminating" || tally === "retained" || tally === "gone";
}

/** Billed, and no worker yet. */
const BOOTING: ReadonlySet<InstanceStage> = new Set<InstanceStage>(["pending", "pending-wait", "in-service", "running", "warmed-pending"]);
/** Enough to even out chance, few enough to follow a change. */
const DELAYS_KEPT = 20;
