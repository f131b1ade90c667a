import { randomUUID } from "node:crypto";
import type { RefreshPreferences, RefreshProgress } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";
import type { LiveGroup } from "./live-group.ts";

/** A refresh of the group, as it was asked for, and how it is or was doing. Times in milliseconds since the origin. */
export interface LiveRefresh {
  readonly id: string;
  /** What clients gave and are given back. */
  readonly preferences: AwsRecord;
  readonly progress: RefreshProgress;
}

/** The refreshes of a group, the last one first. The group itself knows of its last one only. */
export class InstanceRefreshes {
  private readonly group: LiveGroup;
  private readonly former: LiveRefresh[] = [];
  private latest: Pick<LiveRefresh, "id" | "preferences"> | undefined;

  constructor(group: LiveGroup) {
    this.group = group;
  }

  /** The id of the new one; undefined when one is under way, or there is nothing to replace. */
  start(preferences: RefreshPreferences, given: AwsRecord, now: number): string | undefined {
    const [before] = this.all();
    if (!this.group.fleet.refresh(preferences, now)) return undefined;
    if (before !== undefined) this.former.unshift(before);
    this.latest = { id: randomUUID(), preferences: given };
    return this.latest.id;
  }

  /** The id of what was cancelled; undefined when none is under way. */
  cancel(now: number): string | undefined {
    return this.group.fleet.cancelRefresh(now) ? this.latest?.id : undefined;
  }

  all(): readonly LiveRefresh[] {
    const progress = this.group.fleet.latestRefresh;
    return this.latest === undefined || progress === undefined ? this.former : [{ ...this.latest, progress }, ...this.former];
  }
}
