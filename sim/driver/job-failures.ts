import type { JobFailure } from "../core/worker/worker.ts";
import type { RandomStream } from "../kernel/random.ts";

/** Whether attempts fail by themselves, and what their workers are told, by message class. */
export class JobFailures {
  private readonly stream: RandomStream;
  private readonly probabilities: Float64Array;
  private readonly own: readonly JobFailure[];
  private readonly downstream: readonly JobFailure[];

  constructor(classes: readonly ClassFailures[], stream: RandomStream) {
    this.stream = stream;
    this.probabilities = Float64Array.from(classes, ({ probability }) => probability);
    this.own = classes.map(({ retryDelayMs }) => ({ retryDelayMs, isDownstream: false }));
    this.downstream = classes.map(({ retryDelayMs }) => ({ retryDelayMs, isDownstream: true }));
  }

  /** Whether this attempt fails. */
  happens(messageClass: number, isPoison: boolean): boolean {
    const probability = this.probabilities[messageClass] as number;
    return isPoison || (probability > 0 && this.stream.uniform() < probability);
  }

  /** What the worker is told of a failure by itself, or by the downstream. */
  of(messageClass: number, isDownstream: boolean): JobFailure {
    return (isDownstream ? this.downstream : this.own)[messageClass] as JobFailure;
  }
}

export interface ClassFailures {
  /** Of attempts. */
  readonly probability: number;
  /** Visibility given to a message whose job failed; undefined for the worker's own. */
  readonly retryDelayMs: number | undefined;
}
