import { ARRIVAL, type Calendar, type Timer } from "./calendar.ts";
import { ControlHeap } from "./control-heap.ts";
import { TimerWheel } from "./timer-wheel.ts";

/**
 * The calendar that users wait for: a timing wheel for work, one register for the next arrival, and a small heap for
 * control events. A universal heap of all events was measured at 5 to 14 times the cost (`docs/decisions/`).
 */
export class TickCalendar implements Calendar {
  now = 0;
  kind = 0;
  subject = 0;

  private arrivalAt = Infinity;
  private readonly work = new TimerWheel();
  private readonly control = new ControlHeap();

  scheduleArrival(at: number): void {
    this.arrivalAt = at;
  }

  schedule(at: number, kind: number, subject: number): Timer {
    return this.work.schedule(at, kind, subject);
  }

  cancel(timer: Timer): void {
    this.work.cancel(timer);
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    this.control.add(at, kind, subject);
  }

  advance(until: number): boolean {
    const arrivalAt = this.arrivalAt;
    const controlAt = this.control.at;
    let limit = arrivalAt < controlAt ? arrivalAt : controlAt;
    if (until < limit) limit = until;
    const workAt = this.work.peek(limit);
    if (arrivalAt === limit && arrivalAt <= workAt) {
      this.arrivalAt = Infinity;
      this.now = arrivalAt;
      this.kind = ARRIVAL;
      this.subject = 0;
      return true;
    }
    if (workAt <= limit) {
      this.work.take();
      this.now = workAt;
      this.kind = this.work.kind;
      this.subject = this.work.subject;
      return true;
    }
    if (controlAt > until) return false;
    this.now = controlAt;
    this.kind = this.control.kind;
    this.subject = this.control.subject;
    this.control.remove();
    return true;
  }
}
