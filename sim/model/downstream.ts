import type { Calendar } from "../kernel/calendar.ts";
import { LONGEST_MS, type DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";
import { BoundedPlaces, VisitNotes, type BoundedPlacesEvents, type PlacesHost } from "./bounded-places.ts";
import { NONE } from "./message-store.ts";

/**
 * What the jobs of the whole fleet call and share: a database, a payment provider. Its places do not grow with the
 * fleet, so that beyond them more instances only make a longer line.
 *
 * `calls = succeeded + failed + refused + timedOut + abandoned`, and those still waiting or being served.
 */
export class Downstream implements PlacesHost {
  calls = 0;
  succeeded = 0;
  /** Answered with an error. */
  failed = 0;
  /** Turned away at once, in an outage or by throttling. */
  refused = 0;
  timedOut = 0;
  /** The caller's instance was gone before the answer. */
  abandoned = 0;
  readonly places: BoundedPlaces;

  private readonly settings: DownstreamSettings;
  private readonly latency: DurationSampler;
  private readonly faults: RandomStream;
  private readonly answered: DownstreamAnswered;
  private readonly jobs = new VisitNotes();

  // What the windows come to now; looked at anew from `changesAt` on.
  private changesAt = 0;
  private isDown = false;
  private hangs = false;
  private refusedProbability = 0;
  private latencyFactor = 1;

  constructor(options: {
    calendar: Calendar;
    settings: DownstreamSettings;
    latency: DurationSampler;
    faults: RandomStream;
    events: BoundedPlacesEvents;
    answered: DownstreamAnswered;
  }) {
    const { calendar, settings, events } = options;
    const { places, timeoutMs } = settings;
    this.settings = settings;
    this.latency = options.latency;
    this.faults = options.faults;
    this.answered = options.answered;
    this.places = new BoundedPlaces({ calendar, settings: { places, timeoutMs, mostWaiting: Infinity }, events, host: this });
  }

  /** A job calls. Returns the call, whose answer comes by `answered`, or NONE when it is refused at once. */
  call(job: number, now: number): number {
    this.calls += 1;
    if (now >= this.changesAt) this.lookAtWindows(now);
    const latencyMs = this.latency.nextMs();
    const isThrottled = this.refusedProbability > 0 && this.faults.uniform() < this.refusedProbability;
    if ((this.isDown && !this.hangs) || isThrottled) {
      this.refused += 1;
      return NONE;
    }
    // A call that hangs keeps its place until the caller lets go of it.
    const heldMs = this.isDown ? this.settings.timeoutMs : Math.round(latencyMs * this.latencyFactor);
    const call = this.places.enter(Math.min(LONGEST_MS, heldMs), now);
    this.jobs.set(call, job);
    return call;
  }

  /** The instance of a call's job is gone. */
  callerGone(call: number): void {
    this.abandoned += 1;
    this.places.abandoned(call);
  }

  serviceBegan(): void {
    // Nothing is kept of the time in line: the job's latency holds it.
  }

  visitServed(call: number, _latencyMs: number, now: number): void {
    const { failureProbability } = this.settings;
    const hasFailed = failureProbability > 0 && this.faults.uniform() < failureProbability;
    if (hasFailed) this.failed += 1;
    else this.succeeded += 1;
    this.answered(this.jobs.get(call), !hasFailed, now);
  }

  visitTimedOut(call: number, _inService: boolean, now: number): void {
    this.timedOut += 1;
    this.answered(this.jobs.get(call), false, now);
  }

  /** Overlapping windows add up: any outage is one, what refuses more and what slows more wins. */
  private lookAtWindows(now: number): void {
    this.changesAt = Infinity;
    this.isDown = false;
    this.hangs = false;
    this.refusedProbability = 0;
    this.latencyFactor = 1;
    for (const window of this.settings.windows) {
      const { fromMs, toMs } = window;
      if (now < fromMs) this.changesAt = Math.min(this.changesAt, fromMs);
      if (now < fromMs || now >= toMs) continue;
      this.changesAt = Math.min(this.changesAt, toMs);
      this.isDown ||= window.isOutage;
      this.hangs ||= window.hangs;
      this.refusedProbability = Math.max(this.refusedProbability, window.refusedProbability);
      this.latencyFactor = Math.max(this.latencyFactor, window.latencyFactor);
    }
  }
}

/** Times in milliseconds. */
export interface DownstreamSettings {
  readonly places: number;
  readonly timeoutMs: number;
  readonly failureProbability: number;
  readonly windows: readonly DownstreamWindow[];
}

/** From `fromMs` up to but not including `toMs`. */
export interface DownstreamWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isOutage: boolean;
  /** Of an outage: calls get no answer, instead of being refused. */
  readonly hangs: boolean;
  readonly refusedProbability: number;
  readonly latencyFactor: number;
}

export type DownstreamAnswered = (job: number, hasSucceeded: boolean, now: number) => void;
