import type { RefreshPreferences } from "../../../sim/index.ts";
import { pageOf, type RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { autoScalingError, fieldsOf } from "./errors.ts";
import type { Groups } from "./groups.ts";
import type { LiveRefresh } from "./instance-refreshes.ts";
import type { ManagedGroup } from "./managed-group.ts";

export function refreshOperations(groups: Groups): Record<string, AwsOperation> {
  return {
    StartInstanceRefresh: (input) => startRefresh(fieldsOf(input), groups),
    DescribeInstanceRefreshes: (input) => describeRefreshes(fieldsOf(input), groups),
    CancelInstanceRefresh: (input) => cancelRefresh(fieldsOf(input), groups),
  };
}

function startRefresh(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  fields.optionalOneOf("Strategy", ["Rolling"]);
  const given = fields.optionalStructure("Preferences");
  const preferences = preferencesOf(given, group);
  const now = group.settle();
  const id = group.refreshes.start(preferences, (fields.asSent("Preferences") ?? {}) as AwsRecord, now);
  if (id !== undefined) return { InstanceRefreshId: id };
  throw group.fleet.latestRefresh?.status === "in-progress"
    ? autoScalingError(
        "InstanceRefreshInProgress",
        "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
      )
    : autoScalingError("ValidationError", `${group.name} has no instance that could be replaced.`);
}

/** RefreshPreferences. What the group has no say in, as which instances match already, is taken and given back. */
function preferencesOf(given: RequestFields | undefined, group: ManagedGroup): RefreshPreferences {
  for (const name of ["CheckpointPercentages", "AlarmSpecification"]) {
    if (given?.has(name) === true) throw given.invalid(name, "is not something that the embedded AWS does");
  }
  const least = given?.optionalWhole("MinHealthyPercentage", { min: 0, max: 100 });
  const most = given?.optionalWhole("MaxHealthyPercentage", { min: 100, max: 200 });
  if (most !== undefined && (least === undefined || most - least > 100)) {
    throw autoScalingError(
      "ValidationError",
      "MaxHealthyPercentage needs a MinHealthyPercentage, and the difference between them cannot be greater than 100.",
    );
  }
  const warmUpSec = given?.optionalWhole("InstanceWarmup", { min: 0 });
  const protectedInstances = given?.optionalOneOf("ScaleInProtectedInstances", ["Wait", "Ignore", "Refresh"]) ?? "Wait";
  return {
    ...(least !== undefined && { minHealthyShare: least / 100 }),
    ...(most !== undefined && { maxHealthyShare: most / 100 }),
    warmUpMs: warmUpSec === undefined ? (group.defaultWarmUpMs ?? group.settings.healthCheckGraceMs) : warmUpSec * 1000,
    protectedInstances: PROTECTED[protectedInstances],
  };
}

function describeRefreshes(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  group.settle();
  const ids = fields.texts("InstanceRefreshIds");
  const found = group.refreshes.all().filter(({ id }) => ids.length === 0 || ids.includes(id));
  const { page, NextToken } = pageOf(found, fields, { most: MOST_DESCRIBED });
  return { InstanceRefreshes: page.map((refresh) => described(refresh, group)), NextToken };
}

function described({ id, preferences, progress }: LiveRefresh, group: ManagedGroup): AwsRecord {
  const { status, startedAt, endedAt, total, remaining } = progress;
  return {
    InstanceRefreshId: id,
    AutoScalingGroupName: group.name,
    Status: STATUSES[status],
    StatusReason: status === "failed" ? "Instances that are protected from scale in have kept it for an hour." : undefined,
    StartTime: new Date(startedAt + group.originMs),
    EndTime: endedAt === undefined ? undefined : new Date(endedAt + group.originMs),
    PercentageComplete: Math.floor((100 * (total - remaining)) / total),
    InstancesToUpdate: remaining,
    Preferences: preferences,
    Strategy: "Rolling",
  };
}

function cancelRefresh(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  const id = group.refreshes.cancel(group.settle());
  if (id === undefined) {
    throw autoScalingError(
      "ActiveInstanceRefreshNotFound",
      `No in progress or pending Instance Refresh found for Auto Scaling group ${group.name}.`,
    );
  }
  return { InstanceRefreshId: id };
}

const PROTECTED = { Wait: "wait", Ignore: "ignore", Refresh: "refresh" } as const;
const STATUSES = { "in-progress": "InProgress", successful: "Successful", failed: "Failed", cancelled: "Cancelled" } as const;
const MOST_DESCRIBED = 100;
