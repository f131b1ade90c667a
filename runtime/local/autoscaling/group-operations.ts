import { pageOf, type RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { activitiesOf } from "./activities.ts";
import { autoScalingError, fieldsOf } from "./errors.ts";
import type { Groups } from "./groups.ts";
import type { LiveInstance } from "./live-group.ts";
import type { ManagedGroup } from "./managed-group.ts";

export function groupOperations(groups: Groups): Record<string, AwsOperation> {
  return {
    CreateAutoScalingGroup: (input) => createGroup(fieldsOf(input), groups),
    UpdateAutoScalingGroup: (input) => updateGroup(fieldsOf(input), groups),
    DeleteAutoScalingGroup: (input) => deleteGroup(fieldsOf(input), groups),
    DescribeAutoScalingGroups: (input) => describeGroups(fieldsOf(input), groups),
    SetDesiredCapacity: (input) => setDesiredCapacity(fieldsOf(input), groups),
    DescribeScalingActivities: (input) => describeActivities(fieldsOf(input), groups),
    EnableMetricsCollection: (input) => collectMetrics(fieldsOf(input), true, groups),
    DisableMetricsCollection: (input) => collectMetrics(fieldsOf(input), false, groups),
  };
}

function createGroup(fields: RequestFields, groups: Groups): AwsRecord {
  const min = fields.whole("MinSize", { min: 0 });
  const max = fields.whole("MaxSize", { min: 0 });
  const desired = fields.optionalWhole("DesiredCapacity", { min: 0 }) ?? min;
  objectToSizes({ min, max, desired });
  if (!LAUNCHES.some((name) => fields.has(name))) {
    throw autoScalingError("ValidationError", `Exactly one of ${LAUNCHES.join(", ")} has to be given.`);
  }
  const hooks = fields.list("LifecycleHookSpecificationList");
  const group = groups.make({
    name: fields.text("AutoScalingGroupName", { longest: 255 }),
    // Nothing is there yet; what is desired is then launched like anything else.
    min: 0,
    max,
    initial: 0,
    zoneNames: readZones(fields, groups.options.region),
    opaque: opaqueOf(fields),
    defaultCooldownMs: (fields.optionalWhole("DefaultCooldown", { min: 0 }) ?? USUAL_COOLDOWN_SEC) * 1000,
    defaultWarmUpMs: readWarmUp(fields),
    protectsNewInstances: fields.flag("NewInstancesProtectedFromScaleIn", false),
  });
  for (const hook of hooks) group.hooks.put(hook);
  applySettings(fields, group);
  const cause = "a user request created an AutoScalingGroup";
  const now = group.settle();
  group.setDesired(desired, cause, now);
  group.setLimits({ min }, cause, now);
  return {};
}

function updateGroup(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  const now = group.settle();
  const { fleet } = group;
  const min = fields.optionalWhole("MinSize", { min: 0 }) ?? fleet.min;
  const max = fields.optionalWhole("MaxSize", { min: 0 }) ?? fleet.max;
  const desired = fields.optionalWhole("DesiredCapacity", { min: 0 });
  objectToSizes({ min, max, desired });
  groups.checkSize(max, group);
  applySettings(fields, group);
  group.opaque = { ...group.opaque, ...opaqueOf(fields) };
  if (fields.has("DefaultCooldown")) group.defaultCooldownMs = fields.whole("DefaultCooldown", { min: 0 }) * 1000;
  if (fields.has("DefaultInstanceWarmup")) group.defaultWarmUpMs = readWarmUp(fields);
  group.protectsNewInstances = fields.flag("NewInstancesProtectedFromScaleIn", group.protectsNewInstances);
  const cause = "a user request updated the AutoScalingGroup";
  group.setLimits({ min, max }, cause, now);
  if (desired !== undefined && desired !== fleet.desired) setDesired(group, desired, { cause, now });
  return {};
}

function deleteGroup(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  const now = group.settle();
  const isForced = fields.flag("ForceDelete", false);
  if (!isForced && (group.instances().length > 0 || group.fleet.desired > 0)) {
    throw autoScalingError(
      "ResourceInUse",
      `You cannot delete ${group.name} while there are instances or pending Spot instance requests still in the group.`,
    );
  }
  group.isBeingDeleted = true;
  group.policies.deleteAll();
  group.fleet.endAll(now);
  return {};
}

function describeGroups(fields: RequestFields, groups: Groups): AwsRecord {
  const names = fields.texts("AutoScalingGroupNames");
  const found = groups.all().filter(({ name }) => names.length === 0 || names.includes(name));
  const { page, NextToken } = pageOf(found, fields, { most: MOST_DESCRIBED });
  return { AutoScalingGroups: page.map(described), NextToken };
}

function described(group: ManagedGroup): AwsRecord {
  group.settle();
  const { fleet, settings, zoneNames } = group;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    MinSize: fleet.min,
    MaxSize: fleet.max,
    DesiredCapacity: fleet.desired,
    DefaultCooldown: group.defaultCooldownMs / 1000,
    DefaultInstanceWarmup: group.defaultWarmUpMs === undefined ? undefined : group.defaultWarmUpMs / 1000,
    AvailabilityZones: zoneNames,
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: "EC2",
    HealthCheckGracePeriod: settings.healthCheckGraceMs / 1000,
    Instances: group.instances().map((live) => describedInstance(live, group)),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: [],
    EnabledMetrics: group.collectsMetrics ? GROUP_METRICS.map((Metric) => ({ Metric, Granularity: "1Minute" })) : [],
    TerminationPolicies: [POLICY_NAMES[settings.terminationPolicy]],
    NewInstancesProtectedFromScaleIn: group.protectsNewInstances,
    CapacityRebalance: settings.capacityRebalancing,
    InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: settings.retainsAbandoned ? "retain" : "terminate" } },
    Status: group.isBeingDeleted ? "Delete in progress" : undefined,
    ...group.opaque,
  };
}

export function describedInstance({ instance, id, lifecycleState, availabilityZone }: LiveInstance, group: ManagedGroup): AwsRecord {
  const { LaunchTemplate, LaunchConfigurationName } = group.opaque;
  return {
    InstanceId: id,
    InstanceType: group.instanceType,
    AvailabilityZone: availabilityZone,
    LifecycleState: lifecycleState,
    HealthStatus: instance.stage === "impaired" ? "Unhealthy" : "Healthy",
    ProtectedFromScaleIn: group.fleet.isProtected(instance.number),
    LaunchTemplate,
    LaunchConfigurationName,
  };
}

function setDesiredCapacity(fields: RequestFields, groups: Groups): AwsRecord {
  const group = groups.named(fields);
  const now = group.settle();
  const desired = fields.whole("DesiredCapacity", { min: 0 });
  if (fields.flag("HonorCooldown", false) && group.policies.cooldownEndsAt(now) > now) {
    throw autoScalingError("ScalingActivityInProgress", `Scaling activity is in progress or its cooldown is not over for ${group.name}.`);
  }
  const { min, max } = group.fleet;
  if (desired < min)
    throw autoScalingError(
      "ValidationError",
      `New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup.`,
    );
  if (desired > max)
    throw autoScalingError(
      "ValidationError",
      `New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup.`,
    );
  setDesired(group, desired, { cause: "a user request explicitly set group desired capacity", now });
  return {};
}

function setDesired(group: ManagedGroup, desired: number, { cause, now }: { cause: string; now: number }): void {
  if (!group.setDesired(desired, cause, now)) throw autoScalingError("Throttling", "Rate exceeded");
}

function describeActivities(fields: RequestFields, groups: Groups): AwsRecord {
  const ids = fields.texts("ActivityIds");
  const of = fields.has("AutoScalingGroupName") ? [groups.named(fields)] : groups.all();
  const activities = of.flatMap((group) => {
    group.settle();
    return activitiesOf(group);
  });
  const found = activities.filter(({ ActivityId }) => ids.length === 0 || ids.includes(String(ActivityId)));
  const { page, NextToken } = pageOf(found, fields, { most: MOST_DESCRIBED });
  return { Activities: page, NextToken };
}

/** All of the group's metrics or none, whatever names are given. */
function collectMetrics(fields: RequestFields, collects: boolean, groups: Groups): AwsRecord {
  if (collects) fields.oneOf("Granularity", ["1Minute"]);
  groups.named(fields).collectsMetrics = collects;
  return {};
}

function objectToSizes({ min, max, desired = min }: { min: number; max: number; desired?: number | undefined }): void {
  if (min > max) throw autoScalingError("ValidationError", `Max bound, ${max}, must be greater than or equal to min bound, ${min}.`);
  if (desired < min || desired > max) {
    throw autoScalingError(
      "ValidationError",
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}.`,
    );
  }
}

function applySettings(fields: RequestFields, group: ManagedGroup): void {
  const { settings } = group;
  const [policy] = fields.texts("TerminationPolicies");
  if (policy !== undefined) {
    const known = TERMINATION_POLICIES[policy];
    if (known === undefined) throw fields.invalid("TerminationPolicies", `has "${policy}", which the embedded AWS does not know`);
    settings.terminationPolicy = known;
  }
  settings.capacityRebalancing = fields.flag("CapacityRebalance", settings.capacityRebalancing);
  const graceSec = fields.optionalWhole("HealthCheckGracePeriod", { min: 0 });
  if (graceSec !== undefined) settings.healthCheckGraceMs = graceSec * 1000;
  const retention = fields.optionalStructure("InstanceLifecyclePolicy")?.optionalStructure("RetentionTriggers");
  if (retention !== undefined)
    settings.retainsAbandoned = retention.optionalOneOf("TerminateHookAbandon", ["retain", "terminate"]) === "retain";
  const maintenance = fields.optionalStructure("InstanceMaintenancePolicy");
  if (maintenance === undefined) return;
  const least = maintenance.whole("MinHealthyPercentage", { min: -1, max: 100 });
  const most = maintenance.whole("MaxHealthyPercentage", { min: -1, max: 200 });
  settings.maintenance = least < 0 ? undefined : { minHealthyShare: least / 100, maxHealthyShare: most / 100 };
}

/** What is kept for those who read it back. */
function opaqueOf(fields: RequestFields): AwsRecord {
  const tags = fields.list("Tags").map((tag) => ({
    ResourceId: fields.text("AutoScalingGroupName"),
    ResourceType: "auto-scaling-group",
    Key: tag.text("Key"),
    Value: tag.optionalText("Value") ?? "",
    PropagateAtLaunch: tag.flag("PropagateAtLaunch", false),
  }));
  const names = [...LAUNCHES, "VPCZoneIdentifier", "PlacementGroup", "ServiceLinkedRoleARN", "MaxInstanceLifetime", "Context"];
  const given = names.filter((name) => fields.has(name)).map((name) => [name, fields.asSent(name)]);
  return { ...(Object.fromEntries(given) as AwsRecord), ...(fields.has("Tags") ? { Tags: tags } : {}) };
}

/** Zones as named, else one for each subnet. */
function readZones(fields: RequestFields, region: string): readonly string[] {
  const named = fields.texts("AvailabilityZones");
  if (named.length > 0) return named;
  const subnets = fields.optionalText("VPCZoneIdentifier")?.split(",").length ?? 1;
  return Array.from({ length: Math.min(MOST_ZONES, subnets) }, (_, index) => `${region}${"abcdef"[index] ?? ""}`);
}

function readWarmUp(fields: RequestFields): number | undefined {
  const sec = fields.optionalWhole("DefaultInstanceWarmup", { min: -1 });
  return sec === undefined || sec < 0 ? undefined : sec * 1000;
}

const LAUNCHES = ["LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy", "InstanceId"];
const POLICY_NAMES = {
  default: "Default",
  "oldest-instance": "OldestInstance",
  "newest-instance": "NewestInstance",
  "closest-to-next-instance-hour": "ClosestToNextInstanceHour",
  "allocation-strategy": "AllocationStrategy",
} as const;
/** Where all instances have one template, to go by its age is to go by the default. */
const TERMINATION_POLICIES: Readonly<Record<string, keyof typeof POLICY_NAMES | undefined>> = {
  ...Object.fromEntries(Object.entries(POLICY_NAMES).map(([ours, name]) => [name, ours as keyof typeof POLICY_NAMES])),
  OldestLaunchTemplate: "default",
  OldestLaunchConfiguration: "default",
};
const GROUP_METRICS = [
  "GroupMinSize",
  "GroupMaxSize",
  "GroupDesiredCapacity",
  "GroupInServiceInstances",
  "GroupPendingInstances",
  "GroupTerminatingInstances",
  "GroupTotalInstances",
];
/** API reference, CreateAutoScalingGroup. */
const USUAL_COOLDOWN_SEC = 300;
const MOST_DESCRIBED = 100;
const MOST_ZONES = 6;
