/** Tells the time of day and wakes its owner, who has one of its own and is woken for one thing at a time. */
export interface WakeClock {
  /** Whole milliseconds since 1970; never runs backwards. */
  now(): number;
  /** Calls `wake` at `at` or soon after it. Asked again, it forgets what was asked before. */
  wakeAt(at: number, wake: () => void): void;
  /** Forgets what was asked. */
  stop(): void;
}

/**
 * The machine's clock. It follows the monotonic one from the date at its start, so that a correction of the date does not
 * send messages back in time. It does not keep a process alive.
 */
export function realClock(): WakeClock {
  const startedAt = Date.now() - performance.now();
  let timer: NodeJS.Timeout | undefined;
  const now = () => Math.floor(startedAt + performance.now());
  return {
    now,
    wakeAt: (at, wake) => {
      clearTimeout(timer);
      timer = setTimeout(wake, Math.min(LONGEST_TIMEOUT_MS, Math.max(0, at - now())));
      timer.unref();
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
}

/** What `setTimeout` can do; who is woken too early asks again. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
