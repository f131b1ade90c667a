import type { Calendar } from "../kernel/calendar.ts";
import type { RandomStream } from "../kernel/random.ts";

/**
 * The counts of GetQueueAttributes, which are eventually consistent: whoever asks is shown the queue as it was up to
 * `withinMs` ago (API reference, GetQueueAttributes).
 *
 * Nothing is done for a message. Whoever is going to ask says so ahead, and the counts are taken once in between, at a
 * moment as long before as was drawn. Counts never go back in time, and are never older than the setting: where the drawn
 * moment has passed already, those at hand are shown if they are no older, and fresh ones otherwise.
 */
export class ApproximateCounts {
  private readonly options: ApproximateCountsOptions;
  private held: CountsAt;

  constructor(options: ApproximateCountsOptions) {
    this.options = options;
    this.held = this.countsNow(0);
  }

  /** Somebody will ask at `at`. Until then {@link ApproximateCounts.taken} has to be called for every event scheduled here. */
  willBeRead(at: number, now: number): void {
    const { withinMs, stream, calendar, event } = this.options;
    if (withinMs === 0) return;
    const takenAt = at - Math.floor(stream.uniform() * (withinMs + 1));
    if (takenAt > now) calendar.scheduleControl(takenAt, event, 0);
    else if (this.held.at < takenAt) this.taken(now);
  }

  /** The counts of `now` are those that will be shown. */
  taken(now: number): void {
    this.held = this.countsNow(now);
  }

  read(now: number): CountsAt {
    return this.options.withinMs === 0 ? this.countsNow(now) : this.held;
  }

  private countsNow(at: number): CountsAt {
    const { visible, inFlight, delayed } = this.options.queue;
    return { visible, inFlight, delayed, at };
  }
}

/** Counts of messages, and when they were true, milliseconds. */
export interface CountsAt extends Counts {
  readonly at: number;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

interface ApproximateCountsOptions {
  readonly calendar: Pick<Calendar, "scheduleControl">;
  /** Kind under which the counts are due. */
  readonly event: number;
  /** Counts are no older than this, milliseconds; 0 for those of the very moment. */
  readonly withinMs: number;
  readonly stream: RandomStream;
  readonly queue: Counts;
}
