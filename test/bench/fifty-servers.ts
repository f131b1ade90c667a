import { scenarioSchema, type Scenario } from "../../sim/scenario/schema.ts";

/** M/M/50 at 90 % load: what the general engine is compared with others on. */
export const FIFTY = { servers: 50, load: 0.9, meanSec: 10 } as const;

/** The engine set up as 50 instances of one slot, until about so many customers have come. */
export function fiftyServers(customers: number): Scenario {
  const { servers, load, meanSec } = FIFTY;
  return scenarioSchema.parse({
    version: 1,
    name: "M/M/50",
    run: { durationSec: Math.round((customers * meanSec) / (servers * load)), sampleEverySec: 3600 },
    traffic: { kind: "poisson", ratePerSec: (servers * load) / meanSec },
    work: { serviceTime: { kind: "exponential", meanSec } },
    queue: { visibilityTimeoutSec: 43_200, receiveLatencySec: 0, deleteLatencySec: 0 },
    worker: { slots: 1, deleteLingerSec: 0 },
    fleet: { min: servers, max: servers },
    policy: { kind: "exact-backlog" },
  });
}
