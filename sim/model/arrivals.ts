/**
 * Arrival times of messages, in whole milliseconds and never going back, until `endMs`; then Infinity.
 *
 * Times are drawn in continuous time and rounded up to the tick. They are made ahead in chunks, which keeps the drawing
 * out of the event loop's way; each source has random streams of its own, so that is not visible from outside.
 *
 * Several sources are merged by time; of arrivals at the very same time those of an earlier source come first.
 */
export class Arrivals {
  /** Of the arrival that {@link next} gave last: the index of its source, and its size, 0 when its source does not say. */
  source = 0;
  sizeKib = 0;

  private readonly sources: readonly ArrivalSource[];
  private readonly endMs: number;
  private readonly times = new Float64Array(CHUNK);
  private readonly origins = new Uint8Array(CHUNK);
  private readonly sizes = new Uint16Array(CHUNK);
  private readonly heads: readonly Head[];
  private position = CHUNK;

  /** @param sources At most 256. */
  constructor(sources: readonly ArrivalSource[], endMs: number) {
    this.sources = sources;
    this.endMs = endMs;
    this.heads = sources.length < 2 ? [] : sources.map((source) => new Head(source, endMs));
  }

  next(): number {
    if (this.position === CHUNK) this.refill();
    const at = this.times[this.position] as number;
    this.source = this.origins[this.position] as number;
    this.sizeKib = this.sizes[this.position] as number;
    this.position += 1;
    return Math.ceil(at);
  }

  private refill(): void {
    this.position = 0;
    const only = this.sources[0];
    if (only === undefined) {
      this.times.fill(Infinity);
    } else if (this.sources.length === 1) {
      only.fill(this.times, this.endMs);
      if (only.sizesKib !== undefined) this.sizes.set(only.sizesKib);
    } else {
      this.merge();
    }
    this.cut();
  }

  /** Nothing comes after the end. Done for a chunk at once: a choice of two numbers in each source's loop allocates one of them. */
  private cut(): void {
    for (let index = CHUNK - 1; index >= 0 && (this.times[index] as number) > this.endMs; index -= 1) this.times[index] = Infinity;
  }

  private merge(): void {
    const { heads } = this;
    for (let index = 0; index < CHUNK; index += 1) {
      let first = 0;
      for (let other = 1; other < heads.length; other += 1) {
        if ((heads[other] as Head).at < (heads[first] as Head).at) first = other;
      }
      const head = heads[first] as Head;
      this.times[index] = head.at;
      this.origins[index] = first;
      this.sizes[index] = head.sizeKib;
      head.advance();
    }
  }
}

/** Where arrivals come from. */
export interface ArrivalSource {
  /** Fills `times`, {@link CHUNK} at most, with the next arrivals, milliseconds; beyond `endMs` with whatever lies beyond it. */
  fill(times: Float64Array, endMs: number): void;
  /** Sizes of the arrivals filled last, for a source that knows them. */
  readonly sizesKib?: Uint16Array;
}

/** Arrivals that a source makes at a time. */
export const CHUNK = 256;

/** The next arrival of one of several sources. */
class Head {
  at = 0;
  sizeKib = 0;
  private readonly source: ArrivalSource;
  private readonly endMs: number;
  private readonly times = new Float64Array(CHUNK);
  private position = CHUNK;

  constructor(source: ArrivalSource, endMs: number) {
    this.source = source;
    this.endMs = endMs;
    this.advance();
  }

  advance(): void {
    if (this.position === CHUNK) {
      this.source.fill(this.times, this.endMs);
      this.position = 0;
    }
    this.at = this.times[this.position] as number;
    this.sizeKib = this.source.sizesKib?.[this.position] ?? 0;
    this.position += 1;
  }
}
