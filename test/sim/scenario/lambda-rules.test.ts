import { describe, expect, it } from "vitest";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";

const FUNCTION = { platform: "lambda", min: 0 };

function faultsOf(scenario: object): readonly string[] {
  const read = readScenario({ version: 1, name: "Lambda", fleet: FUNCTION, policy: { kind: "none" }, ...scenario });
  return read.ok ? [] : read.faults.map(({ path }) => path);
}

describe("a Lambda function", () => {
  it("is taken as it is by default, once it has neither minimum nor policy", () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ fleet: { platform: "lambda" }, policy: undefined })).toEqual(["fleet.min", "policy"]);
  });

  it.each<[string, object, string]>([
    ["a warm pool", { fleet: { ...FUNCTION, warmPool: {} } }, "fleet.warmPool"],
    ["hooks", { fleet: { ...FUNCTION, launchHook: {} } }, "fleet.launchHook"],
    ["Spot", { fleet: { ...FUNCTION, spot: {} } }, "fleet.spot"],
    ["instances at the start", { fleet: { ...FUNCTION, initial: 2 } }, "fleet.initial"],
    ["protection", { fleet: { ...FUNCTION, protection: "while-busy" } }, "fleet.protection"],
    ["a public address", { fleet: { ...FUNCTION, publicAddress: true } }, "fleet.publicAddress"],
    ["uneven speed", { fleet: { ...FUNCTION, speedSpread: 0.5 } }, "fleet.speedSpread"],
    ["instances that fail", { fleet: { ...FUNCTION, health: { failedPerDay: 0.1 } } }, "fleet.health.failedPerDay"],
    ["a maximum that no mapping has", { fleet: { ...FUNCTION, max: 2000 } }, "fleet.max"],
    ["a maximum of one", { fleet: { ...FUNCTION, max: 1 } }, "fleet.max"],
    ["crashes", { faults: { crashesPerInstanceHour: 1 } }, "faults.crashesPerInstanceHour"],
    ["a zone that is gone", { faults: { windows: [{ kind: "zone-outage", fromSec: 0, lengthSec: 60 }] } }, "faults.windows[0]"],
    ["heartbeats", { queue: { visibilityTimeoutSec: 60 }, worker: { heartbeat: {} } }, "worker.heartbeat"],
    ["a circuit breaker", { worker: { circuitBreaker: {} } }, "worker.circuitBreaker"],
    ["batch loops", { worker: { batchLoop: {} } }, "worker.batchLoop"],
    ["a retry delay", { worker: { retryDelaySec: 0 } }, "worker.retryDelaySec"],
    ["a class's retry delay", { work: { classes: [{ name: "one", share: 1, retryDelaySec: 5 }] } }, "work.classes[0].retryDelaySec"],
    ["a FIFO queue", { queue: { type: "fifo" } }, "queue.type"],
    ["a visibility asked for", { queue: { receiveVisibilityTimeoutSec: 60 } }, "queue.receiveVisibilityTimeoutSec"],
    ["a price of an instance", { money: { instancePerHourUsd: 1 } }, "money.instancePerHourUsd"],
    ["a policy", { policy: { kind: "headroom" } }, "policy"],
    ["a resize", { acts: [{ kind: "resize", atSec: 1, max: 5 }] }, "acts[0]"],
    ["a process to suspend", { acts: [{ kind: "suspend", atSec: 1, process: "launch" }] }, "acts[0]"],
    ["retained instances to end", { acts: [{ kind: "end-retained", atSec: 1 }] }, "acts[0]"],
    ["a timeout above the visibility timeout", { fleet: { ...FUNCTION, lambda: { timeoutSec: 31 } } }, "fleet.lambda.timeoutSec"],
    ["eleven messages without a window", { fleet: { ...FUNCTION, lambda: { batchSize: 11 } } }, "fleet.lambda.batchSize"],
    [
      "a median above the percentile",
      { fleet: { ...FUNCTION, lambda: { init: { kind: "lognormal", medianSec: 9, p95Sec: 5 } } } },
      "fleet.lambda.init.p95Sec",
    ],
  ])("cannot have %s", (_what, scenario, path) => {
    expect(faultsOf(scenario)).toEqual([path]);
  });

  it("says what is in the way, and how to mend it", () => {
    const read = readScenario({ version: 1, name: "Lambda", fleet: { ...FUNCTION, lambda: { timeoutSec: 60 } } });
    expect(read.ok ? [] : read.faults.map(formatFault)).toEqual([
      "fleet.lambda.timeoutSec: 60 s is above queue.visibilityTimeoutSec, 30 s: Lambda refuses the mapping; raise queue.visibilityTimeoutSec to six times the timeout, 360 s, or lower the timeout.",
      'policy: no policy scales a Lambda function: its event source mapping follows the queue by itself; set policy to {"kind": "none"}, or fleet.platform to "ec2".',
    ]);
  });
});

it.each(["ec2", "fargate"])("a fleet on %s has a policy", (platform) => {
  expect(faultsOf({ fleet: { platform } })).toEqual(["policy"]);
});
