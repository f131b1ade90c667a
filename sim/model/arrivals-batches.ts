import { assertNever } from "../core/assert.ts";
import { exactLog } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";
import { CHUNK, type ArrivalSource } from "./arrivals.ts";

/** How many messages arrive together. */
export type BatchSpec =
  | { readonly kind: "fixed"; readonly count: number }
  | { readonly kind: "geometric"; readonly mean: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number };

export function meanBatch(batch: BatchSpec): number {
  switch (batch.kind) {
    case "fixed":
      return batch.count;
    case "geometric":
      return batch.mean;
    case "uniform":
      return (batch.min + batch.max) / 2;
    default:
      return assertNever(batch);
  }
}

/** Several messages at each arrival of another source. */
export class BatchedArrivals implements ArrivalSource {
  private readonly batches: ArrivalSource;
  private readonly stream: RandomStream;
  private readonly batch: BatchSpec;
  private readonly batchTimes = new Float64Array(CHUNK);
  private next = CHUNK;
  private left = 0;
  private at = 0;

  constructor(batches: ArrivalSource, stream: RandomStream, batch: BatchSpec) {
    this.batches = batches;
    this.stream = stream;
    this.batch = batch;
  }

  fill(times: Float64Array, endMs: number): void {
    for (let index = 0; index < times.length; index += 1) {
      if (this.left === 0) {
        if (this.next === CHUNK) {
          this.batches.fill(this.batchTimes, endMs);
          this.next = 0;
        }
        this.at = this.batchTimes[this.next] as number;
        this.next += 1;
        this.left = this.drawSize();
      }
      times[index] = this.at;
      this.left -= 1;
    }
  }

  /** 1 or more. */
  private drawSize(): number {
    const { stream, batch } = this;
    switch (batch.kind) {
      case "fixed":
        return batch.count;
      case "geometric":
        // P(size > k) = (1 − 1/mean)^k, by inversion.
        return batch.mean === 1 ? 1 : 1 + Math.floor(exactLog(stream.uniformPositive()) / exactLog(1 - 1 / batch.mean));
      case "uniform":
        return batch.min + stream.below(batch.max - batch.min + 1);
      default:
        return assertNever(batch);
    }
  }
}
