/**
 * What the browser benchmark runs on both sides, as one script: the model of `model.bench.ts`, timed by the clock on the
 * wall, which is the one that both sides have.
 */
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

/** Simulates so many virtual seconds; nanoseconds a message, and the digest. */
function timedRun(durationSec: number): { readonly ns: number; readonly digest: string } {
  const scenario = scenarioSchema.parse({
    version: 1,
    name: "50 instances of 10 slots",
    run: { durationSec },
    traffic: { kind: "poisson", ratePerSec: 450 },
    work: { serviceTime: { kind: "exponential", meanSec: 1 }, failureProbability: 0.01 },
    queue: { visibilityTimeoutSec: 30 },
    worker: { slots: 10 },
    fleet: { min: 50, max: 50 },
    policy: { kind: "exact-backlog" },
  });
  const startedAt = performance.now();
  const { summary, digest } = simulate(scenario, 1);
  return { ns: ((performance.now() - startedAt) * 1e6) / summary.messages.deleted, digest };
}

Object.assign(globalThis, { timedRun });
