import type { CircuitBreakerSettings } from "./circuit-breaker.ts";

/** How a worker behaves; all times in milliseconds. Built from a scenario or from the runtime's environment. */
export interface WorkerSettings {
  /** Jobs that run at the same time in one worker. */
  readonly slots: number;
  /** Most messages asked for in one ReceiveMessage, 1 to 10 (SQS API limit). */
  readonly maxMessagesPerReceive: number;
  /** ReceiveMessage calls under way at the same time. */
  readonly concurrentReceives: number;
  /** How long a finished message may wait for others to share its DeleteMessageBatch; 0 deletes at once. */
  readonly deleteLingerMs: number;
  /** Visibility heartbeats for jobs that run long; absent for none. */
  readonly heartbeat: HeartbeatSettings | undefined;
  /** Wait after the first failed receive; doubles with each further failure up to the maximum. */
  readonly receiveBackOffFirstMs: number;
  readonly receiveBackOffMaxMs: number;
  /** Visibility given to a message whose job failed; undefined leaves it to its running visibility timeout. */
  readonly retryDelayMs: number | undefined;
  /** Stops receiving while what the jobs need is down; absent to go on whatever fails. */
  readonly circuitBreaker?: CircuitBreakerSettings | undefined;
}

/** Extends a running job's visibility timeout to `extendToMs` each `everyMs`, for at most `maxMs` after its receive. */
export interface HeartbeatSettings {
  readonly everyMs: number;
  readonly extendToMs: number;
  readonly maxMs: number;
}
