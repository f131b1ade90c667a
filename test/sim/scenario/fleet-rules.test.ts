import { expect, it } from "vitest";
import { readScenario } from "../../../sim/scenario/read.ts";

it.each<[string, object, string]>([
  ["a warm pool beside Spot", { fleet: { warmPool: {}, spot: {} } }, "fleet.warmPool"],
  ["a launch hook on Fargate", { fleet: { platform: "fargate", launchHook: {} } }, "fleet.launchHook"],
  ["a maintenance policy on Fargate", { fleet: { platform: "fargate", maintenance: {} } }, "fleet.maintenance"],
  [
    "a zone that the fleet lacks",
    { fleet: { zones: 2 }, faults: { windows: [{ kind: "zone-outage", fromSec: 0, lengthSec: 60, zone: 2 }] } },
    "faults.windows[0].zone",
  ],
  [
    "percentages too far apart",
    { fleet: { maintenance: { minHealthyPercent: 50, maxHealthyPercent: 151 } } },
    "fleet.maintenance.maxHealthyPercent",
  ],
  ["memory that no task of its size has", { fleet: { platform: "fargate", task: { vcpu: 1, memoryGb: 0.5 } } }, "fleet.task.memoryGb"],
  ["a first wait above the longest", { fleet: { backOffFirstSec: 700 } }, "fleet.backOffMaxSec"],
  [
    "a median above the percentile",
    { fleet: { warmPool: { start: { kind: "lognormal", medianSec: 9, p95Sec: 5 } } } },
    "fleet.warmPool.start.p95Sec",
  ],
])("refuses %s", (_what, scenario, path) => {
  const read = readScenario({ version: 1, name: "Fleet", ...scenario });
  expect(read.ok ? [] : read.faults.map((fault) => fault.path)).toEqual([path]);
});

it("takes windows of the fleet without a downstream", () => {
  const windows = [
    { kind: "no-capacity", fromSec: 0, lengthSec: 60 },
    { kind: "zone-outage", fromSec: 0, lengthSec: 60 },
  ];
  expect(readScenario({ version: 1, name: "Fleet", faults: { windows } }).ok).toBe(true);
});
