import { meanSec } from "../kernel/distributions.ts";
import type { Scenario } from "../scenario/schema.ts";
import { mmc } from "./queueing.ts";
import type { Result } from "./result.ts";

/** What theory says of a run, beside what the run measured. */
export interface ClosedForm {
  readonly law: "little" | "offered-load" | "erlang-c";
  readonly theory: number;
  readonly measured: number;
  readonly unit: "messages" | "slots" | "ms";
  /** The formula with the run's own numbers in it, in their usual units. */
  readonly inputs: { readonly ratePerSec: number; readonly timeMs: number; readonly servers?: number };
}

/**
 * The closed forms that apply to a run. Little's law and the offered load hold for any queue that ends about as empty as it
 * began; Erlang C for steady Poisson traffic on a fleet that does not change, whose jobs are exponential and never fail.
 */
export function closedFormsOf(result: Result): ClosedForm[] {
  const { scenario, summary } = result;
  const { messages, latencyMs, backlog, inFlight, durationMs } = summary;
  const ratePerSec = messages.sent / (durationMs / 1000);
  const meanServiceSec = sharedServiceSec(scenario);
  if (messages.deleted === 0 || messages.sent === 0) return [];
  const forms: ClosedForm[] = [];
  const left = messages.visible + messages.inFlight + messages.delayed;
  // What has not been deleted has no latency yet: with much of it left, the two sides count different messages.
  if (messages.dead + messages.expired + messages.purged + messages.redriven === 0 && left <= messages.sent * MOST_LEFT) {
    forms.push({
      law: "little",
      theory: ratePerSec * (latencyMs.mean / 1000),
      measured: backlog.mean + inFlight.mean,
      unit: "messages",
      inputs: { ratePerSec, timeMs: latencyMs.mean },
    });
  }
  if (meanServiceSec !== undefined && messages.failedJobs + messages.duplicateJobs + left <= messages.sent * MOST_LEFT) {
    forms.push({
      law: "offered-load",
      theory: ratePerSec * meanServiceSec,
      measured: inFlight.mean,
      unit: "slots",
      inputs: { ratePerSec, timeMs: meanServiceSec * 1000 },
    });
    const steady = steadyServers(scenario);
    const longRun =
      steady === undefined ? undefined : mmc({ arrivalRatePerSec: steady.ratePerSec, meanServiceSec, servers: steady.servers });
    if (steady !== undefined && longRun?.steady === true) {
      forms.push({
        law: "erlang-c",
        theory: longRun.meanWaitSec * 1000,
        measured: summary.waitMs.mean,
        unit: "ms",
        inputs: { ratePerSec: steady.ratePerSec, timeMs: meanServiceSec * 1000, servers: steady.servers },
      });
    }
  }
  return forms;
}

/** Share of the messages that may be left at the end, or worked on twice, for the long run's laws to be worth a look. */
const MOST_LEFT = 0.01;

/** The mean time of a job where all messages are alike and nothing else slows them; else undefined. */
function sharedServiceSec({ work, downstream, worker, fleet }: Scenario): number | undefined {
  // A message of a Lambda function's batch waits for the others of it.
  if (fleet.platform === "lambda" && fleet.lambda.batchSize > 1) return undefined;
  if (work.classes.length > 0 || downstream !== null || work.poisonProbability > 0 || worker.slots < 1) return undefined;
  return meanSec(work.serviceTime);
}

/** Slots of a fleet that does not change, under steady Poisson traffic and exponential jobs. */
function steadyServers({
  traffic,
  work,
  worker,
  fleet,
  acts,
}: Scenario): { readonly ratePerSec: number; readonly servers: number } | undefined {
  if (traffic.kind !== "poisson" || traffic.batch !== null || work.serviceTime.kind !== "exponential") return undefined;
  if (fleet.min !== fleet.max || fleet.min === 0 || acts.length > 0) return undefined;
  return { ratePerSec: traffic.ratePerSec * traffic.scale, servers: fleet.min * worker.slots };
}
