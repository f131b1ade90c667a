import { describe, expect, it } from "vitest";
import type { ReceivedMessage } from "../../../runtime/aws/queue.ts";
import { WorkerDriver } from "../../../runtime/worker/driver.ts";
import { PlaceEffects } from "../../../sim/driver/place-effects.ts";
import { scenarioSchema, type ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";
import { DriverWorld, failing, taken, type PendingReceive } from "../../support/driver-world.ts";
import { recordWorkers, type RecordLine, type WorkerRecord } from "../../support/worker-record.ts";

/** Fleets that between them let everything happen that can happen to a worker. */
const SCRIPTS: Readonly<Record<string, Partial<ScenarioInput>>> = {
  "a burst, then scale-ins": {
    run: { durationSec: 1500 },
    traffic: { kind: "counts", intervalSec: 60, counts: [1200, ...new Array<number>(20).fill(30)] },
    work: { serviceTime: { kind: "exponential", meanSec: 2 } },
    worker: { slots: 4 },
    fleet: { min: 1, max: 6 },
    policy: { kind: "exact-backlog", target: 50 },
  },
  "long jobs that fail, with heartbeats and retries": {
    run: { durationSec: 600 },
    traffic: { kind: "poisson", ratePerSec: 1 },
    work: { serviceTime: { kind: "lognormal", medianSec: 8, p95Sec: 60 }, failureProbability: 0.2 },
    queue: { visibilityTimeoutSec: 30 },
    worker: {
      slots: 6,
      concurrentReceives: 2,
      maxMessagesPerReceive: 3,
      heartbeat: { everySec: 10, extendToSec: 30, maxSec: 45 },
      retryDelaySec: 5,
    },
    fleet: { min: 2, max: 2 },
  },
  "errors, lost answers and short polls": {
    run: { durationSec: 300 },
    traffic: { kind: "poisson", ratePerSec: 4 },
    work: { serviceTime: { kind: "exponential", meanSec: 0.5 } },
    queue: { visibilityTimeoutSec: 5 },
    faults: { receiveErrorProbability: 0.2, lostAnswerProbability: 0.1 },
    worker: { slots: 3, concurrentReceives: 3, waitTimeSec: 1, deleteLingerSec: 0 },
    fleet: { min: 2, max: 2 },
  },
  "a downstream that fails, and a circuit breaker": {
    run: { durationSec: 600 },
    traffic: { kind: "poisson", ratePerSec: 3 },
    work: { serviceTime: { kind: "exponential", meanSec: 0.5 } },
    downstream: { latency: { kind: "exponential", meanSec: 0.5 }, failureProbability: 0.6 },
    worker: { slots: 4, circuitBreaker: { failures: 3, openSec: 10, probes: 2 } },
    fleet: { min: 2, max: 2 },
  },
};

describe("one script of events through both drivers", () => {
  it.each(Object.keys(SCRIPTS))("gives identical effects, each at its time: %s", async (name) => {
    const scenario = scenarioSchema.parse({ version: 1, name, ...SCRIPTS[name] });
    const simulated = await recordWorkers(PlaceEffects, () => simulate(scenario, 11));
    expect(simulated.length).toBeGreaterThan(1);
    for (const script of simulated) {
      const [driven] = await recordWorkers(WorkerDriver, () => play(script));
      expect(driven?.lines.slice(0, script.lines.length)).toEqual(inPlayTime(script));
    }
  });

  it("is a script in which everything happens", async () => {
    const happened = new Set<string>();
    for (const [name, input] of Object.entries(SCRIPTS)) {
      const scenario = scenarioSchema.parse({ version: 1, name, ...input });
      const records = await recordWorkers(PlaceEffects, () => simulate(scenario, 11));
      for (const { lines } of records) for (const line of lines) happened.add(nameOf(line));
    }
    expect([...happened].sort()).toEqual([
      "circuit-breaker fired",
      "delete-linger fired",
      "deleteBatch",
      "deleteSettled",
      "drainRequested",
      "endReceive",
      "extendBatch",
      "extendSettled",
      "heartbeat fired",
      "jobFailed",
      "jobFinished",
      "leaveToExpire",
      "messagesReceived",
      "receive",
      "receive-back-off fired",
      "receiveFailed",
      "releaseBatch",
      "startJob",
      "started",
      "stopped",
      "wakeAt",
    ]);
  });
});

/** Lets happen to the runtime's driver what happened to the simulator's, through its queue, its handler and its clock. */
async function play({ settings, backOffJitterSeed, lines }: WorkerRecord): Promise<void> {
  const world = new DriverWorld(settings, { backOffJitterSeed });
  const receives = new Map<number, PendingReceive>();
  const origin = lines[0]!.at;
  let asked = 0;
  for (const line of lines) {
    if (line.kind === "effect") {
      // The order of receives is the worker's; their numbers say which one an answer is for.
      if (line.name === "receive") receives.set(line.given[0] as number, world.asked[asked++]!);
      continue;
    }
    world.clock.moveTo(line.at - origin);
    await happen(world, line, receives);
  }
}

async function happen(world: DriverWorld, { name, given }: RecordLine, receives: Map<number, PendingReceive>): Promise<void> {
  switch (name) {
    case "started":
      return;
    case "messagesReceived": {
      const count = (given[1] as unknown[]).length;
      const messages: ReceivedMessage[] = Array.from({ length: count }, () => world.newMessage());
      return receives.get(given[0] as number)!.answer(messages);
    }
    case "receiveFailed":
      return receives.get(given[0] as number)!.fail("throttled");
    case "jobFinished":
      return world.finish(world.inSlot(given[0] as number));
    case "jobFailed": {
      const { retryDelayMs, isDownstream } = given[1] as { retryDelayMs?: number; isDownstream: boolean };
      const delay = retryDelayMs === undefined ? {} : { retryDelaySec: retryDelayMs / 1000 };
      return world.finish(world.inSlot(given[0] as number), { kind: "failed", isDownstream, ...delay });
    }
    case "deleteSettled": {
      const batch = taken(world.deletes);
      return batch.answer(failing(batch, given[0] as string[], "throttled"));
    }
    case "extendSettled": {
      const batch = world.visibilities.splice(
        world.visibilities.findIndex(({ ids }) => world.handlers.has(ids[0]!)),
        1,
      )[0]!;
      return batch.answer(failing(batch, given[0] as string[], "throttled"));
    }
    // The driver's own doing: it has asked the clock, and nobody else wakes the worker.
    case "timerFired":
      return world.clock.step();
    case "drainRequested":
      return world.drain();
    default:
      throw new Error(`No such input: ${name}`);
  }
}

/** Times since the worker's start, as the played clock has them. */
function inPlayTime({ lines }: WorkerRecord): RecordLine[] {
  const origin = lines[0]!.at;
  return lines.map((line) => ({
    ...line,
    at: line.at - origin,
    given: line.name === "wakeAt" ? [(line.given[0] as number) - origin, line.given[1]] : line.given,
  }));
}

function nameOf({ name, given }: RecordLine): string {
  return name === "timerFired" ? `${String(given[0])} fired` : name;
}
