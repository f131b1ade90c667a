import type { Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import type { FieldValues } from "./workload-rules.ts";

/** Rules between the fields of the fleet, and of the faults that befall it. */
export function fleetFaults(fields: FieldValues, document: unknown): Fault[] {
  return [
    ...poolAndSpot(fields, document),
    ...onlyOnEc2(fields, document),
    ...unknownZones(fields, document),
    ...maintenanceRange(fields),
    ...taskSize(fields),
  ];
}

/** Lengths of time of the fleet. */
export function fleetDurations(document: unknown): Path[] {
  const given = (name: string) => isObject(memberOf(memberOf(document, "fleet"), name));
  return [
    ["fleet", "pending"],
    ["fleet", "boot"],
    ["fleet", "application"],
    ["fleet", "task", "start"],
    ["fleet", "lambda", "init"],
    ["fleet", "terminationFunction", "answer"],
    ...(given("warmPool") ? [["fleet", "warmPool", "start"]] : []),
  ];
}

/** A warm pool holds no Spot instances (ec2-auto-scaling-warm-pools). */
function poolAndSpot(fields: FieldValues, document: unknown): Fault[] {
  const fleet = memberOf(document, "fleet");
  const share = isObject(memberOf(fleet, "spot")) ? (fields.number(["fleet", "spot", "share"]) ?? 0) : 0;
  if (!isObject(memberOf(fleet, "warmPool")) || share === 0) return [];
  const problem = "a group with a warm pool cannot have Spot instances";
  return [{ code: "contradiction", path: "fleet.warmPool", problem, mend: "remove the warm pool, or set fleet.spot to null" }];
}

/** What an ECS service does not have: left there, it would be taken to hold. */
function onlyOnEc2(fields: FieldValues, document: unknown): Fault[] {
  if (fields.value(["fleet", "platform"]) !== "fargate") return [];
  const fleet = memberOf(document, "fleet");
  const parts = ["launchHook", "terminateHook", "warmPool", "maintenance"].filter((name) => isObject(memberOf(fleet, name)));
  return parts.map((name) => ({
    code: "contradiction",
    path: `fleet.${name}`,
    problem: "an ECS service on Fargate has no such thing",
    mend: `set it to null, or fleet.platform to "ec2"`,
  }));
}

function unknownZones(fields: FieldValues, document: unknown): Fault[] {
  const zones = fields.number(["fleet", "zones"]);
  const windows = memberOf(memberOf(document, "faults"), "windows");
  if (zones === undefined || !Array.isArray(windows)) return [];
  return windows.flatMap((window: unknown, index): Fault[] => {
    const zone = memberOf(window, "zone");
    if (typeof zone !== "number" || zone < zones) return [];
    const path = dotted(["faults", "windows", index, "zone"]);
    const problem = `the fleet has no zone ${String(zone)}: with fleet.zones ${String(zones)} the last is ${String(zones - 1)}`;
    return [
      {
        code: "contradiction",
        path,
        value: zone,
        bound: { max: zones - 1 },
        problem,
        mend: `lower it, or raise fleet.zones to at least ${String(zone + 1)}`,
      },
    ];
  });
}

/** The two percentages of a maintenance policy lie at most 100 apart (EC2 Auto Scaling API reference). */
function maintenanceRange(fields: FieldValues): Fault[] {
  const [min, max] = [
    fields.number(["fleet", "maintenance", "minHealthyPercent"]),
    fields.number(["fleet", "maintenance", "maxHealthyPercent"]),
  ];
  if (min === undefined || max === undefined || max - min <= 100) return [];
  const problem = `${String(max)} % is more than 100 above fleet.maintenance.minHealthyPercent, ${String(min)} %`;
  const path = "fleet.maintenance.maxHealthyPercent";
  return [
    {
      code: "contradiction",
      path,
      value: max,
      bound: { max: min + 100 },
      unit: "%",
      problem,
      mend: `lower it to at most ${String(min + 100)} %`,
    },
  ];
}

/** Fargate has tasks of certain sizes only (ECS Developer Guide, task-cpu-memory-error). */
function taskSize(fields: FieldValues): Fault[] {
  const [vcpu, memory] = [fields.number(["fleet", "task", "vcpu"]), fields.number(["fleet", "task", "memoryGb"])];
  const range = vcpu === undefined ? undefined : MEMORY_GB.get(vcpu);
  if (fields.value(["fleet", "platform"]) !== "fargate" || memory === undefined || range === undefined) return [];
  const [min, max] = range;
  if (memory >= min && memory <= max) return [];
  const problem = `${String(memory)} GB does not go with fleet.task.vcpu, ${String(vcpu)} vCPU: Fargate has ${String(min)} to ${String(max)} GB for it`;
  const path = "fleet.task.memoryGb";
  return [
    {
      code: "contradiction",
      path,
      value: memory,
      bound: { min, max },
      unit: "GB",
      problem,
      mend: "choose memory from that range, or another number of vCPU",
    },
  ];
}

const MEMORY_GB: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0.25, [0.5, 2]],
  [0.5, [1, 4]],
  [1, [2, 8]],
  [2, [4, 16]],
  [4, [8, 30]],
  [8, [16, 60]],
  [16, [32, 120]],
]);

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
