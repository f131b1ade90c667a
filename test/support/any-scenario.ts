import fc from "fast-check";
import { formatFault } from "../../sim/scenario/faults.ts";
import { PROCESSES, processesOf } from "../../sim/model/processes.ts";
import { readScenario } from "../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput } from "../../sim/scenario/schema.ts";
import { anyFleet, anyWindows } from "./any-fleet.ts";
import { anyPolicy } from "./any-policy.ts";
import { anyTraffic } from "./any-traffic.ts";
import { duration, either, hundredths, probability, rarely } from "./any-value.ts";

/**
 * Small scenarios of every kind: at most 20 virtual minutes and some thousand messages, with every part that can go
 * wrong going wrong in some of them. Each is one that a user could have written: the reader of scenarios takes it.
 */
export function anyScenario(): fc.Arbitrary<Scenario> {
  return fc
    .record({
      shape: shapes(),
      fleet: anyFleet(),
      policy: anyPolicy(),
      traffic: anyTraffic(),
      work: work(),
      metrics: metrics(),
      faults: faults(),
      rest: fc.record({
        downstream: rarely(downstream()),
        frontDoor: rarely(frontDoor()),
        producer: rarely(producer()),
        acts: rarely(acts()),
        alarms: rarely(alarms()),
      }),
    })
    .map(({ shape, faults: { windows, ...chances }, fleet, rest, ...sections }) => {
      const { downstream: called, frontDoor: door, producer: before, acts: byHand, alarms: watching } = rest;
      const zones = fleet.zones ?? 1;
      // A downstream that is not there cannot fail, and a zone that is not there cannot either.
      const befalling = windows.filter(({ kind }) => called !== undefined || !kind.startsWith("downstream-"));
      const inZones = befalling.map((window) =>
        "zone" in window && typeof window.zone === "number" ? { ...window, zone: window.zone % zones } : window,
      );
      const input: ScenarioInput = {
        version: 1,
        name: "any",
        ...shape,
        ...sections,
        fleet,
        faults: { ...chances, windows: inZones },
        ...(called === undefined ? {} : { downstream: called }),
        ...(door === undefined ? {} : { frontDoor: door }),
        ...(before === undefined ? {} : { producer: before }),
        ...(byHand === undefined ? {} : { acts: byHand.filter((act) => mayBeDone(act, fleet, shape.queue.maxReceiveCount)) }),
        ...(watching === undefined ? {} : { alarms: watching }),
      };
      return accepted(fleet.platform === "lambda" ? asOfLambda(input) : input);
    });
}

/** Without what a Lambda function does not have. */
function asOfLambda({ worker, queue, work, faults, fleet, ...rest }: ScenarioInput): ScenarioInput {
  const visibilityTimeoutSec = Math.max(queue?.visibilityTimeoutSec ?? 30, fleet?.lambda?.timeoutSec ?? 3);
  return {
    ...rest,
    fleet,
    policy: { kind: "none" },
    worker: { ...worker, heartbeat: null, circuitBreaker: null, batchLoop: null, retryDelaySec: null },
    queue: { ...queue, type: "standard", receiveVisibilityTimeoutSec: null, visibilityTimeoutSec },
    work: { ...work, classes: work?.classes?.map((one) => ({ ...one, retryDelaySec: null })) },
    faults: {
      ...faults,
      crashesPerInstanceHour: 0,
      windows: faults?.windows?.filter(({ kind }) => kind.startsWith("downstream-")),
    },
  };
}

function accepted(input: ScenarioInput): Scenario {
  const read = readScenario(input);
  if (read.ok) return read.scenario;
  throw new Error(`A scenario made at random is refused: ${read.faults.map(formatFault).join(" ")}\n${JSON.stringify(input)}`);
}

/** Objective, run, queue and workers. */
function shapes() {
  return fc
    .record({
      measure: fc.constantFrom("age" as const, "latency" as const),
      run: fc.record({ durationSec: fc.integer({ min: 60, max: 1200 }), sampleEverySec: fc.constantFrom(1, 7, 60) }),
      queue: queue(),
      worker: worker(),
      loops: rarely(fc.record({ pauseSec: fc.constantFrom(0, 0.5, 30) })),
      beats: fc.option(fc.record({ every: hundredths(10, 3000), extendTo: fc.nat(60), max: fc.integer({ min: 1, max: 300 }) })),
    })
    .map(({ measure, run, queue: given, worker: at, loops, beats }) => {
      // A heartbeat has to come before the message is visible again.
      const everySec = beats === null ? 0 : Math.min(beats.every, given.visibilityTimeoutSec - 0.1);
      const beating = beats !== null && everySec >= 0.1;
      const heartbeat = beating ? { everySec, extendToSec: Math.ceil(everySec) + 1 + beats.extendTo, maxSec: beats.max } : null;
      const worker = loops === undefined ? { ...at, heartbeat } : { ...at, circuitBreaker: null, batchLoop: loops };
      return { objective: { measure, percentile: 95 }, run, queue: given, worker };
    });
}

function queue() {
  return fc.record({
    type: fc.constantFrom("standard" as const, "standard" as const, "fifo" as const),
    groups: fc.option(
      fc.record({ count: fc.constantFrom(1, 3, 200), hotShare: probability(), hotFromSec: fc.nat(300), hotForSec: fc.nat(600) }),
      { freq: 2 },
    ),
    fifo: fc.record({
      callsPerSec: fc.constantFrom(0, 5, 300),
      groupCallsPerSec: fc.constantFrom(0, 3),
      messagesPerSend: fc.integer({ min: 1, max: 10 }),
    }),
    chances: fc.record({
      duplicateProbability: fc.constantFrom(0, 1e-5, 0.1),
      disorderProbability: probability(),
      falseEmptyProbability: probability(),
      shortPollSeesLeast: hundredths(0, 100),
      shortPollSeesMost: hundredths(0, 100),
    }),
    visibilityTimeoutSec: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.integer({ min: 1, max: 120 }) }),
    receiveVisibilityTimeoutSec: fc.constantFrom(null, null, null, 0, 40),
    maxReceiveCount: fc.constantFrom(0, 1, 2, 3, 4, 10),
    // The shortest that SQS allows, and so near that visibility timeouts and retention get in each other's way.
    retentionSec: either(fc.constant(345_600), fc.integer({ min: 60, max: 130 })),
    deadLetterRetentionSec: either(fc.constant(1_209_600), fc.integer({ min: 60, max: 200 })),
    delaySec: either(fc.constant(0), fc.integer({ min: 1, max: 90 })),
    inFlightQuota: fc.constantFrom(120_000, 120_000, 1, 7),
    receiveLatencySec: fc.constantFrom(0, 0.01, 0.05, 0.3, 2),
    deleteLatencySec: fc.constantFrom(0, 0.01, 0.3, 5),
  });
}

function worker() {
  return fc
    .record({
      slots: fc.integer({ min: 1, max: 20 }),
      maxMessagesPerReceive: fc.integer({ min: 1, max: 10 }),
      concurrentReceives: fc.integer({ min: 1, max: 4 }),
      waitTimeSec: fc.constantFrom(0, 1, 5, 20, 20),
      deleteLingerSec: fc.constantFrom(0, 0.2, 5),
      retryDelaySec: fc.constantFrom(null, 0, 1, 45),
      circuitBreaker: fc.option(
        fc.record({ failures: fc.integer({ min: 1, max: 5 }), openSec: hundredths(10, 6000), probes: fc.integer({ min: 1, max: 5 }) }),
        { freq: 2 },
      ),
      backOff: fc.tuple(hundredths(1, 300), hundredths(1, 300)),
      drainLimitSec: fc.constantFrom(0, 1, 20, 120),
    })
    .map(({ backOff, ...rest }) => ({ ...rest, receiveBackOffFirstSec: Math.min(...backOff), receiveBackOffMaxSec: Math.max(...backOff) }));
}

function work() {
  const own = fc.record({
    share: hundredths(1, 300),
    serviceTime: fc.option(duration(20)),
    sizeBytes: fc.constantFrom(null, 1, 70_000),
    failureProbability: fc.option(probability()),
    retryDelaySec: fc.constantFrom(null, 0, 20),
  });
  return fc.record({
    serviceTime: duration(30),
    failureProbability: probability(),
    poisonProbability: probability(),
    sizeBytes: fc.constantFrom(1, 1024, 65_537, 1_048_576),
    classes: fc.array(own, { maxLength: 3 }).map((classes) => classes.map((one, index) => ({ ...one, name: `class ${index}` }))),
  });
}

function metrics() {
  return fc.record({
    periodSec: fc.constantFrom(10 as const, 30 as const, 60 as const),
    lagSec: fc.constantFrom(0, 15, 45, 120),
    evaluationSecond: fc.integer({ min: 0, max: 59 }),
    statistic: fc.constantFrom("maximum" as const, "sum" as const, "average" as const),
    irregularProbability: probability(),
    sleepAfterSec: fc.constantFrom(0, 120, 21_600),
    wakeWithinSec: fc.constantFrom(0, 300),
    countsWithinSec: fc.constantFrom(0, 5, 5, 60),
  });
}

function faults() {
  return fc.record({
    receiveErrorProbability: probability(),
    lostAnswerProbability: probability(),
    crashesPerInstanceHour: fc.constantFrom(0, 0, 3, 60),
    windows: anyWindows(),
  });
}

function downstream() {
  return fc.record({
    places: fc.integer({ min: 1, max: 30 }),
    latency: duration(5),
    timeoutSec: hundredths(1, 1000),
    failureProbability: probability(),
  });
}

function frontDoor() {
  return fc.record({
    places: fc.integer({ min: 1, max: 10 }),
    serviceTime: duration(5),
    timeoutSec: hundredths(1, 1000),
    mostWaiting: fc.nat(10),
  });
}

function producer() {
  return fc.record({
    apiTime: duration(2),
    topicTime: duration(2),
    failedProbability: probability(),
    lostProbability: probability(),
    repeatedProbability: probability(),
    repeatAfterSec: fc.constantFrom(0, 1, 299, 301),
  });
}

function alarms() {
  return fc
    .array(
      fc.record({
        metric: fc.constantFrom("visible", "age", "deadLetters", "inService", "visible / inService", "emptyReceives"),
        comparison: fc.constantFrom("above" as const, "at-or-above" as const, "below" as const, "at-or-below" as const),
        threshold: fc.constantFrom(0, 1, 2, 30, 300),
        periodSec: fc.constantFrom(60 as const, 300 as const),
        evaluationPeriods: fc.integer({ min: 1, max: 3 }),
        statistic: fc.constantFrom("average" as const, "minimum" as const, "maximum" as const, "sum" as const),
        missingData: fc.constantFrom("missing" as const, "ignore" as const, "breaching" as const, "not-breaching" as const),
        notifies: fc.constantFrom("", "operators"),
      }),
      { maxLength: 4 },
    )
    .map((alarms) => alarms.map((alarm, index) => ({ ...alarm, name: `alarm ${index}` })));
}

function acts() {
  const at = { atSec: fc.nat(1200) };
  const some = fc.option(fc.nat(6));
  const of = <Kind extends string>(kind: Kind) => ({ kind: fc.constant(kind), ...at });
  const process = fc.constantFrom(...PROCESSES);
  const resize = fc
    .record({ ...of("resize"), min: some, more: some, desired: fc.option(fc.nat(12)) })
    .map(({ more, ...rest }) => ({ ...rest, max: more === null ? null : (rest.min ?? 4) + more }));
  const others = [
    fc.record({ ...of("suspend"), process }),
    fc.record({ ...of("resume"), process }),
    fc.record({ ...of("redrive"), perSec: fc.constantFrom(1, 20) }),
    fc.record(of("cancel-redrive")),
    fc.record(of("end-retained")),
    fc.record({ ...of("purge"), queue: fc.constantFrom("main" as const, "dead-letters" as const) }),
    fc.record({
      ...of("set-queue"),
      visibilityTimeoutSec: fc.constantFrom(null, 0, 40),
      retentionSec: fc.constantFrom(null, 60, 130),
      delaySec: fc.constantFrom(null, 0, 20),
      maxReceiveCount: fc.constantFrom(null, 0, 2, 5),
      effectiveAfterSec: fc.constantFrom(0, 60),
    }),
    fc.record({ ...of("deploy"), maxPercent: fc.constantFrom(101, 150, 200) }),
    fc.record({
      ...of("instance-refresh"),
      minHealthyPercent: fc.constantFrom(50, 90, 100),
      maxHealthyPercent: fc.constantFrom(null, 100, 110, 150),
      protectedInstances: fc.constantFrom("wait" as const, "ignore" as const, "refresh" as const),
    }),
  ];
  return fc.array(fc.oneof({ weight: 3, arbitrary: resize }, { weight: 5, arbitrary: fc.oneof(...others) }), { maxLength: 6 });
}

/** Whether this fleet has the process, or a deployment, and the queue dead letters, from the start. */
function mayBeDone(
  act: NonNullable<ScenarioInput["acts"]>[number],
  { platform, terminateHook }: NonNullable<ScenarioInput["fleet"]>,
  maxReceiveCount: number,
): boolean {
  if (platform === "lambda" && ["resize", "deploy", "instance-refresh", "suspend", "resume", "end-retained"].includes(act.kind))
    return false;
  if (act.kind === "end-retained") return terminateHook?.abandoned === "retain";
  if (act.kind === "deploy") return platform === "fargate";
  if (act.kind === "instance-refresh") return platform !== "fargate";
  if (act.kind === "suspend" || act.kind === "resume") return processesOf(platform ?? "ec2").has(act.process);
  if (act.kind === "redrive" || act.kind === "purge") return maxReceiveCount > 0;
  return true;
}
