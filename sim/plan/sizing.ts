import { assert } from "../core/assert.ts";
import { exactExp } from "../kernel/exact-math.ts";
import type { ScenarioInput } from "../scenario/schema.ts";
import { erlangB } from "../measure/queueing.ts";

/** What somebody knows before there is a fleet. */
export interface SizingQuestion {
  /** From send to delete, wanted for {@link IN_TIME} of the messages. */
  readonly latencySec: number;
  /** Mean time of one job in its slot. */
  readonly serviceSec: number;
  /** Jobs that an instance works on at once: a whole number from 1. */
  readonly slots: number;
  readonly nowPerSec: number;
  readonly peakPerSec: number;
}

/** The sums, in the order in which a person would do them. */
export interface Sizing {
  /** What waiting may take, so that the job still ends in time. 0 or less: no fleet is large enough. */
  readonly spareSec: number;
  /** Backlog an instance can have and still be done in time: latency ÷ service time × slots. */
  readonly targetPerInstance: number;
  readonly now: FleetSize;
  readonly peak: FleetSize;
  /** For a policy: the fleet of now, and that of the peak with {@link RESERVE} on top. */
  readonly min: number;
  readonly max: number;
}

/** The least fleet that keeps up with a steady rate; {@link MOST_INSTANCES} and a late share of 1 where none of these does. */
export interface FleetSize {
  /** a = λ s: jobs under way on average, and so slots that are busy. */
  readonly offeredSlots: number;
  readonly instances: number;
  /** Share of the slots that are busy. */
  readonly utilization: number;
  /** Share of the messages that wait at all. */
  readonly waitShare: number;
  /** Share of the messages that wait longer than is spare; at most 1 − {@link IN_TIME}. */
  readonly lateShare: number;
}

/** Share of the messages that have to be done in time. */
export const IN_TIME = 0.99;
/** What a maximum has above the least fleet of the peak: help comes late, and then has to catch up. */
export const RESERVE = 0.25;
/** Beyond this an AWS account needs more than a form. */
export const MOST_INSTANCES = 10_000;

/**
 * Sizes a fleet by closed forms: the target as AWS derives it, the offered load, and the least fleet by Erlang C.
 *
 * In M/M/c the share of messages that wait longer than t is C(c, a) e^(−(c − a) t / s). Jobs of less spread wait less, so
 * that the fleet found is large enough for them too.
 *
 * Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html (the acceptable backlog per
 * instance); Kleinrock, Queueing Systems, volume 1 (1975), section 3.5 (Erlang C).
 */
export function sizingOf(question: SizingQuestion): Sizing {
  const { latencySec, serviceSec, slots, nowPerSec, peakPerSec } = question;
  assert(serviceSec > 0 && latencySec > 0, "times are above 0");
  assert(Number.isSafeInteger(slots) && slots >= 1, "an instance has a whole number of slots from 1");
  const spareSec = latencySec - serviceSec;
  const now = leastFleet(nowPerSec, question, spareSec);
  const peak = leastFleet(Math.max(nowPerSec, peakPerSec), question, spareSec);
  return {
    spareSec,
    targetPerInstance: Math.max(1, Math.floor((latencySec / serviceSec) * slots + 1e-9)),
    now,
    peak,
    min: Math.max(1, now.instances),
    max: Math.min(MOST_INSTANCES, Math.max(1, Math.ceil(peak.instances * (1 + RESERVE)))),
  };
}

function leastFleet(ratePerSec: number, { serviceSec, slots }: SizingQuestion, spareSec: number): FleetSize {
  const offered = ratePerSec * serviceSec;
  if (offered === 0) return { offeredSlots: 0, instances: 1, utilization: 0, waitShare: 0, lateShare: 0 };
  if (offered >= MOST_INSTANCES * slots) {
    return {
      offeredSlots: offered,
      instances: MOST_INSTANCES,
      utilization: offered / (MOST_INSTANCES * slots),
      waitShare: 1,
      lateShare: 1,
    };
  }
  let instances = Math.max(1, Math.floor(offered / slots));
  let blocked = erlangB(offered, instances * slots);
  for (;;) {
    const servers = instances * slots;
    const utilization = offered / servers;
    const waitShare = utilization >= 1 ? 1 : blocked / (1 - utilization * (1 - blocked));
    const lateShare = utilization >= 1 ? 1 : waitShare * exactExp((-(servers - offered) * Math.max(0, spareSec)) / serviceSec);
    if (lateShare <= 1 - IN_TIME + 1e-12 || instances >= MOST_INSTANCES) {
      return { offeredSlots: offered, instances, utilization, waitShare, lateShare };
    }
    for (let server = servers + 1; server <= servers + slots; server += 1) blocked = (offered * blocked) / (server + offered * blocked);
    instances += 1;
  }
}

/** The scenario that the answers describe: a daily peak over steady traffic, target tracking on the derived target. */
export function scenarioOf(question: SizingQuestion): ScenarioInput {
  const { latencySec, serviceSec, slots, nowPerSec, peakPerSec } = question;
  const { targetPerInstance, min, max } = sizingOf(question);
  return {
    version: 1,
    name: "From three questions",
    lesson: "Sized by closed forms for steady traffic; the run shows what the minutes until help arrives add to them.",
    objective: { measure: "latency", percentile: 100 * IN_TIME, limitSec: latencySec },
    run: { durationSec: 86_400, sampleEverySec: 60 },
    traffic: {
      kind: "daily",
      baseRatePerSec: nowPerSec,
      peakRatePerSec: Math.max(nowPerSec, peakPerSec),
      peakAtHour: 9,
      peakWidthHours: 2,
    },
    work: { serviceTime: { kind: "exponential", meanSec: serviceSec } },
    queue: { visibilityTimeoutSec: Math.min(43_200, Math.max(30, Math.ceil(serviceSec * 10))) },
    worker: { slots },
    fleet: { min, max },
    policy: { kind: "ec2-target-tracking", target: Math.min(1_000_000, targetPerInstance) },
  };
}
