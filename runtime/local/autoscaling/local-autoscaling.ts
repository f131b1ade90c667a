import type { Scenario } from "../../../sim/index.ts";
import { realClock, type WakeClock } from "../wake-clock.ts";
import type { AlarmEvent } from "../cloudwatch/alarms.ts";
import type { GroupFigures } from "../cloudwatch/own-metrics.ts";
import type { AwsService } from "../service.ts";
import { groupOperations } from "./group-operations.ts";
import { Groups, type GroupPlan } from "./groups.ts";
import { instanceOperations } from "./instance-operations.ts";
import type { ManagedGroup } from "./managed-group.ts";
import type { Machines } from "./machines.ts";
import { groupOfPolicy, policyOperations } from "./policy-operations.ts";
import { refreshOperations } from "./refresh-operations.ts";
import type { PolicyAnswer, PolicyMetrics } from "./scaling-policies.ts";
import { tagOperations } from "./tag-operations.ts";

export interface LocalAutoScalingOptions {
  readonly machines: Machines;
  /** Where the alarms of policies are. */
  readonly metrics: PolicyMetrics;
  /** How instances are launched, what befalls them, and when EC2 has none to give: its `fleet` and its `faults`. */
  readonly scenario: Scenario;
  /** Of what chance does to instances, a whole number. Default: 1. */
  readonly seed?: number;
  /** Makes a clock for each group. Default: the machine's. */
  readonly clock?: () => WakeClock;
  /** Instant from which the scenario's times count, milliseconds since 1970. Default: when a group is made. */
  readonly originMs?: number;
  /** Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /** Most instances of all groups together. Default: 64. */
  readonly mostInstances?: number;
  /** As CloudWatch has it. Default: 60,000. */
  readonly minuteMs?: number;
  /** Least heartbeat timeout of a lifecycle hook, milliseconds. Default: 30,000, as on AWS. */
  readonly shortestHookMs?: number;
  /** Threshold of target tracking's low alarm as a share of the target. Default: 0.7, as observed on AWS. */
  readonly lowShare?: number;
  /** Told what policies answer to their alarms, also when nothing changes. */
  readonly answered?: (answer: PolicyAnswer) => void;
}

/**
 * EC2 Auto Scaling on this machine: groups that are the simulator's own, moved by the real clock, with policies that act,
 * hooks that wait and instances that somebody runs.
 *
 * Everything is in memory and ends with the process. What differs from AWS is told in `docs/local-fleet.md`.
 */
export class LocalAutoScaling {
  readonly service: AwsService;
  private readonly groups: Groups;

  constructor(options: LocalAutoScalingOptions) {
    this.groups = new Groups({
      accountId: "000000000000",
      region: "us-east-1",
      clock: realClock,
      seed: 1,
      mostInstances: 64,
      shortestHookMs: 30_000,
      minuteMs: 60_000,
      lowShare: 0.7,
      answered: () => undefined,
      originMs: undefined,
      ...options,
    });
    const { groups } = this;
    this.service = {
      name: "autoscaling",
      protocol: "query",
      version: "2011-01-01",
      xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
      operations: {
        ...groupOperations(groups),
        ...instanceOperations(groups),
        ...policyOperations(groups),
        ...refreshOperations(groups),
        ...tagOperations(groups),
      },
    };
  }

  /** Makes a group whose initial instances are in service at once, as at the start of a run. */
  makeGroup(plan: GroupPlan): ManagedGroup {
    return this.groups.make(plan);
  }

  group(name: string): ManagedGroup {
    return this.groups.get(name);
  }

  /** An alarm calls a policy. Returns what came of it; throws when there is no such policy. */
  alarmed(policyArn: string, event: AlarmEvent): string {
    return groupOfPolicy(policyArn, this.groups).policies.alarmed(policyArn, event);
  }

  /** What Auto Scaling tells CloudWatch of the groups whose metrics are collected, now. */
  figures(): readonly GroupFigures[] {
    return this.groups
      .all()
      .filter(({ collectsMetrics }) => collectsMetrics)
      .map((group) => ({ groupName: group.name, ...group.capacity(group.settle()) }));
  }

  /** What ran on an instance has ended by itself. */
  machineGone(groupName: string, instanceId: string): void {
    for (const group of this.groups.all()) if (group.name === groupName) group.machineGone(instanceId);
  }

  /** An instance has failed the health checks of whoever runs it. */
  machineUnhealthy(groupName: string, instanceId: string): void {
    const group = this.groups.all().find(({ name }) => name === groupName);
    const now = group?.settle() ?? 0;
    const live = group?.find(instanceId);
    if (live !== undefined) group?.fleet.markUnhealthy(live.instance.number, { respectsGrace: true }, now);
  }

  /** Lets nothing happen any more by itself. */
  stop(): void {
    for (const group of this.groups.all()) group.stop();
  }
}
