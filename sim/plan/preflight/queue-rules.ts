import { formatCount, formatNumber } from "../../measure/format.ts";
import { SQS_GUIDE } from "../../scenario/sections/kit.ts";
import type { Edit } from "../edits.ts";
import type { Finding } from "./finding.ts";
import { about, seconds, sentence } from "./words.ts";
import { jobWithin, shareLonger, type WorkFacts } from "./work-facts.ts";

/** Rules about visibility and receives, as workers have them. */
export const queueRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [
  jobsOutliveVisibility,
  batchOutlivesVisibility,
  heartbeatTooLate,
  heartbeatEndsEarly,
  longerThanSqsHolds,
  twoVisibilities,
  hiddenAfterCrash,
  shortPolls,
  inFlightQuota,
];

/** Rules about the dead-letter queue, whoever reads. */
export const deadLetterRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [
  noDeadLetterQueue,
  deadAtFirstFailure,
  deadLettersExpire,
];

const VISIBILITY = `${SQS_GUIDE}/sqs-visibility-timeout.html`;
const DEAD_LETTERS = `${SQS_GUIDE}/sqs-dead-letter-queues.html`;
/** The longest that SQS keeps a message for one receiver. */
const LONGEST_HOLD_SEC = 43_200;
/** A rarer thing than one job in a thousand is taken for none. */
const RARE = 0.001;

/** What counts for the workers, and where it is written. */
function visibility({ scenario: { queue } }: WorkFacts): { readonly sec: number; readonly path: string } {
  return queue.receiveVisibilityTimeoutSec === null
    ? { sec: queue.visibilityTimeoutSec, path: "queue.visibilityTimeoutSec" }
    : { sec: queue.receiveVisibilityTimeoutSec, path: "queue.receiveVisibilityTimeoutSec" };
}

function jobsOutliveVisibility(facts: WorkFacts): Finding | undefined {
  const { worker } = facts.scenario;
  const { sec, path } = visibility(facts);
  const share = shareLonger(facts, sec);
  if (worker.heartbeat !== null || share < RARE) return undefined;
  return {
    rule: "jobs-outlive-visibility",
    level: share >= 0.01 ? "fault" : "risk",
    text: sentence(
      `${about(share)} of the jobs take longer than the visibility timeout of ${seconds(sec)}: each is handed to a second worker while the first still works.`,
    ),
    mend: `Have the worker extend the visibility of what it works on, or raise the timeout well above the longest job (${seconds(jobWithin(facts, 0.999))}).`,
    edits: worker.batchLoop === null && sec >= 1 ? [heartbeatFor(facts, sec)] : [],
    paths: [path, "worker.heartbeat", "work.serviceTime"],
    source: VISIBILITY,
  };
}

/** A third of the timeout leaves two more attempts. */
function heartbeatFor(facts: WorkFacts, visibilitySec: number): Edit {
  const maxSec = Math.min(LONGEST_HOLD_SEC, Math.max(visibilitySec, Math.ceil(jobWithin(facts, 1) * 2)));
  const value = { everySec: Math.max(0.1, Math.floor((visibilitySec / 3) * 10) / 10), extendToSec: visibilitySec, maxSec };
  return { path: "worker.heartbeat", value };
}

function batchOutlivesVisibility(facts: WorkFacts): Finding | undefined {
  const { worker } = facts.scenario;
  const { sec, path } = visibility(facts);
  const batch = worker.maxMessagesPerReceive;
  const wholeSec = batch * facts.meanJobSec;
  if (worker.batchLoop === null || worker.heartbeat !== null || batch === 1 || wholeSec <= sec) return undefined;
  const inTime = Math.max(1, Math.floor(sec / facts.meanJobSec));
  return {
    rule: "batch-outlives-visibility",
    level: "fault",
    text: `A batch of ${String(batch)} worked one after the other takes ${seconds(wholeSec)}; the visibility timeout is ${seconds(sec)}: from message ${formatNumber(inTime + 1)} on, others get it before its turn comes.`,
    mend: "Receive no more messages than there are slots to start them at once, or extend the visibility of the whole batch.",
    edits: [{ path: "worker.maxMessagesPerReceive", value: 1 }],
    paths: ["worker.maxMessagesPerReceive", "worker.batchLoop", path],
    source: VISIBILITY,
  };
}

function heartbeatTooLate(facts: WorkFacts): Finding | undefined {
  const { heartbeat } = facts.scenario.worker;
  if (heartbeat === null) return undefined;
  const { sec, path } = visibility(facts);
  const leastSec = Math.min(sec, heartbeat.extendToSec);
  if (heartbeat.everySec < leastSec) return undefined;
  return {
    rule: "heartbeat-too-late",
    level: "fault",
    text: `A heartbeat every ${seconds(heartbeat.everySec)} comes after the ${seconds(leastSec)} for which a message is hidden: it is visible in between.`,
    mend: "Send heartbeats at a third of the time for which a message is hidden.",
    edits: leastSec >= 1 ? [{ path: "worker.heartbeat.everySec", value: Math.max(0.1, Math.floor((leastSec / 3) * 10) / 10) }] : [],
    paths: ["worker.heartbeat.everySec", "worker.heartbeat.extendToSec", path],
    source: VISIBILITY,
  };
}

function heartbeatEndsEarly(facts: WorkFacts): Finding | undefined {
  const { heartbeat } = facts.scenario.worker;
  if (heartbeat === null || heartbeat.maxSec >= LONGEST_HOLD_SEC) return undefined;
  const share = shareLonger(facts, heartbeat.maxSec + heartbeat.extendToSec);
  if (share < RARE) return undefined;
  return {
    rule: "heartbeat-ends-early",
    level: share >= 0.01 ? "fault" : "risk",
    text: sentence(
      `${about(share)} of the jobs run on after the last heartbeat, ${seconds(heartbeat.maxSec)} after the receive: others get their messages.`,
    ),
    mend: `Send heartbeats for as long as the longest job takes (${seconds(jobWithin(facts, 0.999))}).`,
    edits: [{ path: "worker.heartbeat.maxSec", value: Math.min(LONGEST_HOLD_SEC, Math.ceil(jobWithin(facts, 1) * 1.5)) }],
    paths: ["worker.heartbeat.maxSec"],
    source: VISIBILITY,
  };
}

function longerThanSqsHolds(facts: WorkFacts): Finding | undefined {
  const share = shareLonger(facts, LONGEST_HOLD_SEC);
  if (share < RARE) return undefined;
  return {
    rule: "longer-than-sqs-holds",
    level: "fault",
    text: sentence(
      `${about(share)} of the jobs take longer than 12 h, the most that SQS hides a message after its receive, heartbeats or not: they are always begun again.`,
    ),
    mend: "Cut the job into steps with a message each, or delete the message at the start and keep the state elsewhere.",
    edits: [],
    paths: ["work.serviceTime"],
    source: VISIBILITY,
  };
}

function twoVisibilities({ scenario: { queue } }: WorkFacts): Finding | undefined {
  const asked = queue.receiveVisibilityTimeoutSec;
  if (asked === null || asked === queue.visibilityTimeoutSec) return undefined;
  return {
    rule: "two-visibilities",
    level: "note",
    text: `The queue says ${seconds(queue.visibilityTimeoutSec)} and the workers ask for ${seconds(asked)} at each receive: whoever changes the queue's timeout changes nothing.`,
    mend: "Say it in one place: set the queue's timeout and leave the receive without one.",
    edits: [
      { path: "queue.visibilityTimeoutSec", value: asked },
      { path: "queue.receiveVisibilityTimeoutSec", value: null },
    ],
    paths: ["queue.visibilityTimeoutSec", "queue.receiveVisibilityTimeoutSec"],
    source: VISIBILITY,
  };
}

function hiddenAfterCrash(facts: WorkFacts): Finding | undefined {
  const { scenario } = facts;
  const { limitSec } = scenario.objective;
  const { sec, path } = visibility(facts);
  if (scenario.worker.heartbeat !== null || sec <= limitSec) return undefined;
  return {
    rule: "hidden-after-crash",
    level: "risk",
    text: `When a worker dies, what it held stays hidden for up to ${seconds(sec)}; the objective allows ${seconds(limitSec)}.`,
    mend: "Hide messages for little longer than their job takes; where jobs take long, for a short time that the worker extends while it works.",
    edits: shorterHold(facts, path),
    paths: [path, "worker.heartbeat"],
    source: VISIBILITY,
  };
}

/** No longer than the objective allows: by itself where the jobs are short enough for that, with heartbeats where not. */
function shorterHold(facts: WorkFacts, path: string): Edit[] {
  const { objective, worker } = facts.scenario;
  const enoughSec = Math.max(1, Math.ceil(jobWithin(facts, 1) * 1.5), Math.min(30, Math.floor(objective.limitSec)));
  if (worker.batchLoop !== null) return [];
  if (enoughSec <= objective.limitSec) return [{ path, value: enoughSec }];
  const shortSec = Math.max(1, Math.min(60, Math.floor(objective.limitSec / 2)));
  return [{ path, value: shortSec }, heartbeatFor(facts, shortSec)];
}

function noDeadLetterQueue({ scenario: { queue }, poisonProbability, peakPerSec, meanJobSec }: WorkFacts): Finding | undefined {
  if (queue.maxReceiveCount > 0) return undefined;
  const perHour = poisonProbability * peakPerSec * 3600;
  const many = `${about(poisonProbability)} of the messages (${formatNumber(perHour)} an hour at the peak) can never be processed`;
  const each = `each comes back until it is ${seconds(queue.retentionSec)} old, and takes a slot for ${seconds(meanJobSec)} every time`;
  return {
    rule: "no-dead-letter-queue",
    level: poisonProbability > 0 ? "fault" : "risk",
    text: `There is no dead-letter queue${poisonProbability > 0 ? `, and ${many}: ${each}` : `: a message that cannot be processed comes back until it is ${seconds(queue.retentionSec)} old, and takes a slot every time`}.`,
    mend: "Give the queue a dead-letter queue, and an alarm on it.",
    edits: [{ path: "queue.maxReceiveCount", value: 5 }],
    paths: ["queue.maxReceiveCount"],
    source: DEAD_LETTERS,
  };
}

function deadAtFirstFailure({ scenario: { queue } }: WorkFacts): Finding | undefined {
  if (queue.maxReceiveCount !== 1) return undefined;
  return {
    rule: "dead-at-first-failure",
    level: "risk",
    text: "One receive and a message is dead-lettered at the next: a crash, a scale-in or one slow answer is enough, though nothing is wrong with it.",
    mend: "Allow several receives; 3 to 5 are usual.",
    edits: [{ path: "queue.maxReceiveCount", value: 3 }],
    paths: ["queue.maxReceiveCount"],
    source: DEAD_LETTERS,
  };
}

function deadLettersExpire({ scenario: { queue } }: WorkFacts): Finding | undefined {
  const isKept = queue.deadLetterRetentionSec > queue.retentionSec || queue.type === "fifo";
  if (queue.maxReceiveCount === 0 || isKept) return undefined;
  const text = `The dead-letter queue keeps messages for ${seconds(queue.deadLetterRetentionSec)} from their send, the queue itself for ${seconds(queue.retentionSec)}: one that waited long is gone before anybody sees it there.`;
  return {
    rule: "dead-letters-expire",
    level: "risk",
    text,
    mend: "Keep dead letters for longer than messages; 14 days is the most.",
    edits: queue.retentionSec < 1_209_600 ? [{ path: "queue.deadLetterRetentionSec", value: 1_209_600 }] : [],
    paths: ["queue.deadLetterRetentionSec", "queue.retentionSec"],
    source: DEAD_LETTERS,
  };
}

function shortPolls({ scenario: { worker, fleet } }: WorkFacts): Finding | undefined {
  if (worker.waitTimeSec > 0) return undefined;
  const isRunning = fleet.min > 0 ? "an idle worker asks again at once, and every answer is billed" : "every empty answer is billed";
  return {
    rule: "short-polls",
    level: "risk",
    text: `Receives do not wait: ${isRunning}; they also look at some of the servers only, and miss messages that are there.`,
    mend: "Poll for as long as SQS allows, 20 s: it answers as soon as a message comes.",
    edits: [{ path: "worker.waitTimeSec", value: 20 }],
    paths: ["worker.waitTimeSec"],
    source: `${SQS_GUIDE}/sqs-short-and-long-polling.html`,
  };
}

function inFlightQuota({ scenario: { queue, worker, fleet } }: WorkFacts): Finding | undefined {
  const perSlot = worker.batchLoop === null ? 1 : worker.maxMessagesPerReceive;
  const held = fleet.max * worker.slots * perSlot;
  if (held <= queue.inFlightQuota) return undefined;
  return {
    rule: "in-flight-quota",
    level: "fault",
    text: `${formatCount(fleet.max, "instance")} can hold ${formatNumber(held)} messages at once, and SQS allows ${formatNumber(queue.inFlightQuota)} in flight: beyond that receives find nothing, and the instances stand idle.`,
    mend: "Ask AWS for a higher quota, share the work out over several queues, or lower the maximum.",
    edits: [],
    paths: ["queue.inFlightQuota", "fleet.max", "worker.slots"],
    source: `${SQS_GUIDE}/quotas-queues.html`,
  };
}
