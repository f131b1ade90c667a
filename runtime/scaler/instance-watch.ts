import { inServiceIds, type GroupInstance, type Launch } from "./scalable-group.ts";

/**
 * Remembers since when each instance is in service, which DescribeAutoScalingGroups does not tell: seen coming, as of the
 * look that first showed it in service; there before the first look, as of the group's activities. Of what neither knows,
 * it is taken that it has been there for long.
 */
export class InstanceWatch {
  private readonly inServiceSince = new Map<string, number>();
  private hasLooked = false;
  private launches = new Map<string, Launch>();

  /** Whether the group's activities would tell something that is not known yet. */
  wantsLaunches(instances: readonly GroupInstance[]): boolean {
    return inServiceIds(instances).some((id) => !this.inServiceSince.has(id));
  }

  /** Times in milliseconds since 1970. `launches` are those read because of {@link wantsLaunches}; undefined when the call failed. */
  looked(instances: readonly GroupInstance[], launches: readonly Launch[] | undefined, now: number): void {
    if (launches !== undefined) this.launches = new Map(launches.map((launch) => [launch.instanceId, launch]));
    const inService = new Set(inServiceIds(instances));
    for (const id of this.inServiceSince.keys()) if (!inService.has(id)) this.inServiceSince.delete(id);
    for (const id of inService) {
      if (this.inServiceSince.has(id)) continue;
      const told = this.launches.get(id)?.inServiceAt;
      this.inServiceSince.set(id, told ?? (this.hasLooked ? now : -Infinity));
    }
    this.hasLooked = true;
  }

  /** Instances in service, but for less than `warmUpMs`. */
  warming(warmUpMs: number, now: number): number {
    return [...this.inServiceSince.values()].filter((since) => now - since < warmUpMs).length;
  }

  /** When the instance's launch began, milliseconds since 1970; undefined when the activities do not tell. */
  launchedAt(id: string): number | undefined {
    return this.launches.get(id)?.beganAt;
  }
}
