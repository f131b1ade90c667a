import { formatCount, formatNumber } from "../../measure/format.ts";
import { slotsPerInstance } from "../../scenario/slots.ts";
import { LAMBDA_GUIDE } from "../../scenario/sections/kit.ts";
import type { Finding } from "./finding.ts";
import { about, seconds, sentence } from "./words.ts";
import { jobWithin, shareLonger, type WorkFacts } from "./work-facts.ts";

/** Rules about a Lambda function and its event source mapping. */
export const lambdaRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [
  jobsOutliveFunction,
  batchOutlivesFunction,
  visibilityBelowSixTimeouts,
  throttledMapping,
  placesBelowConcurrency,
  failureTakesTheBatch,
];

const CONFIGURE = `${LAMBDA_GUIDE}/services-sqs-configure.html`;
const ERRORS = `${LAMBDA_GUIDE}/services-sqs-errorhandling.html`;
const SCALING = `${LAMBDA_GUIDE}/services-sqs-scaling.html`;
const RARE = 0.001;
/** What AWS advises: the visibility timeout over the function's. */
const ADVISED_TIMES = 6;
const LONGEST_TIMEOUT_SEC = 900;
const LONGEST_VISIBILITY_SEC = 43_200;

/** Messages that the handler of one invocation works one after the other. */
function inARow({ scenario }: WorkFacts): number {
  return Math.ceil(scenario.fleet.lambda.batchSize / slotsPerInstance(scenario));
}

function jobsOutliveFunction(facts: WorkFacts): Finding | undefined {
  const { timeoutSec } = facts.scenario.fleet.lambda;
  const share = shareLonger(facts, timeoutSec);
  if (share < RARE) return undefined;
  const longest = jobWithin(facts, 0.999);
  const isPossible = longest <= LONGEST_TIMEOUT_SEC;
  return {
    rule: "jobs-outlive-function",
    level: share >= 0.01 ? "fault" : "risk",
    text: sentence(
      `${about(share)} of the jobs take longer than the function's timeout of ${seconds(timeoutSec)}: each is cut off, its batch comes back, and is cut off again until it is dead.`,
    ),
    mend: isPossible
      ? `Raise the timeout above the longest job (${seconds(longest)}), and the visibility timeout to six times that.`
      : `No function runs for longer than ${seconds(LONGEST_TIMEOUT_SEC)}: cut the work into steps, or run it on instances.`,
    edits: isPossible ? timeoutEdits(Math.ceil(longest * 1.25) * inARow(facts)) : [],
    paths: ["fleet.lambda.timeoutSec", "work.serviceTime"],
    source: CONFIGURE,
  };
}

function batchOutlivesFunction(facts: WorkFacts): Finding | undefined {
  const { batchSize, timeoutSec } = facts.scenario.fleet.lambda;
  const wholeSec = inARow(facts) * facts.meanJobSec;
  if (batchSize === 1 || wholeSec <= timeoutSec || shareLonger(facts, timeoutSec) >= RARE) return undefined;
  return {
    rule: "batch-outlives-function",
    level: "fault",
    text: `A full batch of ${formatCount(batchSize, "message")} takes ${seconds(wholeSec)} on average, ${String(inARow(facts))} of them one after the other, and the function is cut off after ${seconds(timeoutSec)}: what it had done by then comes back as well.`,
    mend: "Raise the timeout above the time of a full batch, take smaller batches, or work more of a batch at the same time.",
    edits: [{ path: "fleet.lambda.batchSize", value: 1 }],
    paths: ["fleet.lambda.timeoutSec", "fleet.lambda.batchSize", "worker.slots"],
    source: CONFIGURE,
  };
}

function visibilityBelowSixTimeouts({ scenario: { fleet, queue } }: WorkFacts): Finding | undefined {
  const { timeoutSec } = fleet.lambda;
  const advisedSec = Math.min(LONGEST_VISIBILITY_SEC, ADVISED_TIMES * timeoutSec);
  if (queue.visibilityTimeoutSec >= advisedSec) return undefined;
  return {
    rule: "visibility-below-six-timeouts",
    level: "risk",
    text: `The visibility timeout of ${seconds(queue.visibilityTimeoutSec)} is less than six times the function's timeout of ${seconds(timeoutSec)}: a batch that is throttled once may be dropped before it can be tried again, and every drop counts as a receive.`,
    mend: `Set the visibility timeout to ${seconds(advisedSec)} or more.`,
    edits: [{ path: "queue.visibilityTimeoutSec", value: advisedSec }],
    paths: ["queue.visibilityTimeoutSec", "fleet.lambda.timeoutSec"],
    source: CONFIGURE,
  };
}

function throttledMapping({ scenario: { fleet, queue } }: WorkFacts): Finding | undefined {
  const { concurrencyLimit } = fleet.lambda;
  if (fleet.max <= concurrencyLimit) return undefined;
  const dead =
    queue.maxReceiveCount === 0 ? "" : ` After ${formatCount(queue.maxReceiveCount, "receive")} it is dead, though it was never worked.`;
  return {
    rule: "mapping-above-concurrency",
    level: "risk",
    text: `The mapping may invoke ${formatNumber(fleet.max)} at a time, and the function runs ${formatNumber(concurrencyLimit)}: under load the rest is throttled, and a batch that is throttled until its visibility timeout ends has been received for nothing.${dead}`,
    mend: "Keep the mapping's maximum concurrency within the function's.",
    edits: concurrencyLimit >= 2 ? [{ path: "fleet.max", value: concurrencyLimit }] : [],
    paths: ["fleet.max", "fleet.lambda.concurrencyLimit"],
    source: SCALING,
  };
}

function placesBelowConcurrency(facts: WorkFacts): Finding | undefined {
  const { downstream, fleet } = facts.scenario;
  if (downstream === null) return undefined;
  const atOnce = fleet.max * slotsPerInstance(facts.scenario);
  if (atOnce <= downstream.places) return undefined;
  const max = Math.floor((downstream.places * fleet.max) / atOnce);
  return {
    rule: "concurrency-above-places",
    level: "risk",
    text: `What the jobs call has ${formatCount(downstream.places, "place")}, and a burst brings up to ${formatCount(atOnce, "job")} at once: those beyond wait there, in invocations that are paid for.`,
    mend: "Let a maximum concurrency hold the burst back in the queue, where waiting costs nothing.",
    edits: max >= 2 ? [{ path: "fleet.max", value: max }] : [],
    paths: ["fleet.max", "downstream.places"],
    source: SCALING,
  };
}

function failureTakesTheBatch({ scenario: { fleet }, failureProbability, poisonProbability }: WorkFacts): Finding | undefined {
  const { batchSize, reportsItemFailures } = fleet.lambda;
  if (reportsItemFailures || batchSize === 1 || failureProbability + poisonProbability === 0) return undefined;
  return {
    rule: "failure-takes-the-batch",
    level: "risk",
    text: `A message that fails takes its whole batch of up to ${formatCount(batchSize, "message")} with it: all come back, are worked again, and count a receive nearer to the dead-letter queue. The mapping reads less meanwhile.`,
    mend: "Have the function report the messages that failed (ReportBatchItemFailures).",
    edits: [{ path: "fleet.lambda.reportsItemFailures", value: true }],
    paths: ["fleet.lambda.reportsItemFailures", "fleet.lambda.batchSize"],
    source: ERRORS,
  };
}

/** A longer timeout, and what goes with it; none where there is no such timeout. */
function timeoutEdits(timeoutSec: number): Finding["edits"] {
  if (timeoutSec > LONGEST_TIMEOUT_SEC) return [];
  return [
    { path: "queue.visibilityTimeoutSec", value: ADVISED_TIMES * timeoutSec },
    { path: "fleet.lambda.timeoutSec", value: timeoutSec },
  ];
}
