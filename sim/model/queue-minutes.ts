import type { RandomStream } from "../kernel/random.ts";

/**
 * When the figures of one SQS queue are published, minute by minute (monitoring-using-cloudwatch).
 *
 * Once in a while a minute's sample slips into the next one, which then holds two (observed:
 * justeattakeaway/AwsWatchman#294). A queue that holds nothing and was not called for six hours sleeps, and has no
 * datapoints at all; when it wakes, the first ones take up to 15 minutes longer.
 */
export class QueueMinutes<Figures> {
  private readonly settings: QueueMinutesSettings;
  private readonly stream: RandomStream;
  private slipped: Figures | undefined;
  private touchedAt = 0;
  private asleep = false;
  /** Datapoints of a queue that is waking are held back until then. */
  private wakesAt = 0;

  constructor(settings: QueueMinutesSettings, stream: RandomStream) {
    this.settings = settings;
    this.stream = stream;
  }

  /**
   * What is published of the minute that ends at `now`: undefined for nothing.
   *
   * @param touched Whether the queue holds messages or was called in that minute.
   */
  sampled(figures: Figures, touched: boolean, now: number): QueueMinute<Figures> | undefined {
    const { sleepAfterMs, wakeWithinMs, irregularProbability } = this.settings;
    if (touched) this.touchedAt = now;
    if (sleepAfterMs > 0 && now - this.touchedAt > sleepAfterMs) {
      this.asleep = true;
      this.slipped = undefined;
      return undefined;
    }
    if (this.asleep) {
      this.asleep = false;
      this.wakesAt = now + Math.round(this.stream.uniform() * wakeWithinMs);
    }
    const before = this.slipped;
    this.slipped = undefined;
    if (before === undefined && irregularProbability > 0 && this.stream.uniform() < irregularProbability) {
      this.slipped = figures;
      return undefined;
    }
    return { figures, slipped: before, notBefore: this.wakesAt };
  }
}

export interface QueueMinute<Figures> {
  readonly figures: Figures;
  /** Those of the minute before, when they have slipped into this one. */
  readonly slipped: Figures | undefined;
  /** Not readable before this time, milliseconds. */
  readonly notBefore: number;
}

/** Times in milliseconds. */
export interface QueueMinutesSettings {
  /** Chance that a minute's sample slips into the next minute. */
  readonly irregularProbability: number;
  /** A queue untouched for so long has no metrics; 0 for one that never sleeps. */
  readonly sleepAfterMs: number;
  readonly wakeWithinMs: number;
}
