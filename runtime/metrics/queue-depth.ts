/** What a queue holds, as GetQueueAttributes counts it: approximately, and without the minute of a published metric. */
export interface QueueDepth {
  /** Visible messages. */
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface DepthReader {
  depth(): Promise<QueueDepth>;
}

/** The name of a queue, as metrics know it: the end of its address. */
export function queueNameOf(queueUrl: string): string {
  return new URL(queueUrl).pathname.split("/").at(-1) ?? "";
}
