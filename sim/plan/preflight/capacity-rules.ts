import { meanSec } from "../../kernel/distributions.ts";
import { formatCount, formatNumber, formatRate, formatShare } from "../../measure/format.ts";
import { MOST_POLLERS } from "../../model/event-source-mapping.ts";
import { slotsPerInstance } from "../../scenario/slots.ts";
import { ASG_GUIDE, EC2_GUIDE, ECS_GUIDE, SQS_GUIDE } from "../../scenario/sections/kit.ts";
import type { Finding } from "./finding.ts";
import { about, seconds, sentence } from "./words.ts";
import { jobWithin, shareLonger, shareStillRunning, type WorkFacts } from "./work-facts.ts";

/** Rules about whether any fleet, and what is behind it, can do the work at all. */
export const loadRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [jobsOutliveObjective, tooSmall, sharedPlaces];

/** Rules about workers on instances: whether they keep at it, and end what they have begun. */
export const capacityRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [pauses, hotGroup, drainTooShort, spotTooShort];

const LITTLE = "https://doi.org/10.1287/opre.9.3.383";
/** Busier than this, queues grow long by chance alone. */
const FULL = 0.9;
const RARE = 0.001;

function jobsOutliveObjective(facts: WorkFacts): Finding | undefined {
  const { measure, limitSec, percentile } = facts.scenario.objective;
  const share = shareLonger(facts, limitSec);
  if (measure !== "latency" || share <= 1 - percentile / 100 + 0.002) return undefined;
  return {
    rule: "jobs-outlive-objective",
    level: "fault",
    text: sentence(
      `${about(share)} of the jobs alone take longer than the ${seconds(limitSec)} that the objective allows: no fleet holds it.`,
    ),
    mend: `Allow more (${seconds(jobWithin(facts, percentile / 100))} is what ${String(percentile)} % of the jobs take), or make the jobs shorter.`,
    edits: [],
    paths: ["objective.limitSec", "work.serviceTime"],
    source: LITTLE,
  };
}

function tooSmall(facts: WorkFacts): Finding | undefined {
  const { scenario, peakPerSec, instancePerSec, meanJobSec } = facts;
  const { fleet } = scenario;
  const needed = peakPerSec / instancePerSec;
  if (needed <= fleet.max * FULL + 1e-9 || peakPerSec === 0) return undefined;
  const slots = formatCount(Math.ceil(peakPerSec * meanJobSec), "slot");
  const load = `${formatRate(peakPerSec)} of ${seconds(meanJobSec)} each keep ${slots} busy`;
  const most = `${formatCount(fleet.max, "instance")} of ${formatCount(slotsPerInstance(scenario), "slot")} can do ${formatRate(instancePerSec * fleet.max)}`;
  const max = Math.min(fleet.platform === "lambda" ? MOST_POLLERS : 10_000, Math.ceil(needed / FULL));
  return {
    rule: "too-small",
    level: needed > fleet.max ? "fault" : "risk",
    text: `At the busiest quarter of an hour ${load}, and ${most}: ${needed > fleet.max ? "the backlog grows as long as it lasts" : `that is ${formatShare(needed / fleet.max)} full, without room for a burst or a lost instance`}.`,
    mend: `Raise the maximum to ${formatCount(max, "instance")} or more, or the slots if the work leaves the processor idle.`,
    edits: [{ path: "fleet.max", value: max }],
    paths: ["fleet.max", "worker.slots", "work.serviceTime"],
    source: LITTLE,
  };
}

function pauses(facts: WorkFacts): Finding | undefined {
  const { worker, fleet } = facts.scenario;
  const pauseSec = worker.batchLoop?.pauseSec ?? 0;
  if (pauseSec === 0) return undefined;
  const perSlot = facts.instancePerSec / worker.slots;
  return {
    rule: "pauses",
    level: facts.peakPerSec > facts.instancePerSec * fleet.max ? "fault" : "risk",
    text: `A slot that pauses for ${seconds(pauseSec)} after each batch of at most ${String(worker.maxMessagesPerReceive)} does ${formatRate(perSlot)}, however full the queue.`,
    mend: "Pause after an empty receive only; a long poll waits by itself.",
    edits: [{ path: "worker.batchLoop.pauseSec", value: 0 }],
    paths: ["worker.batchLoop.pauseSec"],
    source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
  };
}

function sharedPlaces(facts: WorkFacts): Finding | undefined {
  const { downstream, fleet } = facts.scenario;
  if (downstream === null) return undefined;
  const callSec = meanSec(downstream.latency);
  const mostPerSec = callSec === 0 ? Infinity : downstream.places / callSec;
  if (facts.peakPerSec <= mostPerSec * FULL) return undefined;
  return {
    rule: "downstream-too-small",
    level: facts.peakPerSec > mostPerSec ? "fault" : "risk",
    text: `What the jobs call serves ${formatRate(mostPerSec)} (${formatCount(downstream.places, "place")}, ${seconds(callSec)} a call), and ${formatRate(facts.peakPerSec)} come: more instances only wait there together.`,
    mend: `Get more places there, or let no more than ${formatCount(downstream.places, "job")} run at once (now up to ${formatNumber(fleet.max * slotsPerInstance(facts.scenario))}).`,
    edits: [],
    paths: ["downstream.places", "downstream.latency"],
    source: LITTLE,
  };
}

function hotGroup(facts: WorkFacts): Finding | undefined {
  const { queue } = facts.scenario;
  if (queue.type !== "fifo" || queue.groups === null) return undefined;
  const { hotShare, count } = queue.groups;
  const busiest = Math.max(hotShare, 1 / count);
  const load = facts.peakPerSec * busiest * facts.meanJobSec;
  if (load <= FULL) return undefined;
  return {
    rule: "hot-group",
    level: load > 1 ? "fault" : "risk",
    text: `One message group has ${formatShare(busiest)} of the traffic, and its messages are worked one after the other: ${formatRate(facts.peakPerSec * busiest)} come, ${formatRate(1 / facts.meanJobSec)} can be done, whatever the fleet.`,
    mend: "Give messages whose order does not matter groups of their own.",
    edits: [],
    paths: ["queue.groups"],
    source: `${SQS_GUIDE}/avoid-backlog-with-the-same-message-group-id.html`,
  };
}

function drainTooShort(facts: WorkFacts): Finding | undefined {
  const { fleet } = facts.scenario;
  const { sec, path, source } = drainLimit(facts);
  const killed = shareStillRunning(facts, sec);
  if (killed < RARE || fleet.protection !== "none" || !canShrink(facts)) return undefined;
  const canWait = path === "worker.drainLimitSec" && jobWithin(facts, 1) < 7200;
  return {
    rule: "drain-too-short",
    level: killed >= 0.01 ? "fault" : "risk",
    text: `A scale-in gives running jobs ${seconds(sec)}: ${about(killed)} of them do not end in time (the longest takes ${seconds(jobWithin(facts, 0.999))}), and begin again elsewhere.`,
    mend: canWait
      ? "Give an instance as long as its longest job takes, by a terminate hook whose heartbeats the worker sends, or protect it while it is busy."
      : "Protect an instance or task from scale-in while it is busy.",
    edits: canWait
      ? [{ path, value: Math.min(7200, Math.ceil(jobWithin(facts, 1) * 1.25)) }]
      : [{ path: "fleet.protection", value: "while-busy" }],
    paths: [path, "fleet.protection"],
    source,
  };
}

/** How long a worker that is told to stop may work on. */
function drainLimit({ scenario: { fleet, worker } }: WorkFacts): { readonly sec: number; readonly path: string; readonly source: string } {
  if (fleet.platform === "fargate") {
    return {
      sec: fleet.task.stopTimeoutSec,
      path: "fleet.task.stopTimeoutSec",
      source: `${ECS_GUIDE}/task_definition_parameters.html`,
    };
  }
  const source = `${ASG_GUIDE}/lifecycle-hooks.html`;
  if (fleet.terminateHook === null) return { sec: worker.drainLimitSec, path: "worker.drainLimitSec", source };
  const { heartbeatTimeoutSec, sendsHeartbeats } = fleet.terminateHook;
  const sec = sendsHeartbeats ? Math.min(172_800, 100 * heartbeatTimeoutSec) : heartbeatTimeoutSec;
  return { sec, path: "fleet.terminateHook.heartbeatTimeoutSec", source };
}

function canShrink({ scenario: { fleet, policy, acts } }: WorkFacts): boolean {
  const isKept = "disableScaleIn" in policy && policy.disableScaleIn;
  return (fleet.min < fleet.max && !isKept) || acts.length > 0;
}

function spotTooShort(facts: WorkFacts): Finding | undefined {
  const { spot } = facts.scenario.fleet;
  if (spot === null || spot.share === 0 || spot.interruptedPerDay === 0) return undefined;
  const killed = shareStillRunning(facts, spot.noticeSec);
  if (killed < 0.01) return undefined;
  return {
    rule: "spot-too-short",
    level: "risk",
    text: `Spot gives ${seconds(spot.noticeSec)} notice: ${about(killed)} of the jobs running then do not end in time, and begin again elsewhere.`,
    mend: "Cut long jobs into steps, keep what was done, or run them on demand.",
    edits: [],
    paths: ["fleet.spot", "work.serviceTime"],
    source: `${EC2_GUIDE}/spot-instance-termination-notices.html`,
  };
}
