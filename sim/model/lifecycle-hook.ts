/**
 * Lifecycle hooks (lifecycle-hooks): an instance waits, on its way in or out, until somebody completes the action or the
 * heartbeat times out. The worker of a launching instance completes it when it is ready, that of a terminating one when
 * it has drained; whoever asks for more time by heartbeats gets it up to the global maximum.
 */
export interface LifecycleHook {
  /** How long the instance waits at most, milliseconds. */
  readonly timeoutMs: number;
  /** How long it waits for an instance that asks for no more time, milliseconds. */
  readonly heartbeatTimeoutMs: number;
  /** What happens then. A terminating instance goes either way, unless the group retains what is abandoned. */
  readonly defaultResult: "abandon" | "continue";
}

/** @param sendsHeartbeats Whether the worker calls RecordLifecycleActionHeartbeat, which restarts the timeout. */
export function hookOf(options: {
  heartbeatTimeoutMs: number;
  defaultResult: "abandon" | "continue";
  sendsHeartbeats: boolean;
}): LifecycleHook {
  const { heartbeatTimeoutMs, defaultResult, sendsHeartbeats } = options;
  const timeoutMs = sendsHeartbeats ? longestHookMs(heartbeatTimeoutMs) : heartbeatTimeoutMs;
  return { timeoutMs, heartbeatTimeoutMs, defaultResult };
}

/** The global maximum: 48 hours or 100 heartbeat timeouts, whichever is less (lifecycle-hooks). */
export function longestHookMs(heartbeatTimeoutMs: number): number {
  return Math.min(LONGEST_HOOK_MS, heartbeatTimeoutMs * MOST_HEARTBEATS);
}

const LONGEST_HOOK_MS = 48 * 3_600_000;
const MOST_HEARTBEATS = 100;
