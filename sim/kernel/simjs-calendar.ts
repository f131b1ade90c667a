import { assert } from "../core/assert.ts";
import { ARRIVAL, type Calendar, type Timer } from "./calendar.ts";

/**
 * The reference: the same ordering law on simjs, a general simulation library, using nothing but its clock, its timers
 * and their cancelling. A run on it must give the same bytes as one on the tick calendar. It is some ten times slower
 * and nobody waits for it.
 *
 * simjs exports nothing: its one file sets `window.Sim`. It is therefore loaded with a global `window` lent to it, on
 * demand only, so that it weighs nothing in a page that never asks.
 *
 * simjs orders by time and then by insertion. The law's ranks (arrivals, work, control by kind) are folded into the
 * time: simjs time = tick × 128 + rank.
 */
export async function loadSimjsCalendar(): Promise<() => Calendar> {
  const { Sim, Entity } = await loadSimjs();

  /** simjs wants an entity to own timers. */
  class Clock extends Entity {
    start(): void {
      // Nothing happens by itself.
    }
  }

  return () => {
    const sim = new Sim();
    return new SimjsCalendar(sim, sim.addEntity(Clock));
  };
}

class SimjsCalendar implements Calendar {
  now = 0;
  kind = 0;
  subject = 0;

  private readonly sim: SimjsSim;
  private readonly clock: SimjsEntity;
  private readonly timers = new Map<Timer, SimjsRequest>();
  private nextTimer = 0;
  /** simjs cannot be asked for its next time, so a timer of its own, last in rank, marks the end of an `advance`. */
  private marker: SimjsRequest | undefined;
  private markedUntil = NaN;
  private markerReached = false;

  constructor(sim: SimjsSim, clock: SimjsEntity) {
    this.sim = sim;
    this.clock = clock;
  }

  scheduleArrival(at: number): void {
    if (at !== Infinity) this.request(at, ARRIVAL_RANK, ARRIVAL, 0);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    const timer = this.nextTimer;
    this.nextTimer += 1;
    this.timers.set(timer, this.request(at, WORK_RANK, kind, subject, timer));
    return timer;
  }

  cancel(timer: Timer): void {
    const request = this.timers.get(timer);
    assert(request !== undefined, "only pending work is cancelled");
    this.timers.delete(timer);
    request.cancel();
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    this.request(at, kind, kind, subject);
  }

  advance(until: number): boolean {
    if (this.markedUntil !== until) this.mark(until);
    this.sim.step();
    if (!this.markerReached) return true;
    this.markedUntil = NaN;
    return false;
  }

  private mark(until: number): void {
    this.marker?.cancel();
    this.markedUntil = until;
    this.markerReached = false;
    this.marker = this.clock.setTimer(until * RANKS + MARKER_RANK - this.sim.time());
    this.marker.done(() => {
      this.markerReached = true;
    });
  }

  private request(at: number, rank: number, kind: number, subject: number, timer?: Timer): SimjsRequest {
    const request = this.clock.setTimer(at * RANKS + rank - this.sim.time());
    request.done(() => {
      if (timer !== undefined) this.timers.delete(timer);
      this.now = at;
      this.kind = kind;
      this.subject = subject;
    });
    return request;
  }
}

/** Ranks a tick is divided into: kinds are below 128. */
const RANKS = 128;
const ARRIVAL_RANK = 0;
const WORK_RANK = 1;
const MARKER_RANK = RANKS - 1;

interface SimjsRequest {
  done(callback: () => void): SimjsRequest;
  cancel(): void;
}

interface SimjsEntity {
  setTimer(duration: number): SimjsRequest;
}

interface SimjsSim {
  time(): number;
  step(): boolean;
  addEntity(entity: new () => SimjsEntity): SimjsEntity;
}

interface Simjs {
  readonly Sim: new () => SimjsSim;
  readonly Entity: new () => SimjsEntity;
}

async function loadSimjs(): Promise<Simjs> {
  const scope = globalThis as { window?: unknown };
  const lent = scope.window === undefined;
  if (lent) scope.window = globalThis;
  try {
    await import("simjs");
    const simjs = (scope.window as { Sim?: Simjs }).Sim;
    assert(simjs !== undefined, "simjs sets window.Sim when it is loaded");
    return simjs;
  } finally {
    if (lent) delete scope.window;
  }
}
