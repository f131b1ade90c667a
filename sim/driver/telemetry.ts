import type { Reading, Telemetry } from "../core/policy/policy.ts";
import type { ApproximateCounts, Counts } from "../model/approximate-counts.ts";
import type { Sample } from "../model/metric-feed.ts";

/**
 * Meters queue, fleet and workers once a period: the figures that CloudWatch is given, and what the workers report of
 * themselves. Nothing here is on the path of a message; all of it is read off counters.
 *
 * What the workers report is readable as late as a metric is. The group's own figures (how many work, how long launches
 * took) come from its API and are fresh.
 */
export class Telemeter {
  private readonly parts: Metered;
  private readonly lagMs: number;
  private readonly own: OwnMetrics | undefined;

  private sent = 0;
  private received = 0;
  private deleted = 0;
  private emptyReceives = 0;
  /** Ever moved into the dead-letter queue. */
  private buried = 0;
  private calls = 0;
  private jobs = 0;
  private busyMs = 0;
  private workingMs = 0;
  /** What is on its way to being readable, oldest first. */
  private readonly waiting: { ready: number; reported: Reported }[] = [];
  private reported: Reported = {};

  /** @param own Metrics that a process of ours publishes, in place of SQS. */
  constructor(parts: Metered, lagMs: number, own?: OwnMetrics) {
    this.parts = parts;
    this.lagMs = lagMs;
    this.own = own;
    own?.counts.willBeRead(own.periodMs, 0);
  }

  /** The figures of the period that ends at `now`. */
  sample(now: number): Sample {
    const { queue, fleet, work } = this.parts;
    const { visible, inFlight, delayed } = queue;
    const counts = {
      sent: queue.sent,
      received: queue.received,
      deleted: queue.deleted,
      emptyReceives: queue.emptyReceives,
      calls: work.queueCalls,
      jobs: work.jobsEnded,
    };
    const busyMs = work.busySlotMs(now) - this.busyMs;
    const workingMs = work.workingSlotMs(now) - this.workingMs;
    const sent = counts.sent - this.sent;
    const received = counts.received - this.received;
    const deleted = counts.deleted - this.deleted;
    const emptyReceives = counts.emptyReceives - this.emptyReceives;
    const jobs = counts.jobs - this.jobs;
    const touched = sent > 0 || counts.calls > this.calls || visible + inFlight + delayed > 0;
    const busyShare = workingMs > 0 ? busyMs / workingMs : NaN;
    this.report(now, { jobs, busyMs, busyShare });
    Object.assign(this, counts);
    this.busyMs += busyMs;
    this.workingMs += workingMs;
    const { inService, desired } = fleet.capacity(now);
    const counted = { sent, received, deleted, emptyReceives };
    const ageSec = queue.ageOfOldestMs(now) / 1000;
    return { ...this.countsShown(now), ageSec, ...counted, touched, deadLetters: this.deadLetters(), inService, desired, busyShare };
  }

  private countsShown(now: number): Counts {
    const { own } = this;
    if (own === undefined) {
      const { visible, inFlight, delayed } = this.parts.queue;
      return { visible, inFlight, delayed };
    }
    const { visible, inFlight, delayed } = own.counts.read(now);
    own.counts.willBeRead(now + own.periodMs, now);
    return { visible, inFlight, delayed };
  }

  /** Nobody receives from it: it is touched by what comes in, and by messages being there. */
  private deadLetters(): Sample["deadLetters"] {
    const { deadLetters } = this.parts;
    if (deadLetters === undefined) return undefined;
    const { visible, movedIn } = deadLetters;
    const touched = visible > 0 || movedIn > this.buried;
    this.buried = movedIn;
    return { visible, touched };
  }

  /** What a controller can read at `now`. */
  read(now: number): Telemetry {
    while (this.waiting[0] !== undefined && this.waiting[0].ready <= now) {
      this.reported = { ...this.reported, ...this.waiting[0].reported };
      this.waiting.shift();
    }
    const { fleet } = this.parts;
    const { launchDelayMs } = fleet;
    const working = { value: fleet.working, at: now };
    return launchDelayMs === undefined ? { ...this.reported, working } : { ...this.reported, working, launchDelayMs };
  }

  private report(now: number, period: { jobs: number; busyMs: number; busyShare: number }): void {
    const { jobs, busyMs, busyShare } = period;
    this.unreportedMs += busyMs;
    const reported: Reported = {
      ...(Number.isNaN(busyShare) ? {} : { busyShare: { value: busyShare, at: now } }),
      ...(jobs > 0 ? { serviceTimeMs: { value: this.jobTime(jobs, busyMs / (now - this.meteredAt)), at: now } } : {}),
    };
    this.meteredAt = now;
    this.waiting.push({ ready: now + this.lagMs, reported });
  }

  private meteredAt = 0;
  /** Slot time since a job ended last. */
  private unreportedMs = 0;
  private jobsSeen = 0;
  private jobTimeSeen = 0;
  private concurrency = 0;

  /**
   * The mean time of a job over about the last three hundred, so that a quiet minute with three of them does not mislead: by
   * what the slots were busy, also in the minutes in which no job ended, and how many jobs ended. What is at work has taken
   * half of its time already, on average; so that counts when there is more of it than before.
   */
  private jobTime(jobs: number, concurrency: number): number {
    const keep = Math.max(0, 1 - jobs / REMEMBERED_JOBS);
    this.jobsSeen = this.jobsSeen * keep + jobs;
    const begun = (concurrency - this.concurrency) / 2;
    // So many more may have ended than are at work that nothing is left to divide by; then it counts for nothing.
    const counted = this.jobsSeen + begun > this.jobsSeen / 2 ? this.jobsSeen + begun : this.jobsSeen;
    const mean = (this.jobTimeSeen * keep + this.unreportedMs) / counted;
    this.jobTimeSeen = mean * this.jobsSeen;
    this.unreportedMs = 0;
    this.concurrency = concurrency;
    return mean;
  }
}

/** A process that reads the queue each period and publishes what it finds. */
export interface OwnMetrics {
  readonly counts: ApproximateCounts;
  readonly periodMs: number;
}

type Reported = Pick<Telemetry, "busyShare" | "serviceTimeMs">;

/** What is metered, by as little of it as is needed. */
export interface Metered {
  readonly queue: {
    readonly visible: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly sent: number;
    readonly received: number;
    readonly deleted: number;
    readonly emptyReceives: number;
    ageOfOldestMs(now: number): number;
  };
  /** Undefined where messages go nowhere after their last receive. */
  readonly deadLetters: { readonly visible: number; readonly movedIn: number } | undefined;
  readonly fleet: {
    /** Instances whose worker has begun and has not been told to drain. */
    readonly working: number;
    readonly launchDelayMs: Reading | undefined;
    capacity(now: number): { readonly inService: number; readonly desired: number };
  };
  readonly work: {
    readonly jobsEnded: number;
    /** Calls to the queue, of any kind. */
    readonly queueCalls: number;
    /** Slot time spent on jobs, and slot time of all working instances, since the start, milliseconds. */
    busySlotMs(now: number): number;
    workingSlotMs(now: number): number;
  };
}

const REMEMBERED_JOBS = 300;
