import { ARRIVAL, type Calendar, type Timer } from "../../sim/kernel/calendar.ts";

/**
 * The calendar's ordering law in its plainest form: one list, sorted anew for every event. Slow, and so short that it
 * can be read for being right; the real calendars are compared with it.
 */
export class SortedCalendar implements Calendar {
  now = 0;
  kind = 0;
  subject = 0;

  private pending: { at: number; rank: number; order: number; kind: number; subject: number }[] = [];
  private scheduled = 0;

  scheduleArrival(at: number): void {
    if (at !== Infinity) this.add(at, RANK_OF_ARRIVALS, ARRIVAL, 0);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    return this.add(at, RANK_OF_WORK, kind, subject);
  }

  cancel(timer: Timer): void {
    this.pending = this.pending.filter(({ order }) => order !== timer);
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    this.add(at, RANK_OF_CONTROL + kind, kind, subject);
  }

  advance(until: number): boolean {
    this.pending.sort((a, b) => a.at - b.at || a.rank - b.rank || a.order - b.order);
    const next = this.pending[0];
    if (next === undefined || next.at > until) return false;
    this.pending.shift();
    this.now = next.at;
    this.kind = next.kind;
    this.subject = next.subject;
    return true;
  }

  private add(at: number, rank: number, kind: number, subject: number): number {
    this.scheduled += 1;
    this.pending.push({ at, rank, order: this.scheduled, kind, subject });
    return this.scheduled;
  }
}

const RANK_OF_ARRIVALS = 0;
const RANK_OF_WORK = 1;
/** Control events follow in the order of their kinds. */
const RANK_OF_CONTROL = 2;
