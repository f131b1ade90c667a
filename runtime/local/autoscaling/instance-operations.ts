import { pageOf, type RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { autoScalingError, fieldsOf } from "./errors.ts";
import { describedInstance } from "./group-operations.ts";
import type { Groups } from "./groups.ts";
import { RESULTS } from "./lifecycle-hooks.ts";

export function instanceOperations(groups: Groups): Record<string, AwsOperation> {
  return {
    DescribeAutoScalingInstances: (input) => describeInstances(fieldsOf(input), groups),
    SetInstanceProtection: (input) => setProtection(fieldsOf(input), groups),
    SetInstanceHealth: (input) => setHealth(fieldsOf(input), groups),
    TerminateInstanceInAutoScalingGroup: (input) => terminate(fieldsOf(input), groups),
    PutLifecycleHook: (input) => {
      const fields = fieldsOf(input);
      groups.named(fields).hooks.put(fields);
      return {};
    },
    DescribeLifecycleHooks: (input) => {
      const fields = fieldsOf(input);
      return { LifecycleHooks: groups.named(fields).hooks.describe(fields.texts("LifecycleHookNames")) };
    },
    DeleteLifecycleHook: (input) => {
      const fields = fieldsOf(input);
      groups.named(fields).hooks.delete(fields.text("LifecycleHookName"));
      return {};
    },
    CompleteLifecycleAction: (input) => completeAction(fieldsOf(input), groups),
    RecordLifecycleActionHeartbeat: (input) => recordHeartbeat(fieldsOf(input), groups),
  };
}

function describeInstances(fields: RequestFields, groups: Groups): AwsRecord {
  const ids = fields.texts("InstanceIds");
  const found = groups.all().flatMap((group) => {
    group.settle();
    return group
      .instances()
      .filter(({ id }) => ids.length === 0 || ids.includes(id))
      .map((live) => {
        const record = describedInstance(live, group);
        // The one place where health is written in capitals.
        return { ...record, AutoScalingGroupName: group.name, HealthStatus: String(record["HealthStatus"]).toUpperCase() };
      });
  });
  const { page, NextToken } = pageOf(found, fields, { most: MOST_DESCRIBED });
  return { AutoScalingInstances: page, NextToken };
}

function setProtection(fields: RequestFields, groups: Groups): AwsRecord {
  const isProtected = fields.flag("ProtectedFromScaleIn", false);
  const ids = fields.texts("InstanceIds");
  if (!fields.has("ProtectedFromScaleIn")) throw fields.missing("ProtectedFromScaleIn");
  if (ids.length === 0) throw fields.missing("InstanceIds");
  if (ids.length > MOST_PROTECTED) throw fields.invalid("InstanceIds", `has ${ids.length} entries, and may have ${MOST_PROTECTED}`);
  const found = ids.map((id) => groups.instance(id, fields));
  for (const { found: live } of found) {
    if (live.lifecycleState !== "InService") {
      throw autoScalingError("ValidationError", `The instance ${live.id} is not in InService or EnteringStandby or Standby.`);
    }
  }
  for (const { group, found: live } of found) group.fleet.protect(live.instance.number, isProtected);
  return {};
}

function setHealth(fields: RequestFields, groups: Groups): AwsRecord {
  const status = fields.oneOf("HealthStatus", ["Healthy", "Unhealthy"]);
  const { group, found } = groups.instance(fields.text("InstanceId"));
  if (status === "Healthy") return {};
  group.fleet.markUnhealthy(found.instance.number, { respectsGrace: fields.flag("ShouldRespectGracePeriod", true) }, group.settle());
  return {};
}

function terminate(fields: RequestFields, groups: Groups): AwsRecord {
  if (!fields.has("ShouldDecrementDesiredCapacity")) throw fields.missing("ShouldDecrementDesiredCapacity");
  const decrements = fields.flag("ShouldDecrementDesiredCapacity", false);
  const { group, found } = groups.instance(fields.text("InstanceId"));
  const now = group.settle();
  const before = group.fleet.desired;
  if (decrements && before <= group.fleet.min) {
    throw autoScalingError(
      "ValidationError",
      `Currently, desiredSize equals minSize (${before}). Terminating instance without replacement will violate group's min size constraint.`,
    );
  }
  if (!group.fleet.terminateInstance(found.instance.number, { decrements }, now)) {
    throw autoScalingError("ScalingActivityInProgress", `The instance ${found.id} is being terminated already.`);
  }
  group.noteChange(before, `instance ${found.id} was taken out of service in response to a user request`, now);
  return {
    Activity: {
      ActivityId: found.id.replace("i-", "end-"),
      AutoScalingGroupName: group.name,
      Description: `Terminating EC2 instance: ${found.id}`,
      Cause: `At ${new Date(now + group.originMs).toISOString()} instance ${found.id} was taken out of service in response to a user request.`,
      StartTime: new Date(now + group.originMs),
      StatusCode: "InProgress",
      Progress: 0,
    },
  };
}

function completeAction(fields: RequestFields, groups: Groups): AwsRecord {
  const result = fields.oneOf("LifecycleActionResult", RESULTS);
  const { group, number, id } = waitingInstance(fields, groups);
  if (!group.fleet.completeHook(number, result === "CONTINUE" ? "continue" : "abandon", group.settle())) throw noAction(id);
  return {};
}

function recordHeartbeat(fields: RequestFields, groups: Groups): AwsRecord {
  const { group, number, id } = waitingInstance(fields, groups);
  if (!group.fleet.recordHeartbeat(number, group.settle())) throw noAction(id);
  return {};
}

/** The instance that waits in the hook that is named. There are no tokens here: an instance names itself by its id. */
function waitingInstance(fields: RequestFields, groups: Groups) {
  const group = groups.named(fields);
  group.settle();
  const transition = group.hooks.transitionOf(fields.text("LifecycleHookName"));
  const id = fields.text("InstanceId");
  const found = group.find(id);
  if (found === undefined || group.fleet.waitsIn(found.instance.number) !== transition) throw noAction(id);
  return { group, number: found.instance.number, id };
}

function noAction(id: string) {
  return autoScalingError("ValidationError", `No active Lifecycle Action found with instance ID ${id}`);
}

const MOST_DESCRIBED = 50;
/** quotas of EC2 Auto Scaling (ec2-auto-scaling-quotas). */
const MOST_PROTECTED = 50;
