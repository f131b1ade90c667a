/** Arrivals with gaps of one distribution, against closed forms: each truth has to lie within the 99 % interval of ten replications, whose seeds are fixed. */
import { describe, it } from "vitest";
import { gammaFunction } from "../../sim/kernel/gamma.ts";
import type { DurationSpec } from "../../sim/scenario/schema.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, waitSec } from "./single-queue.ts";
import { expectWithin } from "./within.ts";

const MEAN_SEC = 1;
const serviceTime: DurationSpec = { kind: "exponential", meanSec: MEAN_SEC };
/** How long a slot is really taken. */
const HELD_SEC = MEAN_SEC + RECEIVE_LATENCY_SEC;

describe("gaps of one distribution (GI/M/1)", () => {
  // Mean wait: s σ / (1 − σ), where σ solves σ = E[exp(−(1 − σ) gap / s)].
  const load = 0.8;
  const ratePerSec = load / MEAN_SEC;

  it.each([
    ["constant", { kind: "constant" } as const, (z: number) => Math.exp(-z)],
    ["gamma, regular", { kind: "gamma", variation: 0.5 } as const, (z: number) => (1 + z / 4) ** -4],
    ["gamma, irregular", { kind: "gamma", variation: 2 } as const, (z: number) => (1 + 4 * z) ** -0.25],
    [
      "hyper-exponential",
      { kind: "hyper-exponential", variation: 2 } as const,
      (z: number) => {
        const short = (1 + Math.sqrt(3 / 5)) / 2;
        return short / (1 + z / (2 * short)) + (1 - short) / (1 + z / (2 * (1 - short)));
      },
    ],
    ["Weibull", { kind: "weibull", shape: 2 } as const, weibullTransform],
  ])("%s wait as theory says", (_, gap, transform) => {
    let sigma = 0.5;
    for (let step = 0; step < 2000; step += 1) sigma = transform((1 - sigma) / (ratePerSec * HELD_SEC));
    const traffic = { kind: "renewal" as const, ratePerSec, gap };
    const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime, more: { traffic } }, 15_000, waitSec);
    expectWithin(measured, (HELD_SEC * sigma) / (1 - sigma), 0.2);
  });

  /** E[exp(−z W)] of a Weibull of shape 2 and mean 1, by Simpson's rule. */
  function weibullTransform(z: number): number {
    const scale = 1 / gammaFunction(1.5);
    const density = (x: number) => Math.exp(-z * x) * ((2 * x) / scale ** 2) * Math.exp(-((x / scale) ** 2));
    let sum = 0;
    const pieces = 400;
    for (let piece = 0; piece <= pieces; piece += 1)
      sum += density((8 * piece) / pieces) * (piece === 0 || piece === pieces ? 1 : piece % 2 === 1 ? 4 : 2);
    return (sum * 8) / pieces / 3;
  }
});
