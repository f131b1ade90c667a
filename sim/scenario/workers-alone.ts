import type { Scenario } from "./schema.ts";

/**
 * The scenario without what surrounds queue and fleet, as processes of one machine run it: no front door, no downstream,
 * producers that send straight to the queue, nobody who acts by hand, and instances that are all equally fast.
 */
export function workersAlone(scenario: Scenario): Scenario {
  const { producer, fleet, faults } = scenario;
  return {
    ...scenario,
    frontDoor: null,
    downstream: null,
    producer: { ...producer, apiTime: INSTANT, topicTime: INSTANT, failedProbability: 0, lostProbability: 0 },
    fleet: { ...fleet, speedSpread: 0 },
    faults: { ...faults, windows: faults.windows.filter(({ kind }) => kind === "zone-outage" || kind === "no-capacity") },
    acts: [],
  };
}

const INSTANT = { kind: "constant", sec: 0 } as const;
