import type { Policy } from "../../../sim/core/policy/policy.ts";
import { EVENT } from "../../../sim/driver/events.ts";
import type { Calendar, Timer } from "../../../sim/kernel/calendar.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import type { Result } from "../../../sim/measure/result.ts";
import { scenarioSchema } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";
import type { Case } from "../case.ts";
import { inverted } from "../control-variates.ts";
import { meanOfRuns, RECEIVE_LATENCY_SEC, timeInSystemSec } from "../single-queue.ts";

/**
 * Servers with exponential set-up (M/M/c/setup): a server without work is switched off at once; a message that finds none
 * on begins to set one up, and one set-up is called off when its message is served by another.
 *
 * Here a server is an EC2 instance of one slot, its set-up the stage `pending`, and a busy one is protected. What switches
 * is a policy that asks for as many instances as there are messages, and is asked at each arrival and each delete: no
 * real controller is, so the calendar sees to it.
 */
export const serversWithSetUp: readonly Case[] = (
  [
    [1, 0.5, 1.5e6],
    [2, 0.7, 2e6],
    [5, 0.7, 2e6],
  ] as const
).map(([servers, load, customers]) => ({
  name: `M/M/${servers}/setup at ρ = ${load}`,
  compare(share) {
    const ratePerSec = (servers * load) / MEAN_SEC;
    const heldSec = MEAN_SEC + RECEIVE_LATENCY_SEC;
    const known = { ratePerSec, meanHeldSec: heldSec, customers: customers * share, tally: timeInSystemSec };
    const measured = meanOfRuns(known, (durationSec, seed) => runOf(servers, ratePerSec, durationSec, seed));
    const truth = inSystemWithSetUp({ ratePerSec, servers, heldSec, setUpSec: SET_UP_SEC }) / ratePerSec;
    return [{ measure: "time in system", truth, measured }];
  },
}));

const MEAN_SEC = 10;
const SET_UP_SEC = 20;

function runOf(servers: number, ratePerSec: number, durationSec: number, seed: number): Result {
  const scenario = scenarioSchema.parse({
    version: 1,
    name: "servers with set-up",
    run: { durationSec, sampleEverySec: 3600 },
    traffic: { kind: "poisson", ratePerSec },
    work: { serviceTime: { kind: "exponential", meanSec: MEAN_SEC } },
    queue: {
      visibilityTimeoutSec: 43_200,
      receiveLatencySec: RECEIVE_LATENCY_SEC,
      deleteLatencySec: 0,
      maxReceiveCount: 0,
      chances: { duplicateProbability: 0 },
    },
    worker: { slots: 1, deleteLingerSec: 0 },
    metrics: { countsWithinSec: 0 },
    fleet: {
      min: 0,
      max: servers,
      activityDelaySec: 0,
      pending: { kind: "exponential", meanSec: SET_UP_SEC },
      boot: { kind: "constant", sec: 0 },
      protection: "while-busy",
      apiLimits: { launchBurst: 100_000, launchesPerSec: 1000, desiredBurst: 1000, desiredPerSec: 1000 },
    },
  });
  return simulate(scenario, seed, { calendar: new EagerCalendar(), policy: asManyAsMessages(servers) });
}

function asManyAsMessages(servers: number): Policy<null> {
  return {
    kind: "as many as messages",
    initial: () => null,
    decide(state, { backlog, inFlight }, now) {
      const desired = Math.min(servers, backlog!.value + inFlight!.value);
      return {
        state,
        decision: { desired, reason: { code: "hold", text: "An instance a message." }, limitedBy: undefined, nextReviewAt: now + 1 },
      };
    },
  };
}

/** A review after every arrival and every delete, and no other: as soon as a receive that these began has been answered. */
class EagerCalendar implements Calendar {
  private readonly inner = new TickCalendar();

  get now(): number {
    return this.inner.now;
  }

  get kind(): number {
    return this.inner.kind;
  }

  get subject(): number {
    return this.inner.subject;
  }

  scheduleArrival(at: number): void {
    this.inner.scheduleArrival(at);
  }

  schedule(at: number, kind: number, subject: number): Timer {
    return this.inner.schedule(at, kind, subject);
  }

  cancel(timer: Timer): void {
    this.inner.cancel(timer);
  }

  scheduleControl(at: number, kind: number, subject: number): void {
    if (kind !== EVENT.reviewDue) this.inner.scheduleControl(at, kind, subject);
  }

  advance(until: number): boolean {
    if (!this.inner.advance(until)) return false;
    if (this.kind === EVENT.arrival || this.kind === EVENT.callSettled) {
      this.inner.scheduleControl(this.now + 1 + 1000 * RECEIVE_LATENCY_SEC, EVENT.reviewDue, 0);
    }
    return true;
  }
}

/**
 * Mean number in the system of M/M/c/setup. Its chain has a state for i servers on (all of them busy) and j messages:
 * Gandhi, Doroudi, Harchol-Balter and Scheller-Wolf 2013, "Exact analysis of the M/M/k/setup class of Markov chains via
 * recursive renewal reward", https://doi.org/10.1145/2465529.2465760. Solved level by level from one that is never
 * reached: π(j) = π(j − 1) R(j) with R(j) = −U (L(j) + R(j + 1) D(j + 1))⁻¹.
 */
export function inSystemWithSetUp({ ratePerSec, servers, heldSec, setUpSec }: SetUpQueue): number {
  const phases = (level: number) => Math.min(level, servers) + 1;
  const settingUp = (on: number, level: number) => Math.min(level, servers) - on;
  /** Rates from level to level − 1, times the matrix R of the level: what flows back to where it came from. */
  const ratios: number[][][] = [];
  for (let level = HIGHEST; level >= 1; level -= 1) {
    const local = Array.from({ length: phases(level) }, (_, on) =>
      Array.from({ length: phases(level) }, (_, other) => {
        const setUps = settingUp(on, level) / setUpSec;
        if (other === on) return ratePerSec + on / heldSec + setUps;
        return other === on + 1 ? -setUps : 0;
      }),
    );
    const above = ratios[level + 1];
    if (above !== undefined) {
      for (const [from, row] of above.entries()) {
        for (const [on, flow] of row.entries()) {
          // A departure of the level above: the server takes the next message, or goes off when there is none.
          const to = on === level + 1 ? on - 1 : on;
          local[from]![to]! -= (flow * on) / heldSec;
        }
      }
    }
    // An arrival leaves the servers that are on as they are.
    ratios[level] = inverted(local)
      .slice(0, phases(level - 1))
      .map((row) => row.map((value) => value * ratePerSec));
  }
  let weights = [1];
  let total = 1;
  let messages = 0;
  for (let level = 1; level <= HIGHEST; level += 1) {
    const ratio = ratios[level]!;
    weights = Array.from({ length: phases(level) }, (_, to) => weights.reduce((sum, weight, from) => sum + weight * ratio[from]![to]!, 0));
    const weight = weights.reduce((sum, value) => sum + value, 0);
    total += weight;
    messages += level * weight;
  }
  return messages / total;
}

interface SetUpQueue {
  readonly ratePerSec: number;
  readonly servers: number;
  readonly heldSec: number;
  readonly setUpSec: number;
}

/** More messages than a queue of the table ever has. */
const HIGHEST = 1000;
