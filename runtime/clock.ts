/** Real time, or a test's. What needs a clock in the runtime is given one of these. */
export interface Clock {
  /** Milliseconds since an origin of the clock's own choosing; never runs backwards. */
  now(): number;
  /** Calls back once at `time` or a little later, never earlier. */
  at(time: number, callback: () => void): Cancel;
}

export type Cancel = () => void;

/** The machine's monotonic clock: a change of the time of day does not move it. */
export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  at(time, callback) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      // Node's timers count whole milliseconds, may be early by a fraction of one, and know no wait beyond 24 days.
      timer = setTimeout(due, Math.min(LONGEST_TIMEOUT_MS, Math.max(1, Math.ceil(time - performance.now()))));
    };
    const due = () => {
      if (performance.now() < time) arm();
      else callback();
    };
    arm();
    return () => clearTimeout(timer);
  },
};

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
