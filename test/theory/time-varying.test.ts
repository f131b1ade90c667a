/** A rate that changes with time, against the closed form at every phase: each truth has to lie within the 99 % interval of ten replications, whose seeds are fixed. */
import { describe, expect, it } from "vitest";
import { interval } from "../../sim/measure/confidence.ts";
import { runOf, SEEDS } from "./single-queue.ts";

describe("a rate that changes with time and slots for all (M_t/G/∞)", () => {
  // Mean number at work: m(t) = ∫ λ(t − u) P(S > u) du; Eick, Massey and Whitt 1993, "The Physics of the M_t/G/∞ Queue".
  const roundSec = 600;
  const ramp = (sec: number) => {
    const at = ((sec % roundSec) + roundSec) % roundSec;
    return at < 300 ? 1 + (9 * at) / 300 : 10 - (9 * (at - 300)) / 300;
  };
  const step = (sec: number) => (((sec % roundSec) + roundSec) % roundSec < 200 ? 8 : 2);
  const uniform = (u: number) => Math.min(1, Math.max(0, 1 - (u - 20) / 80));

  it.each([
    ["ramps, uniform times", ramp, "ramps", { kind: "uniform", minSec: 20, maxSec: 100 } as const, uniform],
    ["steps, uniform times", step, "steps", { kind: "uniform", minSec: 20, maxSec: 100 } as const, uniform],
    ["ramps, exponential times", ramp, "ramps", { kind: "exponential", meanSec: 60 } as const, (u: number) => Math.exp(-u / 60)],
  ] as const)("%s: as many at work as theory says, at every phase", (_, rate, between, serviceTime, survival) => {
    const points =
      between === "ramps"
        ? [
            { atSec: 0, ratePerSec: 1 },
            { atSec: 300, ratePerSec: 10 },
            { atSec: 599.999, ratePerSec: 1 },
          ]
        : [
            { atSec: 0, ratePerSec: 8 },
            { atSec: 200, ratePerSec: 2 },
          ];
    const traffic = { kind: "piecewise" as const, points, between, repeatEverySec: roundSec };
    const rounds = 20;
    const columns = SEEDS.map((seed) => {
      const queue = {
        servers: 2000,
        instances: 2,
        ratePerSec: 5,
        serviceTime,
        more: { traffic, worker: { slots: 1000, maxMessagesPerReceive: 1, concurrentReceives: 16 } },
      };
      return runOf(queue, rounds * roundSec, seed, 50).columns;
    });
    for (let phase = 0; phase < roundSec; phase += 50) {
      let truth = 0;
      for (let u = 0; u < 700; u += 0.1) truth += 0.1 * rate(phase - u - 0.05) * survival(u + 0.05);
      const means = columns.map(({ timeMs, inFlight }) => {
        const sampled = inFlight.filter((_, row) => timeMs[row]! >= 2 * roundSec * 1000 && (timeMs[row]! / 1000) % roundSec === phase);
        return sampled.reduce((sum, count) => sum + count, 0) / sampled.length;
      });
      // Twelve phases and three cases share one chance to fail.
      const measured = interval(means, 0.9997);
      expect(Math.abs(measured.mean - truth)).toBeLessThanOrEqual(measured.halfWidth);
      expect(measured.halfWidth).toBeLessThan(0.1 * truth);
    }
  });
});
