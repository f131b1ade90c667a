import { assert } from "../core/assert.ts";
import type { Calendar, Timer } from "../kernel/calendar.ts";
import { MAX_MOVES_PER_SEC, type MessageTaker, type MoveTaskStatus } from "./queue-model.ts";

/**
 * StartMessageMoveTask: one message an event, evenly at its rate, until nothing is visible in the source any more or the
 * task is 36 hours old (API reference, StartMessageMoveTask).
 */
export class MoveTask implements MoveTaskStatus {
  state: MoveTaskStatus["state"] = "running";
  moved = 0;
  readonly startedAt: number;
  readonly toMove: number;
  readonly to: MessageTaker;

  private readonly calendar: Calendar;
  private readonly kind: number;
  private readonly subject: number;
  private readonly perSec: number;
  private timer: Timer;

  constructor(options: MoveTaskOptions) {
    const { calendar, kind, subject, perSec, now } = options;
    assert(perSec >= 1 && perSec <= MAX_MOVES_PER_SEC, "a move task moves 1 to 500 messages a second");
    this.calendar = calendar;
    this.kind = kind;
    this.subject = subject;
    this.perSec = perSec;
    this.to = options.to;
    this.toMove = options.toMove;
    this.startedAt = now;
    this.timer = calendar.schedule(now, kind, subject);
  }

  /** A message has been moved: the next one is due after its share of the time. */
  moves(now: number): void {
    this.moved += 1;
    if (now - this.startedAt >= LONGEST_MS) this.complete();
    else {
      const at = Math.max(now, this.startedAt + Math.ceil((this.moved * 1000) / this.perSec));
      this.timer = this.calendar.schedule(at, this.kind, this.subject);
    }
  }

  complete(): void {
    this.state = "completed";
  }

  fail(): void {
    this.state = "failed";
  }

  cancel(): boolean {
    if (this.state !== "running") return false;
    this.calendar.cancel(this.timer);
    this.state = "cancelled";
    return true;
  }
}

interface MoveTaskOptions {
  readonly calendar: Calendar;
  /** Of its events, with their subject. */
  readonly kind: number;
  readonly subject: number;
  readonly to: MessageTaker;
  readonly perSec: number;
  /** Visible in the source now. */
  readonly toMove: number;
  readonly now: number;
}

const LONGEST_MS = 36 * 3_600_000;
