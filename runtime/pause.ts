import type { Clock } from "./clock.ts";

/** Waits for `ms`, or until the signal is aborted; never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.at(clock.now() + ms, done);
    if (signal?.aborted === true) done();
    else signal?.addEventListener("abort", done);
  });
}
