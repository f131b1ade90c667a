import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { clientSettings } from "./client-settings.ts";
import { AwsFailure, failAs } from "./errors.ts";

/** How small and how large a fleet may become, whoever scales it in between. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** Reads and moves the limits of one fleet. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export interface FleetLimits {
  read(): Promise<Limits>;
  change(limits: Limits): Promise<void>;
  close(): void;
}

interface FleetOptions {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string | undefined;
}

/**
 * An EC2 Auto Scaling group. A capacity that is outside of the new limits is brought within them at once (EC2 Auto Scaling
 * API reference, UpdateAutoScalingGroup). Needs autoscaling:DescribeAutoScalingGroups and UpdateAutoScalingGroup.
 */
export class GroupLimits implements FleetLimits {
  private readonly client: AutoScalingClient;
  private readonly name: string;

  constructor({ name, ...aws }: FleetOptions) {
    this.name = name;
    this.client = new AutoScalingClient(clientSettings({ ...aws, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  async read(): Promise<Limits> {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [this.name] });
    const { AutoScalingGroups: [group] = [] } = await this.client.send(command).catch(failAs("DescribeAutoScalingGroups"));
    if (group === undefined) throw missing("DescribeAutoScalingGroups", `there is no Auto Scaling group named ${this.name}`);
    return { min: group.MinSize ?? 0, max: group.MaxSize ?? 0 };
  }

  async change({ min, max }: Limits): Promise<void> {
    const command = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: this.name, MinSize: min, MaxSize: max });
    await this.client.send(command).catch(failAs("UpdateAutoScalingGroup"));
  }

  close(): void {
    this.client.destroy();
  }
}

/**
 * An ECS service that Application Auto Scaling scales, named as its scalable target is: `service/<cluster>/<service>`. Needs
 * application-autoscaling:DescribeScalableTargets and RegisterScalableTarget.
 */
export class ServiceLimits implements FleetLimits {
  private readonly client: ApplicationAutoScalingClient;
  private readonly target: {
    readonly ServiceNamespace: "ecs";
    readonly ResourceId: string;
    readonly ScalableDimension: "ecs:service:DesiredCount";
  };

  constructor({ name, ...aws }: FleetOptions) {
    this.target = { ServiceNamespace: "ecs", ResourceId: name, ScalableDimension: "ecs:service:DesiredCount" };
    this.client = new ApplicationAutoScalingClient(clientSettings({ ...aws, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  async read(): Promise<Limits> {
    const { ServiceNamespace, ResourceId, ScalableDimension } = this.target;
    const command = new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId], ScalableDimension });
    const { ScalableTargets: [target] = [] } = await this.client.send(command).catch(failAs("DescribeScalableTargets"));
    if (target === undefined) throw missing("DescribeScalableTargets", `${ResourceId} is no scalable target`);
    return { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 };
  }

  /** Changes a target that is there; one that is not would otherwise be made, of whatever name. */
  async change({ min, max }: Limits): Promise<void> {
    await this.read();
    const command = new RegisterScalableTargetCommand({ ...this.target, MinCapacity: min, MaxCapacity: max });
    await this.client.send(command).catch(failAs("RegisterScalableTarget"));
  }

  close(): void {
    this.client.destroy();
  }
}

function missing(operation: string, message: string): AwsFailure {
  return new AwsFailure({ operation, kind: "missing", code: "NotFound", message: `${message} in this region and account` });
}

const ANSWER_MS = 5000;
