import { createContext, Script } from "node:vm";

/**
 * Calls a function and takes it back when it has not returned after `ms` of real time, an endless loop included: nothing
 * but Node's own watchdog over a script can stop code that never gives way. Arming it costs some 0.4 ms.
 */
export function within<T>(ms: number, work: () => T): T {
  let result: T | undefined;
  room.work = () => {
    result = work();
  };
  CALL.runInContext(room, { timeout: ms });
  return result as T;
}

export function isTimeout(error: unknown): boolean {
  return (Object(error) as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

const room = createContext({}) as { work?: () => void };
const CALL = new Script("work()");

/**
 * Does some work in a world whose clock jumps by more than a day at each look, so that a policy that reads the clock of
 * the machine, and not the `now` that it is given, does not give the same answer twice.
 */
export function underAnotherClock<T>(work: () => T): T {
  const before = { Date: globalThis.Date, now: performance.now.bind(performance) };
  const clock = () => (lookedAtMs += 100_000_007);
  globalThis.Date = new Proxy(before.Date, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [clock()] : given, newTarget) as Date,
    apply: (target) => new target(clock()).toString(),
    get: (target, name, receiver) => (name === "now" ? clock : (Reflect.get(target, name, receiver) as unknown)),
  });
  performance.now = clock;
  try {
    return work();
  } finally {
    globalThis.Date = before.Date;
    performance.now = before.now;
  }
}

let lookedAtMs = 1_700_000_000_000;
