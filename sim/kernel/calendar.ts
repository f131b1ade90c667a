/**
 * Orders the events of a run. Time is whole milliseconds (ticks) since the start of the run, in a double, so that it
 * never wraps.
 *
 * The ordering law: events come out by time; at the same time arrivals come first, then work in the order in which it
 * was scheduled, then control events by kind, and those of one kind in the order in which they were scheduled.
 * Everything that happens to messages within a tick thus precedes what samples or decides at that tick.
 *
 * After {@link Calendar.advance} has returned true, `now`, `kind` and `subject` describe the event that is due.
 */
export interface Calendar {
  /** Time of the event taken last. */
  readonly now: number;
  /** What is due: a number below 128 from the driver's list of events; 0 is an arrival. */
  readonly kind: number;
  /** Whom it concerns: a non-negative 31-bit number that the driver chose. */
  readonly subject: number;

  /** Sets the time of the next arrival. At most one is pending. */
  scheduleArrival(at: number): void;

  /** Schedules work, not before `now`, and returns a timer to cancel it with. A timer is void once its event is due. */
  schedule(at: number, kind: number, subject: number): Timer;

  /** Cancels work that is still pending. Cancelling a void timer breaks the contract. */
  cancel(timer: Timer): void;

  /** Schedules a control event, not before `now`. It cannot be cancelled: its receiver ignores it when it is stale. */
  scheduleControl(at: number, kind: number, subject: number): void;

  /**
   * Moves to the next event at or before `until`, a finite time; returns false, and leaves `now` alone, when there is
   * none. After that nothing may be scheduled before `until`.
   */
  advance(until: number): boolean;
}

/** Names pending work; a non-negative integer that the calendar uses again after the event. */
export type Timer = number;

/** The kind of an arrival. */
export const ARRIVAL = 0;
