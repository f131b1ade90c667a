import type { ScenarioInput } from "../../sim/scenario/schema.ts";

/** 50 instances of 10 slots at 90 % load, jobs of a second, 1 % of them failing, batched deletes. */
export function plainModel(durationSec: number): ScenarioInput {
  return {
    version: 1,
    name: "50 instances of 10 slots",
    run: { durationSec },
    traffic: { kind: "poisson", ratePerSec: 450 },
    work: { serviceTime: { kind: "exponential", meanSec: 1 }, failureProbability: 0.01 },
    queue: { visibilityTimeoutSec: 30 },
    worker: { slots: 10 },
    fleet: { min: 50, max: 50 },
    policy: { kind: "exact-backlog" },
  };
}
