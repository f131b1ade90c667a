import { assert } from "../core/assert.ts";
import type { Capacity } from "../core/policy/policy.ts";
import type { Calendar } from "../kernel/calendar.ts";
import type { FleetEvents, FleetModel, FleetUsage, InstanceHost, Standing } from "./fleet.ts";
import type { Environment, LambdaFunction } from "./lambda-function.ts";
import { Poller, type Invocations, type InvocationOutcome, type PollerEffects, type PollerSettings } from "./poller.ts";

/**
 * A Lambda event source mapping of a standard queue, and with it the fleet that a function is: as many pollers as the queue
 * calls for, each of which has one invocation at a time. An instance is an execution environment here: pending while it
 * starts, in service while its handler runs, in the warm pool while it is idle. Desired is how many pollers there are.
 *
 * Facts and their sources (Lambda Developer Guide, services-sqs-scaling, unless another is named):
 * - It begins with five pollers. While messages are still available it adds up to 300 a minute, up to 1,250 or to its
 *   maximum concurrency.
 * - When traffic is low it goes back to five, and to as few as two where no maximum concurrency is set.
 * - When invocations fail or are throttled it gradually reduces its concurrency; failures do not count where the function
 *   reports them for each message (services-sqs-errorhandling).
 *
 * How it knows that messages are still available is not published: here by messages that are visible when a poller is given
 * some, or by no poller being left to wait. Nor is when it goes back: here it looks once a minute what the last one needed.
 * Provisioned mode, with pollers that are paid for, is left out.
 */
export class EventSourceMapping implements FleetModel, Invocations {
  readonly launchDelayMs = undefined;

  private readonly settings: MappingSettings;
  private readonly calendar: MappingParts["calendar"];
  private readonly events: FleetEvents;
  private readonly host: InstanceHost;
  private readonly lambda: LambdaFunction;
  private readonly backlog: () => number;

  /** In the order in which they began; those that are to stop are among them until they have. */
  private readonly pollers = new Map<number, Poller>();
  private readonly stopping = new Set<number>();
  private nextNumber = 0;
  private lastAddedAt = 0;
  private isGrowing = false;
  /** Pollers that have a batch, and the most at a time since the last review. */
  private occupied = 0;
  private mostOccupied = 0;
  /** Since the last review. */
  private invocations = 0;
  private unsuccessful = 0;
  /** Of the invocations of the minute before, those that failed or were throttled. */
  private unsuccessfulShare = 0;

  constructor(parts: MappingParts) {
    this.settings = parts.settings;
    this.calendar = parts.calendar;
    this.events = parts.events;
    this.host = parts.host;
    this.lambda = parts.lambda;
    this.backlog = parts.backlog;
  }

  // As a fleet.

  /** Pollers, those that are to stop left out. */
  get desired(): number {
    return this.pollers.size - this.stopping.size;
  }

  get launches(): number {
    return this.lambda.coldStarts;
  }

  get terminations(): number {
    return this.lambda.ended;
  }

  get working(): number {
    return this.lambda.running;
  }

  get records(): FleetModel["records"] {
    return this.lambda.log.records;
  }

  get refusals(): FleetModel["refusals"] {
    return this.lambda.log.refusals;
  }

  get ended(): readonly number[] {
    return this.lambda.log.ended;
  }

  start(now: number): void {
    this.lastAddedAt = now;
    for (let count = Math.min(FIRST_POLLERS, this.settings.max); count > 0; count -= 1) this.addPoller(now);
    this.schedule(now + REVIEW_EVERY_MS, REVIEW);
  }

  /** Nobody sets it: the mapping follows the queue by itself. */
  setDesired(): boolean {
    return false;
  }

  setLimits(): void {
    assert(false, "nobody changes the limits of a mapping in mid-run");
  }

  suspend(): void {
    assert(false, "a mapping has no process to suspend");
  }

  resume(): void {
    assert(false, "a mapping has no process to resume");
  }

  isSuspended(): boolean {
    return false;
  }

  deploy(): boolean {
    return false;
  }

  refresh(): boolean {
    return false;
  }

  endRetained(): number {
    return 0;
  }

  instanceFailed(): void {
    assert(false, "no environment fails by itself");
  }

  workerStopped(poller: number): void {
    this.pollers.delete(poller);
    this.stopping.delete(poller);
  }

  eventDue(kind: number, matter: number, now: number): void {
    assert(kind === this.events.groupDue, "a mapping has no events but its own");
    if (matter === REVIEW) this.review(now);
    else this.grow(now);
  }

  capacity(): Capacity {
    const { desired, lambda, settings } = this;
    return { min: 0, max: settings.max, desired, pending: lambda.starting, inService: lambda.running, warming: 0, terminating: 0 };
  }

  standing(): Standing {
    const { starting, running, idleCount } = this.lambda;
    return { booting: starting, warmPool: idleCount, onDemand: starting + running, spot: 0, stored: 0 };
  }

  usage(now: number): FleetUsage {
    const billedMs = this.lambda.billedMs(now);
    return { onDemandMs: billedMs, spotMs: 0, runningMs: billedMs, storedMs: 0, invocations: this.lambda.invocations };
  }

  // What the pollers ask.

  /** The poller of a number that the host has been told to begin. */
  newPoller(effects: PollerEffects, number: number): Poller {
    const poller = new Poller(this.settings.poller, effects, this, number);
    this.pollers.set(number, poller);
    return poller;
  }

  batchBegun(now: number): void {
    this.occupied += 1;
    if (this.occupied > this.mostOccupied) this.mostOccupied = this.occupied;
    this.growSoon(now);
  }

  batchDropped(): void {
    this.occupied -= 1;
  }

  invoke(now: number): Environment | undefined {
    const environment = this.lambda.invoke(now);
    this.invocations += 1;
    if (environment === undefined) this.unsuccessful += 1;
    return environment;
  }

  started(environment: Environment, now: number): void {
    this.lambda.started(environment, now);
  }

  finished(environment: Environment, now: number, outcome: InvocationOutcome): void {
    this.occupied -= 1;
    if (outcome !== "done" && !this.settings.poller.reportsItemFailures) this.unsuccessful += 1;
    this.lambda.finished(environment, now, outcome === "cut-off");
  }

  private addPoller(now: number): void {
    const number = this.nextNumber;
    this.nextNumber += 1;
    this.host.workerBegins(number, now);
  }

  private get wantsMore(): boolean {
    return this.desired < this.settings.max && (this.backlog() > 0 || this.occupied >= this.pollers.size);
  }

  /** One more as soon as the rate allows it: lower by the share of invocations that failed. */
  private growSoon(now: number): void {
    const rate = 1 - this.unsuccessfulShare;
    if (this.isGrowing || rate <= 0 || !this.wantsMore) return;
    this.isGrowing = true;
    this.schedule(Math.max(now, this.lastAddedAt + Math.ceil(ADDED_EVERY_MS / rate)), GROW);
  }

  private grow(now: number): void {
    this.isGrowing = false;
    if (!this.wantsMore) return;
    this.lastAddedAt = now;
    this.addPoller(now);
  }

  private review(now: number): void {
    const { desired, settings } = this;
    this.unsuccessfulShare = this.invocations === 0 ? 0 : Math.min(1, this.unsuccessful / this.invocations);
    const backedOff = Math.ceil(desired * (1 - settings.backOffShare * this.unsuccessfulShare));
    const least = Math.min(desired, settings.max > MOST_CONCURRENCY ? FEWEST_POLLERS : FIRST_POLLERS);
    this.stopSurplus(desired - Math.max(least, Math.min(backedOff, this.mostOccupied)), now);
    this.lambda.reap(now);
    this.mostOccupied = this.occupied;
    this.invocations = 0;
    this.unsuccessful = 0;
    this.growSoon(now);
    this.schedule(now + REVIEW_EVERY_MS, REVIEW);
  }

  /** Those that wait go first, of them the newest; then those that have a batch, once they are done with it. */
  private stopSurplus(surplus: number, now: number): void {
    if (surplus <= 0) return;
    const standing = [...this.pollers].filter(([number]) => !this.stopping.has(number)).reverse();
    const inOrder = [...standing.filter(([, { isWaiting }]) => isWaiting), ...standing.filter(([, { isWaiting }]) => !isWaiting)];
    for (const [number] of inOrder.slice(0, surplus)) {
      this.stopping.add(number);
      this.host.drainBegins(number, now);
    }
  }

  private schedule(at: number, matter: number): void {
    this.calendar.scheduleControl(at, this.events.groupDue, matter);
  }
}

export interface MappingParts {
  readonly calendar: Pick<Calendar, "scheduleControl">;
  readonly settings: MappingSettings;
  readonly events: FleetEvents;
  readonly host: InstanceHost;
  readonly lambda: LambdaFunction;
  /** Messages that are visible now. */
  readonly backlog: () => number;
}

export interface MappingSettings {
  readonly poller: PollerSettings;
  /** Its maximum concurrency; above {@link MOST_CONCURRENCY} it has none set. */
  readonly max: number;
  /** Of its pollers, what it gives up after a minute without a successful invocation. */
  readonly backOffShare: number;
}

/** Matters of the mapping, as the subject of its event. */
const REVIEW = 0;
const GROW = 1;

/** Polling processes at first, and when traffic is low (services-sqs-scaling). */
const FIRST_POLLERS = 5;
const FEWEST_POLLERS = 2;
/** 300 a minute (services-sqs-scaling; 60 until November 2023). */
const ADDED_EVERY_MS = 60_000 / 300;
/** The highest maximum concurrency that a mapping takes (services-sqs-scaling). */
export const MOST_CONCURRENCY = 1000;
/** What a mapping reaches without one (services-sqs-scaling). */
export const MOST_POLLERS = 1250;
/** How often it looks is not published (UNCONFIRMED). */
const REVIEW_EVERY_MS = 60_000;
