import { expect, it } from "vitest";
import { loadSimjsCalendar } from "../../sim/kernel/simjs-calendar.ts";
import { formatFault } from "../../sim/scenario/faults.ts";
import { readScenario } from "../../sim/scenario/read.ts";
import { simulate } from "../../sim/simulate.ts";

const newSimjsCalendar = await loadSimjsCalendar();

const windows = [
  { kind: "zone-outage", zone: 1, fromSec: 3000, lengthSec: 1200 },
  { kind: "no-capacity", fromSec: 1800, lengthSec: 600 },
];

/** Traffic that trebles for a while, and every part of a fleet in turn. Runs check by themselves that messages are conserved. */
it.each<[string, object, object]>([
  ["hooks", { launchHook: {}, terminateHook: { heartbeatTimeoutSec: 60 } }, {}],
  ["zones, without capacity for a while", { zones: 3, terminationPolicy: "newest-instance" }, { faults: { windows } }],
  ["protection", { protection: "while-busy" }, {}],
  ["faults", { health: { failedPerDay: 0.9, impairedPerDay: 0.9 }, maintenance: {} }, { faults: { crashesPerInstanceHour: 0.2 } }],
  ["a warm pool", { warmPool: { reuse: true } }, { faults: { crashesPerInstanceHour: 0.2 } }],
  ["Spot", { spot: { share: 0.7, interruptedPerDay: 0.99, capacityRebalancing: true } }, {}],
  ["Fargate", { platform: "fargate", zones: 2, protection: "while-busy", spot: { interruptedPerDay: 0.99 } }, { faults: { windows } }],
])("a run with %s gives the same bytes on both calendars", (_name, fleet, more) => {
  const read = readScenario({
    version: 1,
    name: "Fleet",
    run: { durationSec: 4 * 3600, sampleEverySec: 60 },
    traffic: { kind: "daily", baseRatePerSec: 4, peakRatePerSec: 20, peakAtHour: 1, peakWidthHours: 1 },
    work: { serviceTime: { kind: "lognormal", medianSec: 0.9, p95Sec: 2 } },
    fleet: { min: 2, max: 12, ...fleet },
    policy: { kind: "ec2-target-tracking", target: 50 },
    ...more,
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  const onTicks = simulate(read.scenario, 7);
  const onSimjs = simulate(read.scenario, 7, { calendar: newSimjsCalendar() });
  expect(onTicks.summary.launches).toBeGreaterThan(0);
  expect(onSimjs.digest).toBe(onTicks.digest);
});
