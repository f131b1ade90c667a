import type { BatchWorkerSettings, WorkerInputs } from "../core/worker/batch-worker.ts";
import type { WorkerSettings } from "../core/worker/settings.ts";
import type { PollerEffects } from "../model/poller.ts";
import type { ClassFailures } from "./job-failures.ts";

/** Times in milliseconds. */
export interface WorkerFleetSettings {
  /** Whether to note when each instance's last job was started. */
  readonly timesJobs: boolean;
  readonly worker: WorkerSettings;
  /** Where every instance runs a batch worker in place of the worker: as many loops as that has slots and receives. */
  readonly batchLoops: BatchWorkerSettings | undefined;
  readonly waitTimeMs: number;
  readonly receiveLatencyMs: number;
  readonly deleteLatencyMs: number;
  /** By message class. */
  readonly failures: readonly ClassFailures[];
  readonly crashesPerInstanceHour: number;
  readonly speedSpread: number;
  readonly receiveErrorProbability: number;
  readonly lostAnswerProbability: number;
  /** What receives ask for; undefined for the queue's own. */
  readonly visibilityTimeoutMs: number | undefined;
}

/** Makes what works on an instance, which is given its effects. */
export type NewWorker = (effects: PollerEffects, instance: number) => WorkerInputs<number>;

/** What the fleet is told of its instances. */
export interface InstanceWatch {
  workerStopped(instance: number, now: number): void;
  instanceFailed(instance: number, now: number): void;
}

/** Who wants to hear of messages. */
export interface MessageObserver {
  /** A job has ended well on a message that is still its worker's. */
  jobServed(message: number, now: number): void;
  /** A message has been deleted, so long after it was sent. */
  messageDeleted(message: number, latencyMs: number): void;
}
