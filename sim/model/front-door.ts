import type { Calendar } from "../kernel/calendar.ts";
import type { DurationSampler } from "../kernel/distributions.ts";
import { Histogram } from "../measure/histogram.ts";
import { BoundedPlaces, VisitNotes, type BoundedPlacesEvents, type BoundedPlacesSettings, type PlacesHost } from "./bounded-places.ts";

/**
 * A synchronous front door: the caller holds the line until one of a bounded number of places has served it. What a
 * queue would have absorbed, callers feel here: those who find the line full are turned away (503), those whose patience
 * ends hang up (504), and the place that served such a caller has worked for nobody.
 *
 * `arrived = served + rejected + timedOutWaiting + timedOutInService`, and those still waiting or being served.
 */
export class FrontDoor implements PlacesHost {
  arrived = 0;
  served = 0;
  rejected = 0;
  /** Hung up while they waited in line, and while they were served. */
  timedOutWaiting = 0;
  timedOutInService = 0;
  /** From call to answer, of callers served; from call to the beginning of service, of all who got that far; milliseconds. */
  readonly latencyMs = new Histogram();
  readonly waitMs = new Histogram();
  readonly places: BoundedPlaces;

  private readonly serviceTime: DurationSampler;
  private readonly answered: CallerAnswered;
  private readonly users = new VisitNotes();
  private readonly questions = new VisitNotes();

  constructor(options: {
    calendar: Calendar;
    settings: BoundedPlacesSettings;
    serviceTime: DurationSampler;
    events: BoundedPlacesEvents;
    answered: CallerAnswered;
  }) {
    const { calendar, settings, events } = options;
    this.places = new BoundedPlaces({ calendar, settings, events, host: this });
    this.serviceTime = options.serviceTime;
    this.answered = options.answered;
  }

  /** Somebody calls: a user with a question, or NONE for one who will not call again. */
  callerArrived(user: number, question: number, now: number): void {
    this.arrived += 1;
    // Drawn for those turned away as well, so that every setting meets the same work.
    const serviceMs = this.serviceTime.nextMs();
    if (this.places.isFull) {
      this.rejected += 1;
      this.answered(user, question, false, now);
      return;
    }
    const visit = this.places.enter(serviceMs, now);
    this.users.set(visit, user);
    this.questions.set(visit, question);
  }

  serviceBegan(_visit: number, waitMs: number): void {
    this.waitMs.record(waitMs);
  }

  visitServed(visit: number, latencyMs: number, now: number): void {
    this.served += 1;
    this.latencyMs.record(latencyMs);
    this.answered(this.users.get(visit), this.questions.get(visit), true, now);
  }

  visitTimedOut(visit: number, inService: boolean, now: number): void {
    if (inService) this.timedOutInService += 1;
    else this.timedOutWaiting += 1;
    this.answered(this.users.get(visit), this.questions.get(visit), false, now);
  }
}

/** Tells who asked whether the question was served, or refused. `user` is NONE for a caller that is no user. */
export type CallerAnswered = (user: number, question: number, isServed: boolean, now: number) => void;
