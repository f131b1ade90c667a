import { durationSampler } from "../../kernel/distributions.ts";
import { RandomStream } from "../../kernel/random.ts";
import { meanSec } from "../../kernel/distributions.ts";
import { classesOf } from "../../driver/message-classes.ts";
import { expectedMessages } from "../../scenario/expected-messages.ts";
import type { DurationSpec, Scenario } from "../../scenario/schema.ts";
import { slotsPerInstance } from "../../scenario/slots.ts";

/** What the rules ask of a scenario's work and traffic: computed once. */
export interface WorkFacts {
  readonly scenario: Scenario;
  /** Times that jobs hold a slot, the downstream's part included; drawn at random, shortest first. Seconds. */
  readonly jobsSec: Float64Array;
  readonly meanJobSec: number;
  /** Chance that an attempt fails, and that a message fails at every one; of all messages. */
  readonly failureProbability: number;
  readonly poisonProbability: number;
  /** The highest rate that lasts for {@link SUSTAINED_SEC}; messages a second. */
  readonly peakPerSec: number;
  /** Messages a second that one instance can do with full slots. */
  readonly instancePerSec: number;
}

/** A rate that lasts this long has to be served, not sat out. */
const SUSTAINED_SEC = 900;
/** Enough that a share is right to about a third of a percent. */
const DRAWS = 20_000;
const MOST_WINDOWS = 4000;

export function workFacts(scenario: Scenario): WorkFacts {
  const { worker, downstream } = scenario;
  const classes = weightedClasses(scenario);
  const call = downstream?.latency;
  const meanJobSec = classes.reduce((sum, { weight, serviceTime }) => sum + weight * meanSec(serviceTime), call ? meanSec(call) : 0);
  const batch = worker.maxMessagesPerReceive;
  const loop = worker.batchLoop;
  const slotPerSec = loop === null ? 1 / meanJobSec : batch / (batch * meanJobSec + loop.pauseSec);
  return {
    scenario,
    jobsSec: drawnJobs(classes, call).sort(),
    meanJobSec,
    failureProbability: classes.reduce((sum, { weight, failureProbability }) => sum + weight * failureProbability, 0),
    poisonProbability: classes.reduce((sum, { weight, poisonProbability }) => sum + weight * poisonProbability, 0),
    peakPerSec: peakPerSec(scenario),
    instancePerSec: slotsPerInstance(scenario) * slotPerSec,
  };
}

/** Share of the jobs that take longer. */
export function shareLonger({ jobsSec }: WorkFacts, sec: number): number {
  let longer = 0;
  for (let index = jobsSec.length - 1; index >= 0 && (jobsSec[index] as number) > sec; index -= 1) longer += 1;
  return longer / jobsSec.length;
}

/** Of the jobs that run at some moment, the share that is not done `sec` later: E(S − t)⁺ ÷ E(S). */
export function shareStillRunning({ jobsSec }: WorkFacts, sec: number): number {
  let after = 0;
  let all = 0;
  for (const job of jobsSec) {
    after += Math.max(0, job - sec);
    all += job;
  }
  return all === 0 ? 0 : after / all;
}

/** The time within which `share` of the jobs end. */
export function jobWithin({ jobsSec }: WorkFacts, share: number): number {
  return jobsSec[Math.min(jobsSec.length - 1, Math.floor(share * jobsSec.length))] ?? 0;
}

interface WeightedClass {
  readonly weight: number;
  readonly serviceTime: DurationSpec;
  readonly failureProbability: number;
  readonly poisonProbability: number;
}

/** The classes by the share of the messages that they are; sources that name their class count by their traffic. */
function weightedClasses({ work, traffic, run }: Scenario): WeightedClass[] {
  const classes = classesOf(work);
  const shareOf = (index: number) => (classes[index]?.shareUpTo ?? 0) - (classes[index - 1]?.shareUpTo ?? 0);
  const byShare = classes.map((_, index) => shareOf(index));
  const weights = classes.map(() => 0);
  const sources = traffic.kind === "sum" ? traffic.sources : [{ traffic, messageClass: null }];
  for (const source of sources) {
    const count = expectedMessages(source.traffic, 0, run.durationSec);
    const named = classes.findIndex(({ name }) => name === source.messageClass);
    for (const [index, share] of byShare.entries()) {
      weights[index] = (weights[index] ?? 0) + count * (named === -1 ? share : index === named ? 1 : 0);
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return classes.map((each, index) => ({
    ...each,
    weight: total === 0 ? (byShare[index] ?? 0) : (weights[index] ?? 0) / total,
  }));
}

function drawnJobs(classes: readonly WeightedClass[], call: DurationSpec | undefined): Float64Array {
  const calls = call === undefined ? undefined : durationSampler(call, new RandomStream(1, "preflight-calls"));
  const jobs = new Float64Array(DRAWS);
  let drawn = 0;
  let weight = 0;
  for (const [index, each] of classes.entries()) {
    weight += each.weight;
    const sampler = durationSampler(each.serviceTime, new RandomStream(1, `preflight-${String(index)}`));
    for (; drawn < Math.round(weight * DRAWS); drawn += 1) jobs[drawn] = (sampler.nextMs() + (calls?.nextMs() ?? 0)) / 1000;
  }
  return jobs;
}

function peakPerSec({ traffic, run: { durationSec } }: Scenario): number {
  const windowSec = Math.min(durationSec, Math.max(SUSTAINED_SEC, durationSec / MOST_WINDOWS));
  let most = 0;
  for (let fromSec = 0; fromSec + windowSec <= durationSec; fromSec += windowSec) {
    most = Math.max(most, expectedMessages(traffic, fromSec, fromSec + windowSec));
  }
  return most / windowSec;
}
