/**
 * What Headroom's own policy costs next to target tracking at its best fixed target, on every scenario of the gallery whose
 * fleet can scale, and whose objective its maximum can hold and its minimum cannot.
 *
 * Target tracking is the platform's own: EC2's for a group, ECS's for a service. On the backlog per instance (what AWS's
 * guide for SQS advises) and on the workers' busy share, the best target is searched first, with seeds of its own: the
 * cheapest with which every run held the objective (if there is none, the one that came nearest). That is more than an
 * operator can know. Then all run with the same seeds, and the difference of the bills is given with its 95 % interval.
 *
 *     npm run bench -- policies
 */
import { isMainThread } from "node:worker_threads";
import { differenceInterval } from "../../sim/measure/confidence.ts";
import { meanSec } from "../../sim/kernel/distributions.ts";
import { gallery, type GalleryEntry } from "../../sim/scenario/gallery/index.ts";
import { scenarioSchema, type PolicySpec, type Scenario } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { isQuick } from "./measure.ts";
import { answerTasks, onThreads } from "./pool.ts";

const SEARCH_SEEDS = isQuick ? [101] : [101, 102, 103, 104, 105];
const SEEDS = Array.from({ length: isQuick ? 3 : 20 }, (_, index) => index + 1);
const BACKLOG_TARGETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 200, 400, 800, 1600, 3200, 6400];
const BUSY_TARGETS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

interface Outcome {
  readonly policy: PolicySpec;
  readonly costsUsd: readonly number[];
  readonly meanUsd: number;
  /** The objective's percentile over its limit, on average. */
  readonly strain: number;
  readonly heldShare: number;
}

interface Compared {
  readonly ours: Outcome;
  readonly onBacklog: Outcome;
  readonly onBusyShare: Outcome;
}

/** Why a scenario is not compared; undefined if it is. */
function leftOut({ id, scenario }: GalleryEntry): string | undefined {
  const { min, max, platform } = scenario.fleet;
  if (platform === "lambda") return "no policy scales a Lambda function";
  if (min === max) return `its fleet has ${min} instances and cannot scale`;
  const twin = gallery.find((other) => withoutPolicy(other.scenario) === withoutPolicy(scenario));
  if (twin !== undefined && twin.id !== id) return `it differs from ${twin.id} in its policy alone`;
  const runs = SEARCH_SEEDS.length;
  const held = (count: number) => {
    const fixed = { ...scenario, fleet: { ...scenario.fleet, min: count, max: count, initial: null } };
    return SEARCH_SEEDS.filter((seed) => simulate(fixed, seed).summary.objective.held).length;
  };
  const atMost = held(max);
  if (atMost < runs) return `even ${max} instances all the time hold its objective in ${atMost} of ${runs} runs only`;
  if (held(min) === runs) return `its minimum, ${min}, holds its objective all the time: there is nothing to scale for`;
  return undefined;
}

function withoutPolicy({ name: _name, lesson: _lesson, policy: _policy, ...rest }: Scenario): string {
  return JSON.stringify(rest);
}

function compare(scenario: Scenario): Compared {
  const expectedServiceSec = Math.max(0.001, meanSec(scenario.work.serviceTime));
  const kind = scenario.fleet.platform === "ec2" ? "ec2-target-tracking" : "ecs-target-tracking";
  const tracking = (target: number, metric: object) => policySpec({ kind, target, ...metric });
  return {
    ours: outcome(scenario, policySpec({ kind: "headroom", expectedServiceSec }), SEEDS),
    onBacklog: best(
      scenario,
      BACKLOG_TARGETS.map((target) => tracking(target, {})),
    ),
    onBusyShare: best(
      scenario,
      BUSY_TARGETS.map((target) => tracking(target, { metric: "busyShare" })),
    ),
  };
}

function policySpec(policy: object): PolicySpec {
  return scenarioSchema.parse({ version: 1, name: "policy", policy }).policy;
}

function outcome(scenario: Scenario, policy: PolicySpec, seeds: readonly number[]): Outcome {
  const summaries = seeds.map((seed) => simulate({ ...scenario, policy }, seed).summary);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const costsUsd = summaries.map(({ cost }) => cost.totalUsd);
  return {
    policy,
    costsUsd,
    meanUsd: mean(costsUsd),
    // A run that finished nothing has no latency: nothing could be further from its limit.
    strain: mean(summaries.map(({ objective: { measuredMs, limitMs } }) => (Number.isNaN(measuredMs) ? Infinity : measuredMs / limitMs))),
    heldShare: mean(summaries.map(({ objective: { held } }) => (held ? 1 : 0))),
  };
}

/** The cheapest that held in every run of the search, else the one that came nearest; with the seeds of the comparison. */
function best(scenario: Scenario, policies: readonly PolicySpec[]): Outcome {
  const tried = policies.map((policy) => outcome(scenario, policy, SEARCH_SEEDS));
  const holding = tried.filter(({ heldShare }) => heldShare === 1);
  const price = ({ meanUsd, strain }: Outcome) => (holding.length > 0 ? meanUsd : strain);
  const chosen = (holding.length > 0 ? holding : tried).reduce((least, one) => (price(one) < price(least) ? one : least));
  return outcome(scenario, chosen.policy, SEEDS);
}

type Verdict = "wins" | "even" | "dearer" | "misses" | "neither holds";

/** wins: cheaper by more than chance, or holds the objective in more runs. misses: holds it in fewer. dearer: by more than chance. */
function verdict(ours: Outcome, theirs: Outcome): { verdict: Verdict; text: string } {
  const { mean, low, high } = differenceInterval(theirs.costsUsd, ours.costsUsd, 0.95);
  const percent = (usd: number) => `${usd > 0 ? "+" : ""}${((usd / theirs.meanUsd) * 100).toFixed(1)}`;
  const text = `${percent(mean)} % [${percent(low)}, ${percent(high)}]`;
  // What a fleet costs that does not do its work is no matter.
  if (ours.heldShare === 0 && theirs.heldShare === 0) return { verdict: "neither holds", text: "no run" };
  if (ours.heldShare < theirs.heldShare) return { verdict: "misses", text };
  if (ours.heldShare > theirs.heldShare) return { verdict: "wins", text: "holds more often" };
  return { verdict: high < 0 ? "wins" : low > 0 ? "dearer" : "even", text };
}

function figures({ policy, meanUsd, strain, heldShare }: Outcome): string {
  const target = "target" in policy ? `${policy.target}: ` : "";
  const reached = strain === Infinity ? "nothing done" : `${(100 * strain).toFixed(0)} % of the limit`;
  return `${target}${meanUsd.toFixed(3)} $, ${reached}, held ${(100 * heldShare).toFixed(0)} %`;
}

function report(answers: readonly (Compared | string)[]): void {
  const counts = { onBacklog: new Map<Verdict, number>(), onBusyShare: new Map<Verdict, number>() };
  console.log(
    "| scenario | Headroom | best target, backlog per instance | Headroom's bill against it | best target, busy share | Headroom's bill against it |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [index, { id }] of gallery.entries()) {
    const answer = answers[index]!;
    if (typeof answer === "string") continue;
    const cells = [id, figures(answer.ours)];
    for (const rival of ["onBacklog", "onBusyShare"] as const) {
      const against = verdict(answer.ours, answer[rival]);
      counts[rival].set(against.verdict, (counts[rival].get(against.verdict) ?? 0) + 1);
      cells.push(figures(answer[rival]), `${against.verdict}: ${against.text}`);
    }
    console.log(`| ${cells.join(" | ")} |`);
  }
  for (const [rival, count] of Object.entries(counts)) {
    console.log(`\n${rival}: ${[...count].map(([name, number]) => `${name} ${number}`).join(", ")}`);
  }
  console.log("\nLeft out:");
  for (const [index, { id }] of gallery.entries()) if (typeof answers[index] === "string") console.log(`- ${id}: ${answers[index]}`);
}

if (isMainThread) {
  report(await onThreads<Compared | string>(import.meta.url, gallery.length));
} else {
  answerTasks((task) => {
    const entry = gallery[task]!;
    return leftOut(entry) ?? compare(entry.scenario);
  });
}
