import { gammaFunction } from "../../../sim/kernel/gamma.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";
import type { Case } from "../case.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, timeInSystemSec, waitSec } from "../single-queue.ts";
import { mmppInSystem } from "./mmpp.ts";

/** One server, exponential times, and arrivals that are not Poisson. */

const MEAN_SEC = 1;
const serviceTime: DurationSpec = { kind: "exponential", meanSec: MEAN_SEC };
/** How long a slot is really taken. */
const HELD_SEC = MEAN_SEC + RECEIVE_LATENCY_SEC;

/** GI/M/1. Mean wait: s σ / (1 − σ), where σ solves σ = E[exp(−(1 − σ) gap / s)]. */
const renewalArrivals = (
  [
    ["constant", { kind: "constant" }, 3e6, (z) => Math.exp(-z)],
    ["gamma, regular", { kind: "gamma", variation: 0.5 }, 6e6, (z) => (1 + z / 4) ** -4],
    ["gamma, irregular", { kind: "gamma", variation: 2 }, 40e6, (z) => (1 + 4 * z) ** -0.25],
    ["hyper-exponential", { kind: "hyper-exponential", variation: 2 }, 40e6, hyperExponentialTransform],
    ["Weibull", { kind: "weibull", shape: 2 }, 6e6, weibullTransform],
  ] as const satisfies readonly [string, object, number, (z: number) => number][]
).map(([name, gap, customers, transform]): Case => {
  const load = 0.8;
  return {
    name: `GI/M/1, gaps ${name}, at ρ = ${load}`,
    compare(share) {
      const ratePerSec = load / MEAN_SEC;
      let sigma = 0.5;
      for (let step = 0; step < 2000; step += 1) sigma = transform((1 - sigma) / (ratePerSec * HELD_SEC));
      const traffic = { kind: "renewal" as const, ratePerSec, gap };
      const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime, more: { traffic } }, customers * share, waitSec);
      return [{ measure: "wait", truth: (HELD_SEC * sigma) / (1 - sigma), measured }];
    },
  };
});

function hyperExponentialTransform(z: number): number {
  const short = (1 + Math.sqrt(3 / 5)) / 2;
  return short / (1 + z / (2 * short)) + (1 - short) / (1 + z / (2 * (1 - short)));
}

/** E[exp(−z W)] of a Weibull of shape 2 and mean 1, by Simpson's rule. */
function weibullTransform(z: number): number {
  const scale = 1 / gammaFunction(1.5);
  const density = (x: number) => Math.exp(-z * x) * ((2 * x) / scale ** 2) * Math.exp(-((x / scale) ** 2));
  let sum = 0;
  const pieces = 400;
  for (let piece = 0; piece <= pieces; piece += 1) {
    sum += density((8 * piece) / pieces) * (piece === 0 || piece === pieces ? 1 : piece % 2 === 1 ? 4 : 2);
  }
  return (sum * 8) / pieces / 3;
}

/** M^X/M/1. Mean number in the system: ρ (E[X²] + E[X]) / (2 E[X] (1 − ρ)); Gross and Harris, Fundamentals of Queueing Theory, section 3.1. */
const batchArrivals = (
  [
    ["of five", { kind: "fixed", count: 5 }, 5, 25],
    ["of geometric size", { kind: "geometric", mean: 4 }, 4, 28],
    ["of one to nine", { kind: "uniform", min: 1, max: 9 }, 5, 95 / 3],
  ] as const
).map(([name, batch, mean, square]): Case => {
  const load = 0.7;
  return {
    name: `M^X/M/1, batches ${name}, at ρ = ${load}`,
    compare(share) {
      const ratePerSec = load / MEAN_SEC;
      const held = ratePerSec * HELD_SEC;
      const inSystem = (held * (square + mean)) / (2 * mean * (1 - held));
      const traffic = { kind: "poisson" as const, ratePerSec, batch };
      const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime, more: { traffic } }, 25e6 * share, timeInSystemSec);
      return [{ measure: "time in system", truth: inSystem / ratePerSec, measured }];
    },
  };
});

/** MMPP/M/1: correlated bursts. Poisson arrivals of the same rate would keep 1.5 in the system; here it is the bursts that fill the queue. */
const correlatedArrivals: Case = {
  name: "MMPP/M/1, 0.3/s for 60 s and 1.5/s for 20 s",
  compare(share) {
    const states = [
      { ratePerSec: 0.3, meanStaySec: 60 },
      { ratePerSec: 1.5, meanStaySec: 20 },
    ] as const;
    const ratePerSec = (0.3 * 60 + 1.5 * 20) / 80;
    const traffic = { kind: "mmpp" as const, states: [...states] };
    const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime, more: { traffic } }, 60e6 * share, timeInSystemSec);
    const inSystem = mmppInSystem([0.3, 1.5], [1 / 60, 1 / 20], 1 / HELD_SEC);
    return [{ measure: "time in system", truth: inSystem / ratePerSec, measured }];
  },
};

export const otherArrivals: readonly Case[] = [...renewalArrivals, ...batchArrivals, correlatedArrivals];
