/** Messages that arrive in batches, against closed forms: each truth has to lie within the 99 % interval of ten replications, whose seeds are fixed. */
import { describe, it } from "vitest";
import type { DurationSpec } from "../../sim/scenario/schema.ts";
import { RECEIVE_LATENCY_SEC, replicatedMean, timeInSystemSec } from "./single-queue.ts";
import { expectWithin } from "./within.ts";

const MEAN_SEC = 1;
const serviceTime: DurationSpec = { kind: "exponential", meanSec: MEAN_SEC };
/** How long a slot is really taken. */
const HELD_SEC = MEAN_SEC + RECEIVE_LATENCY_SEC;

describe("batches at one server (M^X/M/1)", () => {
  // Mean number in the system: ρ (E[X²] + E[X]) / (2 E[X] (1 − ρ)); Gross and Harris, Fundamentals of Queueing Theory, section 3.1.
  const load = 0.7;
  const ratePerSec = load / MEAN_SEC;
  const held = ratePerSec * HELD_SEC;

  it.each([
    ["of five", { kind: "fixed", count: 5 } as const, 5, 25],
    ["of geometric size", { kind: "geometric", mean: 4 } as const, 4, 28],
    ["of one to nine", { kind: "uniform", min: 1, max: 9 } as const, 5, 95 / 3],
  ])("%s stay as long as theory says", (_, batch, mean, square) => {
    const inSystem = (held * (square + mean)) / (2 * mean * (1 - held));
    const traffic = { kind: "poisson" as const, ratePerSec, batch };
    const measured = replicatedMean({ servers: 1, ratePerSec, serviceTime, more: { traffic } }, 20_000, timeInSystemSec);
    expectWithin(measured, inSystem / ratePerSec, 0.1);
  });
});
