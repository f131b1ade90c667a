import { grown } from "../kernel/grown.ts";
import type { Calendar } from "../kernel/calendar.ts";
import { NONE } from "./message-store.ts";

/**
 * A bounded number of places and a line before them, first come first served.
 *
 * A visit that finds all places taken waits in line; one that finds the line full is turned away. A visitor waits for
 * its answer only so long: from the line it leaves without trace, but a place that has begun to serve it works on to the
 * end for nobody.
 */
export class BoundedPlaces {
  busy = 0;
  waiting = 0;
  mostWaiting = 0;
  /** Visitors who wait for their answer, in line or in service. */
  present = 0;

  private readonly calendar: Calendar;
  private readonly settings: BoundedPlacesSettings;
  private readonly events: BoundedPlacesEvents;
  private readonly host: PlacesHost;

  // Visits, as a struct of arrays; a place in them is used again.
  private enteredAt = new Float64Array(INITIAL);
  private serviceMs = new Int32Array(INITIAL);
  /** Of the visitor's patience, NONE once it has gone. */
  private timers = new Int32Array(INITIAL);
  private next = new Int32Array(INITIAL);
  private previous = new Int32Array(INITIAL);
  private isServed = new Uint8Array(INITIAL);
  private free = NONE;
  private used = 0;
  private first = NONE;
  private last = NONE;

  private integratedTo = 0;
  private busyTime = 0;

  constructor(options: { calendar: Calendar; settings: BoundedPlacesSettings; events: BoundedPlacesEvents; host: PlacesHost }) {
    this.calendar = options.calendar;
    this.settings = options.settings;
    this.events = options.events;
    this.host = options.host;
  }

  /** Whether a visitor who came now would be turned away. */
  get isFull(): boolean {
    return this.busy === this.settings.places && this.waiting >= this.settings.mostWaiting;
  }

  /** Takes a visit when not full, and returns its number, which is used again after its end. */
  enter(serviceMs: number, now: number): number {
    const visit = this.take();
    this.present += 1;
    this.enteredAt[visit] = now;
    this.serviceMs[visit] = serviceMs;
    this.timers[visit] = this.calendar.schedule(now + this.settings.timeoutMs, this.events.patienceEnded, visit);
    if (this.busy < this.settings.places) this.serve(visit, now);
    else this.lineUp(visit);
    return visit;
  }

  /** A place has done its work. */
  serviceEnded(visit: number, now: number): void {
    this.integrate(now);
    this.busy -= 1;
    const isAwaited = (this.timers[visit] as number) !== NONE;
    if (isAwaited) {
      this.calendar.cancel(this.timers[visit] as number);
      this.present -= 1;
    }
    const following = this.first;
    if (following !== NONE) {
      this.leaveLine(following);
      this.serve(following, now);
    }
    if (isAwaited) this.host.visitServed(visit, now - (this.enteredAt[visit] as number), now);
    this.release(visit);
  }

  /** A visitor's patience is over. */
  patienceEnded(visit: number, now: number): void {
    this.timers[visit] = NONE;
    this.present -= 1;
    const wasServed = this.isServed[visit] === 1;
    this.host.visitTimedOut(visit, wasServed, now);
    if (!wasServed) this.leaveEarly(visit);
  }

  /** The visitor itself is gone: nobody is told of the visit any more. */
  abandoned(visit: number): void {
    this.calendar.cancel(this.timers[visit] as number);
    this.timers[visit] = NONE;
    this.present -= 1;
    if (this.isServed[visit] === 0) this.leaveEarly(visit);
  }

  /** Places at work on average since the start, those that work for nobody among them. */
  meanBusy(now: number): number {
    this.integrate(now);
    return this.busyTime / now;
  }

  private serve(visit: number, now: number): void {
    this.integrate(now);
    this.busy += 1;
    this.isServed[visit] = 1;
    this.host.serviceBegan(visit, now - (this.enteredAt[visit] as number));
    this.calendar.schedule(now + (this.serviceMs[visit] as number), this.events.serviceEnded, visit);
  }

  private leaveEarly(visit: number): void {
    this.leaveLine(visit);
    this.release(visit);
  }

  private lineUp(visit: number): void {
    this.waiting += 1;
    if (this.waiting > this.mostWaiting) this.mostWaiting = this.waiting;
    this.next[visit] = NONE;
    this.previous[visit] = this.last;
    if (this.last === NONE) this.first = visit;
    else this.next[this.last] = visit;
    this.last = visit;
  }

  private leaveLine(visit: number): void {
    this.waiting -= 1;
    const before = this.previous[visit] as number;
    const after = this.next[visit] as number;
    if (before === NONE) this.first = after;
    else this.next[before] = after;
    if (after === NONE) this.last = before;
    else this.previous[after] = before;
  }

  private integrate(now: number): void {
    this.busyTime += this.busy * (now - this.integratedTo);
    this.integratedTo = now;
  }

  private take(): number {
    let visit = this.free;
    if (visit === NONE) {
      if (this.used === this.serviceMs.length) this.grow();
      visit = this.used;
      this.used += 1;
    } else {
      this.free = this.next[visit] as number;
    }
    this.isServed[visit] = 0;
    return visit;
  }

  private release(visit: number): void {
    this.next[visit] = this.free;
    this.free = visit;
  }

  private grow(): void {
    const size = this.serviceMs.length * 2;
    this.enteredAt = grown(this.enteredAt, size);
    this.serviceMs = grown(this.serviceMs, size);
    this.timers = grown(this.timers, size);
    this.next = grown(this.next, size);
    this.previous = grown(this.previous, size);
    this.isServed = grown(this.isServed, size);
  }
}

/** Times in milliseconds. */
export interface BoundedPlacesSettings {
  /** Visitors served at the same time. */
  readonly places: number;
  /** Visitors that may stand in line; 0 for none. */
  readonly mostWaiting: number;
  /** Patience, from entering; at least 1. */
  readonly timeoutMs: number;
}

/** Kinds under which the events of visits are scheduled; the subject is the visit. Each is to be handed back. */
export interface BoundedPlacesEvents {
  readonly serviceEnded: number;
  readonly patienceEnded: number;
}

/** Whose places they are. Times in milliseconds since the visitor entered. */
export interface PlacesHost {
  serviceBegan(visit: number, waitMs: number): void;
  visitServed(visit: number, latencyMs: number, now: number): void;
  visitTimedOut(visit: number, inService: boolean, now: number): void;
}

/** A number for each visit, kept by who owns the places. */
export class VisitNotes {
  private notes = new Int32Array(INITIAL);

  get(visit: number): number {
    return this.notes[visit] as number;
  }

  set(visit: number, note: number): void {
    if (visit >= this.notes.length) {
      const { notes } = this;
      (this.notes = new Int32Array(Math.max(visit + 1, notes.length * 2))).set(notes);
    }
    this.notes[visit] = note;
  }
}

const INITIAL = 64;
