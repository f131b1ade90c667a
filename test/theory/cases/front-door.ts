import { interval } from "../../../sim/measure/confidence.ts";
import { erlangB } from "../../../sim/measure/queueing.ts";
import { scenarioSchema, type DurationSpec } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";
import { LEVEL, SEEDS, type Case } from "../case.ts";

/** Callers whom a front door without a line turns away, against Erlang's loss formula: the same for every distribution. */

const PLACES = 20;
const MEAN_SEC = 3;
const RATE_PER_SEC = 6;
/** Of a lognormal whose 95th percentile is twice its median: exp(σ² / 2). */
const MEAN_OVER_MEDIAN = Math.exp(0.5 * (Math.log(2) / 1.6448536269514722) ** 2);

const TABLE: readonly [name: string, serviceTime: DurationSpec][] = [
  ["constant", { kind: "constant", sec: MEAN_SEC }],
  ["exponential", { kind: "exponential", meanSec: MEAN_SEC }],
  ["lognormal", { kind: "lognormal", medianSec: MEAN_SEC / MEAN_OVER_MEDIAN, p95Sec: (2 * MEAN_SEC) / MEAN_OVER_MEDIAN }],
];

export const frontDoorLoss: readonly Case[] = TABLE.map(([name, serviceTime]) => ({
  name: `M/G/20/20, ${name} times`,
  compare(share) {
    const durationSec = Math.max(60, Math.round((CALLERS * share) / RATE_PER_SEC / SEEDS.length));
    const shares = SEEDS.map((seed) => {
      const scenario = scenarioSchema.parse({
        version: 1,
        name: "callers",
        run: { durationSec, sampleEverySec: 3600 },
        traffic: { kind: "poisson", ratePerSec: 0 },
        fleet: { min: 1, max: 1 },
        policy: { kind: "exact-backlog" },
        frontDoor: {
          traffic: { kind: "poisson", ratePerSec: RATE_PER_SEC },
          places: PLACES,
          mostWaiting: 0,
          timeoutSec: 3600,
          serviceTime,
        },
      });
      const door = simulate(scenario, seed).summary.workload!.frontDoor!;
      return door.rejected / door.arrived;
    });
    return [{ measure: "share turned away", truth: erlangB(RATE_PER_SEC * MEAN_SEC, PLACES), measured: interval(shares, LEVEL) }];
  },
}));

const CALLERS = 10e6;
