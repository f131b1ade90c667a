import type { Scenario } from "../../../sim/index.ts";

export interface WorkerSurroundings {
  readonly queueUrl: string;
  readonly endpoint: string;
  readonly region: string;
  readonly groupName: string;
  /** The group's terminate hook; undefined for none. */
  readonly hookName: string | undefined;
}

/** A scenario's worker as the settings of the bundled worker: jobs that sleep as long as their message says. */
export function workerEnvironment(scenario: Scenario, surroundings: WorkerSurroundings): Record<string, string> {
  const { worker, queue, fleet } = scenario;
  const { heartbeat, circuitBreaker } = worker;
  const settings: Record<string, string | number | null | undefined> = {
    QUEUE_URL: surroundings.queueUrl,
    AWS_REGION: surroundings.region,
    AWS_ENDPOINT_URL: surroundings.endpoint,
    HANDLER: "emulate",
    SLOTS: worker.slots,
    CONCURRENT_RECEIVES: worker.concurrentReceives,
    MAX_MESSAGES_PER_RECEIVE: worker.maxMessagesPerReceive,
    WAIT_TIME_SEC: worker.waitTimeSec,
    // The embedded SQS notices when a client hangs up.
    ENDED_RECEIVES: "hang-up",
    VISIBILITY_TIMEOUT_SEC: queue.receiveVisibilityTimeoutSec,
    HEARTBEAT_EVERY_SEC: heartbeat?.everySec ?? 0,
    HEARTBEAT_EXTEND_TO_SEC: heartbeat?.extendToSec,
    HEARTBEAT_MAX_SEC: heartbeat?.maxSec,
    DELETE_LINGER_MS: Math.round(worker.deleteLingerSec * 1000),
    RETRY_DELAY_SEC: worker.retryDelaySec,
    RECEIVE_BACK_OFF_FIRST_SEC: worker.receiveBackOffFirstSec,
    RECEIVE_BACK_OFF_MAX_SEC: worker.receiveBackOffMaxSec,
    CIRCUIT_BREAKER_FAILURES: circuitBreaker?.failures,
    CIRCUIT_BREAKER_OPEN_SEC: circuitBreaker?.openSec,
    CIRCUIT_BREAKER_PROBES: circuitBreaker?.probes,
    DRAIN_LIMIT_SEC: worker.drainLimitSec,
    AUTO_SCALING_GROUP_NAME: surroundings.groupName,
    LIFECYCLE_HOOK_NAME: surroundings.hookName,
    METADATA_POLL_SEC,
    SCALE_IN_PROTECTION: fleet.protection === "while-busy" ? "on" : "off",
    // A slot that is free for a moment does not give up its instance.
    SCALE_IN_PROTECTION_IDLE_SEC: 1,
    METRICS_PORT: 0,
    LOG_LEVEL: "info",
  };
  const given = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** Five times as often as the worker's default, so that a short run does not wait for its notices. */
const METADATA_POLL_SEC = 1;
