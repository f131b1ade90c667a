import type { SSEStreamingApi } from "hono/streaming";
import type { RunDesk } from "./run-desk.ts";

/**
 * Tells all that happens, run after run, as server-sent events: the type of an event, and the event as JSON. Its id is the
 * run's and the event's place among those of the run, so that whoever comes back after a break is told the rest.
 *
 * @param lastId The id of the last event that the listener has heard; undefined for none.
 */
export async function tellEvents(stream: SSEStreamingApi, desk: RunDesk, lastId: string | undefined): Promise<void> {
  const bell = new Bell();
  const isGone = () => stream.aborted;
  stream.onAbort(() => bell.ring());
  const forgetDesk = desk.watch(() => bell.ring());
  let { run } = desk;
  let forgetRun = run?.log.watch(() => bell.ring());
  const [lastRun, lastPlace] = (lastId ?? "").split(" ");
  let next = run !== undefined && run.told.id === lastRun && /^\d+$/.test(lastPlace ?? "") ? Number(lastPlace) + 1 : 0;
  // The listener knows that it is connected, also while there is nothing to tell.
  await stream.write(COMMENT);
  try {
    while (!isGone()) {
      if (desk.run !== run) {
        forgetRun?.();
        run = desk.run;
        forgetRun = run?.log.watch(() => bell.ring());
        next = 0;
      }
      for (; run !== undefined && next < run.log.events.length && !isGone(); next += 1) {
        const event = run.log.events[next];
        if (event !== undefined) await stream.writeSSE({ event: event.type, id: `${run.told.id} ${next}`, data: JSON.stringify(event) });
      }
      if (!isGone() && !(await bell.rungWithin(HEARTBEAT_MS))) await stream.write(COMMENT);
    }
  } finally {
    forgetRun?.();
    forgetDesk();
  }
}

/** Remembers that it was rung until somebody has heard it. */
class Bell {
  private isRung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.isRung = true;
    this.wake?.();
  }

  /** Resolves with true as soon as it is rung, or was since it was last heard; with false when it is not in time. */
  async rungWithin(ms: number): Promise<boolean> {
    if (!this.isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const { isRung } = this;
    this.isRung = false;
    this.wake = undefined;
    return isRung;
  }
}

/** Tells nothing; both ends learn from it that the other is still there. */
const COMMENT = ": still here\n\n";
const HEARTBEAT_MS = 15_000;
