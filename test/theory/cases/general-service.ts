import { meanSec, secondMomentSec2 } from "../../../sim/kernel/distributions.ts";
import { md1, mg1 } from "../../../sim/measure/queueing.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import type { Case } from "../case.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, waitSec } from "../single-queue.ts";
import { steady } from "./steady.ts";

const MEAN_SEC = 2;
const constant: DurationSpec = { kind: "constant", sec: MEAN_SEC };

const TABLE: readonly [name: string, serviceTime: DurationSpec, load: number, customers: number][] = [
  ["M/D/1 at ρ = 0.5", constant, 0.5, 3e6],
  ["M/D/1 at ρ = 0.8", constant, 0.8, 6e6],
  ["M/D/1 at ρ = 0.9", constant, 0.9, 15e6],
  ["M/U/1 at ρ = 0.7", { kind: "uniform", minSec: 0, maxSec: 2 * MEAN_SEC }, 0.7, 6e6],
  ["M/G/1, lognormal, at ρ = 0.7", { kind: "lognormal", medianSec: 1.6, p95Sec: 4.8 }, 0.7, 10e6],
];

/** M/G/1 against Pollaczek and Khinchine. */
export const generalService: readonly Case[] = TABLE.map(([name, serviceTime, load, customers]) => ({
  name,
  compare(share) {
    const mean = meanSec(serviceTime);
    const ratePerSec = load / mean;
    const held = { arrivalRatePerSec: ratePerSec, meanServiceSec: mean + RECEIVE_LATENCY_SEC };
    const secondMomentServiceSec2 = secondMomentSec2(serviceTime) + 2 * mean * RECEIVE_LATENCY_SEC + RECEIVE_LATENCY_SEC ** 2;
    const truth = steady(serviceTime.kind === "constant" ? md1(held) : mg1({ ...held, secondMomentServiceSec2 }));
    const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime }, customers * share, waitSec);
    return [{ measure: "wait", truth: truth.meanWaitSec, measured }];
  },
}));
