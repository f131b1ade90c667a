import type { RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { autoScalingError, fieldsOf } from "./errors.ts";
import type { Groups } from "./groups.ts";
import type { ManagedGroup } from "./managed-group.ts";

/** Tags of groups. They are kept and given back with the group; nothing here acts on them. */
export function tagOperations(groups: Groups): Record<string, AwsOperation> {
  return {
    CreateOrUpdateTags: (input) => {
      for (const tag of fieldsOf(input).list("Tags")) {
        const group = groupOf(tag, groups);
        const created: AwsRecord = {
          ResourceId: group.name,
          ResourceType: GROUP,
          Key: tag.text("Key", { longest: 128 }),
          Value: tag.optionalText("Value", { longest: 256 }) ?? "",
          PropagateAtLaunch: tag.flag("PropagateAtLaunch", false),
        };
        group.opaque = { ...group.opaque, Tags: [...without(group, tag), created] };
      }
      return {};
    },
    DeleteTags: (input) => {
      for (const tag of fieldsOf(input).list("Tags")) {
        const group = groupOf(tag, groups);
        group.opaque = { ...group.opaque, Tags: without(group, tag) };
      }
      return {};
    },
  };
}

function groupOf(tag: RequestFields, groups: Groups): ManagedGroup {
  const type = tag.text("ResourceType");
  if (type !== GROUP) throw autoScalingError("ValidationError", `Invalid resource type ${type}: only ${GROUP} has tags.`);
  return groups.get(tag.text("ResourceId"));
}

/** The group's tags but those with the key of this one, in their order. */
function without(group: ManagedGroup, tag: RequestFields): readonly AwsRecord[] {
  const tags = (group.opaque["Tags"] ?? []) as readonly AwsRecord[];
  const key = tag.text("Key");
  return tags.filter(({ Key }) => Key !== key);
}

const GROUP = "auto-scaling-group";
