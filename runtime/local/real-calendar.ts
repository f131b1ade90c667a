import { ARRIVAL, type Calendar, type Timer } from "../../sim/index.ts";
import type { WakeClock } from "./wake-clock.ts";

/**
 * The simulator's calendar, moved by a clock: the models behind it run in real time and do not know. Its time is whole
 * milliseconds since 1970, and it obeys the ordering law of {@link Calendar}.
 *
 * Who asks a model for something calls {@link RealCalendar.settle} first, so that all that is due has happened; when
 * nobody asks, the clock wakes the calendar. An event is told the time it was due at, as in the simulator, however late
 * it is carried out.
 *
 * Next to the simulator's there are few events, but one must know when the next is due: a binary heap over typed arrays,
 * in which each timer knows its place.
 */
export class RealCalendar implements Calendar {
  now: number;
  kind = 0;
  subject = 0;

  private readonly clock: WakeClock;
  private readonly happens: (kind: number, subject: number, now: number) => void;
  private armedFor = Infinity;
  private settling = false;
  private arrival: Timer = NONE;

  /** Timers in heap order. */
  private readonly heap: Timer[] = [];
  private readonly free: Timer[] = [];
  // By timer.
  private readonly at: number[] = [];
  private readonly rank: number[] = [];
  private readonly order: number[] = [];
  private readonly kinds: number[] = [];
  private readonly subjects: number[] = [];
  private readonly place: number[] = [];
  private scheduled = 0;

  /** @param happens Carries out an event; it may schedule more. */
  constructor(clock: WakeClock, happens: (kind: number, subject: number, now: number) => void) {
    this.clock = clock;
    this.happens = happens;
    this.now = clock.now();
  }

  /** Lets everything happen that is due, and returns the time. */
  settle(): number {
    const until = this.clock.now();
    this.settling = true;
    try {
      while (this.advance(until)) this.happens(this.kind, this.subject, this.now);
    } finally {
      this.settling = false;
    }
    this.now = until;
    this.arm();
    return until;
  }

  /** Lets nothing happen any more by itself. */
  stop(): void {
    this.clock.stop();
  }

  scheduleArrival(at: number): void {
    if (this.arrival !== NONE) this.cancel(this.arrival);
    this.arrival = this.add(at, ARRIVAL_RANK, ARRIVAL, 0);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    return this.add(at, WORK_RANK, kind, subject);
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    this.add(at, CONTROL_RANK + kind, kind, subject);
  }

  cancel(timer: Timer): void {
    const hole = this.place[timer] as number;
    const last = this.heap.pop() as Timer;
    if (last !== timer) this.sift(last, hole);
    this.free.push(timer);
  }

  advance(until: number): boolean {
    const first = this.heap[0];
    if (first === undefined || (this.at[first] as number) > until) return false;
    this.now = Math.max(this.now, this.at[first] as number);
    this.kind = this.kinds[first] as number;
    this.subject = this.subjects[first] as number;
    if (first === this.arrival) this.arrival = NONE;
    this.cancel(first);
    return true;
  }

  private add(at: number, rank: number, kind: number, subject: number): Timer {
    const timer = this.free.pop() ?? this.at.length;
    this.at[timer] = at;
    this.rank[timer] = rank;
    this.order[timer] = this.scheduled;
    this.scheduled += 1;
    this.kinds[timer] = kind;
    this.subjects[timer] = subject;
    this.sift(timer, this.heap.length);
    if (!this.settling && at < this.armedFor) this.arm();
    return timer;
  }

  /** Puts a timer where it belongs, beginning at a place that is free, or that may be overwritten. */
  private sift(timer: Timer, from: number): void {
    const { heap } = this;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as Timer;
      if (this.precedes(above, timer)) break;
      this.put(above, hole);
      hole = parent;
    }
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.precedes(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      const below = heap[child] as Timer;
      if (this.precedes(timer, below)) break;
      this.put(below, hole);
      hole = child;
    }
    this.put(timer, hole);
  }

  private put(timer: Timer, place: number): void {
    this.heap[place] = timer;
    this.place[timer] = place;
  }

  private precedes(a: Timer, b: Timer): boolean {
    if (this.at[a] !== this.at[b]) return (this.at[a] as number) < (this.at[b] as number);
    if (this.rank[a] !== this.rank[b]) return (this.rank[a] as number) < (this.rank[b] as number);
    return (this.order[a] as number) < (this.order[b] as number);
  }

  /** Has the clock wake this calendar for the next event. A wake-up that comes too early only asks for another. */
  private arm(): void {
    const first = this.heap[0];
    const at = first === undefined ? Infinity : (this.at[first] as number);
    if (at === this.armedFor) return;
    // A later one than asked for is found out when the clock wakes us; asking anew each time would cost more.
    if (at > this.armedFor && this.armedFor > this.now) return;
    this.armedFor = at;
    if (at === Infinity) return;
    this.clock.wakeAt(at, () => {
      this.armedFor = Infinity;
      this.settle();
    });
  }
}

const NONE = -1;
const ARRIVAL_RANK = 0;
const WORK_RANK = 1;
const CONTROL_RANK = 2;
