import { describe, expect, it } from "vitest";
import { scenarioSchema, type ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

function summaryOf(input: Partial<ScenarioInput>) {
  return simulate(scenarioSchema.parse({ version: 1, name: "workers", ...input }), 1).summary;
}

/** A burst that calls for all instances, then a trickle while all but one are given up again. */
const burst: Partial<ScenarioInput> = {
  run: { durationSec: 3600 },
  traffic: { kind: "counts", intervalSec: 60, counts: [3000, ...new Array<number>(50).fill(60)] },
  work: { serviceTime: { kind: "constant", sec: 1 } },
  queue: { visibilityTimeoutSec: 60, maxReceiveCount: 3, chances: { duplicateProbability: 0 } },
  worker: { slots: 4 },
  fleet: { min: 1, max: 20 },
  policy: { kind: "exact-backlog", target: 50 },
};

describe("workers that drain", () => {
  it("let no message die whose job never failed: their polls end, and are handed nothing more", () => {
    const { terminations, messages } = summaryOf(burst);
    expect(terminations).toBeGreaterThan(10);
    expect(messages).toMatchObject({ sent: 6000, deleted: 6000, dead: 0, failedJobs: 0, duplicateJobs: 0 });
    expect(messages.received - messages.sent).toBeLessThan(10);
  });

  it("are gone when their jobs are done, without waiting for their polls to time out", () => {
    const idle = summaryOf({
      ...burst,
      traffic: { kind: "counts", intervalSec: 60, counts: [3000] },
      worker: { slots: 4, drainLimitSec: 7200 },
    });
    const hours = idle.cost.lines.find(({ item }) => item === "Instances")!.quantity;
    const limited = summaryOf({
      ...burst,
      traffic: { kind: "counts", intervalSec: 60, counts: [3000] },
      worker: { slots: 4, drainLimitSec: 2 },
    });
    expect(hours).toBeCloseTo(limited.cost.lines.find(({ item }) => item === "Instances")!.quantity, 2);
  });

  it("lose nothing when they are killed in the midst of it: what they held comes back and is worked on again", () => {
    const { messages } = summaryOf({
      ...burst,
      work: { serviceTime: { kind: "constant", sec: 20 } },
      worker: { slots: 4, drainLimitSec: 0 },
      run: { durationSec: 7200 },
    });
    expect(messages.received).toBeGreaterThan(messages.sent);
    expect(messages.deleted + messages.dead + messages.visible + messages.inFlight).toBe(messages.sent);
  });
});

describe("workers without any latency", () => {
  it("poll an empty queue a thousand times a second at most, also with short polls", () => {
    const { requests } = summaryOf({
      run: { durationSec: 60 },
      traffic: { kind: "poisson", ratePerSec: 0 },
      queue: { receiveLatencySec: 0 },
      worker: { waitTimeSec: 0 },
      fleet: { min: 1, max: 1 },
    });
    expect(requests.receive).toBe(60_001);
  });

  it("try a message that fails at once a thousand times a second at most", () => {
    const { messages } = summaryOf({
      run: { durationSec: 60 },
      traffic: { kind: "timestamps", atSec: [30] },
      work: { serviceTime: { kind: "constant", sec: 0 }, failureProbability: 1 },
      queue: { receiveLatencySec: 0, deleteLatencySec: 0, maxReceiveCount: 0 },
      worker: { retryDelaySec: 0, slots: 1 },
      fleet: { min: 1, max: 1 },
    });
    expect(messages.failedJobs).toBe(30_000);
  });
});
