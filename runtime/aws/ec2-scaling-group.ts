import {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
  type Activity,
} from "@aws-sdk/client-auto-scaling";
import type { GroupChange, GroupInstance, GroupView, Launch, ScalableGroup } from "../scaler/scalable-group.ts";
import { clientSettings } from "./client-settings.ts";
import { AwsFailure, failAs } from "./errors.ts";

/**
 * An EC2 Auto Scaling group as a scaler drives it. Every call may throw `AwsFailure`. Each is tried once: a review that
 * failed is followed by the next, and a lease must know how old its write is.
 *
 * It needs the permissions autoscaling:DescribeAutoScalingGroups, DescribeScalingActivities, SetDesiredCapacity,
 * UpdateAutoScalingGroup (for policies that set limits) and CreateOrUpdateTags (for the lease).
 */
export class Ec2ScalingGroup implements ScalableGroup {
  readonly name: string;
  private readonly client: AutoScalingClient;

  constructor(options: { readonly name: string; readonly region: string; readonly endpoint: string | undefined }) {
    const { name, region, endpoint } = options;
    this.name = name;
    this.client = new AutoScalingClient(clientSettings({ region, endpoint, attempts: 1, requestTimeoutMs: ANSWER_MS }));
  }

  async describe(): Promise<GroupView> {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [this.name] });
    const { AutoScalingGroups: [group] = [] } = await this.client.send(command).catch(failAs("DescribeAutoScalingGroups"));
    if (group === undefined) throw this.missing();
    return {
      min: group.MinSize ?? 0,
      max: group.MaxSize ?? 0,
      desired: group.DesiredCapacity ?? 0,
      instances: (group.Instances ?? []).map(({ InstanceId = "", LifecycleState = "" }) => ({
        id: InstanceId,
        state: stateOf(LifecycleState),
      })),
      lease: group.Tags?.find(({ Key }) => Key === LEASE_TAG)?.Value,
    };
  }

  async recentLaunches(): Promise<Launch[]> {
    const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: this.name, MaxRecords: 100 });
    const { Activities = [] } = await this.client.send(command).catch(failAs("DescribeScalingActivities"));
    return Activities.flatMap(launchIn);
  }

  async change({ desired, min, max }: GroupChange): Promise<void> {
    const group = { AutoScalingGroupName: this.name, DesiredCapacity: desired };
    if (min === undefined && max === undefined) {
      await this.client.send(new SetDesiredCapacityCommand({ ...group, HonorCooldown: false })).catch(failAs("SetDesiredCapacity"));
      return;
    }
    const command = new UpdateAutoScalingGroupCommand({ ...group, MinSize: min, MaxSize: max });
    await this.client.send(command).catch(failAs("UpdateAutoScalingGroup"));
  }

  async writeLease(value: string): Promise<void> {
    const tag = { ResourceId: this.name, ResourceType: "auto-scaling-group", Key: LEASE_TAG, Value: value, PropagateAtLaunch: false };
    await this.client.send(new CreateOrUpdateTagsCommand({ Tags: [tag] })).catch(failAs("CreateOrUpdateTags"));
  }

  close(): void {
    this.client.destroy();
  }

  private missing(): AwsFailure {
    const message = `there is no Auto Scaling group named ${this.name} in this region and account`;
    return new AwsFailure({ operation: "DescribeAutoScalingGroups", kind: "missing", code: "NotFound", message });
  }
}

/** Under which the lease stands on the group; Terraform has to leave it alone (`ignore_tags`). */
export const LEASE_TAG = "headroom:scaler";

/** EC2 Auto Scaling User Guide, ec2-auto-scaling-lifecycle. */
function stateOf(lifecycleState: string): GroupInstance["state"] {
  if (lifecycleState.startsWith("Pending")) return "pending";
  if (lifecycleState === "InService") return "in-service";
  return lifecycleState.startsWith("Terminating") ? "terminating" : "other";
}

/** An activity names its instance only in words: "Launching a new EC2 instance: i-0123". */
function launchIn({ Description = "", StartTime, EndTime, StatusCode }: Activity): Launch[] {
  const [, instanceId] = /^Launching a new EC2 instance: (\S+)/.exec(Description) ?? [];
  if (instanceId === undefined || StartTime === undefined) return [];
  return [{ instanceId, beganAt: StartTime.getTime(), inServiceAt: StatusCode === "Successful" ? EndTime?.getTime() : undefined }];
}

const ANSWER_MS = 5000;
