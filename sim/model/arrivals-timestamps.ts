import { exactExp } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";
import { CHUNK, type ArrivalSource } from "./arrivals.ts";

/**
 * Recorded times: each message where it was. Scaled down, every so-and-so-many-th is kept; scaled up, the copies of a
 * message are spread uniformly over the time to the next one. Sizes, if recorded, go with the messages.
 */
export class TimestampArrivals implements ArrivalSource {
  readonly sizesKib?: Uint16Array;

  private readonly stream: RandomStream;
  private readonly recording: TimestampRecording;
  private next = 0;
  private left = 0;
  private nowMs = 0;
  private given = 0;
  private counted = 0;

  constructor(stream: RandomStream, recording: TimestampRecording) {
    this.stream = stream;
    this.recording = recording;
    if (recording.sizesBytes.length > 0) this.sizesKib = new Uint16Array(CHUNK);
  }

  fill(times: Float64Array): void {
    const { atSec, sizesBytes } = this.recording;
    for (let index = 0; index < times.length;) {
      if (this.left > 0) {
        this.copy();
      } else if (this.next < atSec.length) {
        this.nextStamp();
      } else {
        times.fill(Infinity, index);
        return;
      }
      if (this.nowMs < 0 || this.left < 0) continue;
      times[index] = this.nowMs;
      if (this.sizesKib !== undefined) this.sizesKib[index] = Math.ceil((sizesBytes[this.next - 1] ?? 0) / 1024);
      index += 1;
    }
  }

  /** Goes to the next message; `left` is then how many copies of it are still to come, −1 when it is left out itself. */
  private nextStamp(): void {
    const { scale } = this.recording;
    this.nowMs = this.timeOf(this.next);
    this.next += 1;
    this.counted += scale;
    const copies = Math.round(this.counted) - this.given;
    this.given += copies;
    this.left = copies - 1;
  }

  /** The earliest of `left` uniform times between here and the next message. */
  private copy(): void {
    const untilMs = this.next < this.recording.atSec.length ? this.timeOf(this.next) : this.timeOf(this.next - 1);
    this.nowMs += (untilMs - this.nowMs) * (1 - exactExp(-this.stream.exponential() / this.left));
    this.left -= 1;
  }

  private timeOf(message: number): number {
    const { atSec, startMs, stretch } = this.recording;
    return startMs + (atSec[message] as number) * 1000 * stretch;
  }
}

export interface TimestampRecording {
  /** In order. */
  readonly atSec: readonly number[];
  /** One for each time, or none at all. */
  readonly sizesBytes: readonly number[];
  readonly startMs: number;
  readonly stretch: number;
  readonly scale: number;
}
