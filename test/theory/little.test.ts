import { expect, it } from "vitest";
import { RECEIVE_LATENCY_SEC, runOf } from "./single-queue.ts";

it("Little's law holds over time: the mean backlog is the rate of receives times the mean wait, the slots busy the rate times the service", () => {
  for (const load of [0.5, 0.9]) {
    const { summary, waitMs } = runOf({ servers: 4, ratePerSec: 2 * load, serviceTime: { kind: "exponential", meanSec: 2 } }, 40_000, 1);
    const receivedPerSec = waitMs.count / 40_000;
    // What is still there at the end has waited too, and is not among those received: a message or two of 30,000.
    expect(summary.backlog.mean / ((receivedPerSec * waitMs.mean) / 1000)).toBeCloseTo(1, 2);
    expect(summary.inFlight.mean / (receivedPerSec * (2 + RECEIVE_LATENCY_SEC))).toBeCloseTo(1, 1);
  }
});
