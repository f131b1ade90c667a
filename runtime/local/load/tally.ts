import { Histogram } from "../../../sim/index.ts";

/**
 * What a run of load comes to. Times are kept in microseconds.
 *
 * **Latency counts from the time at which a message was due**, not from when it was sent. A generator that falls behind
 * while the service stalls sends late and would otherwise see only the fast answers that come afterwards: the measuring
 * would wait politely for what it is to measure (Gil Tene, How NOT to Measure Latency, on coordinated omission). How far
 * sends were behind is told as well, so that a generator that cannot keep up is not taken for a slow service.
 */
export class Tally {
  due = 0;
  sent = 0;
  taken = 0;
  gaveUp = 0;
  readonly failed = new Map<string, number>();
  /** From due to answered, of those taken. */
  readonly latencyUs = new Histogram();
  /** From sent to answered. */
  readonly callUs = new Histogram();
  /** From due to sent. */
  readonly behindUs = new Histogram();
  firstDueAt = NaN;
  lastAnswerAt = NaN;

  /** Times by the generator's clock, milliseconds. */
  sending(dueAt: number, now: number): void {
    if (this.sent === 0) this.firstDueAt = dueAt;
    this.sent += 1;
    this.behindUs.record(microseconds(now - dueAt));
  }

  answered(code: string, times: { readonly dueAt: number; readonly sentAt: number; readonly now: number }): void {
    const { dueAt, sentAt, now } = times;
    this.lastAnswerAt = now;
    if (code !== "ok") {
      this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
      return;
    }
    this.taken += 1;
    this.latencyUs.record(microseconds(now - dueAt));
    this.callUs.record(microseconds(now - sentAt));
  }
}

function microseconds(ms: number): number {
  return Math.max(0, Math.round(ms * 1000));
}
