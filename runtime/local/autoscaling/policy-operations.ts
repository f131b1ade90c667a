import { pageOf } from "../request-fields.ts";
import type { AwsOperation } from "../service.ts";
import { autoScalingError, fieldsOf } from "./errors.ts";
import type { Groups } from "./groups.ts";
import type { ManagedGroup } from "./managed-group.ts";

export function policyOperations(groups: Groups): Record<string, AwsOperation> {
  return {
    PutScalingPolicy: (input) => {
      const fields = fieldsOf(input);
      return groups.named(fields).policies.put(fields);
    },
    DescribePolicies: (input) => {
      const fields = fieldsOf(input);
      const filter = { names: fields.texts("PolicyNames"), kinds: fields.texts("PolicyTypes") };
      const of = fields.has("AutoScalingGroupName") ? [groups.named(fields)] : groups.all();
      const { page, NextToken } = pageOf(
        of.flatMap(({ policies }) => policies.describe(filter)),
        fields,
        { most: MOST_DESCRIBED },
      );
      return { ScalingPolicies: page, NextToken };
    },
    DeletePolicy: (input) => {
      const fields = fieldsOf(input);
      const policy = fields.text("PolicyName");
      groupOfPolicy(policy, groups, fields.optionalText("AutoScalingGroupName")).policies.delete(policy);
      return {};
    },
    ExecutePolicy: (input) => {
      const fields = fieldsOf(input);
      groupOfPolicy(fields.text("PolicyName"), groups, fields.optionalText("AutoScalingGroupName")).policies.execute(fields);
      return {};
    },
    PutScheduledUpdateGroupAction: (input) => {
      const fields = fieldsOf(input);
      groups.named(fields).schedules.put(fields);
      return {};
    },
    DescribeScheduledActions: (input) => {
      const fields = fieldsOf(input);
      const names = fields.texts("ScheduledActionNames");
      const of = fields.has("AutoScalingGroupName") ? [groups.named(fields)] : groups.all();
      const { page, NextToken } = pageOf(
        of.flatMap(({ schedules }) => schedules.describe(names)),
        fields,
        { most: MOST_DESCRIBED },
      );
      return { ScheduledUpdateGroupActions: page, NextToken };
    },
    DeleteScheduledAction: (input) => {
      const fields = fieldsOf(input);
      groups.named(fields).schedules.delete(fields.text("ScheduledActionName"));
      return {};
    },
  };
}

/** A policy that is named by its ARN needs no group beside it. */
export function groupOfPolicy(policy: string, groups: Groups, groupName?: string): ManagedGroup {
  if (groupName !== undefined) return groups.get(groupName);
  const group = groups.all().find(({ policies }) => policies.has(policy));
  if (group === undefined) throw autoScalingError("ValidationError", `There is no scaling policy ${policy}.`);
  return group;
}

const MOST_DESCRIBED = 100;
