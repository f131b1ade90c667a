/**
 * What Headroom's own policy costs next to EC2 target tracking at its best fixed target, on scenarios of several shapes.
 *
 * For each scenario the best target is searched first, with seeds of its own: the cheapest of twelve with which every
 * run held the objective (if there is none, the one with the smallest age). Then both policies run with the same seeds,
 * and the difference of their bills is given with its 95 % interval. Target tracking on the workers' busy share, which
 * AWS has advised since 2026, is searched and compared in the same way.
 *
 *     npm run bench -- policies
 */
import { differenceInterval, readScenario, simulate } from "../../sim/index.ts";
import banking from "../../sim/scenario/gallery/banking.json" with { type: "json" };

const quick = process.argv.includes("--quick");
const SEARCH_SEEDS = quick ? [101] : [101, 102, 103];
const SEEDS = Array.from({ length: quick ? 2 : 10 }, (_, index) => index + 1);
const BACKLOG_TARGETS = [2, 5, 10, 25, 50, 100, 200, 400, 800, 1600, 3200, 6400];
const BUSY_TARGETS = [0.5, 0.6, 0.7, 0.8, 0.9];

const objective = (limitSec: number) => ({ measure: "age", percentile: 99, limitSec });
const group = (min: number, max: number) => ({ instanceType: "t3.medium", min, max });
const halfDay = { durationSec: 43_200, sampleEverySec: 60 };
/** Counts a minute of a rate a second that depends on the minute. */
const counted = (minutes: number, rateAt: (minute: number) => number) => ({
  kind: "counts",
  intervalSec: 60,
  counts: Array.from({ length: minutes }, (_, minute) => Math.round(rateAt(minute) * 60)),
});
const daily = (base: number, peak: number) => ({
  kind: "daily",
  baseRatePerSec: base,
  peakRatePerSec: peak,
  peakAtHour: 12,
  peakWidthHours: 6,
});

const SCENARIOS: Readonly<Record<string, object>> = {
  "banking, 300 s": banking,
  "banking, 90 s": { ...banking, objective: objective(90) },
  "steady 20/s, 120 s": {
    ...banking,
    objective: objective(120),
    traffic: { kind: "poisson", ratePerSec: 20 },
    fleet: group(1, 20),
    run: halfDay,
  },
  "daily 5 to 100/s, 120 s": { ...banking, objective: objective(120), traffic: daily(5, 100), fleet: group(1, 40) },
  "flash 10 to 150/s, 600 s": {
    ...banking,
    objective: objective(600),
    traffic: counted(720, (minute) => (minute >= 300 && minute < 320 ? 150 : 10)),
    fleet: group(1, 60),
    run: halfDay,
  },
  "steps 10, 60, 20/s, 180 s": {
    ...banking,
    objective: objective(180),
    traffic: counted(720, (minute) => (minute < 180 ? 10 : minute < 420 ? 60 : 20)),
    fleet: group(1, 40),
    run: halfDay,
  },
  "jobs of 10 to 120 s, 600 s": {
    ...banking,
    objective: objective(600),
    traffic: daily(0.2, 2),
    work: { serviceTime: { kind: "uniform", minSec: 10, maxSec: 120 } },
    queue: { visibilityTimeoutSec: 300 },
    fleet: group(1, 60),
  },
  "bursts each half hour, 300 s": {
    ...banking,
    objective: objective(300),
    traffic: counted(720, (minute) => (minute % 30 < 6 ? 40 : 4)),
    fleet: group(1, 40),
    run: halfDay,
  },
};

interface Outcome {
  readonly costsUsd: readonly number[];
  readonly meanUsd: number;
  readonly ageSec: number;
  readonly heldShare: number;
  readonly launches: number;
}

function outcome(scenario: object, policy: object, seeds: readonly number[]): Outcome {
  const read = readScenario({ ...scenario, policy });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const summaries = seeds.map((seed) => simulate(read.scenario, seed).summary);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const costsUsd = summaries.map(({ cost }) => cost.totalUsd);
  return {
    costsUsd,
    meanUsd: mean(costsUsd),
    ageSec: mean(summaries.map(({ objective: { measuredMs } }) => measuredMs / 1000)),
    heldShare: mean(summaries.map(({ objective: { held } }) => (held ? 1 : 0))),
    launches: mean(summaries.map(({ launches }) => launches)),
  };
}

/** The cheapest that held in every run, else the one with the smallest age. */
function best(scenario: object, policies: readonly object[]): object {
  const tried = policies.map((policy) => ({ policy, result: outcome(scenario, policy, SEARCH_SEEDS) }));
  const holding = tried.filter(({ result }) => result.heldShare === 1);
  const candidates = holding.length > 0 ? holding : tried;
  const price = ({ result }: (typeof tried)[number]) => (holding.length > 0 ? result.meanUsd : result.ageSec);
  return candidates.reduce((least, candidate) => (price(candidate) < price(least) ? candidate : least)).policy;
}

function line(name: string, { meanUsd, ageSec, heldShare, launches }: Outcome): string {
  const figures = [
    `${meanUsd.toFixed(2)} $`,
    `p99 ${ageSec.toFixed(0)} s`,
    `held ${(heldShare * 100).toFixed(0)} %`,
    `${launches.toFixed(0)} launches`,
  ];
  return `    ${name.padEnd(34)}${figures.map((figure) => figure.padStart(15)).join("")}`;
}

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  console.log(name);
  const ours = outcome(scenario, { kind: "headroom" }, SEEDS);
  console.log(line("headroom", ours));
  const rivals = [
    BACKLOG_TARGETS.map((target) => ({ kind: "ec2-target-tracking", target })),
    BUSY_TARGETS.map((target) => ({ kind: "ec2-target-tracking", metric: "busyShare", target })),
  ];
  for (const policies of rivals) {
    const policy = best(scenario, policies) as { metric?: string; target: number };
    const theirs = outcome(scenario, policy, SEEDS);
    const { mean, low, high } = differenceInterval(theirs.costsUsd, ours.costsUsd, 0.95);
    const percent = (usd: number) => ((usd / theirs.meanUsd) * 100).toFixed(1);
    const label = `${policy.metric ?? "visible / inService"} at ${policy.target}`;
    console.log(`${line(label, theirs)}   ours costs ${percent(mean)} % [${percent(low)}, ${percent(high)}]`);
  }
}
